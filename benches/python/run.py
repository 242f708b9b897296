"""Kernels in Python beside Numba, NumPy and bottleneck: one process, one core, contenders taking turns.

    cargo build --release -p ndstencil-python-filters -p ndstencil-kernels
    python benches/python/run.py [--rounds 15] [--only WORD] [--json results.json] > table.md

Prints a table of Markdown, with the progress on stderr. A figure is the least of all rounds, which is what neighbours on the
machine disturb least, and ratios are of these. Needs numpy, bottleneck, numba.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import timeit

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = "ndstencil"


def modules(folder: pathlib.Path) -> None:
    """Puts the modules into a folder, as Python imports them."""
    built = ROOT / "target/release"
    shutil.copy(built / "libndstencil_python_filters.so", folder / "filters.abi3.so")
    package = folder / "ndstencil_kernels"
    shutil.copytree(ROOT / "stencil-python/kernels/python/ndstencil_kernels", package)
    shutil.copy(built / "lib_native.so", package / "_native.abi3.so")


def processor() -> str:
    """The name of the processor."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} cores"


class Bench:
    """Rows of contenders that take turns."""

    def __init__(self, rounds: int, only: str) -> None:
        self.rounds, self.only, self.rows = rounds, only, []

    def row(self, name: str, contenders: dict[str, str], names: dict, goals: dict[str, float] | None = None) -> None:
        """Times statements round by round; the first one is ours, which the others are divided by."""
        if self.only not in name:
            return
        timers = {label: timeit.Timer(statement, globals=names) for label, statement in contenders.items()}
        repeats = {}
        for label, timer in timers.items():
            timer.timeit(1)  # compiles, and brings the data into the caches
            repeats[label] = max(1, int(2e-3 / max(timer.timeit(3) / 3, 1e-9)))
        seconds = {label: [] for label in contenders}
        for number in range(self.rounds):
            order = list(contenders)
            order = order[number % len(order) :] + order[: number % len(order)]
            for label in order:
                seconds[label].append(timers[label].timeit(repeats[label]) / repeats[label])
        self.add(name, seconds, goals or {})

    def add(self, name: str, seconds: dict[str, list[float]], goals: dict[str, float]) -> None:
        """Adds the seconds of all rounds. Goals are how many times as long others take at least."""
        least = {label: min(all_) for label, all_ in seconds.items()}
        self.rows.append({
            "row": name,
            "microseconds": {label: round(one * 1e6, 4) for label, one in least.items()},
            "ratios": {label: round(one / least[OURS], 3) for label, one in least.items() if label != OURS},
            "goals": goals,
        })
        print(name, self.rows[-1]["microseconds"], file=sys.stderr, flush=True)

    def table(self) -> str:
        """The rows as Markdown."""
        lines = ["| | ndstencil | others, and how many times as long they take |", "|---|---|---|"]
        for row in self.rows:
            others = []
            for label, ratio in row["ratios"].items():
                goal = f" (goal {row['goals'][label]:g})" if label in row["goals"] else ""
                others.append(f"{label} {duration(row['microseconds'][label])}: {ratio:.3g} ×{goal}")
            goal = f" (goal {row['goals'][OURS]:g} µs)" if OURS in row["goals"] else ""
            lines.append(f"| {row['row']} | {duration(row['microseconds'][OURS])}{goal} | {'; '.join(others)} |")
        return "\n".join(lines)


def duration(microseconds: float) -> str:
    """A duration in a unit that suits it."""
    return f"{microseconds / 1000:.3g} ms" if microseconds >= 1000 else f"{microseconds:.3g} µs"


