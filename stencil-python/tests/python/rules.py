"""The rules of NumPy's ufuncs: signatures, axes, outputs, broadcasting, types, methods."""
import importlib
import re
import warnings

import numpy as np

import filters

warnings.simplefilter("error")
rng = np.random.default_rng(1)


def raises(kind, call, *words):
    """Calls what has to raise, with some words in its message."""
    try:
        call()
    except kind as error:
        for word in words:
            assert word in str(error), (word, str(error))
        return
    raise AssertionError(f"nothing was raised by {call}")


ufuncs = {name: kernel for name, kernel in vars(filters).items() if isinstance(kernel, np.ufunc)}
kernels = [name for name in ufuncs if "__" not in name]
assert len(kernels) == 36, sorted(kernels)
assert all(f"{name}__{rule}" in ufuncs for name in ("smooth", "heat", "lag") for rule in ("nearest", "reflect", "mirror", "wrap"))
for name, kernel in ufuncs.items():
    assert type(kernel) is np.ufunc and kernel.__name__ == name
    assert f"{name}(" in kernel.__doc__ and "Signature: " in kernel.__doc__
    if hasattr(np.ufunc, "__module__") and "__dict__" in dir(kernel):
        assert kernel.__module__ == "filters" and kernel.__qualname__ == name
assert filters.__doc__ == "Kernels for tests."
assert sorted(filters.__all__) == sorted([*ufuncs, "with_boundary"])

# Signatures, documentation, halos.
assert filters.smooth.signature == "(n,m)->(n,m)" and filters.smooth.nin == filters.smooth.nout == 1
assert filters.smooth.types == ["b->b", "B->B", "h->h", "H->H", "f->f", "d->d"]
assert filters.heat.signature == "(n,m),()->(n,m)"
assert filters.above.signature == "(rows,columns)->(rows,columns)"
assert filters.matmul.signature == "(m?,n),(n,p?)->(m?,p?)"
assert filters.ndvi.signature is None and filters.ndvi.nargs == 3
assert "The mean of the 3 x 3 neighbourhood.\n\nIntegers are rounded down." in filters.smooth.__doc__
assert "Operands: u, alpha" in filters.heat.__doc__
assert "Halo of x: 2 before, 0 after" in filters.lag.__doc__
assert "Boundary of x: nearest\n" in filters.smooth.__doc__ + "\n" and "Boundary of x: wrap" in filters.smooth__wrap.__doc__
assert "Boundary of x: nearest before, reflect after" in filters.ahead.__doc__ and "Boundary" not in filters.ndvi.__doc__
assert re.search(r"\n     o +o +o\n     o \(o\) o\n     o +o +o", filters.smooth.__doc__), filters.smooth.__doc__
assert filters.__halos__["lag"] == (((2, 0),),)
assert filters.__halos__["masked"] == (((0, 0), (1, 1)), ((0, 0), (0, 0)))
assert "ndvi" not in filters.__halos__

# Several functions that are one ufunc.
assert filters.edges.types == ["B->B", "f->f", "d->d"] and filters.edges.__doc__.count("Pixels on the left") == 1
ramp = np.array([[0, 10, 5, 250]])
assert filters.edges(ramp.astype("B")).tolist() == [[10, 5, 240, 245]]
assert filters.edges(ramp.astype("f")).tolist() == [[10, 5, 240, 245]] and filters.edges(-ramp.astype("f")).min() == -245
assert filters.edges(ramp[:, ::-1].astype("B")).tolist() == [[0, 0, 0, 0]]
assert filters.edges__wrap(ramp.astype("B")).tolist() == [[0, 5, 240, 0]]

for module, words in {
    "mismatched": ("the ufunc `edges`: `edges_u8` and `above` differ in their signatures",),
    "ambiguous": ("the ufunc `edges`: two inner loops have the types [F32, F32]",),
    "repeated": ("two things of the module are called `heat`",),
}.items():
    raises(ImportError, lambda: importlib.import_module(module), *words)

# The first loop that all operands can be cast to safely.
image = np.arange(20).reshape(4, 5)
for given, taken in {"?": "b", "b": "b", "B": "B", "h": "h", "H": "H", "e": "f", "f": "f", "i": "d", "q": "d", "I": "d", "d": "d"}.items():
    assert filters.smooth(image.astype(given)).dtype == np.dtype(taken), given
