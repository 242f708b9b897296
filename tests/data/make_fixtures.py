"""Writes the expected values that tests/fixtures/stencils compares ndstencil with.

    python3.11 -m venv venv && venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_fixtures.py

Each family is a pair of files, which files.py describes. A case says which kernel runs (the kernels are written in
tests/fixtures/stencils/), on which inputs, under which boundary rules per axis and side, and what comes out:

    name       unique, for messages
    kernel     the kernel in tests/fixtures/stencils/<family>.rs
    dtype      element type of the (first) input, in Rust's names
    shape      shape of the inputs
    rules      [[before, after], ..] per axis, as ndstencil writes them: "Wrap", "Constant(-7)", "Fill(NaN)", ..
    inputs     names of the arrays read at relative offsets
    args       names of arrays read at absolute indices (weights)
    out        name of what the output holds before the call (only where that matters)
    expected   name of the expected output
    tolerance  0: bit for bit. Otherwise |difference| <= tolerance * max(1, |expected|)

Where peers disagree, this is what is taken:
* ndimage.correlate, generic_filter and the rank filters read one cell before the buffer under mode "reflect" when the
  halo is 4n or more (n: axis length); correlate1d and numpy.pad agree with each other and are taken.
* ndimage computes integers in f64 and truncates; here integers wrap in the element type, as in a Rust release build.
* OpenCV's filters refuse BORDER_WRAP; copyMakeBorder has it, so the image is padded first.
* OpenCV's filters refuse empty images, numpy.pad an empty axis; ndimage returns an empty array, which is taken.
"""

import itertools
import warnings

import cv2
import numba
import numpy as np
import scipy.ndimage as ndi

import files
from files import DTYPES, RUST_NAMES, text

NUMPY = {"Nearest": "edge", "Reflect": "symmetric", "Mirror": "reflect", "Wrap": "wrap"}
SCIPY = {"Nearest": "nearest", "Reflect": "reflect", "Mirror": "mirror", "Wrap": "wrap", "Constant": "constant"}
OPENCV = {
    "Nearest": cv2.BORDER_REPLICATE, "Reflect": cv2.BORDER_REFLECT, "Mirror": cv2.BORDER_REFLECT_101,
    "Wrap": cv2.BORDER_WRAP, "Constant": cv2.BORDER_CONSTANT,
}
READING = ["Nearest", "Reflect", "Mirror", "Wrap", "Constant"]


class Family(files.Family):
    """Cases of stencils."""

    def case(self, kernel, rules, inputs, expected, args=(), out=None, tolerance=0.0, note=""):
        """`inputs`, `args` and `out` are pairs of name and array, so that cases can share them."""
        first = inputs[0][1]
        dtype = RUST_NAMES[first.dtype]
        words = [kernel, dtype, text(first.shape), "/".join(",".join(axis) for axis in rules), note]
        number = len(self.cases)
        case = {
            "name": " ".join(filter(None, words)), "kernel": kernel, "dtype": dtype, "shape": list(first.shape),
            "rules": rules, "inputs": [self.array(*pair) for pair in inputs],
        }
        if args:
            case["args"] = [self.array(*pair) for pair in args]
        if out is not None:
            case["out"] = self.array(f"o{number}", out)
        case["expected"] = self.array(f"e{number}", expected)
        case["tolerance"] = tolerance
        self.cases.append(case)


# ---------------------------------------------------------------------------------------------------------------------
# Rules


def kind(rule):
    return rule.partition("(")[0]


def value(rule, dtype):
    return np.dtype(dtype).type(rule.partition("(")[2].rstrip(")"))


def reads(rule):
    return kind(rule) in READING


def index(rule, i, n):
    """The index rules written out, to check numpy.pad and the other peers; None: the constant."""
    if 0 <= i < n:
        return i
    match kind(rule):
        case "Nearest":
            return min(max(i, 0), n - 1)
        case "Wrap":
            return i % n
        case "Reflect":
            m = i % (2 * n)
            return m if m < n else 2 * n - 1 - m
        case "Mirror":
            m = i % max(2 * n - 2, 1)
            return m if m < n else 2 * n - 2 - m
    return None


