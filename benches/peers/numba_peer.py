"""Numba: `numba.stencil` as its natural equal, and the loops that an experienced user writes by hand.

All are compiled with `parallel=True`; one thread is `numba.set_num_threads(1)`.
"""

from __future__ import annotations

import numba
import numpy as np
from numba import njit, prange, stencil

from constants import SECOND, WEIGHTS

W = tuple(float(w) for w in WEIGHTS.ravel())
W00, W01, W02, W10, W11, W12, W20, W21, W22 = (np.float32(w) for w in W)
C0, C1, C2, C3, C4 = (np.float32(c) for c in SECOND)
QUARTER, TWO, THREE = np.float32(0.25), np.float32(2.0), np.float32(3.0)
NINE = np.uint32(9)


@njit(inline="always")
def clamp(i, n):
    return min(max(i, 0), n - 1)


# The element functions of the border, clamped, and the loops over the interior. The arithmetic is spelled out in
# both: a call with a closure over the index would cost the interior its vector code.


@njit
def mean_at(x, i, j):
    h, w = x.shape
    total = np.uint32(0)
    for a in range(-1, 2):
        for b in range(-1, 2):
            total += np.uint32(x[clamp(i + a, h), clamp(j + b, w)])
    return np.uint8(total // NINE)


@njit(parallel=True)
def mean(x, out):
    h, w = x.shape
    for i in prange(1, h - 1):
        for j in range(1, w - 1):
            total = (
                np.uint32(x[i - 1, j - 1]) + np.uint32(x[i - 1, j]) + np.uint32(x[i - 1, j + 1])
                + np.uint32(x[i, j - 1]) + np.uint32(x[i, j]) + np.uint32(x[i, j + 1])
                + np.uint32(x[i + 1, j - 1]) + np.uint32(x[i + 1, j]) + np.uint32(x[i + 1, j + 1])
            )
            out[i, j] = np.uint8(np.uint32(total) // NINE)
        out[i, 0] = mean_at(x, i, 0)
        out[i, w - 1] = mean_at(x, i, w - 1)
    for j in range(w):
        out[0, j] = mean_at(x, 0, j)
        out[h - 1, j] = mean_at(x, h - 1, j)


@stencil
def mean_element(x):
    return (
        x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
    ) // 9


@njit(parallel=True)
def mean_stencil(x, out):
    mean_element(x, out=out)


@njit
def weigh_at(x, i, j):
    h, w = x.shape
    n, s, a, b = clamp(i - 1, h), clamp(i + 1, h), clamp(j - 1, w), clamp(j + 1, w)
    return (
        W00 * x[n, a] + W01 * x[n, j] + W02 * x[n, b]
        + W10 * x[i, a] + W11 * x[i, j] + W12 * x[i, b]
        + W20 * x[s, a] + W21 * x[s, j] + W22 * x[s, b]
    )


@njit(parallel=True)
def weigh(x, out):
    h, w = x.shape
    for i in prange(1, h - 1):
        for j in range(1, w - 1):
            out[i, j] = (
                W00 * x[i - 1, j - 1] + W01 * x[i - 1, j] + W02 * x[i - 1, j + 1]
                + W10 * x[i, j - 1] + W11 * x[i, j] + W12 * x[i, j + 1]
                + W20 * x[i + 1, j - 1] + W21 * x[i + 1, j] + W22 * x[i + 1, j + 1]
            )
        out[i, 0] = weigh_at(x, i, 0)
        out[i, w - 1] = weigh_at(x, i, w - 1)
    for j in range(w):
        out[0, j] = weigh_at(x, 0, j)
        out[h - 1, j] = weigh_at(x, h - 1, j)


@stencil
def weigh_element(x):
    return (
        W00 * x[-1, -1] + W01 * x[-1, 0] + W02 * x[-1, 1]
        + W10 * x[0, -1] + W11 * x[0, 0] + W12 * x[0, 1]
        + W20 * x[1, -1] + W21 * x[1, 0] + W22 * x[1, 1]
    )


@njit(parallel=True)
def weigh_stencil(x, out):
    weigh_element(x, out=out)


@njit
def jacobi_at(u, i, j):
    h, w = u.shape
    return QUARTER * (u[clamp(i - 1, h), j] + u[clamp(i + 1, h), j] + u[i, clamp(j - 1, w)] + u[i, clamp(j + 1, w)])


@njit(parallel=True)
def jacobi(u, out):
    h, w = u.shape
    for i in prange(1, h - 1):
        for j in range(1, w - 1):
            out[i, j] = QUARTER * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
        out[i, 0] = jacobi_at(u, i, 0)
        out[i, w - 1] = jacobi_at(u, i, w - 1)
    for j in range(w):
        out[0, j] = jacobi_at(u, 0, j)
        out[h - 1, j] = jacobi_at(u, h - 1, j)


@stencil
def jacobi_element(u):
    return QUARTER * (u[-1, 0] + u[1, 0] + u[0, -1] + u[0, 1])


@njit(parallel=True)
def jacobi_stencil(u, out):
    jacobi_element(u, out=out)


@njit
def sobel_at(x, i, j):
    h, w = x.shape
    n, s, a, b = clamp(i - 1, h), clamp(i + 1, h), clamp(j - 1, w), clamp(j + 1, w)
    gx = x[n, b] - x[n, a] + TWO * (x[i, b] - x[i, a]) + x[s, b] - x[s, a]
    gy = x[s, a] - x[n, a] + TWO * (x[s, j] - x[n, j]) + x[s, b] - x[n, b]
    return np.sqrt(gx * gx + gy * gy)


@njit(parallel=True)
def sobel(x, out):
    h, w = x.shape
    for i in prange(1, h - 1):
        for j in range(1, w - 1):
            gx = (
                x[i - 1, j + 1] - x[i - 1, j - 1] + TWO * (x[i, j + 1] - x[i, j - 1])
                + x[i + 1, j + 1] - x[i + 1, j - 1]
            )
            gy = (
                x[i + 1, j - 1] - x[i - 1, j - 1] + TWO * (x[i + 1, j] - x[i - 1, j])
                + x[i + 1, j + 1] - x[i - 1, j + 1]
            )
            out[i, j] = np.sqrt(gx * gx + gy * gy)
        out[i, 0] = sobel_at(x, i, 0)
        out[i, w - 1] = sobel_at(x, i, w - 1)
    for j in range(w):
        out[0, j] = sobel_at(x, 0, j)
        out[h - 1, j] = sobel_at(x, h - 1, j)


@njit(inline="always")
def ordered(a, b):
    return min(a, b), max(a, b)


@njit(parallel=True)
def median(x, out):
    """The 19-exchange network over three rows at a time; the rim by sorting."""
    h, w = x.shape
    for i in prange(1, h - 1):
        for j in range(1, w - 1):
            a, b, c = x[i - 1, j - 1], x[i - 1, j], x[i - 1, j + 1]
            d, e, f = x[i, j - 1], x[i, j], x[i, j + 1]
            g, k, m = x[i + 1, j - 1], x[i + 1, j], x[i + 1, j + 1]
            # Columns sorted, then the largest minimum, the median of medians, the smallest maximum.
            a, d = ordered(a, d)
            d, g = ordered(d, g)
            a, d = ordered(a, d)
            b, e = ordered(b, e)
            e, k = ordered(e, k)
            b, e = ordered(b, e)
            c, f = ordered(c, f)
            f, m = ordered(f, m)
            c, f = ordered(c, f)
            low = max(max(a, b), c)
            middle = max(min(d, e), min(max(d, e), f))
            high = min(min(g, k), m)
            out[i, j] = max(min(low, middle), min(max(low, middle), high))
        out[i, 0] = median_at(x, i, 0)
        out[i, w - 1] = median_at(x, i, w - 1)
    for j in range(w):
        out[0, j] = median_at(x, 0, j)
        out[h - 1, j] = median_at(x, h - 1, j)


@njit
def median_at(x, i, j):
    h, w = x.shape
    values = np.empty(9, x.dtype)
    for a in range(3):
        for b in range(3):
            values[3 * a + b] = x[clamp(i + a - 1, h), clamp(j + b - 1, w)]
    values.sort()
    return values[4]


@njit(parallel=True)
def wave(u, previous, out, c):
    """As most people write it: negative offsets, signed indices."""
    d, h, w = u.shape
    for i in prange(4, d - 4):
        for j in range(4, h - 4):
            for k in range(4, w - 4):
                laplacian = (
                    THREE * C0 * u[i, j, k]
                    + C1 * (u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k] + u[i, j, k - 1] + u[i, j, k + 1])
                    + C2 * (u[i - 2, j, k] + u[i + 2, j, k] + u[i, j - 2, k] + u[i, j + 2, k] + u[i, j, k - 2] + u[i, j, k + 2])
                    + C3 * (u[i - 3, j, k] + u[i + 3, j, k] + u[i, j - 3, k] + u[i, j + 3, k] + u[i, j, k - 3] + u[i, j, k + 3])
                    + C4 * (u[i - 4, j, k] + u[i + 4, j, k] + u[i, j - 4, k] + u[i, j + 4, k] + u[i, j, k - 4] + u[i, j, k + 4])
                )
                out[i, j, k] = TWO * u[i, j, k] - previous[i, j, k] + c * laplacian


@njit(parallel=True)
def stack(x, out):
    d, h, w = x.shape
    for n in prange(d):
        image, target = x[n], out[n]
        for i in range(1, h - 1):
            for j in range(1, w - 1):
                total = (
                    np.uint32(image[i - 1, j - 1]) + np.uint32(image[i - 1, j]) + np.uint32(image[i - 1, j + 1])
                    + np.uint32(image[i, j - 1]) + np.uint32(image[i, j]) + np.uint32(image[i, j + 1])
                    + np.uint32(image[i + 1, j - 1]) + np.uint32(image[i + 1, j]) + np.uint32(image[i + 1, j + 1])
                )
                target[i, j] = np.uint8(np.uint32(total) // NINE)
            target[i, 0] = mean_at(image, i, 0)
            target[i, w - 1] = mean_at(image, i, w - 1)
        for j in range(w):
            target[0, j] = mean_at(image, 0, j)
            target[h - 1, j] = mean_at(image, h - 1, j)


@stencil
def stack_element(x):
    return (
        x[0, -1, -1] + x[0, -1, 0] + x[0, -1, 1] + x[0, 0, -1] + x[0, 0, 0] + x[0, 0, 1]
        + x[0, 1, -1] + x[0, 1, 0] + x[0, 1, 1]
    ) // 9


@njit(parallel=True)
def stack_stencil(x, out):
    stack_element(x, out=out)


def use_threads(threads: int) -> None:
    numba.set_num_threads(threads)
