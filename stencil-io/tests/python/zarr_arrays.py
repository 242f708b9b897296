"""Zarr arrays by zarr-python for the tests of the feature `zarr`, and a look at those that the tests wrote.

`write FOLDER` makes arrays of `cells`, named after how they are stored; `check FOLDER` looks at `ours-*`.
"""

import json
import sys
import warnings
from pathlib import Path

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, TransposeCodec, ZstdCodec

SHAPE, CHUNKS = (37, 53), (10, 16)
TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"]


def cells(dtype, shape=SHAPE):
    i, j = np.indices(shape)
    x = (i * 31 + j * 7) % 113
    return x % 2 == 0 if dtype == "bool" else x.astype(dtype)


def make(folder, name, dtype, **options):
    options = {"chunks": CHUNKS, "fill_value": 0, **options}
    array = zarr.create_array(store=str(folder / f"{name}-{dtype}.zarr"), shape=SHAPE, dtype=dtype, **options)
    array[...] = cells(dtype)
    return array


def write(folder):
    for dtype in TYPES:
        make(folder, "v3", dtype)
        make(folder, "v2", dtype, zarr_format=2)
    v3 = {
        "plain": dict(compressors=None),
        "gzip": dict(compressors=GzipCodec(level=5)),
        "blosc": dict(compressors=BloscCodec(cname="zstd", clevel=3, shuffle="bitshuffle")),
        "two": dict(compressors=[ZstdCodec(level=3, checksum=True), GzipCodec(level=1)]),
        "sum": dict(compressors=[Crc32cCodec()]),
        "zstd-sum": dict(compressors=[ZstdCodec(level=1), Crc32cCodec()]),
        "big": dict(serializer=BytesCodec(endian="big")),
        "turned": dict(filters=[TransposeCodec(order=(1, 0))]),
        "turned-big": dict(filters=[TransposeCodec(order=(1, 0))], serializer=BytesCodec(endian="big"), compressors=None),
        "sharded": dict(chunks=(5, 8), shards=(10, 16)),
        "sharded-plain": dict(chunks=(5, 8), shards=(20, 16), compressors=None),
        "dots": dict(chunk_key_encoding={"name": "default", "separator": "."}),
        "v2-keys": dict(chunk_key_encoding={"name": "v2", "separator": "/"}),
        "large-chunks": dict(chunks=(100, 100)),
    }
    for name, options in v3.items():
        make(folder, name, "int32", **options)
        make(folder, name, "float64", **options)
    v2 = {
        "v2-plain": dict(compressors=None),
        "v2-zlib": dict(compressors=numcodecs.Zlib(level=3)),
        "v2-gzip": dict(compressors=numcodecs.GZip(level=3)),
        "v2-blosc": dict(compressors=numcodecs.Blosc(cname="lz4", clevel=5, shuffle=numcodecs.Blosc.SHUFFLE)),
        "v2-zstd": dict(compressors=numcodecs.Zstd(level=3)),
        "v2-turned": dict(order="F"),
        "v2-slashes": dict(chunk_key_encoding={"name": "v2", "separator": "/"}),
    }
    for name, options in v2.items():
        make(folder, name, "int32", zarr_format=2, **options)
    big = zarr.create_array(
        store=str(folder / "v2-big-int32.zarr"), shape=SHAPE, chunks=CHUNKS, dtype=">i4", fill_value=0, zarr_format=2
    )
    big[...] = cells("int32")
    # Chunks that are not there.
    for version in 2, 3:
        gaps = zarr.create_array(
            store=str(folder / f"gaps-{version}.zarr"),
            shape=SHAPE, chunks=CHUNKS, dtype="float32", fill_value=float("nan"), zarr_format=version,
        )
        gaps[:10, :16] = cells("float32")[:10, :16]
    named = zarr.create_array(
        store=str(folder / "named.zarr"), shape=SHAPE, chunks=CHUNKS, dtype="uint16", fill_value=7,
        dimension_names=("y", "x"), attributes={"units": "mm", "scale_factor": 0.1, "history": ["a", 1, None]},
    )
    named[...] = cells("uint16")
    named2 = zarr.create_array(
        store=str(folder / "named2.zarr"), shape=SHAPE, chunks=CHUNKS, dtype="uint16", fill_value=7, zarr_format=2,
        attributes={"units": "mm", "_ARRAY_DIMENSIONS": ["y", "x"]},
    )
    named2[...] = cells("uint16")
    group = zarr.open_group(str(folder / "group.zarr"), mode="w")
    for name in "a", "deep/b":
        array = group.create_array(name, shape=SHAPE, chunks=CHUNKS, dtype="int16", fill_value=0)
        array[...] = cells("int16")
    zarr.consolidate_metadata(str(folder / "group.zarr"))
    scalar = zarr.create_array(store=str(folder / "scalar.zarr"), shape=(), dtype="float64", fill_value=0)
    scalar[...] = 2.5


def check(folder):
    found = 0
    for path in sorted(folder.glob("ours-*")):
        array = zarr.open_array(str(path), mode="r")
        name = path.stem
        kind, dtype = name.removeprefix("ours-").rsplit("-", 1)
        assert array.dtype == np.dtype(dtype), (name, array.dtype)
        assert np.array_equal(array[...], cells(dtype, array.shape)), name
        version = 2 if kind.startswith("v2") else 3
        assert array.metadata.zarr_format == version, name
        if "named" in kind:
            assert array.attrs["units"] == "mm", name
            if version == 3:
                assert array.metadata.dimension_names == ("y", "x"), name
            import xarray

            loaded = xarray.DataArray(array[...], dims=("y", "x"))
            assert loaded.dims == ("y", "x")
            if version == 2:
                assert array.attrs["_ARRAY_DIMENSIONS"] == ["y", "x"], name
        if "sharded" in kind:
            assert array.shards == (20, 32) and array.chunks == (10, 16), (name, array.shards, array.chunks)
        found += 1
    print(json.dumps(found))


warnings.simplefilter("ignore")
{"write": write, "check": check}[sys.argv[1]](Path(sys.argv[2]))
