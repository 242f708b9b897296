"""Windows that end at each cell."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import _native as ufuncs
from ._arrays import array, mean, named, typed
from ._reductions import lost


def _moving(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def moving(a: Any, window: int, min_count: int | None = None, axis: int = -1) -> Any:
        a = array(a)
        return typed(ufunc(a, *_window(a, window, min_count, axis), axis=axis), mean(a.dtype))

    return named(moving, name, ufunc)


def _moving_with_ddof(name: str) -> Any:
    ufunc = getattr(ufuncs, name)

    def moving(a: Any, window: int, min_count: int | None = None, axis: int = -1, ddof: int = 0) -> Any:
        a = array(a)
        return typed(ufunc(a, *_window(a, window, min_count, axis), lost(ddof), axis=axis), mean(a.dtype))

    return named(moving, name, ufunc)


def _window(a: Any, window: int, min_count: int | None, axis: int) -> tuple[np.uintp, np.uintp]:
    """The parameters of a window."""
    window, axis = operator.index(window), operator.index(axis)
    count = window if min_count is None else operator.index(min_count)
    if a.ndim == 0:
        raise ValueError("moving window functions require ndim > 0")
    if count > window:
        raise ValueError(f"min_count ({count}) cannot be greater than window ({window})")
    if not -a.ndim <= axis < a.ndim:
        raise ValueError(f"axis(={axis}) out of bounds")
    # A length that Dask does not know is NaN.
    if window < 1 or window > a.shape[axis]:
        raise ValueError(f"Moving window (={window}) must between 1 and {a.shape[axis]}, inclusive")
    if count < 1:
        raise ValueError("`min_count` must be greater than zero.")
    return np.uintp(window), np.uintp(count)


move_sum, move_mean, move_median, move_rank = map(_moving, ("move_sum", "move_mean", "move_median", "move_rank"))
move_min, move_max, move_argmin, move_argmax = map(_moving, ("move_min", "move_max", "move_argmin", "move_argmax"))
move_var, move_std = map(_moving_with_ddof, ("move_var", "move_std"))