def pad_side(x, axis, rule, width, after):
    """numpy.pad of one side of one axis; nothing for a rim rule, which reads nothing outside."""
    if not reads(rule):
        return x
    widths = [(0, 0)] * x.ndim
    widths[axis] = (0, width) if after else (width, 0)
    if kind(rule) == "Constant":
        return np.pad(x, widths, mode="constant", constant_values=value(rule, x.dtype))
    if x.shape[axis] == 0:  # numpy.pad refuses; there is no output along this axis to read the padding
        return np.pad(x, widths)
    return np.pad(x, widths, mode=NUMPY[kind(rule)])


def pad(x, halo, rules):
    """Pads axis by axis, the first axis last: its constant decides the corners. Both sides see the same original."""
    for axis, ((before, after), (low, high)) in reversed(list(enumerate(zip(halo, rules)))):
        with_low = pad_side(x, axis, low, before, False)
        with_high = pad_side(x, axis, high, after, True)
        x = np.concatenate([with_low, np.take(with_high, range(x.shape[axis], with_high.shape[axis]), axis)], axis)
    return x


def halo_of(offsets):
    """Cells needed before and after; offset 0 always belongs to the box."""
    return [(max(0, -min(axis)), max(0, max(axis))) for axis in zip(*offsets)]


def gather(x, offsets, rules):
    """What each offset reads, over the points where the element function runs."""
    halo = halo_of(offsets)
    padded = pad(x, halo, rules)
    values = []
    for offset in offsets:
        box = []
        for n, o, (before, after), (low, high) in zip(x.shape, offset, halo, rules):
            start = 0 if reads(low) else before
            stop = max(n if reads(high) else n - after, start)
            shift = o + (before if reads(low) else 0)
            box.append(slice(start + shift, stop + shift))
        values.append(padded[tuple(box)])
    return values


def frame(result, x, offsets, rules):
    """Surrounds the computed points by what the rim rules put around them."""
    out = x.astype(result.dtype)
    sides = [(axis, *pair) for axis, pair in enumerate(zip(halo_of(offsets), rules))]
    for axis, (before, after), (low, high) in sides:
        keep = range(before if low == "Shrink" else 0, x.shape[axis] - (after if high == "Shrink" else 0))
        out = np.take(out, keep, axis)
    held = out.copy()
    inner = []
    for axis, (before, after), (low, high) in reversed(sides):  # the first axis and the side before decide, so go last
        n = out.shape[axis]
        start = before if kind(low) in ("Fill", "Keep") else 0
        stop = n - (after if kind(high) in ("Fill", "Keep") else 0)
        for rule, cells in ((high, slice(max(stop, 0), n)), (low, slice(0, min(start, n)))):
            cells = (slice(None),) * axis + (cells,)
            if kind(rule) == "Fill":
                out[cells] = value(rule, out.dtype)
            elif rule == "Keep":
                out[cells] = held[cells]
        inner.insert(0, slice(start, max(stop, start)))
    out[tuple(inner)] = result
    return out


def correlate(x, offsets, weights, rules):
    """`acc += w * x` in the element type and in the order of the offsets, without contraction."""
    weights = np.asarray(weights).ravel()
    values = gather(x, offsets, rules)
    acc = np.zeros(values[0].shape, x.dtype)
    for w, v in zip(weights, values, strict=True):
        acc = acc + w * v
    assert acc.dtype == x.dtype
    return frame(acc, x, offsets, rules)


def correlate_by_point(x, offsets, weights, rules):
    """The same by a plain loop over points and the index rules as written above: the check of the check."""
    out = np.zeros(x.shape, x.dtype)
    for point in np.ndindex(x.shape):
        for w, offset in zip(np.ravel(weights), offsets):
            v, source = None, []
            for p, o, n, (low, high) in zip(point, offset, x.shape, rules):
                i = index(low if p + o < 0 else high, p + o, n)
                if i is None and v is None:
                    v = value(low if p + o < 0 else high, x.dtype)
                source.append(i)
            out[point] += w * (x[tuple(source)] if v is None else v)
    return out


