"""Writes the expected values of reductions and of moving windows, which tests/fixtures/gufuncs compares ndstencil with.

    python3.11 -m venv venv && venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_lane_fixtures.py

Each family is a pair of files, which files.py describes. Every case has a unique `name`. The families and the other
fields, which are left out where a case does not use them:

lanes       reductions along one axis
    kernel, dtype, input, axis, q, ddof, expected, tolerance
               indices are i64; -1 stands for the index in a lane of nothing but NaN
    error      "empty" instead of `expected`
integer_lanes
    the same of integers and bool, without `error`
moving      windows that move along one axis
    kernel, dtype, centred, input, axis, window, min_count, expected, tolerance
               Window w at cell i holds the cells i-w+1 ..= i, or i-w//2 ..= i+(w-1)//2 where it is centred. Cells outside
               the array and NaN are missing; with fewer than min_count others the result is NaN.
integer_moving
    the same of integers and bool, whose sums are 64 bits wide and whose extremes keep the type
    error      "missing" instead of `expected` where such a result is missing: they have no NaN
ranks       results as long as the axis: ranks, filled gaps, places and ranks in windows
    kernel, dtype, centred, input, axis, window, min_count, limit, expected, tolerance
               push has a `limit`, or none; argmin, argmax and rank have windows

A `tolerance` of 0 is bit for bit, otherwise |difference| <= tolerance * max(1, |expected|).

Where peers disagree, this is what is taken:
* Results in f32 are computed in f64 and rounded.
* numpy.quantile makes NaN of an infinity at or beside the asked place, also where the place is met exactly; lanes with
  infinities are left to the other kernels. It refuses empty lanes, nanquantile gives NaN; neither is asked.
* bottleneck's moving sums run along the axis and gather rounding; here each window is summed anew, and bottleneck's are
  compared with that. It refuses windows longer than the axis: NaN in front of the axis stand for the cells that it lacks.
"""

import itertools
import math
import warnings

import bottleneck as bn
import numpy as np
from scipy import ndimage, stats

from files import DTYPES, Family, text


def lane(rng, kind, n):
    """One lane of f64 values that f32 holds too."""
    if kind in ("ties", "ties nan"):
        x = rng.integers(-3, 4, n).astype(np.float64)
    else:
        x = rng.standard_normal(n).astype(np.float32).astype(np.float64)
    if kind == "offset":
        x = (100 + x).astype(np.float32).astype(np.float64)
    share = {"10 %": 0.1, "50 %": 0.5, "ties nan": 0.1, "all": 1.0}.get(kind, 0.0)
    count = math.ceil(share * n) if n > 1 or share == 1.0 else 0
    x[rng.permutation(n)[:count]] = np.nan
    if kind in ("+inf", "+-inf", "inf nan") and n:
        x[rng.integers(n)] = np.inf
    if kind in ("-inf", "+-inf") and n:
        x[rng.integers(n)] = -np.inf
    if kind == "inf nan" and n:
        x[rng.integers(n)] = np.nan
    return x


PATTERNS = {
    "clean": ["real", "ties", "offset"],
    "nan": ["real", "10 %", "50 %", "all", "ties", "ties nan", "10 %"],
    "inf": ["real", "+inf", "-inf", "+-inf", "inf nan", "all"],
}


def lanes_of(rng, pattern, n, count):
    kinds = itertools.islice(itertools.cycle(PATTERNS[pattern]), count)
    return np.stack([lane(rng, kind, n) for kind in kinds], axis=-1)


def index_of(function, x, axis):
    """nanargmin and nanargmax, -1 for a lane of nothing but NaN."""
    nothing = np.isnan(x).all(axis)
    filled = np.where(np.expand_dims(nothing, axis), 0.0, x)
    return np.where(nothing, -1, function(filled, axis=axis))


