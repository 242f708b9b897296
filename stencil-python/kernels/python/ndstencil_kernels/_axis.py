"""Ranks, filled gaps and partitions: results as long as the axis."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import _native as ufuncs
from ._arrays import array, is_lazy, named, typed
from ._reductions import _flat


def _ranks(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def ranks(a: Any, axis: int | None = None) -> Any:
        a, axis = _flat(a, axis)
        return ufunc(a, axis=axis)

    return named(ranks, name, ufunc)


rankdata, nanrankdata = map(_ranks, ("rankdata", "nanrankdata"))


def push(a: Any, n: int | None = None, axis: int = -1) -> Any:
    """Each NaN replaced by the last value before it, at most `n` cells away; without `n` from any distance."""
    a = array(a)
    if axis is None:
        raise ValueError("`axis` cannot be None")
    limit = np.iinfo(np.uintp).max if n is None else operator.index(n)
    if limit < 0:
        raise ValueError("`n` must be nonnegative")
    if not -a.ndim <= operator.index(axis) < a.ndim:
        raise ValueError(f"axis(={axis}) out of bounds")
    if a.dtype.kind in "biu":
        return a.copy()
    return typed(ufuncs.push(a, np.uintp(limit), axis=axis), a.dtype)


def partition(a: Any, kth: int, axis: int | None = -1) -> Any:
    """A copy whose cell `kth` is what it is in order, and less before it, more behind it: `numpy.partition`."""
    return _partition(np.partition, a, kth, axis)


def argpartition(a: Any, kth: int, axis: int | None = -1) -> Any:
    """The places of which `partition` takes its values: `numpy.argpartition`."""
    return _partition(np.argpartition, a, kth, axis, np.dtype(np.intp))


def _partition(call: Any, a: Any, kth: int, axis: int | None, dtype: Any = None) -> Any:
    a, axis = _flat(a, axis)
    kth = operator.index(kth)
    if not -a.ndim <= axis < a.ndim:
        raise ValueError(f"axis(={axis}) out of bounds")
    if a.size == 0:
        # There is no cell `kth`, as bottleneck has it, either.
        return a.copy() if dtype is None else np.zeros(a.shape, dtype)
    if not 0 <= kth < a.shape[axis]:
        raise ValueError(f"`n` (={kth}) must be between 0 and {a.shape[axis] - 1}, inclusive.")
    if is_lazy(a):
        import dask.array

        apply: Any = dask.array.apply_gufunc
        return apply(call, "(n)->(n)", a, axis=axis, output_dtypes=dtype or a.dtype, kth=kth)
    return call(a, kth, axis)


for _function in (push, partition, argpartition):
    _function.__module__ = "ndstencil_kernels"
