"""Kernels of ndstencil on arrays in chunks.

A kernel is a ``numpy.ufunc`` of a module that ``ndstencil-python`` made, such as ``filters.smooth``. On NumPy's arrays, on stacks
of images in Dask and in xarray it needs nothing else: ``filters.smooth(x)``. What is here is for Dask arrays that are in chunks
along the axes that a kernel sees.

===================  =================================================================
``map_stencil``      a stencil, with the halo that it reads around each chunk
``map_core``         a kernel over whole axes, which become one chunk
``reduce``           a kernel of two elements, over axes in chunks
``halo``             the cells around a point that a stencil reads
``boundary``         the rules by which it reads outside of the array
``with_boundary``    the stencil with another boundary
===================  =================================================================
"""

from ._chunks import map_core, map_stencil, reduce
from ._kernels import boundary, halo, with_boundary

__all__ = ["boundary", "halo", "map_core", "map_stencil", "reduce", "with_boundary"]
__version__ = "0.1.0"
