"""`ndstencil_kernels` gives what NumPy gives, and bottleneck, whose arguments it takes."""
import ast
import inspect
import pathlib
import warnings

import numpy as np

import ndstencil_kernels as bn

try:
    import bottleneck
except ImportError:
    bottleneck = None

warnings.simplefilter("error")
rng = np.random.default_rng(1)


def close(found, expected, *what):
    """The same shape and type, and values that differ by rounding."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape and found.dtype == expected.dtype, (what, found, expected)
    tolerance = {np.float16: 1e-3, np.float32: 1e-5}.get(expected.dtype.type, 1e-11)
    assert np.allclose(found, expected, rtol=tolerance, atol=tolerance * 100, equal_nan=True), (what, found, expected)


def quiet(call, *arguments, **settings):
    """NumPy's, which warns of slices without values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments, **settings)


def raises(error, words, call, *arguments, **settings):
    """An exception of this kind that says these words."""
    try:
        found = call(*arguments, **settings)
    except error as raised:
        assert words in str(raised), raised
    else:
        raise AssertionError(f"{words!r} is not raised, but there is {found!r}")


tried = 0
for dtype in "ilfd":
    for shape in [(1,), (7,), (1, 1), (3, 50), (84, 6, 11), (2, 200)]:
        x = (rng.normal(0, 30, shape)).astype(dtype)
        missing = x.copy()
        if dtype in "fd":
            missing[rng.random(shape) < 0.3] = np.nan
        for axis in [None, *range(-len(shape), len(shape))]:
            for name in ("sum", "mean", "min", "max", "median"):
                close(getattr(bn, name)(x, axis), getattr(np, name)(x, axis=axis), name, dtype, axis)
                own = quiet(getattr(np, f"nan{name}"), missing, axis=axis)
                found = getattr(bn, f"nan{name}")(missing, axis=axis)
                close(found, own, f"nan{name}", dtype, axis)
                tried += 2
            for name in ("var", "std"):
                for ddof in (0, 1):
                    own = quiet(getattr(np, name), x, axis=axis, ddof=ddof)
                    found = quiet(getattr(bn, name), x, axis=axis, ddof=ddof)
                    if not np.isinf(own).any():
                        close(found, own, name, dtype, axis, ddof)
            for name in ("argmin", "argmax"):
                close(getattr(bn, name)(x, axis), getattr(np, name)(x, axis=axis), name, dtype, axis)
                if not np.isnan(missing).all(axis).any():
                    own = getattr(np, f"nan{name}")(missing, axis=axis)
                    close(getattr(bn, f"nan{name}")(missing, axis), own, name, dtype, axis)
            for q in (0.0, 0.25, 0.9, [0.1, 0.5], [[0.5], [1.0]]):
                found = bn.quantile(x, q, axis)
                close(found, np.quantile(x, q, axis=axis).astype(found.dtype), q, axis)
                # NumPy 1 has no nanquantile of a table of q.
                own = quiet(np.nanquantile, missing, np.ravel(q), axis=axis)
                found = bn.nanquantile(missing, q, axis)
                own = own.reshape(np.shape(q) + own.shape[1:])
                close(found, own.astype(found.dtype), q, axis)
            assert (bn.anynan(missing, axis) == np.isnan(missing).any(axis)).all()
            assert (bn.allnan(missing, axis) == np.isnan(missing).all(axis)).all()

# Other types give the results that they have in NumPy: of half precision, of narrow and of unsigned integers, of either order of bytes.
for dtype in ("?", "i1", "u1", "i2", "u2", "u4", "i8", "u8", "f2", ">f4", ">f8", ">i2"):
    x = (rng.random((5, 9)) * 100).astype(dtype)
    if dtype == "u8":
        x += np.uint64(2**58)
    for axis in (None, 0, 1):
        for name in ("nansum", "nanmean", "nanvar", "nanstd", "nanmin", "nanmax", "nanmedian", "nanargmin", "nanargmax"):
            if dtype == "?" and name in ("nanvar", "nanstd", "nanmedian") or dtype == "u8" and name in ("nanvar", "nanstd"):
                continue
            own = np.asarray(getattr(np, name)(x, axis=axis))
            close(getattr(bn, name)(x, axis), own.astype(own.dtype.newbyteorder("=")), name, dtype, axis)
        if x.dtype.kind != "f" and dtype != "u8":
            wide = x.astype(bn.ss(x).dtype)
            close(bn.ss(x, axis), (wide * wide).sum(axis), dtype, axis)
    for name in ("move_sum", "move_mean", "move_min", "move_max", "move_argmin", "move_median", "move_rank"):
        assert getattr(bn, name)(x, 3).dtype == (x.dtype if x.dtype.kind == "f" else np.float64), (name, dtype)
    assert bn.push(x).dtype == x.dtype and (bn.push(x) == x).all()
    assert bn.rankdata(x).dtype == bn.nanrankdata(x).dtype == np.float64
    assert (bn.rankdata(x, 1) == bn.rankdata(x.astype("f8" if dtype != "u8" else dtype), 1)).all()

