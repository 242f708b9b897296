from typing import Any

import numpy as np

allnan: np.ufunc
argmax: np.ufunc
argmin: np.ufunc
count: np.ufunc
max: np.ufunc
mean: np.ufunc
median: np.ufunc
min: np.ufunc
move_argmax: np.ufunc
move_argmin: np.ufunc
move_max: np.ufunc
move_mean: np.ufunc
move_median: np.ufunc
move_min: np.ufunc
move_rank: np.ufunc
move_std: np.ufunc
move_sum: np.ufunc
move_var: np.ufunc
nanargmax: np.ufunc
nanargmin: np.ufunc
nanmax: np.ufunc
nanmean: np.ufunc
nanmedian: np.ufunc
nanmin: np.ufunc
nanquantile: np.ufunc
nanrankdata: np.ufunc
nanstd: np.ufunc
nansum: np.ufunc
nanvar: np.ufunc
ndvi: np.ufunc
push: np.ufunc
quantile: np.ufunc
rankdata: np.ufunc
ss: np.ufunc
std: np.ufunc
sum: np.ufunc
var: np.ufunc

__halos__: dict[str, Any]
__boundaries__: dict[str, Any]

def with_boundary(kernel: np.ufunc, boundary: str) -> np.ufunc: ...
