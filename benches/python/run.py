"""Kernels in Python beside Numba, NumPy, SciPy and bottleneck: one process, one core, contenders taking turns.

    cargo build --release -p ndstencil-python-filters -p ndstencil-kernels
    python benches/python/run.py [--rounds 15] [--json results.json]

Needs numpy, scipy, bottleneck, numba.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def modules() -> str:
    """A folder with the modules, as Python imports them."""
    built = ROOT / "target/release"
    folder = pathlib.Path(tempfile.mkdtemp())
    shutil.copy(built / "libndstencil_python_filters.so", folder / "filters.abi3.so")
    package = folder / "ndstencil_kernels"
    shutil.copytree(ROOT / "stencil-python/kernels/python/ndstencil_kernels", package)
    shutil.copy(built / "lib_native.so", package / "_native.abi3.so")
    return str(folder)


class Bench:
    """Rows of contenders that take turns."""

    def __init__(self, rounds: int) -> None:
        self.rounds, self.rows = rounds, []

    def row(self, name: str, contenders: dict, unit: str = "us") -> None:
        """Times contenders round by round; the first one is the one that others are divided by."""
        repeats = {}
        for label, call in contenders.items():
            call()  # compiles, and brings the data into the caches
            start = time.perf_counter()
            call()
            repeats[label] = max(1, int(2e-3 / max(time.perf_counter() - start, 1e-9)))
        seconds = {label: [] for label in contenders}
        for number in range(self.rounds):
            order = list(contenders)
            order = order[number % len(order) :] + order[: number % len(order)]
            for label in order:
                call, count = contenders[label], repeats[label]
                start = time.perf_counter()
                for _ in range(count):
                    call()
                seconds[label].append((time.perf_counter() - start) / count)
        self.add(name, {label: statistics.median(all_) for label, all_ in seconds.items()}, unit)

    def add(self, name: str, seconds: dict, unit: str = "us") -> None:
        """Adds figures, and prints them."""
        scale = {"us": 1e6, "ms": 1e3, "s": 1}[unit]
        self.rows.append({"row": name, "unit": unit, **{label: value * scale for label, value in seconds.items()}})
        first = next(iter(seconds.values()))
        figures = "  ".join(f"{label} {value * scale:.3g} {unit} ({value / first:.2f})" for label, value in seconds.items())
        print(f"{name}: {figures}", flush=True)


def stencils(bench: Bench) -> None:
    """Means of 3 x 3."""
    import numba
    import numpy as np

    import filters

    @numba.stencil
    def _smooth(x):
        total = x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
        return total // 9

    def tutorial(x, out):
        out[:] = _smooth(x)

    def loops(x, out):
        n, m = x.shape
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                total = x[i, j] * 0
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[i + k, j + l]
                out[i, j] = total / 9 if FLOAT else total // 9

    for dtype, kind in (("u1", numba.uint8), ("f4", numba.float32)):
        global FLOAT
        FLOAT = dtype == "f4"
        signature = [(kind[:, :], kind[:, :])]
        form = numba.guvectorize(signature, "(n,m)->(n,m)", nopython=True)(tutorial)
        explicit = numba.guvectorize(signature, "(n,m)->(n,m)", nopython=True)(loops)
        x = (np.random.default_rng(1).random((1000, 1000)) * 200).astype(dtype)
        out = np.zeros_like(x)
        bench.row(
            f"mean of 3 x 3, 1000 x 1000, {dtype}",
            {
                "ndstencil": lambda: filters.smooth(x, out=out),
                "numba, tutorial": lambda: form(x, out),
                "numba, loops": lambda: explicit(x, out),
            },
        )
        small, small_out = x[:3, :3].copy(), out[:3, :3].copy()
        bench.row(
            f"call on 3 x 3, {dtype}",
            {
                "ndstencil": lambda: filters.smooth(small, out=small_out),
                "numba": lambda: explicit(small, small_out),
                "np.matmul": lambda: np.matmul(small, small, out=small_out),
            },
        )
        many = np.repeat(small[None], 100_000, 0)
        many_out = np.empty_like(many)
        bench.row(
            f"100000 of 3 x 3, {dtype}",
            {"ndstencil": lambda: filters.smooth(many, out=many_out), "numba": lambda: explicit(many, many_out)},
        )


def reductions(bench: Bench) -> None:
    """Medians over dates."""
    import bottleneck
    import numpy as np

    import ndstencil_kernels

    rng = np.random.default_rng(1)
    for dtype in ("f4", "f8"):
        x = rng.random((84, 300, 300)).astype(dtype)
        x[rng.random(x.shape) < 0.3] = np.nan
        bench.row(
            f"nanmedian over 84 dates, 300 x 300, {dtype}",
            {
                "ndstencil": lambda: ndstencil_kernels.nanmedian(x, axis=0),
                "bottleneck": lambda: bottleneck.nanmedian(x, axis=0),
                "np.nanmedian": lambda: np.nanmedian(x, axis=0),
            },
            "ms",
        )


COLD = {
    "numpy": "import numpy as np; x = np.ones((100, 100), 'f4')",
    "ndstencil": "import numpy as np; x = np.ones((100, 100), 'f4'); import filters; filters.smooth(x)",
    "numba": """import numpy as np; x = np.ones((100, 100), 'f4'); import numba
@numba.guvectorize([(numba.float32[:, :], numba.float32[:, :])], "(n,m)->(n,m)", nopython=True)
def smooth(x, out):
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            total = np.float32(0)
            for k in range(-1, 2):
                for l in range(-1, 2):
                    total += x[i + k, j + l]
            out[i, j] = total / 9
smooth(x)""",
}


def cold_start(bench: Bench) -> None:
    """Import and first result in a new process, less what NumPy takes."""
    seconds = {label: [] for label in COLD}
    for _ in range(5):
        for label, program in COLD.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            seconds[label].append(time.perf_counter() - start)
    base = statistics.median(seconds.pop("numpy"))
    bench.add("cold start", {label: statistics.median(all_) - base for label, all_ in seconds.items()}, "ms")


def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = modules()
    sys.path.insert(0, folder)
    os.environ["PYTHONPATH"] = folder
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    bench = Bench(arguments.rounds)
    stencils(bench)
    reductions(bench)
    cold_start(bench)
    if arguments.json:
        record = {"machine": platform.processor() or platform.machine(), "python": platform.python_version(), "rows": bench.rows}
        arguments.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