def box(*ranges):
    return list(itertools.product(*(range(low, high + 1) for low, high in ranges)))


def random(rng, dtype, shape, small=False):
    """Integers over their whole range; floats over some magnitudes, so that the order of a sum shows."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(dtype)
    if small:
        return rng.integers(0 if dtype.kind == "u" else -20, 21, shape).astype(dtype)
    if dtype.kind == "f":
        return (rng.standard_normal(shape) * 10.0 ** rng.integers(-2, 3, shape)).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def same(rule, rank):
    return [[rule, rule]] * rank


# ---------------------------------------------------------------------------------------------------------------------
# Families


def rules():
    """The index rules themselves: which index a read at -(3n+2) .. n+3n+2 gets, -1 for the constant."""
    family = Family("rules")
    for n in range(1, 8):
        reach = 3 * n + 2
        x = np.arange(n, dtype=np.int32)
        for rule in ["Nearest", "Reflect", "Mirror", "Wrap", "Constant(-1)"]:
            table = pad(x, [(reach, reach)], [[rule, rule]])
            for position, got in zip(range(-reach, n + reach), table, strict=True):
                want = index(rule, position, n)
                assert got == (-1 if want is None else want)
                assert got == cv2.borderInterpolate(position, n, OPENCV[kind(rule)])
            for offset in range(-reach, reach + 1):
                delta = np.zeros(2 * reach + 1)
                delta[reach + offset] = 1
                line = ndi.correlate1d(x, delta, mode=SCIPY[kind(rule)], cval=-1)
                assert np.array_equal(line, table[reach + offset : reach + offset + n])
            family.case("at", same(rule, 1), [(f"x{n}", x)], table)
    return family


LINEAR = {
    # kernel: offsets, integer weights. The seven taps are not centred, the 5 x 3 box is wider along the first axis.
    "corr_3": (box((-1, 1)), [2, -3, 5]),
    "corr_7": (box((-2, 4)), [1, -2, 3, 5, -7, 11, 4]),
    "corr_3x3": (box((-1, 1), (-1, 1)), [1, -2, 3, 4, 5, -6, 7, 8, -9]),
    "corr_5x3": (box((-2, 2), (-1, 1)), [3, 1, -4, 1, 5, 9, -2, 6, 5, 3, -5, 8, 9, 7, -9]),
    "corr_7_point": (sorted(o for o in box((-1, 1), (-1, 1), (-1, 1)) if sum(map(abs, o)) <= 1), [1, 2, 3, -6, 4, 5, -7]),
    "corr_3x3x3": (box((-1, 1), (-1, 1), (-1, 1)), [(7 * i) % 11 - 4 for i in range(27)]),
    "corr_3x3x3x3": (box((-1, 1), (-1, 1), (-1, 1), (-1, 1)), [(5 * i) % 7 - 2 for i in range(81)]),
}

SHAPES = {
    1: [(0,), (1,), (2,), (3,), (5,), (8,), (200,)],
    2: [(0, 0), (0, 3), (4, 0), (1, 1), (1, 6), (6, 1), (2, 2), (3, 2), (5, 4), (7, 9), (3, 140)],
    3: [(0, 2, 3), (2, 3, 0), (1, 1, 1), (1, 2, 5), (2, 1, 3), (3, 2, 1), (4, 5, 6), (2, 2, 70)],
    4: [(2, 0, 3, 1), (1, 1, 1, 1), (2, 1, 3, 2), (1, 2, 1, 5), (3, 3, 2, 4), (1, 1, 2, 35)],
}


def linear_rules(rank, dtype):
    """Boundaries for `rank` axes: uniform, mixed per axis, mixed per side, with rims."""
    small = {"u": [201, 3, 77], "i": [-7, 5, 100], "f": [1.25, -3.5, 0.0625]}[np.dtype(dtype).kind]
    c, c2, c3 = (f"Constant({v})" for v in small)
    f, f2, f3 = (f"Fill({v})" for v in small)
    uniform = [same(rule, rank) for rule in ["Nearest", "Reflect", "Mirror", "Wrap", c]]
    if rank == 1:
        sides = [["Nearest", "Wrap"], [c, "Mirror"], ["Reflect", c], ["Mirror", "Nearest"], ["Wrap", "Reflect"]]
        rims = [["Shrink", "Shrink"], [f, f], ["Keep", "Keep"], [f, "Nearest"], [f, "Shrink"], ["Shrink", "Keep"], ["Wrap", "Shrink"], ["Keep", f], [f, f2], [c, c2]]
        return uniform + [[axis] for axis in sides + rims]
    two = [
        [["Wrap", "Wrap"], ["Reflect", "Reflect"]],
        [["Mirror", "Mirror"], [c, c]],
        [[c, c], ["Nearest", "Nearest"]],
        [["Reflect", "Reflect"], ["Mirror", "Mirror"]],
        [[c, "Nearest"], ["Wrap", "Wrap"]],
        [["Wrap", "Mirror"], ["Reflect", "Nearest"]],
        [["Nearest", "Nearest"], ["Mirror", c]],
        [[c, c2], [c3, "Wrap"]],
        same("Shrink", 2),
        same(f, 2),
        same("Keep", 2),
        [["Shrink", "Shrink"], ["Wrap", "Wrap"]],
        [[f, f], ["Mirror", "Mirror"]],
        [["Nearest", "Keep"], ["Reflect", "Reflect"]],
        [[f, f2], ["Keep", f3]],
    ]
    return uniform + [pair + [pair[0]] * (rank - 2) for pair in two]


def check_linear():
    """Compares the padding and summing above with ndimage, OpenCV and a plain loop over points."""
    rng = np.random.default_rng(1)
    for name, (offsets, weights) in LINEAR.items():
        rank = len(offsets[0])
        reach = [max(max(b, a) for b, a in halo_of(offsets))] * rank
        kernel = np.zeros([2 * r + 1 for r in reach])
        for w, offset in zip(weights, offsets):
            kernel[tuple(o + r for o, r in zip(offset, reach))] = w
        for shape in SHAPES[rank]:
            x = random(rng, "f8", shape, small=True)
            for case in linear_rules(rank, "f8"):
                if not all(reads(rule) for axis in case for rule in axis):
                    continue
                got = correlate(x, offsets, np.array(weights, "f8"), case)
                if x.size <= 64:
                    assert np.array_equal(got, correlate_by_point(x, offsets, np.array(weights, "f8"), case)), (name, case)
                if any(rule != case[0][0] for axis in case for rule in axis) or x.size == 0:
                    continue
                rule = case[0][0]
                cval = value(rule, "f8") if kind(rule) == "Constant" else 0.0
                if not (kind(rule) == "Reflect" and 4 * min(shape) <= reach[0]):
                    assert np.array_equal(got, ndi.correlate(x, kernel, mode=SCIPY[kind(rule)], cval=cval)), (name, case)
                if rank == 2 and kind(rule) not in ("Wrap", "Constant"):
                    assert np.array_equal(got, cv2.filter2D(x, -1, kernel, borderType=OPENCV[kind(rule)])), (name, case)


def linear():
    check_linear()
    family = Family("linear")
    rng = np.random.default_rng(2)
    for k, (name, (offsets, weights)) in enumerate(LINEAR.items()):
        rank = len(offsets[0])
        for d, dtype in enumerate(list(DTYPES)[:10]):
            w = np.array(weights).astype(DTYPES[dtype])  # a negative weight of an unsigned type wraps, as its products do
            every = linear_rules(rank, DTYPES[dtype])
            for s, shape in enumerate(SHAPES[rank]):
                x = family.arrays.get(f"x_{dtype}_{text(shape)}")
                if x is None:
                    x = random(rng, DTYPES[dtype], shape)
                    if dtype in ("f32", "f64") and x.size > 4:  # flushing these to zero would show
                        x.flat[2] = 5 * np.finfo(x.dtype).smallest_subnormal
                        x.flat[4] = -0.0
                for r, case in enumerate(every):
                    # i32 has each rule with each shape; the nine other types share the pairs out among them.
                    if dtype != "i32" and (s + 2 * r + d + k) % 9:
                        continue
                    y = correlate(x, offsets, w, case)
                    family.case(name, case, [(f"x_{dtype}_{text(shape)}", x)], y, args=[(f"w_{name}_{dtype}", w)])
    return family


def rank():
    """Median, minimum, maximum of ndimage, checked with numpy.pad and OpenCV."""
    family = Family("rank")
    rng = np.random.default_rng(3)
    filters = {
        "median_3x3": (ndi.median_filter, 3, np.median),
        "median_5x5": (ndi.median_filter, 5, np.median),
        "min_3x3": (ndi.minimum_filter, 3, np.min),
        "max_3x3": (ndi.maximum_filter, 3, np.max),
    }
    shapes = [(0, 4), (1, 1), (1, 7), (6, 1), (2, 2), (5, 4), (6, 70)]
    every = [same(rule, 2) for rule in ["Nearest", "Reflect", "Mirror", "Wrap", "Constant(100)"]]
    mixed = [[["Wrap", "Wrap"], ["Reflect", "Reflect"]], [["Constant(100)", "Constant(100)"], ["Mirror", "Mirror"]]]
    for dtype in ["u8", "u16", "f32"]:
        for shape in shapes:
            x = random(rng, DTYPES[dtype], shape)
            for name, (function, size, plain) in filters.items():
                offsets = box(*[(-(size // 2), size // 2)] * 2)
                for case in every + (mixed if name[:3] in ("min", "max") else []):  # median_filter takes one mode only
                    modes = [SCIPY[kind(axis[0])] for axis in case]
                    y = function(x, size=size, mode=modes[0] if modes[0] == modes[1] else modes, cval=100)
                    assert y.dtype == x.dtype and y.shape == x.shape
                    if x.size:
                        assert np.array_equal(y, plain(gather(x, offsets, case), axis=0)), (name, case, shape)
                    if name.startswith("median") and dtype == "u8" and case == every[0] and x.size:
                        assert np.array_equal(y, cv2.medianBlur(x, size))
                    family.case(name, case, [(f"x_{dtype}_{text(shape)}", x)], y)
    return family


def opencv():
    family = Family("opencv")
    rng = np.random.default_rng(4)
    shapes = [(1, 1), (1, 6), (2, 2), (4, 5), (6, 70)]

    def bordered(function, x, rule):
        """Calls `function(image, border, constant)`; pads first where OpenCV's filters have no such border."""
        constant = float(value(rule, x.dtype)) if kind(rule) == "Constant" else 0.0
        border = OPENCV[kind(rule)]
        takes_constant = function.__name__ == "morphology"
        if kind(rule) != "Wrap" and (constant == 0.0 or takes_constant):
            return function(x, border, constant)
        padded = cv2.copyMakeBorder(x, 2, 2, 2, 2, border, value=[constant] * 4)
        return function(padded, cv2.BORDER_REPLICATE, constant)[2:-2, 2:-2]

    every = ["Nearest", "Reflect", "Mirror", "Wrap", "Constant(0)", "Constant(3)"]
    for shape in shapes:
        whole = random(rng, "f4", shape, small=True)
        real = rng.standard_normal(shape).astype("f4")
        colour = random(rng, "f4", shape + (3,), small=True)
        byte = random(rng, "u1", shape)
        w3 = np.array([1, -2, 3, 4, 5, -6, 7, 8, -9], "f4").reshape(3, 3)
        w5 = np.array([(7 * i) % 13 - 5 for i in range(25)], "f4").reshape(5, 5)
        w23 = np.array([1, 2, -3, 4, 5, 6], "f4").reshape(2, 3)
        wreal = np.linspace(-0.7, 0.9, 9, dtype="f4").reshape(3, 3)
        for rule in every:

            def run(name, function, x, dtype, input, **more):
                y = bordered(function, x, rule)
                assert y.dtype == DTYPES[dtype] and y.shape == x.shape, (name, y.dtype, y.shape)
                family.case(name, same(rule, 2), [(f"{input}_{text(shape)}", x)], y, **more)

            run("filter_3x3", lambda x, b, c: cv2.filter2D(x, -1, w3, borderType=b), whole, "f32",
                input="whole", args=[("w3", w3)])
            run("filter_5x5", lambda x, b, c: cv2.filter2D(x, -1, w5, borderType=b), whole, "f32",
                input="whole", args=[("w5", w5)])
            # anchor = (x, y) = (2, 0): offsets 0..1 along rows and -2..0 along columns
            run("filter_2x3_anchor", lambda x, b, c: cv2.filter2D(x, -1, w23, anchor=(2, 0), borderType=b), whole, "f32",
                input="whole", args=[("w23", w23)])
            run("filter_3x3_rgb", lambda x, b, c: cv2.filter2D(x, -1, w3, borderType=b), colour, "f32",
                input="colour", args=[("w3", w3)])
            # OpenCV may sum in another order and with fused multiply-add
            run("filter_3x3", lambda x, b, c: cv2.filter2D(x, -1, wreal, borderType=b), real, "f32",
                input="real", args=[("wreal", wreal)], tolerance=1e-6, note="real")
            run("sobel_x", lambda x, b, c: cv2.Sobel(x, cv2.CV_32F, 1, 0, ksize=3, borderType=b), whole, "f32", input="whole")
            run("sobel_y", lambda x, b, c: cv2.Sobel(x, cv2.CV_32F, 0, 1, ksize=3, borderType=b), whole, "f32", input="whole")
            run("laplacian", lambda x, b, c: cv2.Laplacian(x, cv2.CV_32F, ksize=1, borderType=b), whole, "f32", input="whole")
            for name, op in (("erode", cv2.erode), ("dilate", cv2.dilate)):

                def morphology(x, b, c):
                    return op(x, np.ones((3, 3), np.uint8), borderType=b, borderValue=c)

                run(f"{name}_3x3", morphology, whole, "f32", input="whole")
                run(f"{name}_3x3", morphology, byte, "u8", input="byte")

                def morphology(x, b, c):
                    return op(x, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), borderType=b, borderValue=c)

                run(f"{name}_cross", morphology, byte, "u8", input="byte")
            if rule == "Nearest":  # the only border of medianBlur
                for size in (3, 5):
                    run(f"median_{size}x{size}", lambda x, b, c: cv2.medianBlur(x, size), byte, "u8", input="byte")
                    run(f"median_{size}x{size}", lambda x, b, c: cv2.medianBlur(x, size), real, "f32", input="real")
        # the default border of erode and dilate: what lies outside never wins
        for name, op, worst in (("erode", cv2.erode, 255), ("dilate", cv2.dilate, 0)):
            y = op(byte, np.ones((3, 3), np.uint8))
            family.case(f"{name}_3x3", same(f"Constant({worst})", 2), [(f"byte_{text(shape)}", byte)], y, note="default")
    return family