def stencils(bench: Bench) -> None:
    """Means of 3 x 3."""
    import numba
    import numpy as np

    import filters

    @numba.stencil
    def of_integers(x):
        total = x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
        return total // 9

    @numba.stencil
    def of_floats(x):
        total = x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
        return total / 9

    def tutorial_of_integers(x, out):
        out[:] = of_integers(x)

    def tutorial_of_floats(x, out):
        out[:] = of_floats(x)

    def loops_of_integers(x, out):
        for i in range(1, x.shape[0] - 1):
            for j in range(1, x.shape[1] - 1):
                total = np.uint32(0)
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[i + k, j + l]
                out[i, j] = total // np.uint32(9)

    def loops_of_floats(x, out):
        for i in range(1, x.shape[0] - 1):
            for j in range(1, x.shape[1] - 1):
                total = np.float32(0)
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[i + k, j + l]
                out[i, j] = total / np.float32(9)

    def edges_of_integers(x, out):
        n, m = x.shape
        for i in range(n):
            for j in range(m):
                total = np.uint32(0)
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[min(max(i + k, 0), n - 1), min(max(j + l, 0), m - 1)]
                out[i, j] = total // np.uint32(9)

    def edges_of_floats(x, out):
        n, m = x.shape
        for i in range(n):
            for j in range(m):
                total = np.float32(0)
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[min(max(i + k, 0), n - 1), min(max(j + l, 0), m - 1)]
                out[i, j] = total / np.float32(9)

    for dtype, kind, tutorial, loops, edges, goal in (
        ("uint8", numba.uint8, tutorial_of_integers, loops_of_integers, edges_of_integers, 20),
        ("float32", numba.float32, tutorial_of_floats, loops_of_floats, edges_of_floats, 2.5),
    ):
        compiled = numba.guvectorize([(kind[:, :], kind[:, :])], "(n,m)->(n,m)", nopython=True)
        x = (np.random.default_rng(1).random((1000, 1000)) * 200).astype(dtype)
        names = {"smooth": filters.smooth, "tutorial": compiled(tutorial), "loops": compiled(loops), "edges": compiled(edges)}
        names |= {"matmul": np.matmul, "x": x, "out": np.zeros_like(x)}
        bench.row(
            f"mean of 3 × 3, 1000 × 1000 {dtype}",
            {OURS: "smooth(x, out)", "Numba, the tutorial's form": "tutorial(x, out)", "Numba, loops over the inside": "loops(x, out)"},
            names,
            {"Numba, the tutorial's form": goal, "Numba, loops over the inside": 1},
        )
        small = x[:3, :3].copy()
        bench.row(
            f"a call on 3 × 3 {dtype}",
            {OURS: "smooth(x, out)", "Numba": "loops(x, out)", "`np.matmul`": "matmul(x, x, out)"},
            names | {"x": small, "out": small.copy()},
            {OURS: 1, "Numba": 1},
        )
        many = np.repeat(small[None], 100_000, 0)
        bench.row(
            f"100 000 images of 3 × 3 {dtype}, one call",
            {OURS: "smooth(x, out)", "Numba with edges": "edges(x, out)", "Numba, the one cell inside": "loops(x, out)"},
            names | {"x": many, "out": np.zeros_like(many)},
        )


