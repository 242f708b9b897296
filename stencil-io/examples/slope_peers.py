"""The slope of slope.rs by other programs: `slope_peers.py dem.tif slope.tif [numpy|gdaldem]`.

numpy: windows of rasterio with a halo, Horn's formula in NumPy, two threads. gdaldem: the program, or GDAL's Python module.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
import rasterio
from rasterio.windows import Window


def by_numpy(source, target, block=1024):
    with rasterio.open(source) as file:
        profile, (width, height) = file.profile, (file.transform.a, abs(file.transform.e))
    profile.update(compress="deflate", predictor=3, tiled=True, blockxsize=256, blockysize=256)
    reading, writing = Lock(), Lock()
    with rasterio.open(source) as file, rasterio.open(target, "w", num_threads=2, **profile) as out:
        def one(at):
            i, j = at
            rows, columns = min(block, file.height - i), min(block, file.width - j)
            with reading:
                top, left = max(i - 1, 0), max(j - 1, 0)
                bottom, right = min(i + rows + 1, file.height), min(j + columns + 1, file.width)
                z = file.read(1, window=Window(left, top, right - left, bottom - top))
            z[z == file.nodata] = np.nan
            z = np.pad(z, [(top - i + 1, i + rows + 1 - bottom), (left - j + 1, j + columns + 1 - right)], "edge")
            east = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
            west = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
            south = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
            north = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
            x, y = (east - west) / (8 * width), (south - north) / (8 * height)
            slope = np.degrees(np.arctan(np.sqrt(x * x + y * y)))
            slope[np.isnan(slope)] = file.nodata
            with writing:
                out.write(slope.astype("f4"), 1, window=Window(j, i, columns, rows))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, [(i, j) for i in range(0, file.height, block) for j in range(0, file.width, block)]))


def by_gdaldem(source, target):
    subprocess.run(["gdaldem", "slope", source, target, "-compute_edges", "-co", "TILED=YES", "-co", "COMPRESS=DEFLATE",
                    "-co", "PREDICTOR=3", "-co", "NUM_THREADS=2", "-q"], check=True)


if __name__ == "__main__":
    begun = time.time()
    {"numpy": by_numpy, "gdaldem": by_gdaldem}[sys.argv[3] if len(sys.argv) > 3 else "numpy"](*sys.argv[1:3])
    print(f"{time.time() - begun:.2f} s")