def stencils():
    """The element functions of the Numba family: name, function, offsets, rank, input types, options."""
    f32 = np.float32
    three, half = f32(3), f32(0.5)

    def mean_3(x): return (x[-1] + x[0] + x[1]) / 3
    def mean_3_f32(x): return (x[-1] + x[0] + x[1]) / three
    def forward(x): return x[2] - x[3]
    def backward(x): return x[-2] + x[-1]
    def difference(x): return x[1] - x[-1]
    def lopsided(x): return x[-2, 1] + x[0, 0] * x[0, 0] - x[1, 3]
    def laplace(x): return x[-1, 0] + x[0, -1] - 4 * x[0, 0] + x[0, 1] + x[1, 0]
    def jacobi_f32(x): return half * (x[-1, 0] + x[1, 0]) + x[0, 0]
    def seven(x): return x[-1, 0, 0] + x[0, -1, 0] + x[0, 0, -1] - 6 * x[0, 0, 0] + x[0, 0, 1] + x[0, 1, 0] + x[1, 0, 0]
    def corner(x): return x[1, 2, 0] * x[0, 0, 1] - x[0, -1, 0]

    def upwind(x, c):
        if c > 0:
            return x[0] - c * (x[0] - x[-1])
        return x[0] - c * (x[1] - x[0])

    def product(a, b): return a[-1, 0] * b[0, 1] + b[0, 0]

    def masked(x, m):
        if m[0, 0]:
            return x[0, 1]
        return x[-1, 0]

    def window(x):
        acc = 0.0
        for i in range(-3, 3):
            acc += x[i]
        return acc

    def wide(x): return x[0] + x[1]

    def weighted(x, w):
        acc = 0.0
        for i in range(-1, 2):
            acc += w[i + 1] * x[i]
        return acc

    def weighted_2d(x, w):
        acc = 0.0
        for i in range(-1, 2):
            for j in range(-2, 1):
                acc += w[i + 1, j + 2] * x[i, j]
        return acc

    return {
        # name: (function, rank, types of the relative inputs, type of the result, arguments, options of numba.stencil)
        "mean_3": (mean_3, 1, ["f64"], "f64", [], {}),
        "mean_3_f32": (mean_3_f32, 1, ["f32"], "f32", [], {}),
        "forward": (forward, 1, ["f64"], "f64", [], {}),
        "backward": (backward, 1, ["f32"], "f32", [], {}),
        "backward_i32": (backward, 1, ["i32"], "i64", [], {}),  # Numba adds two i32 in i64
        "difference_u8": (difference, 1, ["u8"], "u64", [], {}),  # .. and two u8 in u64, where differences wrap
        "lopsided": (lopsided, 2, ["f64"], "f64", [], {}),
        "lopsided_f32": (lopsided, 2, ["f32"], "f32", [], {}),
        "lopsided_i32": (lopsided, 2, ["i32"], "i64", [], {}),
        "laplace": (laplace, 2, ["f64"], "f64", [], {}),
        "laplace_i32": (laplace, 2, ["i32"], "i64", [], {}),
        "jacobi_f32": (jacobi_f32, 2, ["f32"], "f32", [], {}),
        "seven": (seven, 3, ["f64"], "f64", [], {}),
        "corner": (corner, 3, ["f64"], "f64", [], {}),
        "upwind": (upwind, 1, ["f64"], "f64", [np.float64(0.375)], {}),
        "product": (product, 2, ["f64", "f64"], "f64", [], {}),
        "masked": (masked, 2, ["f64", "bool"], "f64", [], {}),
        "window": (window, 1, ["f64"], "f64", [], {"neighborhood": ((-3, 2),)}),
        "wide": (wide, 1, ["f64"], "f64", [], {"neighborhood": ((-2, 3),)}),
        "weighted": (weighted, 1, ["f64"], "f64", [np.array([0.3, -1.1, 0.7])],
                     {"neighborhood": ((-1, 1),), "standard_indexing": ("w",)}),
        "weighted_2d": (weighted_2d, 2, ["f64"], "f64", [np.linspace(-1, 2, 9).reshape(3, 3)],
                        {"neighborhood": ((-1, 1), (-2, 0)), "standard_indexing": ("w",)}),
    }