# Long axes.
for dtype in ("?", "i1", "u2", "i8", "u8", "f2", "f4", ">f8"):
    for n in (8191, 8192, 8193, 40_000):
        x = (rng.random(n) * 50).astype(dtype)
        for x in (x, x[::-1], np.repeat(x, 2)[::2]):
            missing = x.copy()
            if x.dtype.kind == "f":
                missing[rng.random(n) < 0.3] = np.nan
            for name in ("min", "max", "argmin", "argmax"):
                for values in (x, missing):
                    for axis in (None, 0, -1):
                        own = getattr(np, name)(values, axis=axis)
                        close(getattr(bn, name)(values, axis), own, name, dtype, n)
                        own = getattr(np, f"nan{name}")(values, axis=axis)
                        close(getattr(bn, f"nan{name}")(values, axis), own, f"nan{name}", dtype, n)
            for name, values in (("median", x), ("median", missing), ("nanmedian", x), ("nanmedian", missing)):
                own = np.asarray(getattr(np, name)(values.astype("f8")))
                close(getattr(bn, name)(values), own.astype(bn.mean(values).dtype), name, dtype, n)
                # As the kernel has it, bit for bit.
                assert np.array_equal(getattr(bn, name)(values), getattr(bn, name)(values[None], 1)[0], equal_nan=True)
            assert bn.anynan(missing) == np.isnan(missing).any() and not bn.allnan(missing)
nothing = np.full(10_000, np.nan)
raises(ValueError, "All-NaN slice encountered", bn.nanargmin, nothing)
raises(ValueError, "axis", bn.nanmin, nothing, 1)
raises(ValueError, "axis", bn.nanargmin, nothing, 1)
assert np.isnan([bn.median(nothing), bn.nanmedian(nothing)]).all()
large = np.repeat([1e308, np.inf, 1.7e308, -np.inf], 5000)
assert bn.median(large) == bn.nanmedian(large) == 1e308 + 0.35e308 and bn.median(large[5000:]) == 1.7e308
assert np.isnan(bn.nanmax(nothing)) and np.isnan(bn.max(nothing)) and bn.argmax(nothing) == 0 and bn.allnan(nothing)
assert bn.anynan(nothing) and not bn.anynan(np.zeros(100_000)) and bn.anynan(np.append(np.zeros(100_000), np.nan))

# Layouts, outputs, arrays of parameters.
x = rng.normal(size=(40, 30, 20))
for y in (x.T, x[::-1, ::2], np.asfortranarray(x), x.astype(">f8"), np.broadcast_to(x[0], x.shape)):
    for axis in range(3):
        close(bn.nanmedian(y, axis), np.median(y, axis))
        close(bn.nanmean(y, axis), y.astype(float).mean(axis))
out = np.empty((30, 20))
assert bn.ufuncs.nanmean(x, axis=0, out=out) is out
for place in (np.s_[::2, ::-1, 1::3], np.s_[1:4, 2:, ::2], np.s_[:, 0, None, ::-1], np.s_[0, 0, ::4], np.s_[:, :, 3]):
    # Results with steps, beside which nothing is written.
    for like in (x, x.T.copy().T, x.transpose(1, 0, 2).copy().transpose(1, 0, 2)):
        for axis in (0, -1):
            frame = np.full_like(like, 7)
            missing = np.where(rng.random(like[place].shape) < 0.3, np.nan, like[place])
            assert bn.ufuncs.push(missing, np.uintp(3), axis=axis, out=frame[place]).base is frame
            assert np.array_equal(frame[place], bn.push(missing, 3, axis), equal_nan=True)
            frame[place] = 7
            assert (frame == 7).all()