def elements(bench: Bench) -> None:
    """Element by element, and the methods of such ufuncs."""
    import numba
    import numpy as np

    import filters

    rng = np.random.default_rng(1)
    ndvi = numba.vectorize([numba.float32(numba.float32, numba.float32)], nopython=True)(lambda a, b: (a - b) / (a + b))
    names = {"ours": filters.ndvi, "numba": ndvi, "add": np.add, "subtract": np.subtract}
    names |= {"minus": filters.minus, "plus": filters.plus}
    small = rng.random((3, 3)).astype("f")
    bench.row(
        "`ndvi`, a call on 3 × 3 float32",
        {OURS: "ours(x, y, out)", "Numba": "numba(x, y, out)", "`np.add`": "add(x, y, out)"},
        names | {"x": small, "y": small.copy(), "out": small.copy()},
    )
    x, y = (rng.random(1_000_000).astype("f") + 1 for _ in range(2))
    names |= {"x": x, "y": y, "out": np.zeros_like(x)}
    bench.row(
        "`ndvi`, 1 000 000 float32",
        {OURS: "ours(x, y, out)", "Numba": "numba(x, y, out)", "`np.add`": "add(x, y, out)"},
        names,
    )
    # Again and again in place with 0.5, values go round: none becomes infinite.
    bench.row(
        "`ndvi` in place, 1 000 000 float32",
        {OURS: "ours(x, y, x)", "Numba": "numba(x, y, x)", "`np.add`": "add(x, y, x)"},
        names | {"x": x.copy(), "y": np.full_like(x, 0.5)},
    )
    doubles, integers, table = rng.random(1_000_000), rng.integers(0, 9, 1_000_000).astype("i"), rng.random((1000, 1000))
    names |= {"doubles": doubles, "integers": integers, "table": table}
    bench.row(
        "`minus.reduce`, 1 000 000 float64, in order",
        {OURS: "minus.reduce(doubles)", "`np.subtract.reduce`, in order": "subtract.reduce(doubles)", "`np.add.reduce`, in pairs": "add.reduce(doubles)"},
        names,
    )
    bench.row(
        "`plus.reduce`, 1 000 000 int32",
        {OURS: "plus.reduce(integers)", "`np.add.reduce`": "add.reduce(integers, dtype='i')"},
        names,
    )
    bench.row(
        "`minus.reduce` along the first axis, 1000 × 1000 float64",
        {OURS: "minus.reduce(table)", "`np.subtract.reduce`": "subtract.reduce(table)"},
        names,
    )
    bench.row(
        "`minus.accumulate`, 1 000 000 float64",
        {OURS: "minus.accumulate(doubles)", "`np.subtract.accumulate`": "subtract.accumulate(doubles)"},
        names,
    )


def reductions(bench: Bench) -> None:
    """Medians over dates."""
    import bottleneck
    import numpy as np

    import ndstencil_kernels

    rng = np.random.default_rng(1)
    for dtype in ("float32", "float64"):
        x = rng.random((84, 300, 300)).astype(dtype)
        x[rng.random(x.shape) < 0.1] = np.nan
        bench.row(
            f"`nanmedian` over 84 dates, 300 × 300 {dtype}",
            {OURS: "ours(x, axis=0)", "bottleneck": "bottleneck(x, axis=0)", "`np.nanmedian`": "numpy(x, axis=0)"},
            {"ours": ndstencil_kernels.nanmedian, "bottleneck": bottleneck.nanmedian, "numpy": np.nanmedian, "x": x},
            {"bottleneck": 7, "`np.nanmedian`": 15},
        )


NUMPY = "import numpy as np; x = np.ones((100, 100), 'f4')"
COLD = {
    "NumPy alone": NUMPY,
    OURS: f"{NUMPY}; import filters; filters.smooth(x)",
    "Numba": f"""{NUMPY}; import numba
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
    """Import and first result in a new process, less what Python and NumPy take."""
    name = "import and first result, beyond NumPy's"
    if bench.only not in name:
        return
    seconds = {label: [] for label in COLD}
    for _ in range(max(3, bench.rounds // 3)):
        for label, program in COLD.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            seconds[label].append(time.perf_counter() - start)
    base = min(seconds.pop("NumPy alone"))
    # What is measured is near to nothing, and noise must not make it less.
    bench.add(name, {label: [max(min(all_) - base, 1e-4)] for label, all_ in seconds.items()}, {"Numba": 10})


def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="", help="the rows whose names hold this")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    # The last core: the first one is the system's.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        modules(pathlib.Path(folder))
        sys.path.insert(0, folder)
        os.environ["PYTHONPATH"] = folder
        bench = Bench(arguments.rounds, arguments.only)
        for rows in (stencils, elements, reductions, cold_start):
            rows(bench)
    import bottleneck
    import numba
    import numpy as np

    versions = {"python": platform.python_version(), "numpy": np.__version__, "numba": numba.__version__}
    versions["bottleneck"] = bottleneck.__version__
    print(f"{processor()}; {', '.join(f'{name} {version}' for name, version in versions.items())}\n\n{bench.table()}")
    if arguments.json:
        record = {"processor": processor(), "versions": versions, "rounds": arguments.rounds, "rows": bench.rows}
        arguments.json.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
