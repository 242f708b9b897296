"""Kernels on Dask arrays that are in chunks along the axes which a kernel sees."""

from __future__ import annotations

import functools
import importlib
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

try:
    from numpy.lib.array_utils import normalize_axis_tuple
except ImportError:  # NumPy before 2.0
    from numpy.core.numeric import normalize_axis_tuple

from . import _kernels

da: Any
try:
    da = importlib.import_module("dask.array")
except ImportError:  # NumPy's arrays need no Dask
    da = None


def map_stencil(
    kernel: np.ufunc,
    *operands: Any,
    boundary: str | None = None,
    axes: Sequence[int] | None = None,
    dtype: Any = None,
) -> Any:
    """Applies a stencil to Dask arrays in chunks: what ``kernel(*operands)`` gives on arrays in one piece, bit for bit.

    Each chunk is computed with the cells around it that the kernel reads. Cells outside of the array are those of the kernel's own
    boundary, or of another one, ``boundary``. Chunks that are too short for the halo are taken together while they are computed.

    Parameters
    ----------
    kernel
        A stencil of a module of ndstencil-python.
    operands
        Its inputs, of one shape along the axes of the kernel and broadcast along the others; numbers for its parameters.
        Without a Dask array among them the result is not lazy.
    boundary
        ``nearest``, ``reflect``, ``mirror`` or ``wrap``; the kernel's own without it.
    axes
        The axes of the kernel, the last ones without it.
    dtype
        The type of the loop that is taken, as for a ufunc.

    Raises
    ------
    TypeError
        ``kernel`` is no stencil, or an array is not NumPy's or Dask's: ``.get()`` brings one of CuPy's here.
    ValueError
        There is no such boundary, or the kernel's own one is a function, which may lead to any chunk.

    Notes
    -----
    A kernel that asks for its position or for the shape of the array sees those of the chunk with its halo.
    """
    halos = _kernels.halo(kernel)
    if boundary is not None:
        kernel = _kernels.with_boundary(kernel, boundary)
    if len(operands) != kernel.nin:
        raise TypeError(f"{kernel.__name__} takes {kernel.nin} operands, found {len(operands)}")
    for operand in operands:
        _refuse_devices(operand)
    rank = len(halos[0])
    inputs = len(halos)
    if axes is not None and len(axes) != rank:
        raise ValueError(f"{kernel.__name__} has {rank} axes, found axes={axes!r}")
    call = _of_type(kernel, dtype)
    if not any(_is_dask(operand) for operand in operands):
        if axes is None:
            return call(*operands)
        moved = [np.moveaxis(np.asarray(operand), axes, range(-rank, 0)) for operand in operands[:inputs]]
        return _each(call(*moved, *operands[inputs:]), lambda y: np.moveaxis(y, range(-rank, 0), axes))
    if any(np.ndim(parameter) for parameter in operands[inputs:]):
        raise TypeError("the parameters of a kernel on arrays in chunks are numbers")
    arrays = [operand if _is_dask(operand) else da.asarray(operand) for operand in operands[:inputs]]
    if axes is not None:
        arrays = [da.moveaxis(array, axes, range(-rank, 0)) for array in arrays]
    result = _Chunked(kernel, halos, operands[inputs:], dtype).apply(arrays)
    if axes is None:
        return result
    return _each(result, lambda y: da.moveaxis(y, range(-rank, 0), axes))


_Cut = tuple[tuple[int, int], list[bool]]
"""The halo of an axis in chunks, and the sides at which it leads to the other end."""


