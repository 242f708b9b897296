"""Times chunked jobs beside other tools, by turns, and prints one table.

Use: cargo build --release -p ndstencil-jobs && python benches/jobs/run.py [--only mean3,npy] [--scale 1.0] [--json FILE --markdown FILE]

Peers: Dask with zarr-python, rasterio with SciPy, gdaldem where it is installed, copying a file. Each run is a process of its
own, so that its peak memory is its own; inputs are in the page cache. Needs numpy, scipy, dask, zarr, rasterio, pillow.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOBS = ROOT / "target/release/jobs"


def measured(command, **environment):
    """Runs a program; returns its seconds and the most memory that it had, in bytes."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} ended with {status}")
    return {"seconds": time.perf_counter() - begun, "peak": usage.ru_maxrss * 1024, "output": output.strip()}


def python(code, *arguments):
    return measured([sys.executable, "-c", code, *map(str, arguments)])


def ours(name, source, target, memory=1 << 30):
    return measured([str(JOBS), name, str(source), str(target)], JOB_MEMORY=str(memory))


def gone(*paths):
    for path in paths:
        path = Path(path)
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    for path in paths:
        Path(f"{path}.job").unlink(missing_ok=True)


MAKE_ZARR = """
import sys, numpy as np, zarr
from numcodecs import Zstd
path, shape, chunks, kind = sys.argv[1], eval(sys.argv[2]), eval(sys.argv[3]), sys.argv[4]
z = zarr.create_array(path, shape=shape, chunks=chunks, dtype="f4", compressors=zarr.codecs.ZstdCodec(level=1), overwrite=True)
rng = np.random.default_rng(1)
for i in range(0, shape[0], chunks[0]):
    n = min(chunks[0], shape[0] - i)
    x = np.cumsum(rng.normal(size=(n,) + tuple(shape[1:])), axis=-1).astype("f4")
    x = np.round(x, 1)
    if kind == "nan":
        x[rng.random(x.shape) < 0.3] = np.nan
    z[i:i+n] = x
"""

DASK_MEAN = """
import sys, dask.array as da, zarr
from scipy.ndimage import uniform_filter
import dask
dask.config.set(scheduler="threads", num_workers=2)
x = da.from_zarr(sys.argv[1])
y = x.map_overlap(lambda b: uniform_filter(b, 3, mode="reflect"), depth=1, boundary="reflect", dtype="f4")
y.to_zarr(sys.argv[2], compute=True)
"""

DASK_MEAN_SAME = """
import sys, numpy as np, dask.array as da, zarr, numba, dask
dask.config.set(scheduler="threads", num_workers=2)
@numba.njit(nogil=True)
def mean(x, y):
    n, m = x.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            s = np.float32(0)
            for a in range(-1, 2):
                for b in range(-1, 2):
                    s += x[i + a, j + b]
            y[i, j] = s / np.float32(9)
def kernel(x):
    y = np.zeros_like(x)
    mean(x, y)
    return y
x = da.from_zarr(sys.argv[1])
y = x.map_overlap(kernel, depth=1, boundary="reflect", dtype="f4", meta=np.empty((0, 0), "f4"))
y.to_zarr(sys.argv[2], compute=True)
"""

DASK_NANMEDIAN = """
import sys, dask, dask.array as da
dask.config.set(scheduler="threads", num_workers=2)
x = da.from_zarr(sys.argv[1])
da.nanmedian(x, axis=0).to_zarr(sys.argv[2], compute=True)
"""

MAKE_IMAGES = """
import sys, numpy as np
from PIL import Image
folder, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
y, x = np.mgrid[:side, :side]
rng = np.random.default_rng(1)
for k in range(count):
    z = 128 + 60 * np.sin((x + 7 * k) / 40) + 50 * np.cos(y / 31) + rng.normal(size=x.shape) * 4
    Image.fromarray(z.clip(0, 255).astype("u1")).save(f"{folder}/{k:04}.png", compress_level=1)
"""

MAKE_NPY = """
import sys, numpy as np
n = int(float(sys.argv[2]))
x = np.lib.format.open_memmap(sys.argv[1], "w+", "f4", (n // 8192, 8192))
for i in range(0, x.shape[0], 1024):
    x[i:i+1024] = np.arange(8192, dtype="f4") + i
"""

