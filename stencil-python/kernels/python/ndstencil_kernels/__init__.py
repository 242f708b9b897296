"""Reductions with and without NaN, quantiles and moving windows: ``import ndstencil_kernels as bn``.

The functions take the arguments of bottleneck's and NumPy's. The ufuncs that they call are in :mod:`ndstencil_kernels.ufuncs`: those
take ``out=``, ``axes=``, ``keepdims=`` and arrays of parameters, and Dask calls them lazily.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import _native as ufuncs

__all__ = [
    "anynan",
    "allnan",
    "max",
    "mean",
    "median",
    "min",
    "move_max",
    "move_mean",
    "move_median",
    "move_min",
    "move_std",
    "move_sum",
    "move_var",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "ndvi",
    "quantile",
    "std",
    "sum",
    "ufuncs",
    "var",
]

ndvi = ufuncs.ndvi


def _array(a: Any) -> Any:
    """NumPy's arrays, and what takes ufuncs over, as they are."""
    return a if hasattr(a, "__array_ufunc__") else np.asarray(a)


def _reduced(ufunc: np.ufunc, a: Any, axis: int | None, *parameters: Any) -> Any:
    """Over an axis, or over all values."""
    a = _array(a)
    if axis is None:
        return ufunc(a.reshape(-1), *parameters)
    return ufunc(a, *parameters, axis=operator.index(axis))


def _plain(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None) -> Any:
        return _reduced(ufunc, a, axis)

    return _named(reduction, name, ufunc)


def _with_ddof(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, axis: int | None = None, ddof: int = 0) -> Any:
        return _reduced(ufunc, a, axis, np.uintp(ddof))

    return _named(reduction, name, ufunc)


def _with_q(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def reduction(a: Any, q: Any, axis: int | None = None) -> Any:
        q = np.asarray(q, dtype=np.float64)
        if q.ndim == 0:
            return _reduced(ufunc, a, axis, q)
        # As in NumPy, the quantiles are the first axes.
        found = np.stack([_reduced(ufunc, a, axis, one) for one in q.reshape(-1)])
        return found.reshape(q.shape + found.shape[1:])

    return _named(reduction, name, ufunc)


def _moving(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def moving(a: Any, window: int, min_count: int | None = None, axis: int = -1) -> Any:
        return ufunc(_array(a), *_window(window, min_count), axis=operator.index(axis))

    return _named(moving, name, ufunc)


def _moving_with_ddof(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def moving(a: Any, window: int, min_count: int | None = None, axis: int = -1, ddof: int = 0) -> Any:
        return ufunc(_array(a), *_window(window, min_count), np.uintp(ddof), axis=operator.index(axis))

    return _named(moving, name, ufunc)


def _window(window: int, min_count: int | None) -> tuple[np.uintp, np.uintp]:
    """The parameters of a moving window, as bottleneck wants them."""
    window = operator.index(window)
    count = window if min_count is None else operator.index(min_count)
    if window < 1:
        raise ValueError(f"Moving window (={window}) must be at least 1")
    if not 1 <= count <= window:
        raise ValueError(f"min_count (={count}) must be from 1 to window (={window})")
    return np.uintp(window), np.uintp(count)


def _named(function: Any, name: str, ufunc: np.ufunc) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = ufunc.__doc__.split("\n\n")[1]
    return function


sum, mean, min, max, median = map(_plain, ("sum", "mean", "min", "max", "median"))
nansum, nanmean, nanmin, nanmax, nanmedian = map(_plain, ("nansum", "nanmean", "nanmin", "nanmax", "nanmedian"))
var, std, nanvar, nanstd = map(_with_ddof, ("var", "std", "nanvar", "nanstd"))
quantile, nanquantile = map(_with_q, ("quantile", "nanquantile"))
move_sum, move_mean, move_min, move_max, move_median = map(
    _moving, ("move_sum", "move_mean", "move_min", "move_max", "move_median")
)
move_var, move_std = map(_moving_with_ddof, ("move_var", "move_std"))


def anynan(a: Any, axis: int | None = None) -> Any:
    """Is some value NaN?"""
    a = _array(a)
    return _reduced(ufuncs.count, a, axis) != (a.size if axis is None else a.shape[axis])


def allnan(a: Any, axis: int | None = None) -> Any:
    """Is every value NaN? True of no values."""
    return _reduced(ufuncs.count, a, axis) == 0