raises(TypeError, lambda: filters.smooth(image.astype(complex)))
raises(TypeError, lambda: filters.smooth(image.astype(object)))
assert filters.smooth(image.astype("b"), dtype="f").dtype == np.float32
assert filters.smooth(image, dtype="f", casting="unsafe").dtype == np.float32
assert filters.smooth(image, signature="f->f", casting="unsafe").dtype == np.float32
assert filters.smooth([[1, 2], [3, 4]]).dtype == np.float64
# Python's numbers take the type of the arrays.
assert filters.scaled(np.ones(3, "f"), 2).dtype == np.float32 and filters.scaled(np.ones(3, "d"), np.float32(2)).dtype == np.float64
# Integers are divided as in Python.
assert (filters.smooth(np.full((3, 3), -1, "b")) == -1).all()

# Boundaries that are chosen at the call: ufuncs of their own, made when they are asked for.
for rule in ("nearest", "reflect", "mirror", "wrap"):
    kernel = filters.with_boundary(filters.smooth, rule)
    assert type(kernel) is np.ufunc and kernel.__name__ == f"smooth__{rule}" and kernel.types == filters.smooth.types
    assert kernel is getattr(filters, f"smooth__{rule}") is filters.with_boundary(filters.smooth__wrap, rule)
    own = filters.smooth if rule == "nearest" else getattr(filters, f"smooth_{rule}")
    for shape in [(1, 1), (1, 4), (2, 2), (3, 5), (12, 30), (3, 40, 90)]:
        for dtype in "bBhHfd":
            x = rng.integers(0, 100, shape).astype(dtype)
            assert kernel(x).tobytes() == own(x).tobytes(), (rule, shape, dtype)
x, mask = rng.random((4, 5)).astype("f"), rng.random((4, 5)) < 0.5
differences = np.roll(x, -1, 1) - np.roll(x, 1, 1)
assert (filters.with_boundary(filters.masked, "wrap")(x, mask)[0] == np.where(mask, differences, 0)).all()
u = np.pad(x.astype("d"), 1, mode="edge")
lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * x
assert np.allclose(filters.heat__nearest(x, 0.2), x + 0.2 * lap)
raises(ValueError, lambda: filters.with_boundary(filters.smooth, "warp"), "no boundary 'warp'", "'mirror', 'wrap'")
raises(ValueError, lambda: filters.with_boundary(filters.ndvi, "wrap"), "`ndvi` reads nothing outside of the array")
raises(TypeError, lambda: filters.with_boundary(np.add, "wrap"), "no kernel of this module")
raises(TypeError, lambda: filters.with_boundary(np.negative, "wrap"), "no kernel of this module")
raises(TypeError, lambda: filters.with_boundary(type("Named", (), {"__name__": "smooth"})(), "wrap"), "no kernel of this module")
raises(TypeError, lambda: filters.with_boundary(filters.smooth), "boundary")
assert filters.with_boundary(kernel=filters.smooth, boundary="wrap") is filters.smooth__wrap
raises(AttributeError, lambda: filters.smooth__warp, "no attribute 'smooth__warp'")
raises(AttributeError, lambda: filters.ndvi__wrap)
assert filters.__boundaries__["smooth"] == ((("nearest", "nearest"), ("nearest", "nearest")),)
assert filters.__boundaries__["lag"] == ((("constant", "constant"),),)

# Truth values whose bytes are neither 0 nor 1.
x, odd = np.arange(12, dtype="f").reshape(3, 4), rng.integers(0, 4, (3, 8)).astype("u1")
for bytes_ in (odd[:, :4], odd[:, :4].copy(), odd[:, ::2], odd[::-1, 3::-1]):
    found = filters.masked(x, bytes_.view(bool))
    for one, right in zip(found, filters.masked(x, bytes_ > 0)):
        assert (one == right).all()

# Shapes.
raises(ValueError, lambda: filters.smooth(np.zeros(5)), "does not have enough dimensions")
raises(ValueError, lambda: filters.masked(np.zeros((3, 4), "f"), np.zeros((3, 5), bool)), "mismatch")
raises(ValueError, lambda: filters.smooth(np.zeros((3, 4)), out=np.zeros((3, 5))), "mismatch")
raises(ValueError, lambda: filters.cross1d(np.zeros(2), np.zeros(2)), "mismatch")
raises(TypeError, lambda: filters.smooth(np.zeros((3, 4)), out=np.zeros((3, 4), int)))
raises(ValueError, lambda: filters.smooth(np.zeros((3, 4)), out=np.broadcast_to(np.zeros((3, 1)), (3, 4))))
raises(ValueError, lambda: filters.smooth(np.zeros((2, 3, 4)), out=np.zeros((3, 4))))
out = np.zeros((2, 3, 4))
filters.smooth(np.ones((3, 4)), out=out)  # the input broadcasts to the output
assert (out == 1).all()
differences, taken = filters.masked(np.arange(12, dtype="f").reshape(3, 4), np.eye(3, 4, dtype=bool))
assert taken.dtype == np.uint8 and differences.dtype == np.float32
assert (differences == [[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]]).all() and (taken == np.eye(3, 4)).all()
stack = np.arange(12, dtype="f").reshape(3, 4) * np.ones((5, 1, 1, 1), "f")
pair = filters.masked(stack, np.ones((2, 3, 4), bool))
assert pair[0].shape == (5, 2, 3, 4) and (pair[1] == 1).all()