MAKE_TIFF = """
import sys, numpy as np, rasterio
side = int(sys.argv[2])
y, x = np.mgrid[:side, :side].astype("f4")
z = (300 + 100 * np.sin(x / 217) + 80 * np.cos(y / 331) + 3 * np.sin(x * y / 9e4)).astype("f4").round(2)
with rasterio.open(sys.argv[1], "w", driver="GTiff", height=side, width=side, count=1, dtype="float32", tiled=True,
                   blockxsize=256, blockysize=256, compress="deflate", predictor=3,
                   transform=rasterio.transform.from_origin(5e5, 4e6, 30, 30), crs="EPSG:32632") as f:
    f.write(z, 1)
"""

RASTERIO_SLOPE = """
import sys, numpy as np, rasterio
from scipy.ndimage import correlate
from rasterio.windows import Window
kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "f4")
with rasterio.open(sys.argv[1]) as f, rasterio.open(sys.argv[2], "w", **{**f.profile, "num_threads": 2}) as g:
    side = 1024
    for i in range(0, f.height, side):
        for j in range(0, f.width, side):
            h, w = min(side, f.height - i), min(side, f.width - j)
            top, left = min(i, 1), min(j, 1)
            bottom, right = min(f.height - i - h, 1), min(f.width - j - w, 1)
            z = f.read(1, window=Window(j - left, i - top, w + left + right, h + top + bottom))
            x, y = correlate(z, kx, mode="nearest"), correlate(z, kx.T, mode="nearest")
            s = np.degrees(np.arctan(np.sqrt(x * x + y * y) / np.float32(240))).astype("f4")
            g.write(s[top:top+h, left:left+w], 1, window=Window(j, i, w, h))
"""