def numba_stencil():
    """numba.stencil: cells whose neighbourhood leaves the array get cval, or keep what `out` held."""
    family = Family("numba")
    rng = np.random.default_rng(5)
    shapes = {
        1: [(0,), (1,), (3,), (4,), (7,), (90,)],
        2: [(0, 5), (1, 1), (3, 4), (2, 9), (6, 7), (5, 40)],
        3: [(1, 2, 3), (2, 0, 3), (3, 4, 3), (4, 5, 20)],
    }
    inputs_of = {
        (t, i, shape): random(rng, DTYPES[t], shape)
        for i in (0, 1)
        for t in ("i32", "u8", "f32", "f64", "bool")
        for shape in itertools.chain(*shapes.values())
    }
    for name, (function, rank, types, result, arguments, options) in stencils().items():
        extra = [a for a in arguments if isinstance(a, np.ndarray)]
        fills = ["Fill(0)", "Fill(-7)" if result == "i64" else "Fill(9)"] + (["Fill(NaN)"] if result == "f64" else [])
        for shape in shapes[rank]:
            named = [(f"{'xy'[i]}_{t}_{text(shape)}", inputs_of[t, i, shape]) for i, t in enumerate(types)]
            inputs = [x for _, x in named]
            args = [(f"{name}_w", a) for a in extra]
            for f, fill in enumerate(fills):
                cval = value(fill, DTYPES[result])
                more = {} if f == 0 else {"cval": cval}  # the default is 0
                y = numba.stencil(function, **options, **more)(*inputs, *arguments)
                assert y.dtype == DTYPES[result], (name, y.dtype)
                family.case(name, same(fill, rank), named, y, args=args)
            # out= without cval keeps the border; with cval the whole output is filled first
            before = random(rng, DTYPES[result], shape)
            for rule, more in (("Keep", {}), (fills[1], {"cval": value(fills[1], DTYPES[result])})):
                out = before.copy()
                numba.stencil(function, **options, **more)(*inputs, *arguments, out=out)
                family.case(name, same(rule, rank), named, out, args=args, out=before, note="out")
    return family


