"""The workloads of gufuncs: see workloads.py, whose machinery they use.

bottleneck has no `out`: its results are fresh arrays, small but for the moving windows, where it pays as its users do.
"""

from __future__ import annotations

from collections.abc import Callable

import bottleneck as bn
import numexpr
import numpy as np
import scipy.ndimage as ndimage

import gufunc_peers
from contest import OURS, Workload
from native import Library
from workloads import Builder, bytes_image, float_image, goal, nine_sum

# A stack as satellites make it: the dates of a few years.
DATES = 84
WINDOW = 31
# NumPy's nanmedian goes through masked arrays: this many of a thousand rows are enough to know it.
NUMPY_SHARE = 0.05


class TriadBuilder(Builder):
    """The ceiling: a + s b, STREAM's triad, between the same three arrays."""

    def ceilings(self) -> dict:
        for name, symbol in (("triad", "triad_plain"), ("triad, streaming stores", "triad_nt")):
            self.native(name, symbol, expected="triad")
        a, b = self.inputs
        moved = a.nbytes + b.nbytes + self.output.nbytes
        return {"ceiling": "triad, streaming stores", "copied": moved, "expected": {"triad": lambda: a + np.float32(0.5) * b}}


class PlainBuilder(Builder):
    """No ceiling: the arrays stay in the caches, or the work is not about memory."""

    def ceilings(self) -> dict:
        return {"bytes": None}


class ReductionBuilder(PlainBuilder):
    """One axis of the input goes. Points are those of the input."""

    def __init__(self, library: Library, threads: list[int], x: np.ndarray, axis: int) -> None:
        shape = x.shape[1:] if axis == 0 else x.shape[:-1]
        super().__init__(library, threads, [x], np.zeros(shape, np.float32))
        self.shape = x.shape

    def workload(self, name: str, title: str, exact: Callable, **options) -> Workload:
        return super().workload(name, title, exact, points=self.inputs[0].size, **options)


class ReadBuilder(ReductionBuilder):
    """The ceiling: the input is read, and nothing is written."""

    def ceilings(self) -> dict:
        words = self.inputs[0].reshape(-1).view(np.uint64)
        for threads in self.threads:
            call = self.library.bind("read_sum", threads, [words], self.output, words.shape)
            self.add("read", call, only=threads, expected="read")

        def total() -> np.ndarray:
            result = np.zeros_like(self.output)
            # The bits that an f32 holds exactly.
            result.flat[0] = int(words.sum()) & 0xFFFFFF
            return result

        return {"ceiling": "read", "copied": words.nbytes, "expected": {"read": total}}


def stack_shape(n: int, axis: int) -> tuple[int, int, int]:
    n = min(n, 1000)
    return (DATES, n, n) if axis == 0 else (n, n, DATES)


def with_gaps(*shape: int) -> np.ndarray:
    """One value in ten is missing."""
    x = float_image(*shape)
    x[np.random.default_rng(3).random(shape, dtype=np.float32) < 0.1] = np.nan
    return x


def axis_name(axis: int) -> str:
    return "first" if axis == 0 else "last"


def by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def ndvi_f32(library: Library, threads: list[int], n: int) -> Workload:
    nir, red, out = float_image(n, n), float_image(n, n)[::-1].copy(), np.zeros((n, n), np.float32)
    # Nothing reflects nothing: no division by zero.
    nir += np.float32(0.01)
    b = TriadBuilder(library, threads, [nir, red], out)
    names = {"nir": nir, "red": red}
    b.native(OURS, "ours_ndvi_f32")
    b.add("numexpr", lambda: numexpr.evaluate("(nir - red) / (nir + red)", names, {}, out=out))
    b.add("Numba vectorize", lambda: gufunc_peers.ndvi(nir, red, out=out), 1)
    b.add("Numba loops", lambda: gufunc_peers.ndvi_loops(nir, red, out))
    between = np.zeros_like(out)

    def in_numpy() -> None:
        np.subtract(nir, red, out=out)
        np.add(nir, red, out=between)
        np.divide(out, between, out=out)

    b.add("NumPy, in place", in_numpy, 1)
    b.add("NumPy", lambda: (nir - red) / (nir + red), 1, fresh=True)

    def exact() -> np.ndarray:
        wide = nir.astype(np.float64)
        return (wide - red) / (wide + red)

    return b.workload(
        "ndvi_f32",
        f"NDVI, f32, {n} x {n}",
        exact,
        tolerance=1e-6,
        goals=[goal("numexpr", 4, 1), goal("numexpr", 4, 2), goal("NumPy", 3, 1), goal("triad", 0.85, 2)],
    )


