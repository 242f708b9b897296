"""The work and the memory of Dask's scheduler for arrays in many chunks, beside jobs in shares, which have no scheduler.

    cargo build --release -p ndstencil-python-filters -p ndstencil-kernels -p ndstencil-jobs
    python benches/python/scale.py [--chunks 1000 10000 100000] [--json scale.json] [--markdown scale.md]

The first table is about graphs alone: building and optimising them, and their size as they go to the scheduler. The second one is about
work, from Zarr to Zarr in chunks of 64 x 64 cells, so that what is seen is the cost of a chunk: Dask's LocalCluster of two processes
against two processes that do a share of a job each. Needs numpy, dask, distributed, zarr.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import time

import run

# Workers begin with this file, too, and find the modules where it has put them.
FOLDER = os.environ.get("NDSTENCIL_MODULES")
if FOLDER is None:
    FOLDER = os.environ["NDSTENCIL_MODULES"] = tempfile.mkdtemp()
    run.modules(pathlib.Path(FOLDER))
PATH = [FOLDER, str(run.ROOT / "stencil-python/python")]
sys.path[:0] = PATH
os.environ["PYTHONPATH"] = os.pathsep.join(PATH)

import cloudpickle
import dask
import dask.array as da
import numpy as np

import filters
import ndstencil

JOBS = run.ROOT / "target/release/jobs"


def side(count: int) -> int:
    """As many chunks along each of two axes."""
    return round(count**0.5)


def graph(name: str, count: int) -> dict:
    """Builds, optimises and packs a graph."""
    start = time.perf_counter()
    if name == "smooth(x)":  # a stack: each image is one chunk
        lazy = filters.smooth(da.zeros((count, 8, 8), chunks=(1, 8, 8), dtype="u1"))
    else:  # one image in chunks
        x = da.zeros((8 * side(count), 8 * side(count)), chunks=(8, 8), dtype="u1")
        lazy = ndstencil.map_stencil(filters.smooth, x)
    built = time.perf_counter()
    (optimised,) = dask.optimize(lazy)
    tasks = dict(optimised.__dask_graph__())
    done = time.perf_counter()
    packed = len(cloudpickle.dumps(tasks, protocol=pickle.HIGHEST_PROTOCOL))
    return {
        "what": name,
        "chunks": lazy.npartitions,
        "tasks": len(tasks),
        "build_s": built - start,
        "optimise_s": done - built,
        "bytes": packed,
    }


def image(folder: str, count: int) -> str:
    """An image of so many chunks."""
    import zarr

    path = f"{folder}/image-{count}.zarr"
    n = 64 * side(count)
    stored = zarr.create_array(path, shape=(n, n), chunks=(64, 64), dtype="f4", compressors=None)
    row = np.random.default_rng(1).random((64, n), dtype="f4")
    for start in range(0, n, 64):
        stored[start : start + 64] = row
    return path


def by_dask(folder: str, count: int) -> dict:
    """The job on a LocalCluster, in a process of its own so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--cluster", image(folder, count), f"{folder}/dask-{count}.zarr"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def most_memory() -> int:
    """The most memory that this process has had, in bytes."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def cluster(source: str, target: str) -> None:
    """Runs it; prints a line of JSON."""
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local, Client(local):
        before = most_memory()
        start = time.perf_counter()
        ndstencil.map_stencil(filters.smooth, da.from_zarr(source)).to_zarr(target)
        seconds = time.perf_counter() - start
        memory = most_memory() - before
    print(json.dumps({"seconds": seconds, "memory": memory}))


def by_shares(folder: str, count: int) -> dict:
    """The job as two processes, each of which does its share."""
    start = time.perf_counter()
    command = [str(JOBS), "mean3", f"{folder}/image-{count}.zarr", f"{folder}/shares-{count}.zarr"]
    shares = [subprocess.Popen(command, env={**os.environ, "JOB_SHARD": f"{share}/2"}, stdout=subprocess.PIPE) for share in range(2)]
    told = [json.loads(share.communicate()[0]) for share in shares]
    assert all(share.returncode == 0 for share in shares)
    return {"seconds": time.perf_counter() - start, "memory": max(one["peak"] for one in told)}


def work(counts: list[int]) -> list[dict]:
    """The second table."""
    import zarr

    rows = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            lazily, shares = by_dask(folder, count), by_shares(folder, count)
            same = zarr.open(f"{folder}/dask-{count}.zarr")[:64], zarr.open(f"{folder}/shares-{count}.zarr")[:64]
            assert np.allclose(*same)
            rows.append({"chunks": side(count) ** 2, "dask": lazily, "shares": shares})
    return rows


def tables(graphs: list[dict], works: list[dict]) -> str:
    """Both tables in Markdown."""
    lines = ["| | chunks | tasks | tasks a chunk | graph | a chunk | size |", "|---|---|---|---|---|---|---|"]
    for row in graphs:
        seconds, chunks = row["build_s"] + row["optimise_s"], row["chunks"]
        lines.append(
            f"| `{row['what']}` | {chunks} | {row['tasks']} | {row['tasks'] / chunks:.1f} | {seconds:.2f} s "
            f"| {seconds / chunks * 1e6:.0f} us | {row['bytes'] / 1e6:.1f} MB |"
        )
    lines += ["", "| | chunks | time | a chunk | memory beside the workers |", "|---|---|---|---|---|"]
    for row in works:
        for label, what in (("Dask, two workers", "dask"), ("two shares of a job", "shares")):
            seconds, memory = row[what]["seconds"], row[what]["memory"]
            beside = f"{memory / 2**20:.0f} MiB" if what == "dask" else f"none; a share has {memory / 2**20:.0f} MiB"
            lines.append(f"| {label} | {row['chunks']} | {seconds:.2f} s | {seconds / row['chunks'] * 1e6:.0f} us | {beside} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--work", type=int, nargs="+", default=[1000, 4000], help="chunks of the second table")
    parser.add_argument("--only", choices=["graphs", "work"], help="one table; the other one stays as it is in --json")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--cluster", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.cluster:
        return cluster(*arguments.cluster)
    record: dict = {"machine": run.processor(), "graphs": [], "work": []}
    if arguments.only and arguments.json and arguments.json.exists():
        record |= json.loads(arguments.json.read_text())
    if arguments.only != "work":
        record["graphs"] = [graph(name, count) for name in ("smooth(x)", "map_stencil") for count in arguments.chunks]
    if arguments.only != "graphs":
        record["work"] = work(arguments.work)
    text = f"{record['machine']}\n\n{tables(record['graphs'], record['work'])}"
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text)
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
