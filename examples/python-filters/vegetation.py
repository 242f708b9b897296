"""The median over time of a vegetation index, clouds left out: vegetation.png.

    python vegetation.py
"""
import dask.array as da
import numpy as np
from ndstencil import map_core
from PIL import Image

import filters


def scenes(dates, shape):
    """Made-up reflectances of a field, a forest and a lake, in the near infrared and in red, under clouds."""
    rng = np.random.default_rng(1)
    i, j = np.mgrid[: shape[0], : shape[1]] / 50
    lake, forest = np.hypot(i - 2, j - 5) < 1.2, np.sin(i) + np.cos(1.3 * j) > 0.6
    nir = np.where(lake, 0.02, np.where(forest, 0.45, 0.3)) + rng.normal(0, 0.01, (dates, *shape))
    red = np.where(lake, 0.05, np.where(forest, 0.04, 0.12)) + rng.normal(0, 0.005, (dates, *shape))
    clouds = rng.random((dates, shape[0] // 20, shape[1] // 20)).repeat(20, 1).repeat(20, 2) < 0.3
    nir[clouds] = red[clouds] = np.nan
    return nir.astype("f4"), red.astype("f4")


nir, red = (da.from_array(band, chunks=(10, 100, 100)) for band in scenes(40, (240, 400)))
index = filters.ndvi(nir, red)
median = map_core(filters.nanmedian, index, axis=0).compute()  # dates become one chunk

scale = np.clip((median + 0.5) / 1.5, 0, 1)[..., None]
picture = (255 * ((1 - scale) * [0.9, 0.8, 0.6] + scale * [0.0, 0.35, 0.1])).astype("u1")
Image.fromarray(picture).save("vegetation.png")
print(f"vegetation.png: the median of {len(index)} dates, {np.isnan(np.asarray(index)).mean():.0%} of which are clouds")