def bottleneck_agrees(kernel, more, x, axis, expected):
    """bottleneck's function of this name defines the same thing; where it has none, nothing is compared."""
    if kernel in ("nanargmin", "nanargmax"):
        got = index_of(getattr(bn, kernel), x, axis)
    elif kernel == "median" or kernel.startswith("nan") and hasattr(bn, kernel):
        got = getattr(bn, kernel)(x, axis=axis, **more)
    else:
        return
    exact = kernel in ("median", "nanmedian", "nanmin", "nanmax", "nanargmin", "nanargmax")
    np.testing.assert_allclose(got, expected, rtol=0 if exact else 1e-9, atol=0 if exact else 1e-9, equal_nan=True)


def lane_kernels(pattern):
    """Kernel, parameters, function and the kind of its tolerance."""
    for prefix in ("", "nan"):
        for name in ("sum", "mean"):
            yield prefix + name, {}, getattr(np, prefix + name), "sum"
        for name, ddof in itertools.product(("std", "var"), (0, 1)):
            yield prefix + name, {"ddof": ddof}, getattr(np, prefix + name), "sum"
        for name in ("min", "max", "argmin", "argmax", "median"):
            yield prefix + name, {}, getattr(np, prefix + name), "exact"
        for q in (0.0, 0.1, 0.5, 0.75, 1.0) if pattern != "inf" else ():
            yield prefix + "quantile", {"q": q}, getattr(np, prefix + "quantile"), "exact" if q in (0, 1) else "blend"


def lanes():
    family = Family("lanes")
    rng = np.random.default_rng(12)
    arrays = []
    for n in (1, 2, 3, 7, 16, 33, 84, 200):
        for pattern in PATTERNS:
            if n in {"clean": (2, 7, 33, 200), "nan": (n,), "inf": (3, 16)}[pattern]:
                arrays.append((pattern, lanes_of(rng, pattern, n, 19), 0))
    for n in (1, 7, 33):
        arrays.append(("nan", np.stack([lanes_of(rng, "nan", n, 7) for _ in range(2)]), 1))
    arrays.append(("nan", lanes_of(rng, "nan", 7, 15).reshape(7, 5, 3), 0))
    arrays.append(("nan", np.ascontiguousarray(lanes_of(rng, "nan", 16, 8).reshape(16, 2, 4).transpose(1, 2, 0)), 2))
    for number, (pattern, x64, axis) in enumerate(arrays):
        n = x64.shape[axis]
        for dtype in ("f64",) if n in (2, 84) else ("f32", "f64"):
            eps = float(np.finfo(DTYPES[dtype]).eps)
            tolerances = {"exact": 0.0, "sum": 2 * n * eps, "blend": 8 * eps}
            x = x64.astype(DTYPES[dtype])
            assert np.array_equal(x.astype(np.float64), x64, equal_nan=True)
            for kernel, more, function, kind in lane_kernels(pattern):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # empty and all-NaN lanes, inf - inf
                    if kernel in ("nanargmin", "nanargmax"):
                        expected = index_of(function, x64, axis)
                    else:
                        expected = function(x64, axis=axis, **more)
                    bottleneck_agrees(kernel, more, x64, axis, expected)
                index = kernel.endswith(("argmin", "argmax"))
                expected = expected.astype(np.int64 if index else DTYPES[dtype])
                words = [kernel, *(f"{k}={v}" for k, v in more.items()), dtype, text(x.shape), f"axis={axis}", pattern]
                family.add(
                    " ".join(words), kernel=kernel, dtype=dtype, input=family.array(f"x{number}_{dtype}", x), axis=axis,
                    **more, expected=family.array(f"e{len(family.cases)}", expected), tolerance=tolerances[kind],
                )
    # Empty lanes, and no lanes
    for dtype, (name, shape) in itertools.product(("f32", "f64"), (("empty", (0, 3)), ("none", (4, 0)))):
        x = np.zeros(shape, DTYPES[dtype])
        for kernel, more, function, _ in lane_kernels("clean"):
            if name == "empty" and kernel.endswith(("quantile", "nanargmin", "nanargmax", "nanmin", "nanmax")):
                continue
            fields = {"kernel": kernel, "dtype": dtype, "input": family.array(f"{name}_{dtype}", x), "axis": 0, **more}
            words = [kernel, *(f"{k}={v}" for k, v in more.items()), dtype, name]
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    expected = np.asarray(function(x, axis=0, **more))
            except ValueError as error:
                family.add(" ".join(words), **fields, error="empty", message=str(error))
                continue
            expected = expected.astype(np.int64 if "arg" in kernel else DTYPES[dtype])
            family.add(" ".join(words), **fields, expected=family.array(f"e{len(family.cases)}", expected), tolerance=0.0)
    return family


