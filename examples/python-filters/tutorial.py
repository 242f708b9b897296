"""The program that this all began with: smooth a stack of images, lazily.

    python tutorial.py                # makes some images first
    python tutorial.py 'scans/*.png'  # or takes yours: gray, of one size
"""
import pathlib
import sys

import dask
import dask_image.imread
import numpy as np
from PIL import Image

import filters


def make_frames(folder):
    """A noisy disk that moves."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(1)
    i, j = np.mgrid[:256, :320]
    for number in range(12):
        disk = 180 * (np.hypot(i - 128, j - 60 - 16 * number) < 50)
        Image.fromarray((disk + rng.integers(0, 76, i.shape)).astype("u1")).save(folder / f"{number:02}.png")
    return str(folder / "*.png")


pattern = sys.argv[1] if len(sys.argv) > 1 else make_frames(pathlib.Path("frames"))

x = dask_image.imread.imread(pattern)  # a lazy stack, one chunk for each image
y = filters.smooth(x)  # lazy, too
print(x)
print(y)


@dask.delayed
def save(image, path):
    """Writes one image."""
    Image.fromarray(image).save(path)
    return path


smoothed = pathlib.Path("smoothed")
smoothed.mkdir(exist_ok=True)
paths = dask.compute(*(save(image, smoothed / f"{number:02}.png") for number, image in enumerate(y)))
print(f"wrote {len(paths)} images, {paths[0]} to {paths[-1]}")

# What Dask has computed is what the kernel gives on the array in memory.
first = filters.smooth(np.asarray(x[0]))
assert (np.asarray(Image.open(paths[0])) == first).all()
