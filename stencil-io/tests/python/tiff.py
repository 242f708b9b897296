"""GeoTIFF files by GDAL and tifffile for the tests, and a check of those that the tests wrote.

`tiff.py make FOLDER` writes files, the cells of each as `NAME.bin` in row-major order, and a list of them.
`tiff.py check FOLDER` reads files that are listed there, by rasterio, and compares.
"""

import itertools
import pathlib
import struct
import sys
import zlib

import imagecodecs
import numpy as np
import rasterio
import tifffile
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.transform import Affine

TYPES = ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32", "float64"]
LAYOUTS = [dict(tiled=True, blockxsize=32, blockysize=16), dict(tiled=False, blockysize=5)]
CODECS = ["DEFLATE", "LZW", "ZSTD", "PACKBITS", "NONE"]


def cells(rng, dtype, shape):
    """Smooth, with noise: what predictors are made for."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        x = (np.cumsum(rng.standard_normal(shape), axis=-1) * 100).astype(kind)
        x.flat[:4] = [np.nan, -0.0, np.inf, -9999]
        return x
    info = np.iinfo(kind)
    x = rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)
    x[..., ::2] = x[..., :1]
    return x


def make(folder):
    rng = np.random.default_rng(7)
    listed = []

    def note(name, x):
        (folder / f"{name}.bin").write_bytes(np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<")).tobytes())
        listed.append(dict(name=name, dtype=str(x.dtype), shape=list(x.shape)))

    def by_gdal(name, x, **options):
        bands = x if x.ndim == 3 else x[None]
        profile = dict(driver="GTiff", count=bands.shape[0], height=x.shape[-2], width=x.shape[-1], dtype=x.dtype)
        with rasterio.open(folder / f"{name}.tif", "w", **profile, **options) as file:
            file.write(bands)
        note(name, x)

    for dtype, (number, layout), codec in itertools.product(TYPES, enumerate(LAYOUTS), CODECS):
        predictors = [1, 2] + ([3] if dtype.startswith("float") else [])
        for predictor in predictors if codec in ("DEFLATE", "LZW", "ZSTD") else [1]:
            for bands, interleave in [(1, "pixel"), (3, "pixel"), (3, "band")]:
                if bands == 3 and dtype not in ("uint8", "int16", "float32", "float64"):
                    continue
                shape = (37, 51) if bands == 1 else (bands, 37, 51)
                options = dict(layout, compress=codec, predictor=predictor, interleave=interleave)
                x = cells(rng, dtype, shape)
                name = f"{dtype}-{number}-{codec}-{predictor}-{bands}{interleave}"
                by_gdal(name, x, **options)
                if codec in ("DEFLATE", "NONE"):
                    by_gdal(name + "-mm", x, **options, ENDIANNESS="BIG", BIGTIFF="YES")
                if codec == "LZW":
                    by_gdal(name + "-mm", x, **options, ENDIANNESS="BIG")

    # One long strip without compression, and colours beside others.
    by_gdal("long-strip", cells(rng, "uint16", (900, 701)), tiled=False, blockysize=900)
    by_gdal("rgb-and-more", cells(rng, "uint8", (5, 40, 33)), photometric="RGB", interleave="pixel")
    by_gdal("white-is-zero", cells(rng, "uint8", (40, 33)), photometric="MINISWHITE")
    by_gdal("one", cells(rng, "uint8", (1, 1)), compress="DEFLATE")
    tifffile.imwrite(folder / "by-tifffile.tif", x := cells(rng, "float32", (70, 65)), tile=(32, 48),
                     compression="zlib", predictor=True, byteorder=">")
    note("by-tifffile", x)

    # A last strip that is as high as the others, below the image.
    for codec, number in [(zlib.compress, 8), (imagecodecs.zstd_encode, 50000)]:
        x = cells(rng, "uint8", (12, 20))
        strips = [codec(rows.tobytes()) for rows in (x[:8], np.concatenate([x[8:], x[:4]]))]
        values = [(256, 20), (257, 12), (258, 8), (259, number), (262, 1), (277, 1), (278, 8)]
        first = 8 + 2 + 12 * 9 + 4 + 16
        entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in values)
        entries = entries[:-24] + struct.pack("<HHLL", 273, 4, 2, first - 16) + entries[-24:]
        entries += struct.pack("<HHLL", 279, 4, 2, first - 8)
        places = struct.pack("<LLLL", first, first + len(strips[0]), *map(len, strips))
        head = b"II*\0" + struct.pack("<LH", 8, 9) + entries + struct.pack("<L", 0)
        (folder / f"high-strip-{number}.tif").write_bytes(head + places + b"".join(strips))
        note(f"high-strip-{number}", x)

    # Tiles that are left out.
    x = np.full((64, 64), -5, "int16")
    x[:16, :16] = 7
    with rasterio.open(folder / "sparse.tif", "w", driver="GTiff", count=1, height=64, width=64, dtype="int16", nodata=-5,
                       tiled=True, blockxsize=16, blockysize=16, SPARSE_OK=True) as file:
        file.write(x[:16, :16], 1, window=((0, 16), (0, 16)))
    note("sparse", x)

    # A place on the earth, a missing value, descriptions; areas, points, and a rotated one.
    for name, transform, tags in [
        ("place", Affine(30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0), {}),
        ("place-of-points", Affine(30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0), {"AREA_OR_POINT": "Point"}),
        ("place-turned", Affine(30.0, 5.0, 500_000.0, 5.0, -30.0, 5_000_000.0), {}),
    ]:
        x = cells(rng, "float32", (2, 50, 60))
        x[:, 10:20, 10:20] = -9999
        with rasterio.open(folder / f"{name}.tif", "w", driver="GTiff", count=2, height=50, width=60, dtype="float32",
                           nodata=-9999, crs=CRS.from_epsg(32632), transform=transform, compress="DEFLATE", predictor=3,
                           tiled=True, blockxsize=16, blockysize=16) as file:
            file.write(x)
            file.update_tags(**tags, survey="north & <south>")
            file.descriptions = ("height", "error \"1 sigma\"")
        note(name, x)
    # Points on the ground instead of a transform.
    x = cells(rng, "float32", (50, 60))
    points = [GroundControlPoint(row=i, col=j, x=5 + j / 7, y=48 - i / 9 + j / 50) for i, j in [(0, 0), (0, 60), (50, 7.5), (31, 44)]]
    with rasterio.open(folder / "points.tif", "w", driver="GTiff", count=1, height=50, width=60, dtype="float32",
                       gcps=points, crs=CRS.from_epsg(4326)) as file:
        file.write(x, 1)
    note("points", x)
    (folder / "listed.txt").write_text("".join(
        f"{entry['name']} {entry['dtype']} {' '.join(map(str, entry['shape']))}\n" for entry in listed))


def check(folder):
    """Each line: name, type, shape, then facts `key=value`."""
    count = 0
    for line in (folder / "listed.txt").read_text().splitlines():
        words = line.split("\t")
        name, dtype, shape = words[0], words[1], [int(n) for n in words[2].split()]
        facts = dict(word.split("=", 1) for word in words[3:])
        x = np.fromfile(folder / f"{name}.bin", dtype).reshape(shape)
        with rasterio.open(folder / f"{name}.tif") as file:
            found = file.read()
            found = found[0] if len(shape) == 2 else found
            assert found.dtype == x.dtype, (name, found.dtype, x.dtype)
            assert np.array_equal(found.view(f"u{found.itemsize}"), x.view(f"u{x.itemsize}")), name
            if "transform" in facts:
                wanted = [float(n) for n in facts["transform"].split()]
                assert np.allclose(list(file.transform)[:6], wanted, rtol=0, atol=1e-6), (name, file.transform, wanted)
            if "epsg" in facts:
                assert file.crs.to_epsg() == int(facts["epsg"]), (name, file.crs)
            if "nodata" in facts:
                wanted = float(facts["nodata"]) if facts["nodata"] != "none" else None
                assert file.nodata == wanted or (wanted is not None and np.isnan(wanted) and np.isnan(file.nodata)), (
                    name, file.nodata)
            if "descriptions" in facts:
                assert list(file.descriptions) == facts["descriptions"].split("|"), (name, file.descriptions)
            if "survey" in facts:
                assert file.tags()["survey"] == facts["survey"], (name, file.tags())
            if "points" in facts:
                points, crs = file.gcps
                found = [(point.row, point.col, point.x, point.y) for point in points]
                wanted = [[float(n) for n in point.split()] for point in facts["points"].split(",")]
                assert np.allclose(found, wanted, rtol=0, atol=1e-9), (name, found, wanted)
                assert crs.to_epsg() == 4326, (name, crs)
            if "predictor" in facts:
                assert file.tags(ns="IMAGE_STRUCTURE").get("PREDICTOR", "1") == facts["predictor"], name
            if "compress" in facts:
                assert file.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION", "NONE") == facts["compress"], name
            if "colours" in facts:
                assert [c.name for c in file.colorinterp] == facts["colours"].split(), (name, file.colorinterp)
            if "overviews" in facts:
                assert file.overviews(1) == [int(n) for n in facts["overviews"].split()], (name, file.overviews(1))
        if "cog" in facts:
            from rio_cogeo.cogeo import cog_validate
            valid, errors, warnings = cog_validate(folder / f"{name}.tif", strict=True, quiet=True)
            assert valid, (name, errors, warnings)
            for level in range(len(facts["overviews"].split())):
                with rasterio.open(folder / f"{name}.tif", overview_level=level) as file:
                    assert_overview(name, x, file, level)
        with tifffile.TiffFile(folder / f"{name}.tif") as file:
            found = file.pages[0].asarray()
            assert np.array_equal(found.view(f"u{found.itemsize}"), x.view(f"u{x.itemsize}").reshape(found.shape)), name
            assert file.is_bigtiff == ("big" in facts), name
        count += 1
    print(count, "files are right")


def assert_overview(name, x, file, level):
    """The overview is that of NumPy: means of the cells that are not missing, or the upper left cell."""
    for _ in range(level + 1):
        x = halved(x, file.nodata)
    found = file.read()
    found = found[0] if x.ndim == 2 else found
    assert found.shape == x.shape, (name, level, found.shape, x.shape)
    if x.dtype.kind == "f":
        np.testing.assert_array_equal(found, x, err_msg=f"{name} {level}")
    else:
        assert np.array_equal(found, x), (name, level)


def halved(x, nodata):
    if x.dtype.kind != "f":
        return x[..., ::2, ::2]
    rows, columns = x.shape[-2:]
    padded = np.full((*x.shape[:-2], rows + rows % 2, columns + columns % 2), np.nan)
    padded[..., :rows, :columns] = x
    missing = np.isnan(padded)
    if nodata is not None:
        missing |= padded == np.float64(x.dtype.type(nodata))
    parts = [(padded[..., i::2, j::2], ~missing[..., i::2, j::2]) for i in (0, 1) for j in (0, 1)]
    total = sum(np.where(there, part, 0.0) for part, there in parts)
    count = sum(there.astype(int) for _, there in parts)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total / count).astype(x.dtype)
    return np.where(count == 0, x.dtype.type(np.nan if nodata is None else nodata), mean)


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
