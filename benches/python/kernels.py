"""Functions of `ndstencil_kernels` beside bottleneck's: one process, one core, the two taking turns.

    cargo build --release -p ndstencil-kernels
    python benches/python/kernels.py [--rounds 11] [--only move_median] [--json kernels.json]

Prints a table in Markdown: bottleneck's time divided by ours, for each shape, axis and type; below 1 bottleneck is quicker. Needs
numpy and bottleneck.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

COLUMNS = [(shape, axis, dtype) for shape, axis in (((1000, 1000), -1), ((1000, 1000), 0), ((1_000_000,), 0)) for dtype in ("f4", "f8")]
MOVING = ("sum", "mean", "var", "std", "min", "max", "argmin", "argmax", "median", "rank")
REDUCTIONS = "nansum nanmean nanvar nanstd nanmin nanmax nanargmin nanargmax median nanmedian ss anynan allnan".split()
# A name, the function, and its arguments behind the array.
ROWS = [(name, name, ()) for name in REDUCTIONS]
ROWS += [(f"move_{name}, {window} cells", f"move_{name}", (window, 1)) for window in (10, 100) for name in MOVING]
ROWS += [("rankdata", "rankdata", ()), ("nanrankdata", "nanrankdata", ()), ("push", "push", (None,))]
ROWS += [("partition", "partition", (100,)), ("argpartition", "argpartition", (100,)), ("replace", "replace", (-9.0, -9.0))]


def seconds(call, repeats: int) -> float:
    """The time of one call of several."""
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def ratio(ours, theirs, rounds: int) -> tuple[float, float]:
    """The times of two calls that take turns."""
    calls = (ours, theirs)
    for call in calls:
        call()
    repeats = [max(1, int(2e-3 / seconds(call, 1))) for call in calls]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for turn in (number % 2, 1 - number % 2):
            times[turn].append(seconds(calls[turn], repeats[turn]))
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp())
    package = shutil.copytree(ROOT / "stencil-python/kernels/python/ndstencil_kernels", folder / "ndstencil_kernels")
    shutil.copy(ROOT / "target/release/lib_native.so", package / "_native.abi3.so")
    sys.path.insert(0, str(folder))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import bottleneck
    import numpy as np

    import ndstencil_kernels

    rng = np.random.default_rng(1)
    arrays = {}
    for shape, _, dtype in COLUMNS:
        x = rng.random(shape).astype(dtype)
        x[rng.random(shape) < 0.1] = np.nan
        arrays[shape, dtype] = x
    heads = [f"{'x'.join(map(str, shape))}, axis {axis}, {dtype}" for shape, axis, dtype in COLUMNS]
    print("| | " + " | ".join(heads) + " |\n|---|" + "---|" * len(heads), flush=True)
    record = []
    for name, function, more in ROWS:
        if arguments.only not in name:
            continue
        cells = []
        for head, (shape, axis, dtype) in zip(heads, COLUMNS):
            x = arrays[shape, dtype]
            # NaN end what `anynan` looks for, and order is not that of NaN in partitions.
            if function in ("median", "anynan", "partition", "argpartition"):
                x = np.nan_to_num(x)
            settings = {} if function == "replace" else {"axis": axis}
            calls = [getattr(module, function) for module in (ndstencil_kernels, bottleneck)]
            ours, theirs = ratio(*[lambda call=call: call(x, *more, **settings) for call in calls], arguments.rounds)
            record.append({"row": name, "column": head, "ndstencil_us": ours * 1e6, "bottleneck_us": theirs * 1e6})
            cells.append(f"{theirs / ours:.2f}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    if arguments.json:
        machine = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
        versions = {"numpy": np.__version__, "bottleneck": bottleneck.__version__}
        arguments.json.write_text(json.dumps({**machine, **versions, "rows": record}, indent=1) + "\n")


if __name__ == "__main__":
    main()