def machine():
    """The processor, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    return {"processor": name, "cores": os.cpu_count(), "python": platform.python_version(), "date": time.strftime("%Y-%m-%d")}


def table(machine, rows):
    """The rows as a table in Markdown."""
    def peak(row, name):
        return f"{row[name] / 2**20:.0f} MiB" if name in row else ""

    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['date']}; made by `benches/jobs/run.py`.",
        "",
        "| job | time | most memory | beside | its time | its memory | times | goal |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        theirs = f"{row['theirs']:.2f} s" if "theirs" in row else ""
        times = f"{row['times']:.2f}" if "times" in row else ""
        time = f"{row['ours']:.4f} s" if row["ours"] < 0.1 else f"{row['ours']:.2f} s"
        lines.append(f"| {row['job']} | {time} | {peak(row, 'our_peak')} | {row.get('peer', '')} | {theirs} | "
                     f"{peak(row, 'their_peak')} | {times} | {row['goal']} |")
    return "\n".join(lines) + "\n"


def by_turns(rounds, **programs):
    """The best of some rounds of each program, one after the other in each round."""
    best = {}
    for _ in range(rounds):
        for name, program in programs.items():
            result = program()
            if name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--scale", type=float, default=1.0, help="of the sizes, along one axis")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path, help="adds to the rows of other jobs that are there")
    parser.add_argument("--markdown", type=Path, help="the table of all rows of the JSON")
    arguments = parser.parse_args()
    only = [name for name in arguments.only.split(",") if name]
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="ndstencil-jobs-"))
    folder.mkdir(parents=True, exist_ok=True)
    rows = []

    def wanted(name):
        return not only or name in only

    def row(name, best, goal):
        us = best.pop("ours")
        for peer, other in best.items():
            rows.append({
                "job": name, "peer": peer, "ours": us["seconds"], "theirs": other["seconds"],
                "times": other["seconds"] / us["seconds"], "our_peak": us["peak"], "their_peak": other["peak"], "goal": goal,
            })
            print(f"{name:12} {us['seconds']:8.2f} s {us['peak'] / 2**20:7.0f} MiB   {peer:22} {other['seconds']:8.2f} s "
                  f"{other['peak'] / 2**20:7.0f} MiB   {other['seconds'] / us['seconds']:5.2f} x   goal {goal}", flush=True)

    rounds, scale = arguments.rounds, arguments.scale
    if wanted("mean3"):
        source, a, b, c = (folder / name for name in ("x.zarr", "mean_ours.zarr", "mean_dask.zarr", "mean_scipy.zarr"))
        rows_of = int(16384 * scale)
        python(MAKE_ZARR, source, (rows_of, 16384), (1024, 1024), "walk")
        row("mean3", by_turns(
            rounds,
            ours=lambda: (gone(a), ours("mean3", source, a, 256 << 20))[1],
            dask_numba=lambda: (gone(b), python(DASK_MEAN_SAME, source, b))[1],
            dask_scipy=lambda: (gone(c), python(DASK_MEAN, source, c))[1],
        ), "1.2 x")
        row("mean3_small", by_turns(
            rounds,
            ours=lambda: (gone(a), ours("mean3", source, a, 72 << 20))[1],
            dask_numba=lambda: (gone(b), python(DASK_MEAN_SAME, source, b))[1],
        ), "1.2 x in a tenth of the memory")
        gone(source, a, b, c)
    if wanted("stack"):
        source, a, b = folder / "scans", folder / "smooth", folder / "copied"
        source.mkdir(exist_ok=True)
        python(MAKE_IMAGES, source, int(500 * scale), 1000)
        row("stack", by_turns(
            rounds,
            ours=lambda: (gone(a), ours("stack", f"{source}/*.png", a))[1],
            decode_encode=lambda: (gone(b), ours("stack_copy", f"{source}/*.png", b))[1],
        ), "0.9 x")
        gone(source, a, b)
    if wanted("npy"):
        source, a, b = folder / "x.npy", folder / "y.npy", folder / "z.npy"
        python(MAKE_NPY, source, 2**30 * scale)
        row("npy", by_turns(
            rounds,
            ours=lambda: (gone(a), ours("npy", source, a))[1],
            copy=lambda: (gone(b), measured(["sh", "-c", f"cp {source} {b} && sync {b}"]))[1],
        ), "0.8 x")
        gone(source, a, b)
    if wanted("slope"):
        source, a, b, c = (folder / name for name in ("dem.tif", "slope.tif", "slope_rasterio.tif", "slope_gdal.tif"))
        python(MAKE_TIFF, source, int(10000 * scale))
        programs = {
            "ours": lambda: (gone(a), ours("slope", source, a))[1],
            "rasterio_scipy": lambda: (gone(b), python(RASTERIO_SLOPE, source, b))[1],
        }
        if shutil.which("gdaldem"):
            options = ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=3"]
            programs["gdaldem"] = lambda: (gone(c), measured(["gdaldem", "slope", str(source), str(c), *options]))[1]
        row("slope", by_turns(rounds, **programs), "2 x")
        gone(source, a, b, c)
    if wanted("nanmedian"):
        source, a, b = (folder / name for name in ("dates.zarr", "median.zarr", "median_dask.zarr"))
        side = int(2048 * scale)
        python(MAKE_ZARR, source, (84, side, side), (84, 256, 256), "nan")
        row("nanmedian", by_turns(
            rounds,
            ours=lambda: (gone(a), ours("nanmedian", source, a))[1],
            dask=lambda: (gone(b), python(DASK_NANMEDIAN, source, b))[1],
        ), "5 x")
        gone(source, a, b)
    if wanted("plan"):
        best = min(json.loads(measured([str(JOBS), "plan", "1000"])["output"])["seconds"] for _ in range(rounds))
        rows.append({"job": "plan", "ours": best, "goal": "0.1 s for a million chunks"})
        print(f"plan         {best:8.4f} s for a million chunks   goal 0.1 s", flush=True)
    if wanted("made"):
        a = folder / "made.zarr"
        side = int(73728 * scale)
        result = ours("made", side, a, 1 << 30)
        rows.append({"job": "made", "ours": result["seconds"], "our_peak": result["peak"], "goal": "1 GiB"})
        size = side * side * 4 / 2**30
        print(f"made         {result['seconds']:8.2f} s {result['peak'] / 2**20:7.0f} MiB   {size:.1f} GiB under 1 GiB", flush=True)
        gone(a)
    if arguments.json:
        done = {row["job"] for row in rows}
        if arguments.json.exists():
            rows = [row for row in json.loads(arguments.json.read_text())["rows"] if row["job"] not in done] + rows
        arguments.json.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")
    if arguments.markdown:
        arguments.markdown.write_text(table(machine(), rows))


if __name__ == "__main__":
    main()
