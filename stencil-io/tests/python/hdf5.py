"""Writes files with h5py and netCDF4 for the tests of hdf5.rs, and checks those that they wrote.

python hdf5.py kinds FILE      src/hdf5/kinds.h5, types that the binding does not make
python hdf5.py fixture FILE    tests/data/types.h5
python hdf5.py write FOLDER
python hdf5.py check FOLDER
"""

import sys
from pathlib import Path

import h5py
import numpy as np

mode, place = sys.argv[1], Path(sys.argv[2])


def kinds(path):
    """Attributes of the types of numbers in both orders of bytes, and of a text with a zero at its end."""
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V18, h5py.h5f.LIBVER_V18)
    create = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    create.set_obj_track_times(False)
    file = h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, create, access)
    text = h5py.h5t.C_S1.copy()
    text.set_size(16)
    text.set_strpad(h5py.h5t.STR_NULLTERM)
    types = {"text": text}
    for name in ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"]:
        for order in "<>":
            types[name + {"<": "l", ">": "b"}[order]] = h5py.h5t.py_create(np.dtype(order + name))
    for name, kind in types.items():
        h5py.h5a.create(file, name.encode(), kind, h5py.h5s.create(h5py.h5s.SCALAR)).close()
    file.close()


TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


def cells(dtype, shape=(7, 10)):
    """What number() of hdf5.rs gives."""
    n = np.arange(np.prod(shape)).reshape(shape) * 31 % 113
    return n % 3 == 0 if dtype == "?" else n.astype(dtype)


def fixture(path):
    with h5py.File(path, "w", track_order=False) as file:
        for dtype in TYPES:
            for order in "<>" if dtype[-1] != "1" and dtype != "?" else "|":
                x = cells(dtype).astype(order.strip("|") + dtype)
                name = dtype.replace("?", "bool") + {"<": "_little", ">": "_big", "|": ""}[order]
                file.create_dataset(name, data=x, track_times=False)
                if dtype in ["?", "i2", "f8"]:
                    options = dict(chunks=(3, 4), shuffle=True, compression=4, track_times=False)
                    file.create_dataset(f"chunked/{name}", data=x, **options)
        x = cells("i4")
        for name, options in {
            "gzip": dict(compression="gzip"),
            "lzf": dict(compression="lzf"),
            "lzf_shuffle": dict(compression="lzf", shuffle=True),
            "fletcher": dict(fletcher32=True),
            "all": dict(fletcher32=True, shuffle=True, compression=9),
            "offsets": dict(scaleoffset=0),
            "unlimited": dict(maxshape=(None, None)),
        }.items():
            chunks = (64, 64) if name == "unlimited" else (3, 4)
            file.create_dataset(f"filters/{name}", data=x, chunks=chunks, track_times=False, **options)
        for name, basis in {"enum": "<i2", "enum_big": ">i2"}.items():
            kind = h5py.enum_dtype({"sea": 0, "land": 1, "ice": 7}, basetype=basis)
            file.create_dataset(f"others/{name}", data=np.array([7, 1, 0, 7]), dtype=kind, track_times=False)
        file.create_dataset("others/partial", shape=(5, 6), chunks=(2, 2), dtype="f4", fillvalue=-1, track_times=False)
        file["others/partial"][2:4, 2:4] = 3
        file.create_dataset("others/scalar", data=np.float64(2.5), track_times=False)
        file.create_dataset("others/none", data=np.zeros((0, 4), "u2"), track_times=False)
        file.create_dataset("others/text", data=["a", "b"], track_times=False)
        file.create_dataset("others/complex", data=np.zeros(3, "c8"), track_times=False)
        file.create_dataset("others/long", data=np.zeros(3, "g"), track_times=False)
        file.create_dataset("others/null", data=h5py.Empty("f4"), track_times=False)
        brain = h5py.h5t.IEEE_F16BE.copy()
        brain.set_size(4)
        brain.set_precision(16)
        brain.set_fields(15, 7, 8, 0, 7)
        brain.set_ebias(127)
        brain.set_size(2)
        space = h5py.h5s.create_simple((3,))
        options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        options.set_obj_track_times(False)
        h5py.h5d.create(file.id, b"others/brain", brain, space, options).close()
        layout = h5py.VirtualLayout(shape=(7, 10), dtype="i4")
        layout[:] = h5py.VirtualSource(".", "filters/gzip", shape=(7, 10))
        file.create_virtual_dataset("others/virtual", layout)
        file.create_dataset("others/external", shape=(3,), dtype="u1", external=[("x.raw", 0, 3)], track_times=False)
        file["others/linked"] = h5py.SoftLink("/i2_big")
        file["others/dangling"] = h5py.SoftLink("/nothing")
        file["others/group"] = file["others"]  # a circle
        with_all = file.create_dataset("attributes", data=cells("i2"), track_times=False)
        with_all.attrs["text"] = "Käse"
        with_all.attrs["fixed"] = np.bytes_(b"plain")
        with_all.attrs["latin"] = np.bytes_(b"K\xe4se")
        with_all.attrs["texts"] = ["a", "bc"]
        with_all.attrs["integer"] = np.int16(-3)
        with_all.attrs["list"] = np.array([1, 2, 2**63], "u8")
        with_all.attrs["float"] = 0.25
        with_all.attrs["nan"] = np.float32("nan")
        with_all.attrs["truth"] = True
        with_all.attrs["square"] = np.eye(2)
        with_all.attrs["nothing"] = h5py.Empty("f4")
        with_all.attrs["record"] = np.zeros(1, [("a", "i4")])
        with_all.dims[1].label = "across"


