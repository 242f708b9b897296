"""Reductions over an axis, or over all values."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import _native as ufuncs
from ._arrays import array, is_lazy, mean as mean_type, named, total, typed


def _flat(a: Any, axis: int | None) -> tuple[Any, int]:
    """An array and the axis, which without one is that of all values."""
    a = array(a)
    return (a.reshape(-1), 0) if axis is None else (a, operator.index(axis))


# The values that are looked through before it is asked whether there was a NaN.
_ANSWER = 1 << 15
# The cells of a row in which the values of a long axis are arranged, and the length from which on that pays.
_ROW, _LONG = 512, 8192


def _is_long(a: Any) -> bool:
    """Returns true where many values lie along the one axis that there is."""
    return type(a) is np.ndarray and a.ndim == 1 and a.size >= _LONG


def _in_rows(ufunc: np.ufunc, a: Any) -> Any:
    """The extreme of a long axis: of rows side by side, of which vectors are made, then of that and what is left."""
    whole = a.size - a.size % _ROW
    return ufunc(np.concatenate([ufunc(a[:whole].reshape(-1, _ROW), axis=0), a[whole:]]))


def _extreme(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        _refuse_empty(name, a, axis)
        found = _in_rows(ufunc, a) if _is_long(a) and axis in (-1, 0) else ufunc(a, axis=axis)
        return typed(found, a.dtype.newbyteorder("="))

    return named(reduction, name, ufunc)


def _in_the_middle(a: Any, skip: bool) -> Any:
    """Values with the median of a long axis: those in the middle, or a NaN where that is the median."""
    numbers = a[a == a]
    if numbers.size == 0 or (numbers.size < a.size and not skip):
        return a[a != a][:1]
    rank = (numbers.size - 1) // 2
    parted = np.partition(numbers, rank)
    # The next one is the least of those behind.
    return parted[rank : rank + 1] if numbers.size % 2 else np.array([parted[rank], parted[rank + 1 :].min()])


def _median(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        dtype = mean_type(a.dtype.newbyteorder("="))
        if _is_long(a) and axis in (-1, 0):
            a = _in_the_middle(a, name == "nanmedian")
        return typed(ufunc(a, axis=axis), dtype)

    return named(reduction, name, ufunc)


def _plain(name: str, like: Any) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        return typed(ufunc(a, axis=axis), like(a.dtype.newbyteorder("=")))

    return named(reduction, name, ufunc)


def _with_ddof(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None, ddof: int = 0) -> Any:
        a, axis = _flat(a, axis)
        return typed(ufunc(a, lost(ddof), axis=axis), mean_type(a.dtype.newbyteorder("=")))

    return named(reduction, name, ufunc)


def _with_q(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, q: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        q = np.asarray(q, dtype=np.float64)
        dtype = mean_type(a.dtype.newbyteorder("="))
        if q.ndim == 0:
            return typed(ufunc(a, q, axis=axis), dtype)
        # As in NumPy, the quantiles are the first axes.
        found = np.stack([ufunc(a, one, axis=axis) for one in q.reshape(-1)])
        return typed(found.reshape(q.shape + found.shape[1:]), dtype)

    return named(reduction, name, ufunc)


def _place(name: str) -> Any:
    ufunc = getattr(ufuncs, name)
    extreme = getattr(ufuncs, name.replace("arg", ""))

    def reduction(a: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        _refuse_empty(name, a, axis)
        if _is_long(a) and axis in (-1, 0):
            value = _in_rows(extreme, a)
            # The first value that is the extreme; where that is NaN, one of all values, the first NaN.
            if value == value:
                return (a == value).argmax()
            if name in ("argmin", "argmax"):
                return np.isnan(a).argmax()
        places = typed(ufunc(a, axis=axis), np.dtype(np.intp))
        if a.dtype.kind != "f":
            return places
        return places.map_blocks(_found, dtype=places.dtype) if is_lazy(places) else _found(places)

    return named(reduction, name, ufunc)


def _found(places: Any) -> Any:
    """The places, if there are all of them."""
    if (places < 0).any():
        raise ValueError("All-NaN slice encountered")
    return places


def _refuse_empty(name: str, a: Any, axis: int) -> None:
    if -a.ndim <= axis < a.ndim and a.shape[axis] == 0:
        raise ValueError(f"{name} of no values: axis {axis} of the shape {a.shape} is empty")


def lost(ddof: int) -> np.uintp:
    """The parameter `ddof`."""
    ddof = operator.index(ddof)
    if ddof < 0:
        raise ValueError(f"`ddof` (={ddof}) must be nonnegative")
    return np.uintp(ddof)


sum, nansum, ss = _plain("sum", total), _plain("nansum", total), _plain("ss", total)
mean, nanmean = _plain("mean", mean_type), _plain("nanmean", mean_type)
median, nanmedian = map(_median, ("median", "nanmedian"))
min, max, nanmin, nanmax = map(_extreme, ("min", "max", "nanmin", "nanmax"))
argmin, argmax, nanargmin, nanargmax = map(_place, ("argmin", "argmax", "nanargmin", "nanargmax"))
var, std, nanvar, nanstd = map(_with_ddof, ("var", "std", "nanvar", "nanstd"))
quantile, nanquantile = map(_with_q, ("quantile", "nanquantile"))


def anynan(a: Any, axis: int | None = None) -> Any:
    """True where some value is NaN."""
    if axis is None and not is_lazy(a):
        # The first NaN is the answer.
        a = array(a).reshape(-1)
        parts = (a[start : start + _ANSWER] for start in range(0, a.size, _ANSWER))
        return np.bool_(any(ufuncs.count(part) != part.size for part in parts))
    a, axis = _flat(a, axis)
    return ufuncs.count(a, axis=axis) != a.shape[axis]


def allnan(a: Any, axis: int | None = None) -> Any:
    """True where every value is NaN, also where there is none."""
    a, axis = _flat(a, axis)
    return ufuncs.allnan(a, axis=axis)


for _function in (anynan, allnan):
    _function.__module__ = "ndstencil_kernels"
