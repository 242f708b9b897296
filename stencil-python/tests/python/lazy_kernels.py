"""Functions of `ndstencil_kernels` on Dask arrays, and in xarray."""
import numpy as np

try:
    import dask.array as da
except ImportError:
    print("left out: Dask is not there")
    raise SystemExit

import ndstencil
import ndstencil_kernels as bn

rng = np.random.default_rng(1)
x = rng.normal(size=(20, 12, 10)).round(1)
x[rng.random(x.shape) < 0.2] = np.nan
whole = rng.normal(size=(20, 12, 10)).round(1)
PARAMETERS = {"quantile": (0.3,), "nanquantile": (0.3,), "partition": (3,), "argpartition": (3,)}
NOT_LAZY = {"replace", "ndvi", "ufuncs"}


def same(found, expected):
    """Lazy, and what NumPy's arrays give, in the type and shape that was told before."""
    assert isinstance(found, da.Array) and found.shape == expected.shape and found.dtype == expected.dtype, (found, expected)
    computed = found.compute()
    assert computed.dtype == expected.dtype
    np.testing.assert_array_equal(computed, expected)


tried = 0
for name in set(bn.__all__) - NOT_LAZY:
    function = getattr(bn, name)
    values = x if "nan" in name or "move" in name or name == "push" else whole
    parameters = PARAMETERS.get(name, (4, 2) if "move" in name else ())
    for dtype in ("f4", "f8", "i4", "u1", "f2"):
        typed = np.nan_to_num(values * 10).astype(dtype) if dtype[0] in "iu" else values.astype(dtype)
        lazy = da.from_array(typed, chunks=(20, 4, 5))
        same(function(lazy, *parameters, axis=0), function(typed, *parameters, axis=0))
        same(function(lazy.rechunk((7, 12, 10)), *parameters, axis=-2), function(typed, *parameters, axis=-2))
        tried += 2
    try:
        function(da.from_array(whole, chunks=(5, 12, 10)), *parameters, axis=0)
    except ValueError as error:
        assert "multiple chunks" in str(error), error
    else:
        raise AssertionError(f"{name} of an axis in chunks")
    if "axis" in function.__code__.co_varnames and name[:4] not in ("move", "push"):
        one = function(da.from_array(whole, chunks=-1), *parameters, axis=None)
        np.testing.assert_array_equal(one.compute(), function(whole, *parameters, axis=None))
same(bn.ndvi(da.from_array(x, chunks=5), da.from_array(whole, chunks=5)), bn.ndvi(x, whole))
same(bn.quantile(da.from_array(whole, chunks=(20, 4, 5)), [0.1, 0.9], 0), bn.quantile(whole, [0.1, 0.9], 0))

# An axis in chunks.
found = ndstencil.map_core(bn.ufuncs.nanmedian, da.from_array(x, chunks=5), axis=0)
same(found, bn.nanmedian(x, 0))

nothing = x.copy()
nothing[:, 0, 0] = np.nan
lazy = bn.nanargmax(da.from_array(nothing, chunks=(20, 4, 5)), axis=0)
try:
    lazy.compute()
except ValueError as error:
    assert "All-NaN slice encountered" in str(error)
else:
    raise AssertionError("the place of no value")
try:
    bn.replace(da.ones(3), 1, 2)
except TypeError as error:
    assert "in place" in str(error)
else:
    raise AssertionError("a lazy array is written to")

try:
    import xarray
except ImportError:
    print("left out: xarray is not there")
else:
    for values in (x, da.from_array(x, chunks=(20, 4, 5))):
        array = xarray.DataArray(values, dims=("time", "y", "x"))
        for dask in ("parallelized", "allowed"):
            settings = dict(input_core_dims=[["time"]], dask=dask, output_dtypes=[x.dtype])
            found = xarray.apply_ufunc(bn.nanmedian, array, kwargs={"axis": -1}, **settings)
            assert found.dims == ("y", "x") and isinstance(found.data, type(values))
            np.testing.assert_array_equal(found.values, bn.nanmedian(x, 0))
            settings["output_core_dims"] = [["time"]]
            found = xarray.apply_ufunc(bn.move_mean, array, kwargs={"window": 3, "min_count": 1, "axis": -1}, **settings)
            np.testing.assert_array_equal(found.transpose("time", "y", "x").values, bn.move_mean(x, 3, 1, 0))
print(f"{tried} lazy calls")
