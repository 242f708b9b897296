"""Writes files to begin fuzzing the formats with: a corpus for each of geotiff, images, npy and zarr.

Use: python fuzz/seeds.py && cargo +nightly fuzz run geotiff -- -rss_limit_mb=1024 -malloc_limit_mb=256 -max_len=65536
Needs numpy, pillow, tifffile with imagecodecs, zarr.
"""

import io
import json
import tempfile
from pathlib import Path

import numpy as np
import tifffile
import zarr
from PIL import Image

CORPUS = Path(__file__).parent / "corpus"


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def pictures():
    cells = (np.arange(20 * 24) * 7 % 251).reshape(20, 24).astype("u1")
    for kind in ("png", "jpeg", "tiff"):
        for mode in ("L", "RGB"):
            file = io.BytesIO()
            Image.fromarray(cells).convert(mode).save(file, kind)
            put("images", f"{mode}.{kind}", file.getvalue())
    for depth in ("u1", "u2"):
        file = io.BytesIO()
        Image.fromarray(cells.astype(depth)).save(file, "png")
        put("images", f"{depth}.png", file.getvalue())


def tiffs():
    cells = np.arange(40 * 50).reshape(40, 50)
    for kind in ("u1", "i2", "f4", "f8"):
        for compression in (None, "deflate", "lzw", "zstd"):
            for predictor in (False, True):
                for tile in (None, (16, 16)):
                    for big in (False, True):
                        if predictor and compression is None:
                            continue
                        file = io.BytesIO()
                        options = dict(compression=compression, predictor=predictor, tile=tile, rowsperstrip=None if tile else 7)
                        tifffile.imwrite(file, cells.astype(kind), bigtiff=big, **options)
                        put("geotiff", f"{kind}-{compression}-{predictor}-{tile is not None}-{big}.tif", file.getvalue())
    for planar in ("contig", "separate"):
        file = io.BytesIO()
        bands = np.zeros((40, 50, 3) if planar == "contig" else (3, 40, 50), "u1")
        tifffile.imwrite(file, bands, photometric="rgb", planarconfig=planar, tile=(16, 16))
        put("geotiff", f"{planar}.tif", file.getvalue())


def arrays():
    for kind in ("u1", "<i4", ">f8", "?", "f2"):
        for order in "CF":
            file = io.BytesIO()
            np.save(file, np.asarray(np.ones((3, 4), kind), order=order))
            put("npy", f"{kind.strip('<>?') or 'bool'}-{kind[0] == '>'}-{order}.npy", file.getvalue())
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, x=np.arange(40.0), y=np.ones(3))
        put("npy", f"{save.__name__}.npz", file.getvalue())


def chunks(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("zarr.json", ".zarray", ".zattrs")]


def zarrs():
    codecs = {
        "none": None,
        "zstd": zarr.codecs.ZstdCodec(),
        "gzip": zarr.codecs.GzipCodec(),
        "blosc": zarr.codecs.BloscCodec(cname="lz4"),
    }
    for name, codec in codecs.items():
        for shards in (None, (8, 8)):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "x.zarr"
                x = zarr.create_array(path, shape=(8, 8), chunks=(4, 8), shards=shards, dtype="f4", compressors=codec)
                x[:] = np.arange(64).reshape(8, 8)
                content = (path / "zarr.json").read_bytes() + b"\n---\n" + chunks(path)[0].read_bytes()
                put("zarr", f"v3-{name}-{shards is not None}", content)
    for order in "CF":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.zarr"
            x = zarr.create_array(path, shape=(8, 8), chunks=(4, 8), dtype="f4", zarr_format=2, order=order)
            x[:] = np.arange(64).reshape(8, 8)
            metadata = json.dumps(json.loads((path / ".zarray").read_text())).encode()
            put("zarr", f"v2-{order}", b"2" + metadata + b"\n---\n" + chunks(path)[0].read_bytes())


if __name__ == "__main__":
    pictures()
    tiffs()
    arrays()
    zarrs()
    print(*(f"{folder.name}: {len(list(folder.iterdir()))}" for folder in sorted(CORPUS.iterdir())), sep="\n")