def nanmedian(axis: int) -> Callable[[Library, list[int], int], Workload]:
    def make(library: Library, threads: list[int], n: int) -> Workload:
        x = with_gaps(*stack_shape(n, axis))
        b = ReductionBuilder(library, threads, x, axis)
        out, name = b.output, axis_name(axis)
        b.native(OURS, f"ours_nanmedian_{name}")
        b.add("bottleneck nanmedian", lambda: bn.nanmedian(x, axis=axis), 1, fresh=True)
        goals = [goal("bottleneck nanmedian", 7, 1)]
        if axis == -1:
            for count in threads:
                in_numba = gufunc_peers.nanmedian(count)
                b.add("Numba guvectorize", lambda in_numba=in_numba: in_numba(x, out), only=count)
            b.add("Numba loops", lambda: gufunc_peers.nanmedian_loops(x, out))
            b.add("Numba np.nanmedian", lambda: gufunc_peers.nanmedian_numpy(x, out))
            rows = max(1, round(NUMPY_SHARE * len(x)))
            b.add(
                f"NumPy nanmedian ({rows} rows, scaled)",
                lambda: np.nanmedian(x[:rows], axis=-1, out=out[:rows]),
                1,
                share=rows / len(x),
            )
            goals.append(goal("Numba np.nanmedian", 10, 2))

        def exact() -> np.ndarray:
            # NaN comes last.
            ordered = np.sort(x, axis=axis)
            count = np.count_nonzero(~np.isnan(x), axis=axis, keepdims=True)
            below = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis)
            above = np.take_along_axis(ordered, np.minimum(count // 2, DATES - 1), axis)
            return ((below.astype(np.float64) + above) / 2).squeeze(axis)

        return b.workload(
            f"nanmedian_{name}",
            f"nanmedian over the {name} axis of {by(x.shape)}, f32, 10 % NaN",
            exact,
            tolerance=1e-6,
            goals=goals,
        )

    return make


def nanmean_first(library: Library, threads: list[int], n: int) -> Workload:
    x = with_gaps(*stack_shape(n, 0))
    b = ReadBuilder(library, threads, x, 0)
    out = b.output
    b.native(OURS, "ours_nanmean_first")
    b.add("bottleneck nanmean", lambda: bn.nanmean(x, axis=0), 1, fresh=True)
    b.add("NumPy nanmean", lambda: np.nanmean(x, axis=0, out=out), 1)
    return b.workload(
        "nanmean_first",
        f"nanmean over the first axis of {by(x.shape)}, f32, 10 % NaN",
        lambda: np.nansum(x, axis=0, dtype=np.float64) / np.count_nonzero(~np.isnan(x), axis=0),
        tolerance=1e-5,
        goals=[goal("bottleneck nanmean", 2, 1), goal("read", 0.75, 2)],
    )


def reduction(name: str, axis: int) -> Callable[[Library, list[int], int], Workload]:
    """NumPy's function, and bottleneck's nearest: it has none but those that skip NaN."""
    in_numpy, in_bottleneck = getattr(np, name), getattr(bn, f"nan{name}")
    wide = {} if name in ("min", "max") else {"dtype": np.float64}

    def make(library: Library, threads: list[int], n: int) -> Workload:
        x = float_image(*stack_shape(n, axis))
        b = ReadBuilder(library, threads, x, axis)
        out = b.output
        b.native(OURS, f"ours_{name}_{axis_name(axis)}")
        b.add("NumPy", lambda: in_numpy(x, axis=axis, out=out), 1)
        b.add(f"bottleneck nan{name}", lambda: in_bottleneck(x, axis=axis), 1, fresh=True)
        return b.workload(
            f"{name}_{axis_name(axis)}",
            f"{name} over the {axis_name(axis)} axis of {by(x.shape)}, f32",
            lambda: in_numpy(x, axis=axis, **wide),
            tolerance=1e-5 if wide else 0.0,
            goals=[goal("NumPy", 1, 1), goal(f"bottleneck nan{name}", 1, 1)],
        )

    return make


# What moving medians are quick or slow at.
DATA = {
    "random": lambda rng, shape, dtype: rng.random(shape, dtype),
    "sorted": lambda rng, shape, dtype: np.sort(rng.random(shape, dtype), axis=-1),
    "constant": lambda rng, shape, dtype: np.ones(shape, dtype),
    "mostly": lambda rng, shape, dtype: np.where(rng.random(shape) < 0.05, rng.random(shape), 0.5).astype(dtype),
    "few": lambda rng, shape, dtype: rng.integers(0, 10, shape).astype(dtype),
}


def moving(
    name: str, window: int = WINDOW, dtype: type = np.float64, data: str = "random"
) -> Callable[[Library, list[int], int], Workload]:
    # Rows that hold the window several times.
    rows, columns = (1000, 10_000) if window == WINDOW else (4, 500_000)
    element = "f64" if dtype is np.float64 else "f32"
    suffix = "" if window == WINDOW else f"_{window}_{element}"

    def make(library: Library, threads: list[int], n: int) -> Workload:
        shape = (min(n, rows), columns * min(n, 1000) // 1000)
        x, out = DATA[data](np.random.default_rng(4), shape, dtype), np.zeros(shape, dtype)
        b = (Builder if name == "mean" else PlainBuilder)(library, threads, [x], out)
        in_bottleneck = getattr(bn, f"move_{name}")
        b.native(OURS, f"ours_moving_{name}{suffix}")
        b.add(f"bottleneck move_{name}", lambda: in_bottleneck(x, window), 1, fresh=True)

        def exact() -> np.ndarray:
            result = np.full(shape, np.nan)
            if name == "mean":
                windows = [x[:, k : shape[1] - window + 1 + k] for k in range(window)]
                result[:, window - 1 :] = sum(windows[1:], windows[0]) / window
            else:
                # Centred there: the window that ends here has its middle half a window earlier.
                for target, row in zip(result, x):
                    half = window // 2
                    target[window - 1 :] = ndimage.median_filter(row, window)[half:-half]
            return result

        return b.workload(
            f"moving_{name}{suffix}" + (f"_{data}" if data != "random" else ""),
            f"moving {name} of {window}, {element}, {by(shape)}, {data}",
            exact,
            tolerance=1e-12 if name == "mean" else 0.0,
            goals=[goal(f"bottleneck move_{name}", 1, 1)],
        )

    return make


def stacked_u8(library: Library, threads: list[int], n: int) -> Workload:
    depth, n = 100, min(n, 1000)
    x, out = bytes_image(depth, n, n), np.zeros((depth, n, n), np.uint8)
    b = Builder(library, threads, [x], out)
    b.native(OURS, "ours_stacked_u8")
    b.native("the stencil on each image", "each_image_u8")
    return b.workload(
        "stacked_u8",
        f"3 x 3 mean of each image of {depth} x {n} x {n}, u8: a stencil that is a gufunc",
        lambda: nine_sum(x) // 9,
        goals=[goal("the stencil on each image", 0.95, 1), goal("the stencil on each image", 0.95, 2)],
    )


def matmul_f64(library: Library, threads: list[int], n: int) -> Workload:
    shape = (100 * min(n, 1000), 3, 3)
    random = np.random.default_rng(5)
    left, right, out = random.random(shape), random.random(shape), np.zeros(shape)
    b = PlainBuilder(library, threads, [left, right], out)
    b.native(OURS, "ours_matmul_f64")
    for count in threads:
        in_numba = gufunc_peers.matmul(count)
        b.add("Numba guvectorize", lambda in_numba=in_numba: in_numba(left, right, out), only=count)
    b.add("NumPy matmul", lambda: np.matmul(left, right, out=out), 1)
    return b.workload(
        "matmul_f64",
        f"{shape[0]} products of 3 x 3 matrices, f64",
        lambda: np.einsum("kij,kjl->kil", left, right),
        points=shape[0],
        tolerance=1e-14,
        goals=[goal("Numba guvectorize", 1, 1), goal("NumPy matmul", 1, 1)],
    )


LARGE = {
    "ndvi_f32": ndvi_f32,
    "nanmedian_last": nanmedian(-1),
    "nanmedian_first": nanmedian(0),
    "nanmean_first": nanmean_first,
    **{
        f"{name}_{axis_name(axis)}": reduction(name, axis)
        for name in ("mean", "std", "min", "max")
        for axis in (-1, 0)
    },
    "moving_mean": moving("mean"),
    "moving_median": moving("median"),
    **{
        f"moving_median_{window}_{element}": moving("median", window, dtype)
        for window in (1001, 10_001, 100_001)
        for element, dtype in (("f64", np.float64), ("f32", np.float32))
    },
    **{
        f"moving_median_{window}_f64_{data}": moving("median", window, np.float64, data)
        for window in (1001, 100_001)
        for data in ("sorted", "constant", "mostly", "few")
    },
    "stacked_u8": stacked_u8,
    "matmul_f64": matmul_f64,
}