def generic():
    """ndimage where the order of its sums differs from a plain loop: a tolerance instead of bits."""
    family = Family("generic")
    rng = np.random.default_rng(6)
    weights = ndi.gaussian_filter1d(np.eye(1, 31, 15)[0], 4.0, radius=15, mode="constant")
    every = ["Nearest", "Reflect", "Mirror", "Wrap", "Constant(0.5)"]
    args = [("gauss31", weights)]
    for shape in [(1,), (2,), (5,), (7,), (16,), (40,), (150,)]:
        x = rng.standard_normal(shape)
        for rule in every:
            y = ndi.gaussian_filter1d(x, 4.0, radius=15, mode=SCIPY[kind(rule)], cval=0.5)
            family.case("gauss", same(rule, 1), [(f"x_{text(shape)}", x)], y, args=args, tolerance=1e-12)
    for shape in [(1, 1), (1, 9), (6, 2), (7, 19)]:
        x = rng.standard_normal(shape)
        pair = [(f"x_{text(shape)}", x)]
        for rule in every:
            for axis in (0, 1):
                y = ndi.gaussian_filter1d(x, 4.0, axis=axis, radius=15, mode=SCIPY[kind(rule)], cval=0.5)
                family.case(f"gauss_axis{axis}", same(rule, 2), pair, y, args=args, tolerance=1e-12)
        # Separable filters put cval around the intermediate result, not around the input: only 0 means the same here.
        single = every[:4] + ["Constant(0)"]
        for low, high in itertools.product(single, single):
            mode = [SCIPY[kind(low)], SCIPY[kind(high)]]
            case = [[low, low], [high, high]]
            y = np.hypot(ndi.sobel(x, 0, mode=mode), ndi.sobel(x, 1, mode=mode))
            family.case("sobel_magnitude", case, pair, y, tolerance=1e-12)
            y = ndi.laplace(x, mode=mode)
            family.case("laplace", case, pair, y, tolerance=1e-12)
        for rule in every:
            y = ndi.generic_filter(x, lambda v: v.max() - v.min(), size=3, mode=SCIPY[kind(rule)], cval=0.5)
            family.case("span_3x3", same(rule, 2), pair, y)
    return family


if __name__ == "__main__":
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=numba.NumbaPerformanceWarning)
    for family in (rules, linear, rank, opencv, numba_stencil, generic):
        family().write()