class _Chunked:
    """A stencil on arrays whose last axes are in chunks."""

    def __init__(
        self, kernel: np.ufunc, halos: Sequence[_kernels.Sides], parameters: Sequence[Any], dtype: Any
    ) -> None:
        self.kernel, self.parameters, self.dtype, self.rank = kernel, parameters, dtype, len(halos[0])
        # All inputs of a chunk are as large: as the widest halo wants it.
        axes = range(self.rank)
        widest = [[max(halo[axis][side] for halo in halos) for side in (0, 1)] for axis in axes]
        self.halo = [(before, after) for before, after in widest]
        inputs = list(zip(halos, _kernels.boundary(kernel)))
        self.rules = [
            [{rules[axis][side] for halo, rules in inputs if halo[axis][side]} for side in (0, 1)] for axis in axes
        ]

    def apply(self, arrays: Sequence[Any]) -> Any:
        """The result, in chunks as the first input is."""
        if any(np.isnan(sum(array.shape)) for array in arrays):
            raise ValueError("the chunks of an array have sizes that are not known yet: `x.compute_chunk_sizes()` finds them")
        ndim = max(array.ndim for array in arrays)
        cores = {array.shape[array.ndim - self.rank :] for array in arrays if array.ndim >= self.rank}
        if len(cores) != 1 or any(array.ndim < self.rank for array in arrays):
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise ValueError(f"the inputs have the shapes {shapes}, whose last {self.rank} axes differ or are not there")
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        arrays = [da.broadcast_to(array, shape, chunks=_chunks_of(array, shape)) for array in arrays]
        _, arrays = da.core.unify_chunks(*(part for array in arrays for part in (array, range(ndim))))
        wanted = arrays[0].chunks
        cut = {}
        for axis in range(self.rank):
            chunked = axis + ndim - self.rank
            if len(wanted[chunked]) > 1 and self.halo[axis] != (0, 0):
                cut[chunked] = self._sides(axis)
        arrays = [self._with_halos(array, cut) for array in arrays]
        results = self._map(arrays, cut)
        return _each(results, lambda y: y if y.chunks == wanted else y.rechunk(wanted))

    def _sides(self, axis: int) -> _Cut:
        """The halo of an axis, and the sides at which it leads to the other end."""
        wraps = []
        for rules in self.rules[axis]:
            if "with" in rules:
                raise ValueError(
                    f"the boundary of {self.kernel.__name__} is a function, which may lead to any chunk: "
                    f"make one chunk of the axis, `x.rechunk({{axis: -1}})`"
                )
            wraps.append("wrap" in rules)
            if wraps[-1] and rules != {"wrap"}:
                raise ValueError(f"the inputs of {self.kernel.__name__} have different boundaries, one of which is 'wrap'")
        return self.halo[axis], wraps

    def _with_halos(self, array: Any, cut: dict[int, _Cut]) -> Any:
        """The array, each chunk with the cells around it."""
        depth = {}
        for axis, ((before, after), wraps) in cut.items():
            length = array.shape[axis]
            # One cell more than the halo: `mirror` does not read the last one twice.
            chunks = da.overlap.ensure_minimum_chunksize(min(max(before, after) + 1, length), array.chunks[axis])
            array = array.rechunk({axis: chunks})
            pads = [np.arange(-before, 0) % length if wraps[0] else [], np.arange(after) % length if wraps[1] else []]
            if len(chunks) > 1 and (wraps[0] or wraps[1]):
                parts = [da.take(array, pads[0], axis=axis), array, da.take(array, pads[1], axis=axis)]
                array = da.concatenate([part for part in parts if part.shape[axis]], axis=axis)
                first, last = len(pads[0]), len(pads[1])
                chunks = (chunks[0] + first, *chunks[1:-1], chunks[-1] + last)
                array = array.rechunk({axis: chunks})
            # An axis that has become one chunk has no neighbours.
            if len(chunks) > 1:
                depth[axis] = (before, after)
        return da.overlap.overlap(array, depth, boundary="none", allow_rechunk=False) if depth else array

    def _map(self, arrays: Sequence[Any], cut: dict[int, _Cut]) -> Any:
        """The results of all chunks, without their halos."""
        first = arrays[0]
        crop, chunks = {}, list(first.chunks)
        for axis, ((before, after), wraps) in cut.items():
            count = len(first.chunks[axis])
            if count > 1:
                crop[axis] = (before, after, wraps[0], wraps[1], count)
                chunks[axis] = tuple(
                    size - (before if index > 0 or wraps[0] else 0) - (after if index + 1 < count or wraps[1] else 0)
                    for index, size in enumerate(first.chunks[axis])
                )
        run = functools.partial(_run, _of_type(self.kernel, self.dtype), self.parameters, crop)
        types = _types(self.kernel, (*arrays, *self.parameters), self.dtype)
        settings = dict(chunks=tuple(chunks), name=None, token=None)
        if len(types) == 1:
            return da.map_blocks(run, *arrays, **settings, meta=np.empty((0,) * first.ndim, types[0]))
        results = da.map_blocks(run, *arrays, **settings, dtype=object, meta=np.empty((0,) * first.ndim, object))
        return tuple(
            da.map_blocks(operator.itemgetter(number), results, meta=np.empty((0,) * first.ndim, one))
            for number, one in enumerate(types)
        )


def _run(
    call: Callable[..., Any],
    parameters: Sequence[Any],
    crop: dict[int, tuple[int, int, bool, bool, int]],
    *blocks: Any,
    block_id: tuple[int, ...],
) -> Any:
    """A chunk: the kernel, without what was computed around it."""
    part = [slice(None)] * len(block_id)
    for axis, (before, after, wraps_before, wraps_after, count) in crop.items():
        start = before if block_id[axis] > 0 or wraps_before else 0
        end = after if block_id[axis] + 1 < count or wraps_after else 0
        part[axis] = slice(start, blocks[0].shape[axis] - end)
    return _each(call(*blocks, *parameters), lambda y: y[tuple(part)])


