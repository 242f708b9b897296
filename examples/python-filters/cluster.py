"""From Zarr to Zarr on a cluster of two processes, in chunks along all axes.

    python cluster.py
"""
import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster
from ndstencil import map_stencil

import filters


def main():
    """Workers begin with this file, too."""
    rng = np.random.default_rng(1)
    stack = rng.integers(0, 256, (8, 1000, 1200)).astype("u1")
    da.from_array(stack, chunks=(2, 256, 256)).to_zarr("stack.zarr", overwrite=True)

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        x = da.from_zarr("stack.zarr")
        y = map_stencil(filters.smooth, x)  # each chunk with one cell around it
        y.to_zarr("smoothed.zarr", overwrite=True)

    assert (da.from_zarr("smoothed.zarr").compute() == filters.smooth(stack)).all()
    print(f"smoothed.zarr: {y.shape} in chunks of {y.chunksize}, the same as in one piece")


if __name__ == "__main__":
    main()
