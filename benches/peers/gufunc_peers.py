"""Numba for the gufunc workloads: `vectorize` and `guvectorize`, and loops by hand. Threads as in numba_peer.py.

`guvectorize` exists twice, because its target is chosen where it is compiled: `cpu` is one thread.
"""

from __future__ import annotations

from collections.abc import Callable

import numexpr
import numpy as np
from numba import guvectorize, njit, prange, vectorize


def both(types: str, signature: str) -> Callable:
    """By thread count: the same function for one thread and for several."""

    def make(function: Callable) -> Callable[[int], Callable]:
        compiled = {
            target: guvectorize([types], signature, nopython=True, target=target)(function)
            for target in ("cpu", "parallel")
        }
        return lambda threads: compiled["cpu" if threads == 1 else "parallel"]

    return make


@vectorize(["f4(f4, f4)"], nopython=True)
def ndvi(nir, red):
    return (nir - red) / (nir + red)


@njit(parallel=True)
def ndvi_loops(nir, red, out):
    h, w = out.shape
    for i in prange(h):
        for j in range(w):
            out[i, j] = (nir[i, j] - red[i, j]) / (nir[i, j] + red[i, j])


@njit
def select(values, count, k):
    """Hoare's quickselect: the k-th smallest of the first `count` lies at k, and what is smaller lies before it."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


@njit
def nanmedian_of(x, buffer):
    count = 0
    for value in x:
        if value == value:
            buffer[count] = value
            count += 1
    if count == 0:
        return np.float32(np.nan)
    half = count // 2
    upper = select(buffer, count, half)
    if count % 2 == 1:
        return upper
    lower = buffer[0]
    for k in range(1, half):
        lower = max(lower, buffer[k])
    return (lower + upper) * np.float32(0.5)


@both("void(f4[:], f4[:])", "(n)->()")
def nanmedian(x, out):
    out[0] = nanmedian_of(x, np.empty(len(x), np.float32))


@njit(parallel=True)
def nanmedian_loops(x, out):
    """One buffer a row, which `guvectorize` has no place for."""
    h, w, n = x.shape
    for i in prange(h):
        buffer = np.empty(n, np.float32)
        for j in range(w):
            out[i, j] = nanmedian_of(x[i, j], buffer)


@njit(parallel=True)
def nanmedian_numpy(x, out):
    """What Numba makes of NumPy's name."""
    h, w, _ = x.shape
    for i in prange(h):
        for j in range(w):
            out[i, j] = np.nanmedian(x[i, j])


@both("void(f8[:, :], f8[:, :], f8[:, :])", "(m,n),(n,p)->(m,p)")
def matmul(a, b, out):
    m, n = a.shape
    p = b.shape[1]
    for i in range(m):
        for j in range(p):
            total = 0.0
            for k in range(n):
                total += a[i, k] * b[k, j]
            out[i, j] = total


def use_threads(threads: int) -> None:
    numexpr.set_num_threads(threads)