def write(folder):
    import netCDF4
    import xarray as xr

    with netCDF4.Dataset(folder / "classic.nc", "w") as file:
        for name, n in {"time": None, "y": 7, "x": 10}.items():
            file.createDimension(name, n)
        group = file.createGroup("model")
        for owner, name in [(file, "t"), (group, "u")]:
            variable = owner.createVariable(
                name, "i2", ("time", "y", "x"), zlib=True, complevel=3, fill_value=-999, chunksizes=(1, 4, 5)
            )
            variable.set_auto_maskandscale(False)
            variable.scale_factor, variable.add_offset, variable.units = 0.5, 10.0, "K"
            x = np.stack([cells("i2"), -cells("i2")])
            x[1, 3, 4] = -999
            variable[:] = x
        y = file.createVariable("y", "f8", ("y",))
        y[:] = np.arange(7) * 0.5
    values = np.stack([cells("f4"), -cells("f4")])
    values[0, 1, 2] = np.nan
    array = xr.DataArray(values, dims=("time", "lat", "lon"), coords={"lat": np.arange(7.0)}, attrs={"units": "m"})
    array.to_dataset(name="z").to_netcdf(folder / "xarray.nc", engine="h5netcdf", encoding={"z": {"zlib": True}})


def check(folder):
    import netCDF4
    import xarray as xr

    for dtype in TYPES:
        path = folder / f"{dtype.replace('?', 'bool')}.h5"
        if dtype == "f2" and not path.exists():
            continue
        with h5py.File(path) as file:
            x = file["group/x"]
            assert x.dtype == np.dtype(dtype) and x.chunks == (3, 4), (x.dtype, x.chunks)
            assert x.compression == "gzip" and x.compression_opts == 2 and x.shuffle
            np.testing.assert_array_equal(x[:], cells(dtype))
    # What was made of NetCDF is NetCDF.
    for name in ["t", "u"]:
        with netCDF4.Dataset(folder / f"{name}.nc") as file:
            owner = file["model"] if name == "u" else file
            variable = owner[name]
            assert variable.dimensions == ("time", "y", "x"), variable.dimensions
            assert variable.dtype == "i2" and variable.chunking() == [1, 4, 5] and variable.filters()["complevel"] == 3
            assert variable.units == "K" and variable._FillValue == -999 and variable._FillValue.dtype == "i2"
            expected = np.ma.masked_equal(np.stack([cells("i2"), -cells("i2")]), -999) * 0.5 + 10
            expected[1, 3, 4] = np.ma.masked
            np.testing.assert_array_equal(variable[:].filled(-1), expected.filled(-1))
            assert [d.size for d in variable.get_dims()] == [2, 7, 10]
        for engine in ["h5netcdf", "netcdf4"]:
            with xr.open_dataset(folder / f"{name}.nc", engine=engine, group="model" if name == "u" else None) as data:
                assert data[name].dims == ("time", "y", "x"), data[name].dims
                assert set(data.variables) == {name}, data.variables
                np.testing.assert_array_equal(np.isnan(data[name]).values.nonzero(), [[1], [3], [4]])
    for engine in ["h5netcdf", "netcdf4"]:
        with xr.open_dataset(folder / "z.nc", engine=engine) as data:
            z = data["z"]
            assert z.dims == ("time", "lat", "lon") and z.units == "m" and z.dtype == "f4"
            expected = 2 * np.stack([cells("f4"), -cells("f4")])
            expected[0, 1, 2] = np.nan
            np.testing.assert_array_equal(z, expected)
        with xr.open_dataset(folder / "unpacked.nc", engine=engine) as data:
            t = data["t"]
            assert t.dtype == "f4" and t.units == "K" and set(t.attrs) == {"units"}, t.attrs
            expected = np.stack([cells("i2"), -cells("i2")]) * 0.5 + 10
            expected[1, 3, 4] = np.nan
            np.testing.assert_array_equal(t, expected)
    with h5py.File(folder / "attributes.h5") as file:
        attributes = dict(file["x"].attrs)
        assert attributes.pop("texts").tolist() == ["a", "b"] and attributes.pop("list").tolist() == [1, 2**63]
        assert attributes.pop("floats").tolist() == [1.0, 0.5] and attributes.pop("flag_values").dtype == "u1"
        assert np.isnan(attributes.pop("nan")) and attributes.pop("_FillValue").dtype == "u1"
        expected = {"text": "Käse", "integer": -3, "truth": 1, "nothing": "null", "deep": '{"a":[1]}', "empty": "[]"}
        assert attributes == expected, attributes
    with h5py.File(folder / "names.h5") as file:
        x = file["x"]
        assert [len(dim) for dim in x.dims] == [0, 0, 0] and [dim.label for dim in x.dims] == ["n", "x", "n"]
    with netCDF4.Dataset(folder / "names.h5") as file:
        assert file["x"].shape == (3, 4, 3)
    with h5py.File(folder / "square.h5") as file:
        x = file["x"]
        assert all(len(dim) == 1 and h5py.h5ds.is_scale(dim[0].id) for dim in x.dims)
        assert [dim[0].name for dim in x.dims] == ["/n", "/m", "/n"] and x.dims[0][0].shape == (3,)
    with netCDF4.Dataset(folder / "square.h5") as file:
        assert file["x"].dimensions == ("n", "m", "n"), file["x"].dimensions
    with xr.open_dataset(folder / "coordinate.nc", engine="netcdf4") as data:
        assert data["lat"].dims == ("lat",) and "lat" in data.coords and data.lat.values.tolist() == [0, 2, 4]


{"kinds": kinds, "fixture": fixture, "write": write, "check": check}[mode](place)
