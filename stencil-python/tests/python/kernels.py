"""`ndstencil_kernels` gives what NumPy gives, and bottleneck, whose arguments it takes."""
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
    tolerance = 1e-5 if expected.dtype == np.float32 else 1e-11
    assert np.allclose(found, expected, rtol=tolerance, atol=tolerance * 100, equal_nan=True), (what, found, expected)


def quiet(call, *arguments, **settings):
    """NumPy's, which warns of slices without values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments, **settings)


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
            for q in (0.0, 0.25, 0.9, [0.1, 0.5]):
                found = bn.quantile(x, q, axis)
                close(found, np.quantile(x, q, axis=axis).astype(found.dtype), q, axis)
            assert (bn.anynan(missing, axis) == np.isnan(missing).any(axis)).all()
            assert (bn.allnan(missing, axis) == np.isnan(missing).all(axis)).all()

# Layouts, outputs, arrays of parameters.
x = rng.normal(size=(40, 30, 20))
for y in (x.T, x[::-1, ::2], np.asfortranarray(x), x.astype(">f8"), np.broadcast_to(x[0], x.shape)):
    for axis in range(3):
        close(bn.nanmedian(y, axis), np.median(y, axis))
        close(bn.nanmean(y, axis), y.astype(float).mean(axis))
out = np.empty((30, 20))
assert bn.ufuncs.nanmean(x, axis=0, out=out) is out
close(bn.ufuncs.quantile(x[0, 0], np.array([0.1, 0.5])), np.quantile(x[0, 0], [0.1, 0.5]))
close(bn.ufuncs.nanmean(x, axis=1, keepdims=True), x.mean(1, keepdims=True))
nir, red = rng.random((2, 50)).astype("f")
close(bn.ndvi(nir, red), (nir - red) / (nir + red))

# Moving windows.
for n in (1, 5, 40):
    x = rng.normal(size=(3, n))
    x[rng.random(x.shape) < 0.2] = np.nan
    for window in (1, 2, min(n, 7)):
        padded = np.pad(x, ((0, 0), (window - 1, 0)), constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(padded, window, 1)
        for name in ("sum", "mean", "min", "max", "median"):
            own = quiet(getattr(np, f"nan{name}"), windows, axis=-1)
            own = np.where(np.isnan(windows).all(-1), np.nan, own)
            close(getattr(bn, f"move_{name}")(x, window, 1), own, name, window)
        if bottleneck is not None and window <= n:
            for name in ("sum", "mean", "min", "max", "median", "var", "std"):
                for count in (None, 1):
                    own = getattr(bottleneck, f"move_{name}")(x, window, count)
                    found = getattr(bn, f"move_{name}")(x, window, count)
                    # Bottleneck's deviations of equal values are the roots of what rounding leaves.
                    assert np.allclose(found, own, atol=1e-6, equal_nan=True), (name, window, count, found, own)
for call in (lambda: bn.move_mean(x, 0), lambda: bn.move_mean(x, 3, 4), lambda: bn.move_mean(x, 3, 0)):
    try:
        call()
    except ValueError:
        continue
    raise AssertionError("a window that there is not")
print(f"{tried} reductions are NumPy's" + (", windows are bottleneck's" if bottleneck else ""))
