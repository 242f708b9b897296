"""The facts that a module of kernels tells of them."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

Sides = tuple[tuple[int, int], ...]
"""The cells before and after a point, axis by axis."""
Rules = tuple[tuple[str, str], ...]
"""The names of the rules before and after each axis."""


def halo(kernel: np.ufunc) -> tuple[Sides, ...]:
    """The reach of a stencil: for each input the cells before and after a point, axis by axis.

    >>> ndstencil.halo(filters.smooth)
    (((1, 1), (1, 1)),)
    """
    halos: tuple[Sides, ...] = _told(kernel, "__halos__")
    return halos


def boundary(kernel: np.ufunc) -> tuple[Rules, ...]:
    """The boundary of a stencil: for each input the rules before and after each axis.

    >>> ndstencil.boundary(filters.smooth)
    ((('nearest', 'nearest'), ('nearest', 'nearest')),)
    """
    own: tuple[Rules, ...] = _told(kernel, "__boundaries__")
    told = _module(kernel).__boundaries__
    rule = "" if kernel.__name__ in told else kernel.__name__.rpartition("__")[2]
    return tuple(tuple((rule, rule) for _ in axes) for axes in own) if rule else own


def with_boundary(kernel: np.ufunc, name: str) -> np.ufunc:
    """The stencil with another boundary on every side: ``nearest``, ``reflect``, ``mirror`` or ``wrap``, as SciPy names them."""
    chosen: np.ufunc = _module(kernel).with_boundary(kernel, name)
    return chosen


def core_dims(kernel: np.ufunc, ndims: Sequence[int]) -> tuple[list[list[str]], list[list[str]]]:
    """The core dimensions of inputs and outputs, without the optional ones that operands with so many axes lack."""
    if kernel.signature is None:
        return [[] for _ in range(kernel.nin)], [[] for _ in range(kernel.nout)]

    def operands(side: str) -> list[list[str]]:
        return [[dim for dim in part.split(",") if dim] for part in side[1:-1].split("),(")]

    inputs, outputs = (operands(side) for side in kernel.signature.replace(" ", "").split("->"))
    missing: set[str] = set()
    for dims, ndim in zip(inputs, ndims):
        for dim in dims:
            if ndim >= sum(one not in missing for one in dims):
                break
            if dim.endswith("?"):
                missing.add(dim)

    def present(side: list[list[str]]) -> list[list[str]]:
        return [[dim.rstrip("?") for dim in dims if dim not in missing] for dims in side]

    return present(inputs), present(outputs)


def _module(kernel: np.ufunc) -> ModuleType:
    """The module that a kernel is of."""
    if not isinstance(kernel, np.ufunc):
        raise TypeError(f"{kernel!r} is no kernel: a kernel is a ufunc of a module of ndstencil-python")
    # The stubs of pickle lack it.
    find: Callable[[np.ufunc, str], str] = getattr(pickle, "whichmodule")
    try:
        return sys.modules[find(kernel, kernel.__name__)]
    except KeyError:
        raise TypeError(f"no module has the kernel {kernel.__name__!r}") from None


def _told(kernel: np.ufunc, what: str) -> Any:
    """A fact of a stencil that its module tells."""
    told = getattr(_module(kernel), what, {})
    # A boundary that was chosen stands behind the kernel's name.
    name = kernel.__name__ if kernel.__name__ in told else kernel.__name__.rpartition("__")[0]
    if name not in told:
        raise TypeError(f"{kernel.__name__!r} is no stencil: use the kernel itself, or `ndstencil.map_core`")
    return told[name]
