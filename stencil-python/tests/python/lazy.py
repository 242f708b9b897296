"""Lazy arrays: Dask's and xarray's."""
import logging
import os
import signal
import warnings

import numpy as np

try:
    import dask
    import dask.array as da
except ImportError:
    print("left out: Dask is not there")
    raise SystemExit

import filters


def main():
    """All of it: processes begin with this file, too."""
    rng = np.random.default_rng(1)
    stack = rng.integers(-100, 100, (6, 40, 50)).astype("i1")
    lazy = da.from_array(stack, chunks=(2, 40, 50))
    y = filters.smooth(lazy)
    assert isinstance(y, da.Array) and y.dtype == np.int8 and y.shape == stack.shape and y.chunks == lazy.chunks
    expected = filters.smooth(stack)
    for scheduler in ("synchronous", "threads", "processes"):
        assert (y.compute(scheduler=scheduler) == expected).all()

    # Dask asks for the types of results with arrays of one cell and of none.
    for n in range(3):
        for m in range(3):
            small = stack[:, :n, :m].astype("f4")
            found = filters.smooth(da.from_array(small, chunks=(2, n or 1, m or 1))).compute()
            assert (found == filters.smooth(small)).all() and found.dtype == np.float32
    dates = rng.random((84, 30, 20))
    found = filters.nanmedian(da.from_array(dates, chunks=(84, 10, 20)), axis=0)
    assert (found.compute() == filters.nanmedian(dates, axis=0)).all()
    nir, red = rng.random((2, 30, 20)).astype("f4")
    found = filters.ndvi(da.from_array(nir, chunks=10), da.from_array(red, chunks=10))
    assert found.dtype == np.float32 and (found.compute() == filters.ndvi(nir, red)).all()
    u = rng.random((3, 20, 30))
    found = filters.heat(da.from_array(u, chunks=(1, 20, 30)), 0.2)
    assert (found.compute() == filters.heat(u, 0.2)).all()

    try:
        filters.smooth(da.from_array(stack, chunks=(2, 20, 50)))
    except ValueError as error:
        assert "multiple chunks" in str(error)
    else:
        raise AssertionError("a core dimension in chunks")

    try:
        import xarray
    except ImportError:
        print("left out: xarray is not there")
    else:
        array = xarray.DataArray(lazy, dims=("time", "y", "x"))
        core = dict(input_core_dims=[["y", "x"]], output_core_dims=[["y", "x"]])
        found = xarray.apply_ufunc(filters.smooth, array, **core, dask="parallelized", output_dtypes=["i1"])
        assert (found.compute().values == expected).all()
        eager = xarray.DataArray(stack, dims=("time", "y", "x"))
        assert (xarray.apply_ufunc(filters.smooth, eager, **core).values == expected).all()

    try:
        from distributed import Client, LocalCluster
    except ImportError:
        print("left out: distributed is not there")
        return
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            assert (y.compute() == expected).all()
            assert (client.submit(filters.smooth, stack).result() == expected).all()
            bad = da.from_array(-np.ones((4, 5, 3)), chunks=(1, 5, 3))
            try:
                filters.root_of_sum(bad).compute()
            except RuntimeError as error:
                assert "the sum -3 is negative" in str(error)
            else:
                raise AssertionError("no error came back")
            assert len(client.scheduler_info()["workers"]) == 2
            assert (y.compute() == expected).all()
            # A worker that is killed in the middle: another one computes what it had.
            many = da.from_array(stack, chunks=(1, 40, 50)).repeat(40, axis=0)
            future = client.compute(filters.smooth(many))
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
            assert (future.result(timeout=120) == expected.repeat(40, axis=0)).all()
    print("ok")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    # Failed tasks and lost workers are told at length; the messages of tests are their own.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    main()
