"""Reductions with and without NaN, quantiles, ranks and moving windows: ``import ndstencil_kernels as bn``.

The functions are those of bottleneck, and take its arguments; besides them there are NumPy's ``sum``, ``mean``, ``min``, ``max``,
``var``, ``std``, ``argmin``, ``argmax``, ``quantile`` and ``nanquantile``, and ``ndvi``.

====================================================================  ==============================================
``nansum nanmean nanvar nanstd nanmin nanmax nanargmin nanargmax``    of the values that are not NaN, ``axis=None``
``nanmedian median nanquantile quantile``                             in the middle, and between
``sum mean var std min max argmin argmax ss``                         of all values
``anynan allnan``                                                     whether values are NaN
``rankdata nanrankdata``                                              the rank of each value, ``axis=None``
``push partition argpartition``                                       along an axis, ``axis=-1``
``replace``                                                           in place
``move_sum move_mean move_var move_std move_min move_max``,           over windows that end at each cell, ``axis=-1``
``move_argmin move_argmax move_median move_rank``
``ndvi``                                                              of two bands
====================================================================  ==============================================

:data:`ufuncs` has the kernels behind them, as NumPy's ufuncs. Those take ``out=``, ``axes=``, ``keepdims=``, and arrays of
parameters: ``ufuncs.quantile(x, [0.1, 0.9])``.

Lazy arrays
-----------
Functions of a Dask array are lazy where the axis is one chunk; where it is several, Dask says so in a ``ValueError``. Then
``x.rechunk({0: -1})`` makes it one, as ``ndstencil.map_core(bn.ufuncs.nanmedian, x, axis=0)`` does by itself. With ``axis=None``
the whole array must be one chunk. ``nanargmin`` of nothing but NaN raises when it is computed.

>>> dates = dask.array.from_zarr("dates.zarr")                # (time, y, x), in chunks of all times
>>> bn.nanmedian(dates, axis=0)                               # lazy

In xarray, functions that reduce or keep an axis are arguments of ``apply_ufunc``:

>>> xarray.apply_ufunc(bn.nanmedian, x, input_core_dims=[["time"]], kwargs={"axis": -1},
...                    dask="parallelized", output_dtypes=[x.dtype])

Types
-----
Results have the types that they have in bottleneck, but sums of integers are 64 bits wide, as in NumPy. Complex numbers,
``longdouble``, objects and dates raise ``TypeError``; so do masked arrays, whose mask nothing here would see.
"""

from . import _native as ufuncs
from ._axis import argpartition, nanrankdata, partition, push, rankdata
from ._moving import (
    move_argmax,
    move_argmin,
    move_max,
    move_mean,
    move_median,
    move_min,
    move_rank,
    move_std,
    move_sum,
    move_var,
)
from ._reductions import (
    allnan,
    anynan,
    argmax,
    argmin,
    max,
    mean,
    median,
    min,
    nanargmax,
    nanargmin,
    nanmax,
    nanmean,
    nanmedian,
    nanmin,
    nanquantile,
    nanstd,
    nansum,
    nanvar,
    quantile,
    ss,
    std,
    sum,
    var,
)
from ._replace import replace

ndvi = ufuncs.ndvi

__version__ = "0.1.0"
__all__ = [
    "allnan",
    "anynan",
    "argmax",
    "argmin",
    "argpartition",
    "max",
    "mean",
    "median",
    "min",
    "move_argmax",
    "move_argmin",
    "move_max",
    "move_mean",
    "move_median",
    "move_min",
    "move_rank",
    "move_std",
    "move_sum",
    "move_var",
    "nanargmax",
    "nanargmin",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanquantile",
    "nanrankdata",
    "nanstd",
    "nansum",
    "nanvar",
    "ndvi",
    "partition",
    "push",
    "quantile",
    "rankdata",
    "replace",
    "ss",
    "std",
    "sum",
    "ufuncs",
    "var",
]
