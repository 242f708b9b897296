"""What Dask's scheduler has to hold for a stack: tasks, seconds and bytes of the graph, by the number of chunks.

    cargo build --release -p ndstencil-python-filters -p ndstencil-kernels
    python benches/python/scale.py [--chunks 1000 10000 100000] [--json scale.json]

Needs numpy and dask. Nothing is computed but the graph: chunks have a few cells.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import pickle
import sys
import time

import run

sys.path[:0] = [run.modules(), str(run.ROOT / "stencil-python/python")]

import cloudpickle
import dask
import dask.array as da

import filters
import ndstencil


def square(count: int) -> tuple[int, int]:
    """About so many chunks, as many along each axis."""
    side = round(count**0.5)
    return side, side


def measure(name: str, count: int) -> dict:
    """Builds, optimises and packs a graph."""
    start = time.perf_counter()
    if name == "smooth(x)":  # a stack: each image is one chunk
        lazy = filters.smooth(da.zeros((count, 8, 8), chunks=(1, 8, 8), dtype="u1"))
    else:  # one image in chunks
        rows, columns = square(count)
        x = da.zeros((8 * rows, 8 * columns), chunks=(8, 8), dtype="u1")
        lazy = ndstencil.map_stencil(filters.smooth, x)
    built = time.perf_counter()
    (optimised,) = dask.optimize(lazy)
    graph = dict(optimised.__dask_graph__())
    done = time.perf_counter()
    packed = len(cloudpickle.dumps(graph, protocol=pickle.HIGHEST_PROTOCOL))
    return {
        "what": name,
        "chunks": lazy.npartitions,
        "tasks": len(graph),
        "build_s": built - start,
        "optimise_s": done - built,
        "bytes": packed,
    }


def main() -> None:
    """A table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    rows = []
    print("| | chunks | tasks | tasks a chunk | graph, s | us a chunk | MB |\n|---|---|---|---|---|---|---|")
    for name in ("smooth(x)", "map_stencil"):
        for count in arguments.chunks:
            row = measure(name, count)
            rows.append(row)
            seconds, chunks = row["build_s"] + row["optimise_s"], row["chunks"]
            print(
                f"| {name} | {chunks} | {row['tasks']} | {row['tasks'] / chunks:.1f} | {seconds:.2f} "
                f"| {seconds / chunks * 1e6:.0f} | {row['bytes'] / 1e6:.1f} |",
                flush=True,
            )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
