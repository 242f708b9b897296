"""`ndstencil.map_stencil` gives what the kernel gives on the array in one piece, whatever the chunks are."""
import warnings

import numpy as np

try:
    import dask
    import dask.array as da
except ImportError:
    print("left out: Dask is not there")
    raise SystemExit

import filters
import ndstencil

warnings.simplefilter("error")
dask.config.set(scheduler="synchronous")  # chunks of a few cells
rng = np.random.default_rng(1)
BOUNDARIES = [None, "nearest", "reflect", "mirror", "wrap"]
OWN = ["smooth", "smooth_reflect", "smooth_mirror", "smooth_wrap", "smooth_constant", "smooth_fill", "smooth_keep"]


def same(found, expected):
    """The same bits, lazily."""
    assert isinstance(found, da.Array) and found.dtype == expected.dtype and found.shape == expected.shape, (found, expected)
    result = found.compute()
    assert result.dtype == expected.dtype and result.tobytes() == np.ascontiguousarray(expected).tobytes(), (result, expected)


def chunks_of(n):
    """Some ways to cut an axis, one-cell chunks among them."""
    yield (n,)
    if n > 1:
        yield (n - 1, 1)
        yield (1, n - 1)
        yield (1,) * n
    if n > 4:
        cuts = np.sort(rng.choice(np.arange(1, n), 3, replace=False))
        yield tuple(int(size) for size in np.diff([0, *cuts, n]))


tried = 0
for n, m in [(1, 1), (1, 6), (2, 3), (3, 2), (5, 9), (20, 31)]:
    x = rng.random((n, m)).astype("f4")
    for rows in chunks_of(n):
        for columns in chunks_of(m):
            lazy = da.from_array(x, chunks=(rows, columns))
            for boundary in BOUNDARIES:
                expected = (ndstencil.with_boundary(filters.smooth, boundary) if boundary else filters.smooth)(x)
                found = ndstencil.map_stencil(filters.smooth, lazy, boundary=boundary)
                assert found.chunks == lazy.chunks
                same(found, expected)
                tried += 1
            for name in OWN:
                kernel = getattr(filters, name)
                same(ndstencil.map_stencil(kernel, lazy), kernel(x))
                tried += 1

# A halo on one side, wider than chunks are.
x = rng.integers(-100, 100, 23)
for chunks in [1, 2, 3, 7, 22, 23]:
    same(ndstencil.map_stencil(filters.lag, da.from_array(x, chunks=chunks)), filters.lag(x))

# A halo that is longer than the axis.
for n in range(1, 9):
    x = rng.random(n)
    for chunks in range(1, n + 1):
        same(ndstencil.map_stencil(filters.ahead, da.from_array(x, chunks=chunks)), filters.ahead(x))
        found = ndstencil.map_stencil(filters.ahead, da.from_array(x, chunks=chunks), boundary="wrap")
        same(found, filters.ahead__wrap(x))

# Stacks in chunks along all axes; types; parameters; axes that are elsewhere.
stack = rng.integers(-100, 100, (5, 30, 40)).astype("i1")
lazy = da.from_array(stack, chunks=(2, 7, 11))
same(ndstencil.map_stencil(filters.smooth, lazy), filters.smooth(stack))
same(ndstencil.map_stencil(filters.smooth, lazy, dtype="f8"), filters.smooth(stack, dtype="f8"))
same(ndstencil.map_stencil(filters.smooth, lazy.astype("i4")), filters.smooth(stack.astype("i4")))
moved = np.moveaxis(stack, 0, 2)
found = ndstencil.map_stencil(filters.smooth, da.from_array(moved, chunks=9), axes=(0, 1))
same(found, np.ascontiguousarray(np.moveaxis(filters.smooth(stack), 0, 2)))
u = rng.random((20, 30))
same(ndstencil.map_stencil(filters.heat, da.from_array(u, chunks=6), 0.2), filters.heat(u, 0.2))

# Several inputs, one of which is a stack; several outputs.
x, mask = rng.random((3, 12, 17)).astype("f4"), rng.random((12, 17)) < 0.5
found = ndstencil.map_stencil(filters.masked, da.from_array(x, chunks=(2, 5, 4)), da.from_array(mask, chunks=(6, 7)))
for one, expected in zip(found, filters.masked(x, mask)):
    same(one, expected)

# A boundary that leads to the other end, and an input whose boundary is never asked for.
found = ndstencil.map_stencil(filters.masked_wrap, da.from_array(x, chunks=(2, 5, 4)), da.from_array(mask, chunks=(6, 7)))
same(found, filters.masked_wrap(x, mask))

# Nothing lazy, nothing changed.
assert (ndstencil.map_stencil(filters.smooth, stack, boundary="wrap") == ndstencil.with_boundary(filters.smooth, "wrap")(stack)).all()
assert (ndstencil.map_stencil(filters.smooth, moved, axes=(0, 1)) == np.moveaxis(filters.smooth(stack), 0, 2)).all()