close(bn.ufuncs.quantile(x[0, 0], np.array([0.1, 0.5])), np.quantile(x[0, 0], [0.1, 0.5]))
close(bn.ufuncs.nanmean(x, axis=1, keepdims=True), x.mean(1, keepdims=True))
nir, red = rng.random((2, 50)).astype("f")
close(bn.ndvi(nir, red), (nir - red) / (nir + red))
close(bn.nanmean([[1, 2], [3, 5]]), 2.75)
assert bn.nansum(3) == 3 and bn.nanargmin(3) == 0

# Moving windows.
for n in (1, 5, 40):
    x = rng.normal(size=(3, n)).round(1)
    x[rng.random(x.shape) < 0.2] = np.nan
    for window in {1, min(n, 2), min(n, 7), n}:
        padded = np.pad(x, ((0, 0), (window - 1, 0)), constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(padded, window, 1)
        for name in ("sum", "mean", "min", "max", "median"):
            own = quiet(getattr(np, f"nan{name}"), windows, axis=-1)
            own = np.where(np.isnan(windows).all(-1), np.nan, own)
            close(getattr(bn, f"move_{name}")(x, window, 1), own, name, window)
        if bottleneck is not None:
            for name in ("sum", "mean", "min", "max", "median", "var", "std", "argmin", "argmax", "rank"):
                for count in (None, 1):
                    own = getattr(bottleneck, f"move_{name}")(x, window, count)
                    found = getattr(bn, f"move_{name}")(x, window, count)
                    # Bottleneck's deviations of equal values are the roots of what rounding leaves.
                    assert np.allclose(found, own, atol=1e-6, equal_nan=True), (name, window, count, found, own)

# Ranks and gaps.
x = np.array([3.0, np.nan, 1.0, 3.0, np.nan])
assert (bn.rankdata(x) == [2.5, 4, 1, 2.5, 5]).all() and (bn.rankdata(x[:, None], 1) == 1).all()
close(bn.nanrankdata(x), [2.5, np.nan, 1, 2.5, np.nan])
close(bn.push([np.nan, 1, np.nan, np.nan], 1), [np.nan, 1, 1, np.nan])
close(bn.push([np.nan, 1, np.nan, np.nan], 0), [np.nan, 1, np.nan, np.nan])
y = np.array([5, 3, 4, 1])
assert bn.partition(y, 1)[1] == 3 and y[bn.argpartition(y, 2)][2] == 4 and (y == [5, 3, 4, 1]).all()
assert bn.partition(y.reshape(2, 2), 0, None)[0] == 1 and bn.partition(np.zeros((0, 3)), 0, 0).shape == (0, 3)

# In place.
z = np.array([1.0, np.nan, 2.0])
assert bn.replace(z, np.nan, 7) is z and (z == [1, 7, 2]).all()
bn.replace(z[::2], 1, np.inf)
assert z[0] == np.inf
for dtype in ("?", "u1", "i4", "f2", "f4", ">f8", "c8"):
    z = np.array([0, 1, 1]).astype(dtype)
    bn.replace(z, 1, 0)
    assert not z.any() and z.dtype == dtype
raises(ValueError, "Cannot safely cast `new`", bn.replace, np.zeros(2, "i1"), 0, 300)
raises(ValueError, "Cannot safely cast `old`", bn.replace, np.zeros(2, "i1"), 0.5, 3)
raises(ValueError, "Cannot safely cast `new`", bn.replace, np.zeros(2, "i4"), 0, np.inf)
raises(TypeError, "must be an array", bn.replace, [1, 2], 1, 2)
for bad in (None, "", [0], "0", 1j):
    raises(TypeError, "`old` must be a number", bn.replace, np.ones(3), bad, 0)
    raises(TypeError, "`new` must be a number", bn.replace, np.ones(3), 0, bad)

# What is refused, in bottleneck's words.
x = np.array([1.0, 2.0, 3.0])
for name in bn.__all__:
    if name.startswith("move_"):
        move = getattr(bn, name)
        raises(ValueError, "Moving window (=0) must between 1 and 3, inclusive", move, x, 0, None)
        raises(ValueError, "Moving window (=4) must between 1 and 3, inclusive", move, x, 4)
        raises(ValueError, "Moving window (=1) must between 1 and 0, inclusive", move, [], 1)
        raises(ValueError, "min_count (3) cannot be greater than window (2)", move, x, 2, 3)
        raises(ValueError, "`min_count` must be greater than zero.", move, x, 2, 0)
        raises(ValueError, "require ndim > 0", move, 3.0, 1)
        raises(ValueError, "axis(=1) out of bounds", move, x, 2, axis=1)
        raises(TypeError, "integer", move, x, 2.0)
        raises(TypeError, "integer", move, x, 2, axis=None)
nothing = np.zeros((3, 0))
for call in (bn.nanmin, bn.nanmax, bn.nanargmin, bn.nanargmax, bn.min, bn.argmax):
    for dtype in ("f8", "i4"):
        raises(ValueError, "no values", call, nothing.astype(dtype))
        raises(ValueError, "no values", call, nothing.astype(dtype), 1)
        assert call(nothing.astype(dtype), axis=0).shape == (0,)
for call in (bn.nanargmin, bn.nanargmax):
    raises(ValueError, "All-NaN slice encountered", call, [[np.nan, np.nan], [1, 2]], axis=1)
assert np.isnan([bn.nanmean([]), bn.nanmedian([]), bn.median([]), bn.nanvar([]), bn.nanvar([1.0], ddof=1)]).all()
assert bn.nansum([]) == bn.ss([]) == 0 and bn.allnan([]) and not bn.anynan([])
raises(ValueError, "`n` (=3) must be between 0 and 2, inclusive.", bn.partition, x, 3)
raises(ValueError, "`n` (=-1) must be between 0 and 2, inclusive.", bn.argpartition, x, -1)
raises(TypeError, "integer", bn.partition, x, 1.5)
raises(ValueError, "`n` must be nonnegative", bn.push, x, -1)
raises(TypeError, "integer", bn.push, x, 1.5)
raises(ValueError, "`axis` cannot be None", bn.push, x, axis=None)
raises(ValueError, "out of bounds", bn.push, 3.0)
raises(ValueError, "`ddof` (=-1) must be nonnegative", bn.nanvar, x, ddof=-1)
for axis in ("0", 1.0, (0,), x):
    raises(TypeError, "", bn.nansum, x, axis)
raises(ValueError, "axis", bn.nansum, x, 1)
raises(ValueError, "axis", bn.nansum, x, -2)
for kind in ("c8", "g", "O", "M8[s]"):
    raises(TypeError, "", bn.nansum, np.zeros(3, "i8").astype(kind))
raises(TypeError, "mask", bn.nansum, np.ma.array(x, mask=[1, 0, 0]))

# What the stubs say is what there is.
folder = pathlib.Path(bn.__file__).parent
stubs = {node.name: node.args for node in ast.parse((folder / "__init__.pyi").read_text()).body if isinstance(node, ast.FunctionDef)}
functions = {name for name in bn.__all__ if inspect.isfunction(getattr(bn, name))}
assert set(stubs) == functions and functions | {"ndvi", "ufuncs"} == set(bn.__all__)
for name, args in stubs.items():
    own = inspect.signature(getattr(bn, name)).parameters.values()
    assert [one.arg for one in args.args] == [one.name for one in own], name
    defaults = [one.default for one in own if one.default is not inspect.Parameter.empty]
    assert [ast.literal_eval(one) for one in args.defaults] == defaults, name
    assert getattr(bn, name).__doc__ and getattr(bn, name).__module__ == "ndstencil_kernels", name
stubs = [node for node in ast.parse((folder / "_native.pyi").read_text()).body if isinstance(node, ast.AnnAssign)]
told = {node.target.id for node in stubs if ast.unparse(node.annotation) == "np.ufunc"}
assert told == {name for name in dir(bn.ufuncs) if isinstance(getattr(bn.ufuncs, name), np.ufunc)}
print(f"{tried} reductions are NumPy's" + (", windows are bottleneck's" if bottleneck else ""))
