"""A stack of 4 GiB on Dask's LocalCluster: kernels beside Numba's, by the same scheduler.

    cargo build --release -p ndstencil-python-filters -p ndstencil-kernels
    python benches/python/cluster.py [--rounds 3] [--json cluster.json]

Two processes of one thread each. Frames are larger than the caches, and each worker keeps the one that it reads, so that what is timed
is the kernel, the memory of its results, and the scheduler. Needs numpy, dask, distributed, numba.
"""
from __future__ import annotations

import argparse
import functools
import json
import os
import pathlib
import sys
import tempfile
import time

import run

# Workers begin with this file, too, and find the modules where it has put them.
FOLDER = os.environ.get("NDSTENCIL_MODULES")
if FOLDER is None:
    FOLDER = os.environ["NDSTENCIL_MODULES"] = tempfile.mkdtemp()
    run.modules(pathlib.Path(FOLDER))
sys.path[:0] = [FOLDER]
os.environ["PYTHONPATH"] = os.pathsep.join([FOLDER, str(pathlib.Path(__file__).parent)])

import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster

import filters

SIDE = {"u1": 8192, "f4": 4096}  # frames of 64 MiB
FRAMES = 64


@functools.lru_cache
def frame(dtype):
    """The frame that a worker keeps."""
    rng = np.random.default_rng(1)
    return (rng.random((1, SIDE[dtype], SIDE[dtype]), dtype="f4") * 200).astype(dtype)


def source(dtype, block_id=None):
    """A chunk of the stack, which costs nothing."""
    return frame(dtype)


@functools.lru_cache
def numba_kernel(dtype):
    """Explicit loops, compiled on the worker."""
    import numba

    kind = {"u1": numba.uint8, "f4": numba.float32}[dtype]
    is_float = dtype == "f4"

    @numba.guvectorize([(kind[:, :], kind[:, :])], "(n,m)->(n,m)", nopython=True)
    def smooth(x, out):
        n, m = x.shape
        for i in range(n):
            out[i, 0] = x[i, 0]
            out[i, m - 1] = x[i, m - 1]
        for j in range(m):
            out[0, j] = x[0, j]
            out[n - 1, j] = x[n - 1, j]
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                total = x[i, j] * 0
                for k in range(-1, 2):
                    for l in range(-1, 2):
                        total += x[i + k, j + l]
                out[i, j] = total / 9 if is_float else total // 9

    return smooth


def ours(x):
    """A chunk of results, of which a cell is kept."""
    return filters.smooth(x)[:, :1, :1]


def numbas(x):
    """The same by Numba."""
    return numba_kernel(x.dtype.str[1:])(x)[:, :1, :1]


def main() -> None:
    """Rounds of both, taking turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    rows = []
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster):
            for dtype, side in SIDE.items():
                stack = da.map_blocks(
                    functools.partial(source, dtype), chunks=((1,) * FRAMES, (side,), (side,)), dtype=dtype, name=f"stack-{dtype}"
                )
                seconds: dict[str, list[float]] = {"ndstencil": [], "numba": []}
                for number in range(arguments.rounds + 1):  # the first round compiles, and makes the frames
                    contenders = [("ndstencil", ours), ("numba", numbas)]
                    for label, call in contenders if number % 2 else reversed(contenders):
                        small = stack.map_blocks(call, chunks=(1, 1, 1), meta=np.empty((0, 0, 0), dtype), name=f"{label}-{dtype}-{number}")
                        start = time.perf_counter()
                        small.compute()
                        if number:
                            seconds[label].append(time.perf_counter() - start)
                best = {label: min(taken) for label, taken in seconds.items()}
                size = stack.nbytes / 2**30
                rows.append({"dtype": dtype, "GiB": size, **best, "ratio": best["numba"] / best["ndstencil"]})
                print(
                    f"{dtype}, {size:.0f} GiB: ndstencil {size / best['ndstencil']:.2f} GiB/s, numba {size / best['numba']:.2f} GiB/s, "
                    f"{best['numba'] / best['ndstencil']:.2f} times",
                    flush=True,
                )
    if arguments.json:
        arguments.json.write_text(json.dumps({"processor": run.processor(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    # By its name, so that workers import these functions, and keep what they cache.
    import cluster

    cluster.main()
