"""Values replaced in place."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np


def replace(a: Any, old: Any, new: Any) -> Any:
    """Replaces the value `old`, NaN too, by `new` in the array itself, and returns it: `numpy.copyto`."""
    if not isinstance(a, np.ndarray):
        raise TypeError("works in place so input must be an array, not (e.g.) a list")
    kind = numbers.Complex if a.dtype.kind == "c" else numbers.Real
    for name, value in (("old", old), ("new", new)):
        if not isinstance(value, (kind, np.bool_)):
            raise TypeError(f"`{name}` must be a number")
    if a.dtype.kind in "biu":
        if old != old:
            return a
        for name, value in (("old", old), ("new", new)):
            if not _is_held(value, a.dtype):
                raise ValueError(f"Cannot safely cast `{name}` to {'int' if a.dtype.kind != 'b' else 'bool'}: {value}")
    np.copyto(a, a.dtype.type(new), where=np.isnan(a) if old != old else a == old)
    return a


def _is_held(value: Any, dtype: np.dtype[Any]) -> bool:
    """Does the type of integers hold the value?"""
    least, most = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    return bool(least <= value <= most) and int(value) == value


replace.__module__ = "ndstencil_kernels"