def whole_lanes(rng, dtype, n, count):
    """Lanes of integers, from a few values to all that the type holds, or of truth values."""
    if dtype == "bool":
        return rng.random((n, count)) < np.linspace(0.0, 1.0, count)
    low, high = np.iinfo(DTYPES[dtype]).min, np.iinfo(DTYPES[dtype]).max
    # Larger ones add up to more than 64 bits hold.
    low, high = max(low, -(2**56)), min(high, 2**56)
    few = rng.integers(max(low, -2), 3, (n, count))
    x = np.where(np.arange(count) % 3 == 0, few, rng.integers(low, high, (n, count), endpoint=True))
    x[:, -1] = np.where(rng.random(n) < 0.5, low, high)
    return x.astype(DTYPES[dtype])


def integer_lanes():
    family = Family("integer_lanes")
    rng = np.random.default_rng(14)
    names = ("median", "nanmin", "nanmax", "nanargmin", "nanargmax", "nanmedian", "quantile", "nanquantile")
    for dtype, n in itertools.product(("u8", "i16", "u64", "bool"), (1, 2, 7, 16, 33)):
        x = whole_lanes(rng, dtype, n, 19)
        for kernel, more, function, kind in lane_kernels("clean"):
            if kernel not in names:
                continue
            # NumPy has no quantiles of truth values, and subtracts integers in their own type.
            expected = function(x.astype(np.float64) if "quantile" in kernel else x, axis=0, **more)
            if hasattr(bn, kernel):
                np.testing.assert_array_equal(getattr(bn, kernel)(x.astype(np.float64), axis=0), expected.astype(np.float64))
            words = [kernel, *(f"{k}={v}" for k, v in more.items()), dtype, text(x.shape)]
            family.add(
                " ".join(words), kernel=kernel, dtype=dtype, input=family.array(f"x_{dtype}_{n}", x), axis=0, **more,
                expected=family.array(f"e{len(family.cases)}", expected),
                tolerance=8 * float(np.finfo(np.float64).eps) if kind == "blend" else 0.0,
            )
    return family


# ---------------------------------------------------------------------------------------------------------------------
# Moving windows


