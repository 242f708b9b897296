"""The workloads: arrays, contenders, what the result must be, and the goals.

Every contender writes into the same preallocated output. Borders repeat the edge. A contender that cannot do borders
(`numba.stencil`, ndarray's windows) leaves the rim alone and is timed all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import halide as hl
import numpy as np
import scipy.ndimage as ndimage

import halide_peer
import numba_peer
from constants import GAUSS, SECOND, SIGMA, WAVE_SPEED, WEIGHTS
from contest import OTHER, OURS, Contender, Goal, Workload
from native import Library

EDGE = cv2.BORDER_REPLICATE


class Builder:
    """Collects the contenders of one workload."""

    def __init__(self, library: Library, threads: list[int], inputs: list[np.ndarray], output: np.ndarray) -> None:
        self.library, self.threads, self.inputs, self.output = library, threads, inputs, output
        self.contenders: list[Contender] = []
        # What the Rust side is told, where that is not the output's.
        self.shape: tuple[int, ...] | None = None

    def add(self, name: str, call: Callable[[], object], only: int | None = None, **options) -> None:
        """One contender per thread count; `only` for what knows no threads."""
        for threads in self.threads:
            if only in (None, threads):
                self.contenders.append(Contender(name, threads, call, **options))

    def native(self, name: str, symbol: str, inputs: list[np.ndarray] | None = None, only: int | None = None, **options):
        if not self.library.has(symbol):
            return
        for threads in self.threads:
            if only in (None, threads):
                call = self.library.bind(symbol, threads, inputs or self.inputs, self.output, self.shape)
                self.contenders.append(Contender(name, threads, call, **options))
                if name == OURS and self.library.other and self.library.other.has(symbol):
                    call = self.library.other.bind(symbol, threads, inputs or self.inputs, self.output, self.shape)
                    self.contenders.append(Contender(OTHER, threads, call, **options))

    def halide(self, make: Callable, rim: tuple[int, ...]) -> None:
        """With borders, and the interior alone."""
        sources = [hl.Buffer(array) for array in self.inputs]
        for threads in self.threads:
            for border in (True, False):
                compiled = make(threads, border)
                target = hl.Buffer(self.output)
                if not border:
                    # Halide counts axes from the innermost.
                    extents = zip(reversed(self.output.shape), reversed(rim))
                    target = target.cropped([(r, n - 2 * r) for n, r in extents])
                name = "Halide" if border else "Halide, interior only"
                call = lambda compiled=compiled, target=target: compiled(*sources, target)  # noqa: E731
                self.contenders.append(Contender(name, threads, call, skips=None if border else rim))

    def ceilings(self) -> dict:
        """The output's bytes copied from an array of the same size. Returns the workload's fields about ceilings."""
        source = np.ones_like(self.output)
        source_bytes, target = source.reshape(-1).view(np.uint8), self.output.reshape(-1).view(np.uint8)
        expected = {"expected": "copy"}
        self.add("np.copyto", lambda: np.copyto(self.output, source), only=1, **expected)
        for name, symbol in (("copy", "copy_plain"), ("copy, streaming stores", "copy_nt")):
            for threads in self.threads:
                call = self.library.bind(symbol, threads, [source_bytes], target)
                self.contenders.append(Contender(name, threads, call, **expected))
        expected = {"copy": lambda: np.ones_like(self.output)}
        return {"ceiling": "copy, streaming stores", "copied": 2 * self.output.nbytes, "expected": expected}

    def workload(self, name: str, title: str, exact: Callable, **options) -> Workload:
        options = {
            "bytes": sum(array.nbytes for array in (*self.inputs, self.output)),
            "points": self.output.size,
            "contenders": self.contenders,
            "output": self.output,
            **(ceilings := self.ceilings()),
            **options,
            "expected": {"exact": exact, **ceilings.get("expected", {}), **options.get("expected", {})},
        }
        return Workload(name, title, **options)


def bytes_image(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def float_image(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).random(shape, dtype=np.float32)


def nine_sum(x: np.ndarray) -> np.ndarray:
    padded = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(1, 1), (1, 1)], mode="edge")
    h, w = x.shape[-2:]
    return sum(
        (padded[..., i : i + h, j : j + w].astype(np.uint16) for i in range(3) for j in range(3)), np.uint16(0)
    )


def goal(rival: str, factor: float, *threads: int) -> Goal:
    return Goal(rival, factor, *threads)


def mean_u8(library: Library, threads: list[int], n: int) -> Workload:
    x, out = bytes_image(n, n), np.zeros((n, n), np.uint8)
    b = Builder(library, threads, [x], out)
    b.native(OURS, "ours_mean_u8")
    b.add("OpenCV blur", lambda: cv2.blur(x, (3, 3), dst=out, borderType=EDGE), expected="rounded")
    b.halide(halide_peer.mean, (1, 1))
    b.add("Numba loops", lambda: numba_peer.mean(x, out))
    b.add("numba.stencil", lambda: numba_peer.mean_stencil(x, out), skips=(1, 1))
    # SciPy and imageproc round after each axis, in opposite order; libblur multiplies by a fixed-point reciprocal.
    b.add("SciPy uniform_filter", lambda: ndimage.uniform_filter(x, 3, output=out, mode="nearest"), 1, expected="by axes")
    b.native("ndarray windows", "windows_mean_u8", skips=(1, 1))
    b.native("imageproc box_filter", "imageproc_mean_u8", only=1, expected="by axes reversed")
    # With two threads libblur 0.24.0 gets the rows wrong where its two parts meet.
    b.native("libblur box_blur", "libblur_mean_u8", only=1, expected="rounded", tolerance=1)

    def by_axes(*axes: int) -> np.ndarray:
        result = x.astype(np.int32)
        for axis in axes:
            result = ndimage.convolve1d(result, np.ones(3, np.int32), axis=axis, mode="nearest") // 3
        return result

    return b.workload(
        "mean_u8",
        f"3 x 3 mean, u8, {n} x {n}",
        lambda: nine_sum(x) // 9,
        expected={
            "rounded": lambda: (nine_sum(x) + 4) // 9,
            "by axes": lambda: by_axes(0, 1),
            "by axes reversed": lambda: by_axes(1, 0),
        },
        goals=[
            goal("OpenCV blur", 2.0, 1), goal("Halide", 0.95, 1), goal("Halide, interior only", 0.95, 1),
            goal("OpenCV blur", 3.5, 2), goal("numba.stencil", 25, 2), goal("ndarray windows", 3, 1),
            goal("imageproc box_filter", 3, 1), goal("libblur box_blur", 3, 1),
        ],
    )  # fmt: skip


def weights_f32(library: Library, threads: list[int], n: int) -> Workload:
    x, out = float_image(n, n), np.zeros((n, n), np.float32)
    b = Builder(library, threads, [x], out)
    b.native(OURS, "ours_weights_f32")
    b.add("OpenCV filter2D", lambda: cv2.filter2D(x, -1, WEIGHTS, dst=out, borderType=EDGE))
    b.halide(halide_peer.weigh, (1, 1))
    b.add("Numba loops", lambda: numba_peer.weigh(x, out))
    b.add("numba.stencil", lambda: numba_peer.weigh_stencil(x, out), skips=(1, 1))
    b.add("SciPy correlate", lambda: ndimage.correlate(x, WEIGHTS, output=out, mode="nearest"), 1)
    b.native("ndarray windows", "windows_weights_f32", skips=(1, 1))
    b.native("ndarray-ndimage correlate", "ndimage_weights_f32", only=1)
    b.native("ndarray-conv", "conv_weights_f32", only=1)
    b.native("imageproc filter", "imageproc_weights_f32")
    # The last columns of libblur 0.24.0 are wrong: not compared.
    b.native("libblur filter_2d", "libblur_weights_f32", skips=(0, 4))
    return b.workload(
        "weights_f32",
        f"3 x 3 weights, f32, {n} x {n}",
        lambda: ndimage.correlate(x.astype(np.float64), WEIGHTS, mode="nearest"),
        tolerance=1e-5,
        goals=[
            goal("OpenCV filter2D", 1.2, 1), goal("Halide", 1.2, 1), goal("Halide, interior only", 1.2, 1),
            goal("ndarray windows", 3, 1), goal("ndarray-ndimage correlate", 3, 1), goal("ndarray-conv", 3, 1),
            goal("imageproc filter", 3, 1), goal("libblur filter_2d", 3, 1),
        ],
    )  # fmt: skip


def jacobi_f32(library: Library, threads: list[int], n: int) -> Workload:
    u, out = float_image(n, n), np.zeros((n, n), np.float32)
    b = Builder(library, threads, [u], out)
    b.native(OURS, "ours_jacobi_f32")
    b.halide(halide_peer.jacobi, (1, 1))
    b.add("Numba loops", lambda: numba_peer.jacobi(u, out))
    b.add("numba.stencil", lambda: numba_peer.jacobi_stencil(u, out), skips=(1, 1))
    b.native("ndarray Zip, shifted slices", "zip_jacobi_f32", skips=(1, 1))
    b.native("ndarray windows", "windows_jacobi_f32", skips=(1, 1))

    def exact() -> np.ndarray:
        p = np.pad(u, 1, mode="edge")
        return np.float32(0.25) * (p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:])

    return b.workload(
        "jacobi_f32",
        f"5-point Jacobi sweep, f32, {n} x {n}",
        exact,
        tolerance=1e-5,
        goals=[
            goal("np.copyto", 0.95, 1), goal("copy", 0.75, 2),
            goal("ndarray Zip, shifted slices", 1.5, 1), goal("ndarray windows", 3, 1),
        ],
    )  # fmt: skip


def sobel_f32(library: Library, threads: list[int], n: int) -> Workload:
    x, out = float_image(n, n), np.zeros((n, n), np.float32)
    gx, gy = np.zeros_like(x), np.zeros_like(x)
    b = Builder(library, threads, [x], out)

    def opencv() -> None:
        cv2.Sobel(x, cv2.CV_32F, 1, 0, dst=gx, borderType=EDGE)
        cv2.Sobel(x, cv2.CV_32F, 0, 1, dst=gy, borderType=EDGE)
        cv2.magnitude(gx, gy, out)

    b.native(OURS, "ours_sobel_f32")
    b.add("OpenCV Sobel", opencv)
    b.halide(halide_peer.sobel, (1, 1))
    b.add("Numba loops", lambda: numba_peer.sobel(x, out))
    b.native("ndarray windows", "windows_sobel_f32", skips=(1, 1))
    b.native("ndarray-ndimage sobel", "ndimage_sobel_f32", only=1)

    def exact() -> np.ndarray:
        wide = x.astype(np.float64)
        return np.hypot(*(ndimage.sobel(wide, axis, mode="nearest") for axis in (0, 1)))

    return b.workload(
        "sobel_f32",
        f"Sobel magnitude, f32, {n} x {n}",
        exact,
        tolerance=1e-5,
        goals=[
            goal("OpenCV Sobel", 3.0, 1), goal("Halide", 1.1, 1), goal("Halide, interior only", 1.1, 1),
            goal("ndarray windows", 3, 1), goal("ndarray-ndimage sobel", 3, 1),
        ],
    )  # fmt: skip


def median_u8(library: Library, threads: list[int], n: int) -> Workload:
    x, out = bytes_image(n, n), np.zeros((n, n), np.uint8)
    b = Builder(library, threads, [x], out)
    b.native(OURS, "ours_median_u8")
    b.add("OpenCV medianBlur", lambda: cv2.medianBlur(x, 3, dst=out))
    b.halide(halide_peer.median, (1, 1))
    b.add("Numba loops", lambda: numba_peer.median(x, out))
    b.native("imageproc median_filter", "imageproc_median_u8", only=1)
    b.native("libblur median_blur", "libblur_median_u8")

    def exact() -> np.ndarray:
        p = np.pad(x, 1, mode="edge")
        v = [p[i : i + n, j : j + n] for i in range(3) for j in range(3)]
        # Exchanges that leave the median of nine in the middle (Paeth): partitioning arrays takes half a minute.
        for a, b in (
            (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
            (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
        ):
            v[a], v[b] = np.minimum(v[a], v[b]), np.maximum(v[a], v[b])
        return v[4]

    return b.workload(
        "median_u8",
        f"3 x 3 median, u8, {n} x {n}",
        exact,
        goals=[
            goal("OpenCV medianBlur", 0.95, 1), goal("OpenCV medianBlur", 1.8, 2),
            goal("imageproc median_filter", 3, 1), goal("libblur median_blur", 3, 1),
        ],
    )  # fmt: skip


def wave_f32(library: Library, threads: list[int], n: int) -> Workload:
    n = min(n, 256)
    u, previous, out = float_image(n, n, n), float_image(n, n, n)[::-1].copy(), np.zeros((n, n, n), np.float32)
    b = Builder(library, threads, [u, previous], out)
    rim = (4, 4, 4)
    b.native(OURS, "ours_wave_f32", skips=rim)
    sources, target = [hl.Buffer(u), hl.Buffer(previous)], hl.Buffer(out).cropped([(4, n - 8)] * 3)
    for count in threads:
        compiled = halide_peer.wave(count, float(WAVE_SPEED))
        call = lambda compiled=compiled: compiled(*sources, target)  # noqa: E731
        b.contenders.append(Contender("Halide", count, call, skips=rim))
    b.add("Numba loops", lambda: numba_peer.wave(u, previous, out, WAVE_SPEED), skips=rim)

    def exact() -> np.ndarray:
        laplacian = 3 * SECOND[0] * u
        for axis in range(3):
            for k in range(1, 5):
                laplacian += SECOND[k] * (np.roll(u, k, axis) + np.roll(u, -k, axis))
        return 2 * u - previous + WAVE_SPEED * laplacian

    return b.workload(
        "wave_f32",
        f"25-point wave step, f32, {n}^3, interior",
        exact,
        tolerance=1e-4,
        goals=[goal("Halide", 1.05, 2), goal("Numba loops", 5, 2)],
    )


def gauss_f32(library: Library, threads: list[int], n: int) -> Workload:
    x, out = float_image(n, n), np.zeros((n, n), np.float32)
    b = Builder(library, threads, [x], out)
    between = np.zeros_like(x)
    b.native(OURS, "ours_gauss_f32", inputs=[x, between])
    b.add("OpenCV GaussianBlur", lambda: cv2.GaussianBlur(x, (31, 31), SIGMA, dst=out, borderType=EDGE))
    b.add("OpenCV sepFilter2D", lambda: cv2.sepFilter2D(x, -1, GAUSS, GAUSS, dst=out, borderType=EDGE))
    b.halide(halide_peer.gauss, (15, 15))
    b.native("imageproc separable_filter", "imageproc_gauss_f32", only=1)
    b.native("ndarray-ndimage correlate1d", "ndimage_gauss_f32", only=1)
    b.native("libblur filter_1d_exact", "libblur_gauss_f32")

    def exact() -> np.ndarray:
        rows = ndimage.correlate1d(x, GAUSS, axis=1, output=np.float64, mode="nearest")
        return ndimage.correlate1d(rows, GAUSS, axis=0, mode="nearest")

    return b.workload(
        "gauss_f32",
        f"31-tap Gaussian, rows then columns, f32, {n} x {n}",
        exact,
        tolerance=1e-5,
        goals=[
            goal("OpenCV GaussianBlur", 2.0, 1), goal("Halide", 1.5, 1), goal("Halide, interior only", 1.5, 1),
            goal("imageproc separable_filter", 3, 1), goal("ndarray-ndimage correlate1d", 3, 1),
            goal("libblur filter_1d_exact", 3, 1),
        ],
    )  # fmt: skip


def stack_u8(library: Library, threads: list[int], n: int) -> Workload:
    depth, n = 100, min(n, 1000)
    x, out = bytes_image(depth, n, n), np.zeros((depth, n, n), np.uint8)
    b = Builder(library, threads, [x], out)

    def opencv() -> None:
        for source, target in zip(x, out):
            cv2.blur(source, (3, 3), dst=target, borderType=EDGE)

    b.native(OURS, "ours_stack_u8")
    b.add("OpenCV blur", opencv, expected="rounded")
    b.halide(halide_peer.stack, (0, 1, 1))
    b.add("Numba loops", lambda: numba_peer.stack(x, out))
    b.add("numba.stencil", lambda: numba_peer.stack_stencil(x, out), skips=(0, 1, 1))
    return b.workload(
        "stack_u8",
        f"3 x 3 mean over the last axes of {depth} x {n} x {n}, u8",
        lambda: nine_sum(x) // 9,
        expected={"rounded": lambda: (nine_sum(x) + 4) // 9},
        goals=[goal("copy", 1 / 1.15, 2), goal("numba.stencil", 25, 2)],
    )


def small(library: Library) -> Iterator[Workload]:
    """Timed inside Rust. The rival is the interior alone, serial, without any border."""
    cases = (
        ("weights_256", "3 x 3 weights, f32, 256 x 256", 256**2, 2000, 1 / 1.15),
        ("jacobi_256", "5-point Jacobi, f32, 256 x 256", 256**2, 2000, 1 / 1.15),
        ("mean_256", "3 x 3 mean, u8, 256 x 256", 256**2, 2000, 1 / 1.40),
        ("median_256", "3 x 3 median, u8, 256 x 256", 256**2, 1000, 1 / 1.40),
        ("weights_64", "3 x 3 weights, f32, 64 x 64, threads allowed", 64**2, 10000, 1 / 1.3),
        ("mean_64", "3 x 3 mean, u8, 64 x 64, threads allowed", 64**2, 10000, 1 / 1.3),
        ("weights_8", "3 x 3 weights, f32, 8 x 8, threads allowed", 8**2, 20000, None),
        ("mean_8", "3 x 3 mean, u8, 8 x 8, threads allowed", 8**2, 20000, None),
        ("mean_1000", "3 x 3 mean, u8, 1000 x 1000", 1000**2, 100, None),
        ("laplacian_100", "7-point Laplacian, f32, 100^3", 100**3, 50, 1 / 1.3),
    )
    for name, title, points, calls, factor in cases:
        contenders = []
        sides = [(OURS, "whole", library), ("interior only", "interior", library)]
        if library.other:
            sides.append((OTHER, "whole", library.other))
        for label, suffix, side in sides:
            if side.has(f"small_{name}_{suffix}"):
                call = side.timed(f"small_{name}_{suffix}", calls)
                contenders.append(Contender(label, 1, call, timed=True))
        goals = [goal("interior only", factor, 1)] if factor else []
        yield Workload(f"small_{name}", title, points, contenders, goals=goals)


# Seconds that one call may take, for goals that name no rival.
ABSOLUTE = {"small_weights_8": 0.5e-6, "small_mean_8": 0.5e-6, "small_mean_1000": 1000**2 / 11e9}

LARGE = {
    "mean_u8": mean_u8,
    "weights_f32": weights_f32,
    "jacobi_f32": jacobi_f32,
    "sobel_f32": sobel_f32,
    "median_u8": median_u8,
    "wave_f32": wave_f32,
    "gauss_f32": gauss_f32,
    "stack_u8": stack_u8,
}
