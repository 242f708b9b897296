"""The types of the module, for editors and mypy: each kernel is a ufunc."""
import numpy as np

smooth: np.ufunc
sharpen: np.ufunc
ndvi: np.ufunc
nanmedian: np.ufunc

def with_boundary(kernel: np.ufunc, boundary: str) -> np.ufunc: ...
def __getattr__(name: str) -> np.ufunc: ...  # smooth__wrap and its like