def moving_loop(function, x, window, min_count, centred):
    """One lane by a plain loop."""
    out = np.full(len(x), np.nan)
    for i in range(len(x)):
        first, last = (i - window // 2, i + (window - 1) // 2) if centred else (i - window + 1, i)
        cells = x[max(first, 0):last + 1]
        cells = cells[~np.isnan(cells)]
        if len(cells) >= min_count:
            out[i] = function(cells)
    return out


def centred_agrees(kernel, x, axis, window, expected):
    """scipy.ndimage's filter has its windows in the same places; where it has none, nothing is compared."""
    filters = {"mean": ndimage.uniform_filter1d, "min": ndimage.minimum_filter1d, "max": ndimage.maximum_filter1d}
    if kernel in filters:
        inside = np.s_[window // 2:x.shape[axis] - (window - 1) // 2]
        got = np.moveaxis(filters[kernel](x, window, axis), axis, 0)[inside]
        np.testing.assert_allclose(got, np.moveaxis(expected, axis, 0)[inside], rtol=1e-12, atol=1e-12)


def moving():
    family = Family("moving")
    rng = np.random.default_rng(13)
    functions = {name: getattr(np, name) for name in ("sum", "mean", "std", "var", "min", "max", "median")}
    order = ("min", "max", "median")
    plan = []  # pattern, array, axis, windows and their min_counts, kernels, types
    both = ("f32", "f64")
    windows = {1: [1], 2: [1, 2], 3: [1, 2, 3], 31: [1, 16, 31], 33: [1, 33]}
    plan.append(("nan", lanes_of(rng, "nan", 33, 5), 0, windows, functions, ("f64",)))
    plan.append(("wide", lanes_of(rng, "nan", 20, 19), 0, {3: [2], 8: [1], 20: [10]}, functions, ("f32",)))
    plan.append(("inf", lanes_of(rng, "inf", 16, 5), 0, {3: [1, 3], 6: [4]}, order, both))
    plan.append(("nan", lanes_of(rng, "nan", 1, 4), 0, {1: [1]}, functions, both))
    plan.append(("nan", lanes_of(rng, "nan", 2, 4), 0, {1: [1], 2: [1, 2]}, functions, both))
    plan.append(("clean", lanes_of(rng, "clean", 5, 3), 0, {3: [1, 3], 4: [2], 5: [1, 5]}, functions, both))
    plan.append(("nan", np.stack([lanes_of(rng, "nan", 7, 3) for _ in range(2)]), 1, {4: [2, 4]}, functions, ("f64",)))
    plan.append(("rows", np.ascontiguousarray(lanes_of(rng, "nan", 12, 4).T), 1, {3: [1], 5: [3]}, functions, both))
    plan.append(("clean", np.zeros((4, 0)), 0, {3: [1]}, functions, ("f64",)))
    plan.append(("long", lanes_of(rng, "nan", 6, 3), 0, {7: [1, 4, 7], 40: [2]}, functions, both))
    plan.append(("long", lanes_of(rng, "nan", 90, 17), 0, {64: [10], 75: [1]}, functions, ("f32",)))
    plan.append(("long", lanes_of(rng, "nan", 400, 1), 0, {150: [100], 255: [1]}, functions, ("f64",)))
    plan.append(("none", np.zeros((0, 3)), 0, {3: [1]}, functions, both))
    for number, (pattern, x64, axis, windows, kernels, dtypes) in enumerate(plan):
        for window, min_counts in windows.items():
            for kernel, min_count, centred in itertools.product(kernels, min_counts, (False, True)):
                arguments = (window, min_count, centred)
                expected = np.empty_like(x64)
                for place in np.ndindex(*np.delete(x64.shape, axis)):
                    along = (*place[:axis], slice(None), *place[axis:])
                    expected[along] = moving_loop(functions[kernel], x64[along], *arguments)
                if centred and x64.shape[axis] > window and not np.isnan(x64).any():
                    centred_agrees(kernel, x64, axis, window, expected)
                if not centred and x64.size:
                    # bottleneck refuses windows longer than the axis: NaN in front of it is as good as nothing
                    more = max(window - x64.shape[axis], 0)
                    padded = np.insert(x64, [0] * more, np.nan, axis)
                    got = getattr(bn, f"move_{kernel}")(padded, window, min_count, axis)
                    got = np.delete(got, range(more), axis)
                    # the square root of the rounding in a running sum, where a window is constant
                    slack = {"std": 1e-5, "var": 1e-9}.get(kernel, 0 if kernel in order else 1e-10)
                    np.testing.assert_allclose(got, expected, rtol=slack, atol=slack, equal_nan=True)
                for dtype in dtypes:
                    words = [kernel, dtype, text(x64.shape), f"axis={axis}", pattern, f"window={window}"]
                    words += [f"min_count={min_count}"] + ["centred"] * centred
                    # running sums may round once a cell
                    eps = float(np.finfo(DTYPES[dtype]).eps)
                    tolerance = 0.0 if kernel in order else 8 * (x64.shape[axis] + window) * eps
                    family.add(
                        " ".join(words), kernel=kernel, dtype=dtype, centred=centred,
                        input=family.array(f"x{number}_{dtype}", x64.astype(DTYPES[dtype])), axis=axis, window=window,
                        min_count=min_count, tolerance=tolerance,
                        expected=family.array(f"e{len(family.cases)}", expected.astype(DTYPES[dtype])),
                    )
    return family


def integer_moving():
    family = Family("integer_moving")
    rng = np.random.default_rng(15)
    functions = {name: getattr(np, name) for name in ("sum", "mean", "std", "var", "min", "max", "median")}
    windows = {1: [1], 2: [1, 2], 5: [1, 3], 31: [1, 16]}
    for dtype, (n, count) in itertools.product(("i8", "u16", "i64", "bool"), ((20, 5), (3, 2), (0, 3))):
        x = whole_lanes(rng, dtype, n, count)
        for window, min_counts in windows.items():
            for kernel, min_count, centred in itertools.product(functions, min_counts, (False, True)):
                kept = kernel in ("sum", "min", "max")
                results = np.zeros(x.shape, functions[kernel](np.ones(1, x.dtype)).dtype)
                there = np.ones(x.shape, bool)
                for i in range(n):
                    first, last = (i - window // 2, i + (window - 1) // 2) if centred else (i - window + 1, i)
                    cells = x[max(first, 0):last + 1]
                    there[i] = len(cells) >= min_count
                    results[i] = functions[kernel](cells, axis=0)
                if not centred and n >= window:
                    got = getattr(bn, f"move_{kernel}")(x.astype(np.float64), window, min_count, 0)
                    slack = {"std": 1e-5, "var": 1e-9}.get(kernel, 1e-10)
                    if dtype != "i64" or kernel in ("min", "max", "median"):
                        expected = np.where(there, results.astype(np.float64), np.nan)
                        np.testing.assert_allclose(got, expected, rtol=slack, atol=slack, equal_nan=True)
                words = [kernel, dtype, text(x.shape), f"window={window}", f"min_count={min_count}"]
                words += ["centred"] * centred
                fields = dict(
                    kernel=kernel, dtype=dtype, centred=centred, input=family.array(f"x_{dtype}_{n}", x), axis=0,
                    window=window, min_count=min_count,
                )
                if kept and not there.all():
                    family.add(" ".join(words), **fields, error="missing")
                    continue
                expected = results if kept else np.where(there, results, np.nan)
                if kernel == "sum" and dtype == "bool":
                    expected = expected.astype(np.uint64)  # NumPy counts truth in int64
                tolerance = 0.0 if kept or kernel == "median" else 8 * (n + window) * float(np.finfo(np.float64).eps)
                family.add(
                    " ".join(words), **fields, expected=family.array(f"e{len(family.cases)}", expected),
                    tolerance=tolerance,
                )
    return family


# ---------------------------------------------------------------------------------------------------------------------
# Ranks and places


def place(function, cells, computed):
    """How far before the computed cell the extreme lies, the last one of equals; NaN without any."""
    if np.isnan(cells).all():
        return np.nan
    return computed - (len(cells) - 1 - function(cells[::-1]))


def rank(cells, computed):
    """The rank of a cell among the others, from -1 to 1."""
    if np.isnan(cells[computed]):
        return np.nan
    ranks = stats.rankdata(cells[~np.isnan(cells)])
    mine = ranks[(~np.isnan(cells))[:computed].sum()]
    return 0.0 if len(ranks) == 1 else 2 * (mine - 1) / (len(ranks) - 1) - 1


def filled(x, limit):
    """A lane in which each NaN is the last value before it."""
    y = x.copy()
    for i in np.flatnonzero(np.isnan(x)):
        before = np.flatnonzero(~np.isnan(x[:i]))
        if len(before) and (limit is None or i - before[-1] <= limit):
            y[i] = x[before[-1]]
    return y


def rank_all(x):
    """Ranks, NaN last and in the order in which they stand."""
    missing = np.isnan(x)
    ranks = np.empty(len(x))
    ranks[~missing] = stats.rankdata(x[~missing])
    ranks[missing] = np.arange(1, missing.sum() + 1) + (~missing).sum()
    return ranks


def rank_some(x):
    """Ranks of what is not NaN."""
    return np.where(np.isnan(x), np.nan, rank_all(x))


def ranks():
    family = Family("ranks")
    rng = np.random.default_rng(16)
    arrays = [("inf", lanes_of(rng, "inf", 16, 6), 0), ("nan", lanes_of(rng, "nan", 33, 19), 0)]
    arrays += [("clean", lanes_of(rng, "clean", 5, 3), 0), ("nan", lanes_of(rng, "nan", 1, 4), 0)]
    arrays += [("nan", np.stack([lanes_of(rng, "nan", 7, 3) for _ in range(2)]), 1), ("none", np.zeros((0, 3)), 0)]
    arrays += [("rows", np.ascontiguousarray(lanes_of(rng, "nan", 12, 4).T), 1), ("long", lanes_of(rng, "nan", 200, 1), 0)]
    for number, (pattern, x64, axis) in enumerate(arrays):

        def along(function):
            results = np.empty_like(x64)
            for others in np.ndindex(*np.delete(x64.shape, axis)):
                lane = (*others[:axis], slice(None), *others[axis:])
                results[lane] = function(x64[lane])
            return results

        plan = [("rankdata", {}, along(rank_all)), ("nanrankdata", {}, along(rank_some))]
        plan += [("push", {"limit": limit}, along(lambda x: filled(x, limit))) for limit in (None, 0, 1, 3)]
        for kernel, more, expected in plan if x64.size else ():
            if kernel != "rankdata" or not np.isnan(x64).any():
                got = getattr(bn, kernel)(x64, *([more["limit"]] if more else []), axis=axis)
                np.testing.assert_array_equal(got, expected)
        functions = {"argmin": np.nanargmin, "argmax": np.nanargmax, "rank": None}
        windows = {1: [1], 2: [1, 2], 5: [1, 3], 40: [2]}
        for kernel, (window, min_counts), centred in itertools.product(functions, windows.items(), (False, True)):
            for min_count in min_counts:

                def window_of(x):
                    y = np.full(len(x), np.nan)
                    for i in range(len(x)):
                        first, last = (i - window // 2, i + (window - 1) // 2) if centred else (i - window + 1, i)
                        first = max(first, 0)
                        cells = x[first : last + 1]
                        if (~np.isnan(cells)).sum() >= min_count:
                            one = functions[kernel]
                            y[i] = rank(cells, i - first) if one is None else place(one, cells, i - first)
                    return y

                expected = along(window_of)
                if not centred and x64.size and window <= x64.shape[axis]:
                    got = getattr(bn, f"move_{kernel}")(x64, window, min_count, axis)
                    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12, equal_nan=True)
                plan.append((kernel, {"window": window, "min_count": min_count, "centred": centred}, expected))
        for (kernel, more, expected), dtype in itertools.product(plan, ("f32", "f64")):
            words = [kernel, *(f"{k}={v}" for k, v in more.items()), dtype, text(x64.shape), f"axis={axis}", pattern]
            result = DTYPES["f64" if "rankdata" in kernel else dtype]
            family.add(
                " ".join(words), kernel=kernel, dtype=dtype, input=family.array(f"x{number}_{dtype}", x64.astype(DTYPES[dtype])),
                axis=axis, **more, expected=family.array(f"e{len(family.cases)}", expected.astype(result)),
                tolerance=4 * float(np.finfo(result).eps) if kernel == "rank" else 0.0,
            )
    return family


if __name__ == "__main__":
    warnings.simplefilter("error")
    for family in (lanes, moving, integer_lanes, integer_moving, ranks):
        family().write()
