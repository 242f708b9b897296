"""Arrays that come in, and the types of results."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_lazy(a: Any) -> bool:
    """Returns true for an array of Dask's."""
    return type(a).__module__.partition(".")[0] == "dask"


def array(a: Any) -> Any:
    """Dask's arrays as they are, all else as an array of NumPy's."""
    if type(a) is np.ndarray or is_lazy(a):
        return a
    if isinstance(a, np.ma.MaskedArray):
        raise TypeError("the mask of a masked array would be left out of account: use `a.filled(np.nan)`")
    return np.asarray(a)


def typed(y: Any, dtype: np.dtype[Any]) -> Any:
    """A result as one of this type."""
    return y if y.dtype == dtype else y.astype(dtype)


def total(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type of a sum: integers of 64 bits, as in NumPy."""
    return dtype if dtype.kind == "f" else np.dtype(np.uint64 if dtype.kind == "u" else np.int64)


def mean(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type of a mean, of a window, of what lies between two values."""
    return dtype if dtype.kind == "f" else np.dtype(np.float64)


def named(function: Any, name: str, ufunc: np.ufunc) -> Any:
    """The function under the name, and with the documentation, of its kernel."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = "ndstencil_kernels"
    function.__doc__ = ufunc.__doc__.split("\n\n")[1]
    return function
