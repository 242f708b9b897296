"""Loops that read what they write give the bits of one element after the other: in place, `reduce`, `accumulate`, `reduceat`."""
import numpy as np

import filters

rng = np.random.default_rng(1)
LENGTHS = [*range(1, 70), 95, 96, 127, 128, 129, 500, 1024, 1025]
KERNELS = {
    filters.minus: lambda n: rng.random(n) - 0.5,
    filters.ndvi: lambda n: rng.random(n).astype("f") - np.float32(0.5),
    filters.plus: lambda n: rng.integers(-(10**5), 10**5, n).astype("i"),
    filters.unlike: lambda n: rng.random(n) < 0.5,
    filters.unlike_written: lambda n: rng.random(n) < 0.5,
    filters.larger: lambda n: rng.integers(-(10**12), 10**12, n),
}
# Of an array three times as long.
FORMS = {
    "whole": lambda x: x[: len(x) // 3],
    "every third": lambda x: x[::3],
    "from the end": lambda x: x[len(x) // 3 - 1 :: -1],
    "every third from the end": lambda x: x[::-3],
}


def same(found, expected, *what):
    """The same bits and type."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype and found.shape == expected.shape, (found, expected, what)
    assert np.ascontiguousarray(found).tobytes() == np.ascontiguousarray(expected).tobytes(), (found, expected, what)


def one_by_one(kernel, a, b):
    """Calls for one element each."""
    return np.array([kernel(*pair) for pair in zip(a, b)], dtype=a.dtype)


def running(kernel, x):
    """The results of `accumulate`, by calls for one element each."""
    results = [x[0]]
    for value in x[1:]:
        results.append(kernel(results[-1], value))
    return np.array(results, dtype=x.dtype)


tried = 0
for kernel, values in KERNELS.items():
    for n in LENGTHS:
        for form, lay in FORMS.items():
            # Copies of all three thirds, so that the form of the copy is that of the array.
            whole_a, whole_b = values(3 * n), values(3 * n)
            a, b = lay(whole_a), lay(whole_b)
            what = (kernel.__name__, n, form)
            expected = one_by_one(kernel, a, b)
            same(kernel(a, b), expected, what)
            x = lay(whole_a.copy())
            assert kernel(x, b, out=x) is x
            same(x, expected, what)
            x = lay(whole_b.copy())
            kernel(a, x, out=x)
            same(x, expected, what)
            x = lay(whole_a.copy())
            kernel(x, x, out=x)
            same(x, one_by_one(kernel, a, a), what)
            x = lay(whole_a.copy())
            kernel(x, b[0], out=x)
            same(x, one_by_one(kernel, a, np.broadcast_to(b[0], n)), what)
            # Not the same memory, but some of it.
            if n > 1:
                x = lay(whole_a.copy())
                kernel(x[:-1], b[1:], out=x[1:])
                same(x[1:], one_by_one(kernel, a[:-1], b[1:]), what)
                x = lay(whole_a.copy())
                kernel(x[1:], b[1:], out=x[:-1])
                same(x[:-1], one_by_one(kernel, a[1:], b[1:]), what)
            expected = running(kernel, a)
            same(kernel.accumulate(a), expected, what)
            same(kernel.reduce(a), expected[-1], what)
            x = lay(whole_a.copy())
            kernel.accumulate(x, out=x)
            same(x, expected, what)
            starts = sorted({0, n // 3, n // 2})
            pieces = [running(kernel, piece)[-1] for piece in np.split(a, starts[1:])]
            same(kernel.reduceat(a, starts), np.array(pieces, a.dtype), what)
            tried += 10
    # Several axes, and an axis in front: rows are taken together.
    for shape in [(1, 5), (5, 1), (7, 33), (33, 7), (4, 100), (3, 5, 40)]:
        x = values(int(np.prod(shape))).reshape(shape)
        for y in (x, x.T, x[..., ::-1], x[::-1]):
            for axis in range(y.ndim):
                expected = np.apply_along_axis(lambda row: running(kernel, row), axis, y)
                same(kernel.accumulate(y, axis=axis), expected, kernel.__name__, shape, axis)
                same(kernel.reduce(y, axis=axis), expected.take(-1, axis), kernel.__name__, shape, axis)
                tried += 2

# Two outputs, one of which or both are inputs.
for n in LENGTHS:
    a, b = rng.integers(-1000, 1000, n), rng.integers(1, 10, n)
    x, y = a.copy(), b.copy()
    filters.parts(x, b, out=(x, None)), filters.parts(a, y, out=(None, y))
    same(x, a // b), same(y, a % b)
    x, y = a.copy(), b.copy()
    filters.parts(x, y, out=(y, x))
    same(y, a // b), same(x, a % b)

# Truth values of other bytes than 0 and 1 are carried as truth values.
for n in LENGTHS:
    odd = rng.integers(0, 4, n).astype("u1")
    x, truth = odd.view(bool), odd > 0
    same(filters.unlike.reduce(x), np.logical_xor.reduce(truth))
    # The first element is copied as it is.
    same(filters.unlike.accumulate(x)[1:], np.logical_xor.accumulate(truth)[1:])
    y = odd.copy().view(bool)
    filters.unlike(y, y[::-1].copy(), out=y)
    same(y, truth ^ truth[::-1])
    same(filters.unlike_written.reduce(x), np.logical_xor.reduce(truth))
    same(filters.unlike_written.accumulate(x)[1:], np.logical_xor.accumulate(truth)[1:])

# Arrays without cells, which NumPy calls aligned wherever they begin and however their rows lie.
for shape in [(0,), (2, 0), (3, 1, 0)]:
    x = np.ndarray(shape, "f8", buffer=bytearray(32), offset=1)
    assert x.flags.aligned and x.ctypes.data % 8 == 1
    rows = np.zeros(shape, [("byte", "u1"), ("value", "f8")])["value"]
    for y in (x, rows):
        assert np.isnan(filters.nanmax(y)).all() and (filters.inner1d(y, y) == 0).all()
        assert filters.cumsum(y).shape == shape and filters.smooth(y[None]).shape == y[None].shape

# Where the processor's flags show in place.
with np.errstate(all="raise"):
    for n in LENGTHS:
        x = np.ones(n)
        filters.minus(x, x, out=x), filters.minus.reduce(np.ones(n)), filters.minus.accumulate(np.ones(n))

# Cores of a few cells, with all rules at once, whose corners belong to the first axis that has a constant.
for shape in [(1, 1, 1), (1, 2, 3), (2, 1, 2), (3, 3, 3), (2, 3, 4), (5, 4, 1), (9, 8, 7)]:
    stack = rng.random((5, *shape)).astype("f")
    for x in (stack, stack[:, ::-1, :, ::-1], np.asfortranarray(stack)):
        p = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)), mode="wrap")
        p = np.concatenate([np.pad(p, ((0, 0), (0, 0), (0, 0), (1, 0)), mode="symmetric"), np.full((*p.shape[:3], 2), -3, "f")], -1)
        p = np.pad(p, ((0, 0), (1, 1), (0, 0), (0, 0)), constant_values=2)
        i, j, k = (slice(1, 1 + n) for n in shape)
        at = lambda a, b, c: p[:, i.start + a : i.stop + a, j.start + b : j.stop + b, k.start + c : k.stop + c]
        same(filters.solid(x), at(0, 0, 0) - at(-1, 1, 0) + at(0, -1, -1) * at(1, 0, 2), shape)
        tried += 1
print(f"{tried} calls gave the bits of one element after the other")