# Whole axes, and reductions.
dates = np.where(rng.random((20, 9, 8)) < 0.2, np.nan, rng.random((20, 9, 8)))
lazy = da.from_array(dates, chunks=(6, 4, 5))
same(ndstencil.map_core(filters.nanmedian, lazy, axis=0), filters.nanmedian(dates, axis=0))
same(ndstencil.map_core(filters.nanmedian, lazy), filters.nanmedian(dates))
same(ndstencil.map_core(filters.nanmedian, lazy, axis=1, dtype="f4"), filters.nanmedian(dates, axis=1, dtype="f4"))
for core in (dates, lazy):
    found = ndstencil.map_core(filters.places, core, axis=0, dtype="u4")
    assert found.dtype == np.uint32 and (np.asarray(found) == filters.places(dates, axis=0, dtype="u4")).all()
    found = ndstencil.map_core(filters.quotient, core, 0.5, dtype="d")
    assert (np.asarray(found) == dates / 0.5).tolist() == (~np.isnan(dates)).tolist()
computed = []
counted = lazy.map_blocks(lambda block: computed.append(1) or block, meta=np.empty((0, 0, 0)))
for call in (
    lambda: ndstencil.map_core(filters.nanmedian, counted, axis=0),
    lambda: ndstencil.map_core(filters.nanmedian, counted, axis=0, dtype="f4"),
    lambda: ndstencil.map_stencil(filters.smooth, counted),
    lambda: ndstencil.reduce(filters.minus, counted, axis=0),
):
    call()
    assert not computed, "chunks are computed when they are asked for"
a, b = rng.random((4, 10, 6)), rng.random((4, 6, 7))
found = ndstencil.map_core(filters.matmul, da.from_array(a, chunks=(2, 5, 3)), da.from_array(b, chunks=(2, 2, 4)))
same(found, filters.matmul(a, b))
found = ndstencil.map_core(filters.matmul, da.from_array(a, chunks=(2, 5, 3)), da.from_array(b[0, :, 0], chunks=2))
same(found, filters.matmul(a, b[0, :, 0]))
same(ndstencil.map_core(filters.cross1d, da.from_array(rng.random((4, 3)), chunks=2), [1, 0, 0]).map_blocks(abs) * 0, np.zeros((4, 3)))
numbers = rng.integers(-1000, 1000, (17, 23))
for axis in (None, 0, 1, (0, 1), -1):
    for keepdims in (False, True):
        found = ndstencil.reduce(filters.plus, da.from_array(numbers, chunks=(5, 6)), axis=axis, keepdims=keepdims)
        assert (found.compute() == numbers.sum(axis=axis, keepdims=keepdims)).all() and found.dtype == numbers.dtype
        assert (ndstencil.reduce(filters.plus, numbers, axis=axis, keepdims=keepdims) == numbers.sum(axis=axis, keepdims=keepdims)).all()


def refused(kind, call, word):
    """Raises, and says why."""
    try:
        call()
    except kind as error:
        assert word in str(error), error
        return
    raise AssertionError(word)


class OnADevice:
    """An array on a GPU."""

    __cuda_array_interface__ = {}


lazy = da.from_array(stack, chunks=7)
refused(TypeError, lambda: ndstencil.map_stencil(filters.smooth, OnADevice()), "lies on a GPU")
refused(TypeError, lambda: ndstencil.map_stencil(filters.nanmedian, lazy), "is no stencil")
refused(TypeError, lambda: ndstencil.map_stencil(np.add, lazy, lazy), "is no stencil")
refused(TypeError, lambda: ndstencil.map_stencil(filters.heat, da.ones((3, 4, 5), chunks=2), np.ones(3)), "are numbers")
refused(ValueError, lambda: ndstencil.map_stencil(filters.smooth, lazy, axes=(0,)), "has 2 axes")
refused(TypeError, lambda: ndstencil.map_core(filters.nanmedian, lazy, axis=None), "is no axis")
refused(TypeError, lambda: ndstencil.map_stencil(filters.smooth, lazy, lazy), "takes 1 operands")
refused(ValueError, lambda: ndstencil.map_stencil(filters.masked, lazy, lazy[:, 1:]), "differ")
refused(ValueError, lambda: ndstencil.map_stencil(filters.smooth, lazy[:, lazy[0, :, 0] > 0]), "compute_chunk_sizes")
refused(TypeError, lambda: ndstencil.reduce(filters.smooth, lazy), "does not combine two elements")
for array in (numbers, da.from_array(numbers, chunks=5)):
    refused(IndexError, lambda: ndstencil.reduce(filters.plus, array, axis=2), "out of bounds")
refused(ValueError, lambda: ndstencil.reduce(filters.plus, numbers, axis=(0, 0)), "repeated axis")
print(f"{tried} arrays in chunks gave what whole ones give")