# Axes.
cube = rng.random((3, 4, 5))
assert (filters.nanmedian(cube, axis=1) == np.median(cube, axis=1)).all()
assert (filters.nanmedian(cube, axis=1, keepdims=True) == np.median(cube, axis=1, keepdims=True)).all()
assert (filters.nanmedian(cube, axes=[(0,), ()]) == np.median(cube, axis=0)).all()
assert (filters.nanmax(cube[::-1, ::2]) == cube[::-1, ::2].max(-1)).all()
raises(np.exceptions.AxisError if hasattr(np, "exceptions") else np.AxisError, lambda: filters.nanmedian(cube, axis=3))
raises(TypeError, lambda: filters.smooth(cube, axis=0))
raises(TypeError, lambda: filters.smooth(cube, keepdims=True))
raises(TypeError, lambda: filters.smooth(cube, where=True))

# Outputs through views hold zeros before the function adds to them, also where memory was used before.
a, b = rng.random((6, 5, 4)), rng.random((6, 4, 3))
for _ in range(3):
    assert np.allclose(filters.matmul(a, b), a @ b)
    assert np.allclose(filters.matmul(a, b, out=np.full((6, 5, 3), np.nan)), a @ b)
assert filters.matmul(np.arange(3.0), np.arange(3.0)) == 5 and filters.matmul(np.eye(3), np.arange(3.0)).shape == (3,)
assert (filters.matmul(np.zeros((2, 0)), np.zeros((0, 3))) == np.zeros((2, 3))).all()
assert (filters.cross1d([1, 0, 0], [[0, 1, 0], [0, 0, 1]]) == [[0, 0, 1], [0, -1, 0]]).all()

# Parameters are operands.
u = rng.random((4, 6, 7))
lap = np.roll(u, 1, 1) + np.roll(u, -1, 1) + np.roll(u, 1, 2) + np.roll(u, -1, 2) - 4 * u
assert np.allclose(filters.heat(u, 0.2), u + 0.2 * lap)
alphas = np.array([0.1, 0.1, 0.2, 0.3])
assert np.allclose(filters.heat(u, alphas), u + alphas[:, None, None] * lap)
assert filters.heat(u[0], alphas).shape == (4, 6, 7)
assert (filters.scaled(np.arange(5.0), np.arange(5.0)) == np.arange(5.0) ** 2).all()
assert (filters.scaled(np.arange(5.0), np.arange(5.0)[::-1]) == np.arange(5.0) * np.arange(5.0)[::-1]).all()

# Element by element: the methods of ufuncs.
numbers = rng.integers(-1000, 1000, (50, 301))
for x in (numbers, numbers.T, numbers[::2, ::-3], numbers.astype("i")):
    for axis in (0, 1, None):
        assert (filters.plus.reduce(x, axis=axis) == np.add.reduce(x, axis=axis)).all()
    assert (filters.plus.accumulate(x, axis=1) == np.add.accumulate(x, axis=1)).all()
    assert (filters.plus.accumulate(x, axis=0) == np.add.accumulate(x, axis=0)).all()
    assert (filters.plus.reduceat(x, [0, 5, 9], axis=1) == np.add.reduceat(x, [0, 5, 9], axis=1)).all()
    assert (filters.larger.reduce(x, axis=1) == x.max(1)).all()
    assert (filters.plus.reduce(x, where=x > 0, axis=0) == np.add.reduce(x, where=x > 0, axis=0)).all()