def map_core(kernel: np.ufunc, *operands: Any, axis: Any = ..., axes: Any = None, **settings: Any) -> Any:
    """Applies a kernel over whole axes, which become one chunk each: ``nanmedian`` over the dates of a stack that is in chunks
    of dates.

    ``axis`` and ``axes`` are those of ufuncs, the last axes without them; ``settings`` go to the kernel, ``keepdims`` and
    ``dtype`` among them.
    """
    if axis is None:
        raise TypeError("`axis=None` is no axis: for all values use `x.reshape(-1)`")
    axis = None if axis is ... else axis
    if "out" in settings:
        raise TypeError("lazy arrays have no `out`")
    inputs, outputs = _kernels.core_dims(kernel, [np.ndim(operand) for operand in operands])
    taken = []
    for number, (operand, rank) in enumerate(zip(operands, map(len, inputs))):
        _refuse_devices(operand)
        own: Any = [axis] if axis is not None and rank == 1 else range(-rank, 0)
        if axes is not None:
            own = np.atleast_1d(axes[number]) if rank else []
        whole = {int(one): -1 for one in own}
        taken.append(operand.rechunk(whole) if _is_dask(operand) and whole else operand)
    if axis is not None:
        settings["axis"] = axis
    if axes is not None:
        settings["axes"] = axes
    dtype = settings.pop("dtype", None)
    # Dask takes the type for that of its own result, and the kernel would not hear of it.
    call = _of_type(kernel, dtype)
    if not any(_is_dask(operand) for operand in taken) or (kernel.signature is None and dtype is None):
        return call(*taken, **settings)
    # Dask knows neither optional dimensions nor sizes that are written.
    sides = (",".join(f"({','.join(dims)})" for dims in side) for side in (inputs, outputs))
    known = {name for dims in inputs for name in dims}
    sizes = {name: int(name) for dims in outputs for name in dims if name.isdigit() and name not in known}
    # Dask would try arrays of one cell, which not every kernel takes.
    types = _types(kernel, taken, dtype)
    types = types[0] if len(types) == 1 else types
    return da.apply_gufunc(
        call, "->".join(sides), *taken, output_sizes=sizes or None, output_dtypes=types, **settings
    )


def reduce(kernel: np.ufunc, x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Reduces an array by a kernel of two elements, ``(),()->()``: each chunk, then the results of the chunks.

    The result is that of ``kernel.reduce`` where it does not matter in which order elements are combined.
    """
    if kernel.signature is not None or (kernel.nin, kernel.nout) != (2, 1):
        raise TypeError(f"{kernel.__name__} does not combine two elements")
    _refuse_devices(x)
    axis = tuple(range(np.ndim(x))) if axis is None else axis
    if not _is_dask(x):
        return _reduce(kernel, x, axis, keepdims, dtype=dtype)
    found = kernel.reduce(np.ones((1,), x.dtype), dtype=dtype).dtype
    run = functools.partial(_reduce, kernel, dtype=dtype)
    return da.reduction(x, chunk=run, aggregate=run, axis=axis, keepdims=keepdims, dtype=found, concatenate=True)


def _reduce(kernel: np.ufunc, x: Any, axis: Any, keepdims: bool, dtype: Any = None) -> Any:
    """One axis after the other: a kernel need not allow any order."""
    for one in sorted(normalize_axis_tuple(axis, np.ndim(x)), reverse=True):
        x = kernel.reduce(x, axis=one, keepdims=keepdims, dtype=dtype)
    return x


def _of_type(kernel: np.ufunc, dtype: Any) -> Callable[..., Any]:
    """The kernel with the loop of a type."""
    return kernel if dtype is None else functools.partial(kernel, dtype=dtype)


def _types(kernel: np.ufunc, operands: Sequence[Any], dtype: Any) -> list[Any]:
    """The types of the results for operands of some types."""
    if hasattr(kernel, "resolve_dtypes"):
        of = [type(one) if type(one) in (bool, int, float, complex) else _type(one) for one in operands]
        asked = {} if dtype is None else {"signature": (*[None] * kernel.nin, *[np.dtype(dtype)] * kernel.nout)}
        return list(kernel.resolve_dtypes((*of, *[None] * kernel.nout), **asked)[kernel.nin :])
    inputs, _ = _kernels.core_dims(kernel, [np.ndim(operand) for operand in operands])
    smallest = [
        np.ones([int(dim) if dim.isdigit() else 1 for dim in dims], _type(one))
        for one, dims in zip(operands, inputs)
    ]
    results = _of_type(kernel, dtype)(*smallest)
    return [result.dtype for result in (results if isinstance(results, tuple) else (results,))]


def _type(operand: Any) -> Any:
    """The type of an array, which is not computed for it."""
    return operand.dtype if hasattr(operand, "dtype") else np.asarray(operand).dtype


def _chunks_of(array: Any, shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The chunks of an array that is broadcast to a shape."""
    skip = len(shape) - array.ndim
    own = [chunks if array.shape[axis] == shape[skip + axis] else (shape[skip + axis],) for axis, chunks in enumerate(array.chunks)]
    return tuple((n,) for n in shape[:skip]) + tuple(own)


def _each(results: Any, call: Callable[[Any], Any]) -> Any:
    """The same for one result and for several."""
    return tuple(call(result) for result in results) if isinstance(results, tuple) else call(results)


def _is_dask(operand: Any) -> bool:
    return da is not None and isinstance(operand, da.Array)


def _refuse_devices(operand: Any) -> None:
    """Arrays on a GPU are not copied behind the user's back."""
    kind = type(getattr(operand, "_meta", operand))
    if hasattr(kind, "__cuda_array_interface__"):
        raise TypeError(f"{kind.__module__}.{kind.__name__} lies on a GPU, and kernels compute on the processor: use `x.get()`")