assert filters.plus.identity == 0 and filters.plus.reduce(np.zeros(0, int)) == 0
assert filters.minus.identity is None
# A ufunc has one identity: none where that of one type is wrong for another.
assert filters.larger.identity is None
assert filters.larger.reduce(numbers - 10**12, axis=None) == numbers.max() - 10**12
assert filters.larger.reduce(np.full(5, -(2**40))) == -(2**40) and filters.larger.reduce(np.full(5, -7, "i")) == -7
raises(ValueError, lambda: filters.larger.reduce(np.zeros(0, int)), "no identity")
raises(ValueError, lambda: filters.minus.reduce(np.zeros(0)))
raises(ValueError, lambda: filters.minus.reduce(np.zeros((2, 3)), axis=None), "not reorderable")
assert filters.minus.reduce(np.arange(20.0)) == np.subtract.reduce(np.arange(20.0))
assert (filters.plus.outer(np.arange(3), np.arange(4)) == np.add.outer(np.arange(3), np.arange(4))).all()
x, at = np.arange(100), rng.integers(0, 100, 500)
y = x.copy()
filters.plus.at(x, at, 3), np.add.at(y, at, 3)
assert (x == y).all()
raises(RuntimeError, lambda: filters.smooth.reduce(cube))

# Memory that is read and written: in place, shifted, with a mask.
for n in (1, 7, 63, 64, 65, 1000, 100_003):
    a, b = rng.random(n), rng.random(n)
    x = a.copy()
    assert filters.minus(x, b, out=x) is x and (x == a - b).all()
    x = b.copy()
    filters.minus(a, x, out=x)
    assert (x == a - b).all()
    x = a.copy()
    filters.minus(x, x, out=x)
    assert (x == 0).all()
    x, y = np.arange(n + 1.0), np.arange(n + 1.0)
    filters.minus(x[:-1], 1, out=x[1:]), np.subtract(y[:-1], 1, out=y[1:])
    assert (x == y).all()
    mask = rng.random(n) < 0.5
    x = np.full(n, 7.0)
    filters.minus(a, b, out=x, where=mask)
    assert (x == np.where(mask, a - b, 7)).all()
    assert (filters.minus(a[::-1], b) == a[::-1] - b).all() and (filters.minus(a, 1.0) == a - 1).all()
a, b = rng.random((30, 40)), rng.random((40, 30))
assert (filters.minus(a, b.T) == a - b.T).all() and (filters.minus(a[:, :1], b.T[:1]) == a[:, :1] - b.T[:1]).all()
assert filters.minus(np.float64(3), 1) == 2.0 and isinstance(filters.minus(3, 1), float)
assert filters.negative(np.int16(4)) == -4

# Floating-point flags are raised where they show, and only there.
ones, zeros, missing = np.ones(1000), np.zeros(1000), np.where(np.arange(1000) % 3 == 0, np.nan, 1.0)
raises(RuntimeWarning, lambda: filters.quotient(ones, zeros), "divide by zero encountered in quotient")
raises(RuntimeWarning, lambda: filters.quotient(zeros, zeros), "invalid value encountered in quotient")
raises(RuntimeWarning, lambda: filters.quotient(ones * 1e308, ones * 1e-10), "overflow encountered in quotient")
with np.errstate(divide="raise"):
    raises(FloatingPointError, lambda: filters.quotient(ones, zeros))
with np.errstate(all="ignore"):
    assert (filters.quotient(ones, zeros) == np.inf).all()
assert (filters.guarded(ones, zeros) == 0).all()  # both branches are computed, one counts
assert filters.nanmax(missing) == 1  # comparisons with NaN are invalid operations of the processor
assert np.isnan(filters.nanmax(missing[:1]))
for n in range(1, 40):  # lanes that do not count
    filters.smooth(np.ones((n, n), "f")), filters.nanmax(np.ones((n, 3))), filters.ndvi(np.ones(n, "f"), np.ones(n, "f"))
    filters.nanmedian(np.ones((n, 3)))
assert (filters.quotient(np.inf, ones) == np.inf).all() and np.isnan(filters.quotient(np.nan, ones)).all()

# Subclasses and masked arrays are NumPy's affair.
masked = np.ma.masked_array(np.arange(12.0).reshape(3, 4), mask=np.eye(3, 4, dtype=bool))
assert type(filters.smooth(masked)) is np.ma.MaskedArray
assert type(filters.smooth(np.arange(12.0).reshape(3, 4).view(type("Own", (np.ndarray,), {})))).__name__ == "Own"


class Lazy:
    """Something that takes ufuncs over, as Dask's arrays do."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return ufunc, method, kwargs


assert filters.smooth(Lazy(), axes=[(0, 1), (0, 1)]) == (filters.smooth, "__call__", {"axes": [(0, 1), (0, 1)]})
print("ok")
