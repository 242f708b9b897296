"""Writes the expected values that tests/fixtures/gufuncs compares ndstencil's gufuncs with.

    python3.11 -m venv venv && venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_gufunc_fixtures.py

Each family is a pair of files, which files.py describes. Every case has a unique `name`. The families and the other
fields, which are left out where a case does not use them:

signatures  what NumPy's parser says of a signature, without regard to the number of operands
    signature, accepted, message (of NumPy), nin and nout (with which it was asked)
calls       NumPy's gufuncs: broadcasting, axes, sizes
    kernel, dtype, inputs (names), axes, axis, keepdims, expected (names, one an output)
    outs       shapes of the outputs that the call writes into; without it, the call makes them
    error      "core mismatch", "too few dims", "broadcast", "output", "frozen", "axes", "axis", "keepdims" or "computed",
               instead of `expected`; message is NumPy's
methods     methods of element-wise kernels of two inputs
    kernel, dtype, method, inputs, axis, keepdims, initial, where (name of a mask), indices, expected (a name)
    before     name of what the output holds before the call
    error      "identity" (nothing to reduce, and none), "index", "axis", "axes" (too few) or "broadcast"; message is
               NumPy's
    result     dtype of the result, where it is not that of the inputs: `dtype=` of NumPy's folds
    places     indices along several axes, one list for each, instead of indices along the first
    of, shapes, orders, strides
               of "order": the method, shapes of inputs, the axes of each from the longest steps to the shortest, and the
               steps of the result, in elements

Outputs are compared bit for bit: numbers are small integers, so that every order of a sum gives the same, and none
is -0.
"""

import itertools
import warnings

import numba
import numpy as np
import numpy._core._umath_tests as umt

from files import DTYPES, Family, text
from signatures import SIGNATURES


def signatures():
    family = Family("signatures")
    for signature in SIGNATURES:
        left, _, right = signature.partition("->")
        guess = (left.count(")"), max(right.count(")"), 1))
        verdict = None
        # Accepted with any number of operands is accepted; else what is wrong is not their number.
        for nin, nout in [guess, *itertools.product(range(7), range(1, 7))]:
            try:
                umt.test_signature(nin, nout, signature)
                verdict = (nin, nout, True, "")
                break
            except ValueError as error:
                verdict = verdict or (nin, nout, False, str(error))
        nin, nout, accepted, message = verdict
        family.add(repr(signature), signature=signature, nin=nin, nout=nout, accepted=accepted, message=message)
    return family


# ---------------------------------------------------------------------------------------------------------------------
# Calls


@numba.guvectorize(["f4[:],f4[:],f4[:]", "f8[:],f8[:],f8[:]"], "(n)->(),()")
def min_max(x, low, high):
    low[0] = high[0] = x[0]
    for v in x:
        low[0] = min(low[0], v)
        high[0] = max(high[0], v)


@numba.guvectorize(["f4[:],f4[:],f4[:]", "f8[:],f8[:],f8[:]"], "(n)->(n),()")
def sorted_sum(x, y, sum):
    y[:] = np.sort(x)
    sum[0] = 0
    for v in x:
        sum[0] += v


KERNELS = {
    "subtract": np.subtract, "divmod": np.divmod, "vecdot": np.vecdot, "inner1d": umt.inner1d, "innerwt": umt.innerwt,
    "matmul": np.matmul, "matrix_multiply": umt.matrix_multiply, "cross1d": umt.cross1d, "cumsum": umt.cumsum,
    "euclidean_pdist": umt.euclidean_pdist, "conv1d_full": umt.conv1d_full, "min_max": min_max,
    "sorted_sum": sorted_sum,
}


def error_class(kernel, message):
    for part, name in (
        ("Output operand", "output"), ("non-broadcastable output", "output"),
        ("mismatch in its core dimension", "frozen" if kernel == "cross1d" else "core mismatch"),
        ("does not have enough dimensions", "too few dims"), ("could not be broadcast", "broadcast"),
        ("axes", "axes"), ("does not support keepdims", "keepdims"), ("axis can only", "axis"),
        ("is out of bounds for array", "axis"), ("both inputs have core dimension 0", "computed"),
        ("doesn't match the broadcast shape", "output"), ("requires a reduction along", "output"),
        ("the core dimension p of the out parameter", "output"),
    ):
        if part in message:
            return name
    raise ValueError(message)


def whole(rng, dtype, shape):
    """Small integers other than 0."""
    low = 1 if dtype == "u8" else -9
    x = rng.integers(low, 10, shape)
    return np.where(x == 0, 5, x).astype(DTYPES[dtype])


def calls():
    family = Family("calls")
    rng = np.random.default_rng(11)
    inputs = {}

    def call(kernel, shapes, dtypes=("f64",), outs=None, **how):
        for dtype in dtypes:
            arrays = []
            for letter, shape in zip("abc", shapes):
                name = f"{letter}_{dtype}_{text(shape) or 'scalar'}"
                if name not in inputs:
                    inputs[name] = whole(rng, dtype, shape)
                arrays.append((name, inputs[name]))
            axes = how.get("axes")
            words = [kernel, dtype, ",".join(map(str, shapes))]
            words += [f"{key}={value}" for key, value in {**how, "outs": outs}.items() if value is not None]
            fields = {
                "kernel": kernel, "dtype": dtype, "inputs": [family.array(*pair) for pair in arrays],
                "axes": axes and [list(entry) for entry in axes], "axis": how.get("axis"),
                "keepdims": how.get("keepdims"), "outs": outs and [list(shape) for shape in outs],
            }
            function, values, more = KERNELS[kernel], [array for _, array in arrays], dict(how)
            if outs:
                more["out"] = tuple(np.full(shape, 77, DTYPES[dtype]) for shape in outs)
            elif kernel == "euclidean_pdist" and len(shapes[0]) >= 2:  # NumPy's has to be told the size
                *loop, n, _ = shapes[0]
                more["out"] = np.empty((*loop, n * (n - 1) // 2), DTYPES[dtype])
            try:
                results = function(*values, **more)
            except (ValueError, TypeError, IndexError) as error:  # numpy.exceptions.AxisError is a ValueError
                message = str(error)
                family.add(" ".join(words), **fields, error=error_class(kernel, message), message=message)
                continue
            names = []
            for result in results if isinstance(results, tuple) else (results,):
                result = np.asarray(result)
                assert result.dtype == DTYPES[dtype], (words, result.dtype)
                assert not np.any((result == 0) & np.signbit(result)), words
                names.append(family.array(f"e{len(family.cases)}_{len(names)}", result))
            family.add(" ".join(words), **fields, expected=names)

    # Element-wise: the loop dimensions alone
    for shapes in [
        ((), ()), ((3,), ()), ((), (3,)), ((3,), (3,)), ((3,), (1,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)),
        ((2, 1), (3,)), ((4, 1, 3), (2, 1)), ((1, 1), (1,)), ((5, 1, 1, 2), (3, 1)), ((0,), (0,)), ((0,), (1,)),
        ((1,), (0,)), ((0,), ()), ((2, 0), (0,)), ((2, 0), (2, 1)), ((0, 3), (3,)), ((1, 0), (3, 1)), ((0,), (2,)),
        ((3,), (4,)), ((2, 3), (2,)), ((2, 3), (3, 2)), ((2, 1, 3), (4, 2)), ((70,), (3, 1)), ((3, 1, 35), (4, 1)),
    ]:
        call("subtract", shapes, ("f64", "u8"))
        call("divmod", shapes, ("u8",))
    for outs in [((2, 3),), ((4, 2, 3),), ((3,),), ((1, 3),), ((2, 1),), ((2, 4),), ((6,),), ((0, 3),), ((1, 2, 3),)]:
        call("subtract", ((2, 3), (3,)), outs=outs)
    call("subtract", ((1, 3), (3,)), outs=[(4, 3)])
    call("subtract", ((3,), ()), outs=[(2, 3)])
    call("subtract", ((), ()), outs=[(2, 2)])
    call("subtract", ((), ()), outs=[()])
    call("divmod", ((2, 1), (3,)), ("u8",), outs=[(2, 3), (2, 3)])
    call("divmod", ((2, 1), (3,)), ("u8",), outs=[(4, 2, 3), (4, 2, 3)])
    call("divmod", ((2, 1), (3,)), ("u8",), outs=[(2, 3), (3,)])

    # One core dimension of two inputs
    for shapes in [
        ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (2, 3)), ((4, 1, 3), (2, 3)), ((4, 1, 3), (1, 2, 3)),
        ((1, 3), (5, 3)), ((2, 1, 3), (1, 4, 3)), ((0, 3), (3,)), ((0, 3), (1, 3)), ((0, 3), (2, 3)), ((2, 0), (2, 0)),
        ((0,), (0,)), ((0, 0), (0, 0)), ((1,), (1,)), ((1, 1), (1,)), ((2, 3, 17), (3, 17)), ((7, 1, 1, 5), (2, 3, 5)),
        ((3,), (1,)), ((1,), (3,)), ((3, 4), (3,)), ((2, 0), (2, 1)), ((), (3,)), ((3,), ()), ((), ()), ((2, 3), (4, 3)),
        ((2, 5, 3), (3, 3)), ((0, 3), (0, 4)), ((19, 4), (4,)), ((3, 37, 2), (37, 2)),
    ]:
        call("vecdot", shapes, ("f32", "i32", "u8"))
        call("inner1d", shapes, ("f64", "i64"))
    two = ("f64", "i64")
    for axis in (0, 1, -1, -2, 2, -3):
        for shapes in [((3, 2), (3, 2)), ((3,), (3, 2)), ((2, 3), (3, 2))]:
            call("inner1d", shapes, axis=axis)
    call("inner1d", ((3, 2, 4), (2, 4)), two, axis=-2)
    call("inner1d", ((3, 2, 4), (2, 4)), axis=0)
    call("inner1d", ((3, 2, 4), (3, 4)), axis=0)
    for shapes in [((2, 3), (3,)), ((3,), (3,)), ((0, 3), (3,)), ((2, 0), (0,)), ((4, 1, 3), (2, 3))]:
        call("inner1d", shapes, two, keepdims=True)
        call("inner1d", shapes, two, keepdims=True, axis=-1)
    call("inner1d", ((3, 2), (3, 2)), keepdims=True, axis=0)
    call("inner1d", ((2, 3, 4), (3, 4)), keepdims=True, axis=-2)
    call("inner1d", ((2, 3, 4), (3, 4)), keepdims=True, axis=0)
    for axes in [
        [(0,), (0,), ()], [(0,), (0,)], [(-2,), (0,)], [(0,), (1,)], [(1,), (1,)], [(0,)], [(0,), (0,), (), ()],
        [(0, 1), (0,), ()], [(0,), (), ()], [(2,), (0,)], [(0,), (-3,)], [(0,), (0,), (0,)], [],
    ]:
        call("inner1d", ((3, 2), (3, 2)), axes=axes)
    call("inner1d", ((3, 2), (2, 3)), axes=[(0,), (1,), ()])
    call("inner1d", ((4, 3, 2), (5, 2, 4)), axes=[(0,), (2,), ()])
    call("inner1d", ((4, 3, 2), (3, 2, 4)), axes=[(0,), (2,), ()])
    for axes in ([(0,), (0,), (0,)], [(0,), (0,), (1,)], [(0,), (0,), (-1,)], [(1,), (1,), (0,)], [(0,), (0,), (2,)],
                 [(0,), (0,), ()]):
        call("inner1d", ((3, 2), (3, 2)), keepdims=True, axes=axes)
    for outs in ([(2,)], [(4, 2)], [(1,)], [()], [(3,)]):
        call("inner1d", ((2, 3), (3,)), outs=outs)

    for shapes in [
        ((3,), (3,), (3,)), ((2, 3), (3,), (3,)), ((2, 1, 3), (4, 3), (3,)), ((3,), (2, 3), (4, 1, 3)),
        ((2, 0), (2, 0), (2, 0)), ((0, 3), (3,), (1, 3)), ((1,), (1,), (1,)), ((3,), (3,), (4,)), ((3,), (1,), (3,)),
        ((2, 3), (3,), ()), ((2, 3), (3, 3), (3,)), ((2, 33), (33,), (33,)),
    ]:
        call("innerwt", shapes, two)
    call("innerwt", ((3, 2), (3, 1), (3,)), axis=0)
    call("innerwt", ((3, 2), (3, 1), (3, 4)), axis=0)
    call("innerwt", ((3, 2), (3, 1), (3,)), axis=0, keepdims=True)
    call("innerwt", ((3, 2), (2, 3), (3,)), axes=[(0,), (1,), (0,), ()])

    # Matrices, and vectors where the dimensions are optional
    matrices = [
        ((2, 3), (3, 4)), ((1, 1), (1, 1)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (4, 3, 2)), ((2, 0), (0, 3)), ((0, 3), (3, 4)), ((2, 3), (3, 0)), ((0, 2, 3), (3, 4)),
        ((0, 0), (0, 0)), ((1, 3), (3, 1)), ((9, 17), (17, 5)), ((2, 3), (4, 5)), ((2, 1), (3, 4)), ((2, 3), (1, 4)),
        ((4, 2, 3), (5, 3, 2)), ((2, 3), ()), ((), ()),
    ]
    vectors = [
        ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((0,), (0, 4)),
        ((2, 0), (0,)), ((0,), (0,)), ((3,), (4,)), ((3,), (4, 5)), ((2, 3), (2,)), ((0, 2, 3), (3,)), ((1,), (1,)),
    ]
    for shapes in matrices + vectors:
        call("matmul", shapes, ("f64", "i32"))
        call("matrix_multiply", shapes, ("f64", "f32"))
    for kernel in ("matmul", "matrix_multiply"):
        for axes in [
            [(0, 1), (0, 1), (0, 1)], [(1, 2), (1, 2), (1, 2)], [(-2, -1), (-2, -1), (-1, -2)], [(2, 1), (2, 1), (0, 2)],
            [(0, 2), (2, 1), (2, 0)], [(0, 1), (1, 0), (1, 2)], [(0, 0), (0, 1), (0, 1)], [(0, 1), (0, 1)],
            [(0,), (0, 1), (0, 1)], [(0, 1), (0, 1), (1, 1)], [(0, 1), (0, 3), (0, 1)],
        ]:
            call(kernel, ((3, 3, 2), (3, 3, 2)), axes=axes)
        call(kernel, ((2, 3), (4, 3)), axes=[(0, 1), (1, 0), (0, 1)])
        call(kernel, ((2, 3), (4, 3)), axes=[(0, 1), (1, 0), (1, 0)])
        call(kernel, ((2, 3), (3, 4)), axis=0)
        call(kernel, ((2, 3), (3, 4)), keepdims=True)
        for outs in ([(2, 4)], [(5, 2, 4)], [(2, 5)], [(1, 4)], [(4,)]):
            call(kernel, ((2, 3), (3, 4)), outs=outs)
    call("matmul", ((3,), (4, 3)), axes=[(0,), (1, 0), (0,)])
    call("matmul", ((5, 3), (3,)), axes=[(0, 1), (0,), (0,)])
    call("matmul", ((2, 3), (3,)), outs=[(2,)])
    call("matmul", ((2, 3), (3,)), outs=[(4, 2)])

    # Frozen
    for shapes in [
        ((3,), (3,)), ((4, 3), (3,)), ((2, 1, 3), (4, 3)), ((0, 3), (3,)), ((2,), (3,)), ((3,), (4,)), ((3,), (1,)),
        ((1,), (1,)), ((0,), (0,)), ((4,), (4,)), ((2, 3), (4, 3)), ((), (3,)), ((20, 3), (3,)),
    ]:
        call("cross1d", shapes, two)
    call("cross1d", ((3, 2), (3, 2)), axis=0)
    call("cross1d", ((3, 2), (3,)), axis=0)
    call("cross1d", ((3, 2), (2, 3)), axes=[(0,), (1,), (0,)])
    call("cross1d", ((3, 2), (2, 3)), axes=[(0,), (1,), (-1,)])
    call("cross1d", ((3, 2), (2, 3)), axes=[(0,), (1,)])
    call("cross1d", ((3,), (3,)), keepdims=True)

    # Outputs as long as the input
    for shape in [(5,), (1,), (0,), (2, 5), (2, 0), (0, 5), (3, 2, 4), ()]:
        call("cumsum", (shape,), two)
    for axis in (0, 1, -2, -3, 2):
        call("cumsum", ((3, 2),), axis=axis)
    call("cumsum", ((3, 2, 4),), axis=1)
    call("cumsum", ((3, 2),), keepdims=True)
    for axes in ([(0,), (0,)], [(0,), (1,)], [(1,), (0,)], [(0,)], [(0,), (2,)], [(0,), ()]):
        call("cumsum", ((3, 2),), axes=axes)
    for outs in ([(3, 2)], [(4, 3, 2)], [(3, 3)], [(3, 1)], [(2,)]):
        call("cumsum", ((3, 2),), outs=outs)

    # Computed sizes
    for shape in [(5, 3), (2, 5, 3), (1, 3), (0, 3), (2, 0), (0, 4, 2), (2, 2), (9, 1), (3,), (2, 1, 4, 2)]:
        call("euclidean_pdist", (shape,), ("f64", "f32"))
    call("euclidean_pdist", ((5, 3),), outs=[(10,)])
    call("euclidean_pdist", ((5, 3),), outs=[(2, 10)])
    for shapes in [
        ((1,), (1,)), ((1,), (4,)), ((4,), (1,)), ((3,), (5,)), ((5,), (3,)), ((2, 3), (4,)), ((2, 1, 3), (3, 4)),
        ((0,), (3,)), ((3,), (0,)), ((0,), (1,)), ((0,), (0,)), ((0, 3), (2,)), ((2, 3), (3, 3)), ((), (3,)), ((31,), (7,)),
    ]:
        call("conv1d_full", shapes)
    call("conv1d_full", ((3, 2), (4,)), axes=[(0,), (0,), (0,)])
    call("conv1d_full", ((3, 2), (4,)), axes=[(0,), (0,), (1,)])
    call("conv1d_full", ((3,), (4,)), axis=0)
    for outs in ([(6,)], [(2, 6)], [(5,)], [(7,)]):
        call("conv1d_full", ((3,), (4,)), outs=outs)

    # Several outputs
    floats = ("f64", "f32")
    for shape in [(1,), (5,), (2, 5), (0, 5), (3, 2, 4), (19, 3), ()]:
        call("min_max", (shape,), floats)
        call("sorted_sum", (shape,), floats)
    call("sorted_sum", ((0,),), floats)
    call("sorted_sum", ((2, 0),), floats)
    for kernel in ("min_max", "sorted_sum"):
        for axis in (0, 1, -3, 3):
            call(kernel, ((3, 2, 4),), axis=axis)
        call(kernel, ((3, 2, 4),), keepdims=True)
        call(kernel, ((3, 2, 4),), axis=1, keepdims=True)
    for axes in ([(0,), (), ()], [(0,)], [(0,), ()], [(0,), (0,), (0,)]):
        call("min_max", ((3, 2),), axes=axes)
    call("min_max", ((3, 2, 4),), axes=[(1,), (0,), (2,)], keepdims=True)
    for axes in ([(0,), (0,), ()], [(0,), (1,), ()], [(1,), (0,), ()], [(0,), (0,)], [(0,)], [(0,), (), ()]):
        call("sorted_sum", ((3, 2),), axes=axes)
    call("sorted_sum", ((3, 2),), outs=[(3, 2), (3,)])
    call("sorted_sum", ((3, 2),), outs=[(4, 3, 2), (4, 3)])
    call("sorted_sum", ((3, 2),), outs=[(3, 2), (4, 3)])
    call("sorted_sum", ((3, 2),), outs=[(3, 2), (2,)])
    return family


# ---------------------------------------------------------------------------------------------------------------------
# Methods


@numba.vectorize(["f4(f4,f4)", "f8(f8,f8)"])
def lean(a, b):
    return a - 2 * b


METHOD_KERNELS = {
    "add": (np.add, ["u8", "i32", "f32", "f64"]), "subtract": (np.subtract, ["i32", "f64"]),
    "maximum": (np.maximum, ["u8", "f64"]), "lean": (lean, ["f32", "f64"]),
}


def method_error(message):
    for part, name in (("no identity", "identity"), ("not have an identity", "identity"), ("out-of-bounds", "index"),
                       ("out of bounds for array", "axis"), ("out of bounds for axis", "index"),
                       ("broadcast", "broadcast"), ("more dimensions than allowed", "broadcast"),
                       ("on a scalar", "axes"), ("too many indices", "axes")):
        if part in message:
            return name
    raise ValueError(message)


def methods():
    family = Family("methods")
    rng = np.random.default_rng(14)
    masks = {}

    def mask(shape):
        name = f"mask_{text(shape)}"
        if name not in masks:
            masks[name] = rng.integers(0, 3, shape) > 0
            if len(shape) == 2 and masks[name].size:
                masks[name][:, -1] = False  # nothing of a lane
        return family.array(name, masks[name])

    inputs = {}

    def input(letter, dtype, shape):
        name = f"{letter}_{dtype}_{text(shape) or 'scalar'}"
        if name not in inputs:
            inputs[name] = whole(rng, dtype, shape)
        return family.array(name, inputs[name])

    def case(kernel, dtype, method, names, run, label="", **fields):
        words = [kernel, method, dtype, *(f"{text(family.arrays[n].shape)}" for n in names)]
        words += [f"{k}={v}" for k, v in fields.items() if v is not None] + [label] * bool(label)
        fields = {"kernel": kernel, "dtype": dtype, "method": method, "inputs": names, **fields}
        try:
            result = np.asarray(run())
        except (ValueError, IndexError, TypeError) as error:
            family.add(" ".join(words), **fields, error=method_error(str(error)), message=str(error))
            return
        assert result.dtype == DTYPES[fields.get("result") or dtype], (words, result.dtype)
        assert not np.any((result == 0) & np.signbit(result)), words
        family.add(" ".join(words), **fields, expected=family.array(f"e{len(family.cases)}", result))

    for kernel, f, dtype in [(kernel, f, dtype) for kernel, (f, types) in METHOD_KERNELS.items() for dtype in types]:
        T = DTYPES[dtype]

        def reduce(shape, axis=None, keepdims=None, initial=None, where=None):
            name = input("x", dtype, shape)
            more = {}
            if initial is not None:
                more["initial"] = T(initial)
            if where is not None:
                more["where"] = masks[where]
            case(kernel, dtype, "reduce", [name],
                 lambda: f.reduce(inputs[name], axis=axis or 0, dtype=T, keepdims=bool(keepdims), **more),
                 axis=axis, keepdims=keepdims, initial=initial, where=where)

        for shape in [(1,), (5,), (3, 4), (2, 3, 4), (40, 3), (0,), (0, 3), (3, 0), (1, 3)]:
            for axis in (None, *range(1, len(shape)), -1):
                reduce(shape, axis)
                reduce(shape, axis, True)
            reduce(shape, initial=7)
        reduce((3, 4), 2)
        reduce((3, 4), -3)
        reduce((3, 4), 1, True, 7)
        for shape in [(5,), (3, 4), (0, 3)]:
            for initial in (None, 7):
                if kernel != "lean":  # where= of Numba's ufuncs is broken
                    reduce(shape, None, None, initial, mask(shape))
                    reduce(shape, -1, True, initial, mask(shape))
        if kernel != "lean":
            reduce((3, 4), 0, None, 7, mask((4,)))
            reduce((3, 4), 1, None, 7, mask((3, 1)))

        for shape in [(1,), (5,), (3, 4), (2, 3, 4), (0,), (0, 3), (3, 0)]:
            name = input("x", dtype, shape)
            for axis in (None, *range(1, len(shape)), -1):
                case(kernel, dtype, "accumulate", [name],
                     lambda: f.accumulate(inputs[name], axis=axis or 0, dtype=T), axis=axis)
        case(kernel, dtype, "accumulate", [name], lambda: f.accumulate(inputs[name], axis=2, dtype=T), axis=2)

        for shape, axis, indices in [
            ((8,), None, [0, 4]), ((8,), None, [0, 4, 1, 5, 2, 6, 3, 7]), ((8,), None, [0]), ((8,), None, [7]),
            ((8,), None, [3, 3]), ((8,), None, [5, 2]), ((8,), None, [2, 5, 5, 1, 7]), ((8,), None, []),
            ((8,), None, [0, 8]), ((0,), None, []), ((0,), None, [0]), ((5, 4), None, [0, 3, 1]), ((5, 4), 1, [0, 3, 1, 3]),
            ((5, 4), -1, [2, 0]), ((5, 4), 1, [4]), ((2, 3, 4), 1, [1, 2, 0]), ((5, 4), 2, [0]),
        ]:
            name = input("x", dtype, shape)
            case(kernel, dtype, "reduceat", [name],
                 lambda: f.reduceat(inputs[name], np.array(indices, np.intp), axis=axis or 0, dtype=T),
                 axis=axis, indices=indices)

        for shapes in [((3,), (4,)), ((2, 3), (4,)), ((3,), (2, 2)), ((), (3,)), ((3,), ()), ((0,), (3,)), ((2, 0), (3,)),
                       ((1,), (1,)), ((2, 3), (3, 2)), ((3,), (37,))]:
            names = [input(letter, dtype, shape) for letter, shape in zip("xy", shapes)]
            case(kernel, dtype, "outer", names, lambda: f.outer(*(inputs[n] for n in names)))

        for n, indices in [(5, [0]), (5, [0, 2, 0, 0, 4]), (5, [4, 3, 2, 1, 0]), (5, [1] * 9), (5, []), (1, [0, 0]),
                           (5, [0, 5]), (0, []), (0, [0])]:
            names = [input("x", dtype, (n,)), input("y", dtype, (len(indices),))]

            def at():
                out = inputs[names[0]].copy()
                f.at(out, np.array(indices, np.intp), inputs[names[1]])
                return out

            case(kernel, dtype, "at", names, at, indices=indices)
        names = [input("x", dtype, (5,)), input("y", dtype, (3,))]
        indices = [0, 1]
        case(kernel, dtype, "at", names, lambda: f.at(inputs[names[0]].copy(), indices, inputs[names[1]]), indices=indices)

        for shapes, shape, out_shape in [
            (((5,), (5,)), (5,), (5,)), (((3, 4), (4,)), (3, 4), (3, 4)), (((3, 4), (4,)), (4,), (3, 4)),
            (((3, 4), ()), (3, 1), (3, 4)), (((3, 1), (4,)), (3, 4), (3, 4)), (((4,), (4,)), (3, 4), (3, 4)),
            (((0,), (0,)), (0,), (0,)), (((40,), (40,)), (40,), (40,)), (((3, 4), (4,)), (3,), (3, 4)),
        ]:
            if kernel == "lean":
                continue
            names = [input(letter, dtype, s) for letter, s in zip("xy", shapes)]
            where = mask(shape)
            before = input("before", dtype, out_shape)
            case(kernel, dtype, "where", names,
                 lambda: f(*(inputs[n] for n in names), where=masks[where], out=inputs[before].copy()),
                 where=where, before=before)
    # NaN spreads
    x = np.array([[1.0, np.nan, 3.0], [2.0, 5.0, np.nan], [0.5, np.inf, 4.0]])
    for dtype in ("f32", "f64"):
        name = family.array(f"nan_{dtype}", x.astype(DTYPES[dtype]))
        for axis in (0, 1):
            values = family.arrays[name]
            case("maximum", dtype, "reduce", [name], lambda: np.maximum.reduce(values, axis=axis), "nan", axis=axis)
            case("maximum", dtype, "accumulate", [name], lambda: np.maximum.accumulate(values, axis=axis), "nan", axis=axis)

    # Arrays without axes
    masks["no"], masks["one"] = np.array(False), np.array([True])
    for where in ("no", "one"):
        family.array(where, masks[where])
    for kernel, f, dtype in [("add", np.add, "i32"), ("subtract", np.subtract, "f64"), ("maximum", np.maximum, "u8")]:
        name, T = input("x", dtype, ()), DTYPES[dtype]
        for axis in (None, 0, -1, 1, -2):
            for keepdims in (None, True):
                case(kernel, dtype, "reduce", [name],
                     lambda: f.reduce(inputs[name], axis=axis or 0, keepdims=bool(keepdims), dtype=T), axis=axis,
                     keepdims=keepdims)
        for initial in (None, 7):
            more = {} if initial is None else {"initial": T(initial)}
            for where in ("no", "one"):
                case(kernel, dtype, "reduce", [name], lambda: f.reduce(inputs[name], where=masks[where], dtype=T, **more),
                     where=where, initial=initial)
        case(kernel, dtype, "accumulate", [name], lambda: f.accumulate(inputs[name]))
        case(kernel, dtype, "reduceat", [name], lambda: f.reduceat(inputs[name], [0]), indices=[0])

    # Folds in a wider type
    for dtype, result in [("u8", "i32"), ("f32", "f64"), ("i32", "f64")]:
        W = DTYPES[result]
        for shape in [(5,), (3, 4), (0, 3), (40, 3)]:
            name = input("x", dtype, shape)
            for axis in range(len(shape)):
                case("add", dtype, "reduce", [name], lambda: np.add.reduce(inputs[name], axis=axis, dtype=W), axis=axis,
                     result=result)
                case("add", dtype, "accumulate", [name], lambda: np.add.accumulate(inputs[name], axis=axis, dtype=W),
                     axis=axis, result=result)
                for indices in ([0, 2, 1], [2, 2], []):
                    case("add", dtype, "reduceat", [name],
                         lambda: np.add.reduceat(inputs[name], np.array(indices, np.intp), axis=axis, dtype=W), axis=axis,
                         indices=indices, result=result)
            where = mask(shape)
            for initial in (None, 7):
                more = {} if initial is None else {"initial": W(initial)}
                case("add", dtype, "reduce", [name],
                     lambda: np.add.reduce(inputs[name], axis=0, dtype=W, where=masks[where], **more), where=where,
                     initial=initial, result=result)

    # `at` of one input, and with indices along several axes
    for dtype in ("i32", "f64"):
        for shape, indices in [((5,), [0, 2, 0]), ((5,), []), ((5,), [5]), ((2, 3), [1, 1]), ((0, 3), [])]:
            name = input("x", dtype, shape)

            def at():
                out = inputs[name].copy()
                np.square.at(out, np.array(indices, np.intp))
                return out

            case("square", dtype, "at", [name], at, indices=indices)
        for kernel, f in [("subtract", np.subtract), ("square", np.square)]:
            for shape, places, other in [
                ((3, 4), [[0, 1, 0, 2], [1, 3, 1, 0]], (4,)), ((3, 4), [[0, 1, 0, 2], [1, 3, 1, 0]], ()),
                ((2, 3, 4), [[0, 1, 0], [2, 0, 2]], (3, 4)), ((2, 3, 4), [[0, 1, 0], [2, 0, 2]], (4,)),
                ((2, 3, 4), [[0, 1, 0], [2, 0, 2]], ()), ((2, 3, 4), [[0, 1, 1], [2, 0, 0], [3, 3, 3]], (3,)),
                ((3, 4), [[0, 3], [1, 1]], ()), ((3, 4), [[0, 1], [1, 4]], ()), ((3, 4), [[], []], ()),
                ((5,), [[0], [0]], ()), ((3, 4), [[0, 1], [1, 3]], (3,)),
            ]:
                names = [input("x", dtype, shape)] + ([input("y", dtype, other)] if kernel == "subtract" else [])

                def at():
                    out = inputs[names[0]].copy()
                    f.at(out, tuple(np.array(axis, np.intp) for axis in places), *(inputs[n] for n in names[1:]))
                    return out

                if kernel == "subtract" or other == ():
                    case(kernel, dtype, "at", names, at, places=places)

    # The order of axes in memory
    rng = np.random.default_rng(15)

    def order(method, shapes, run, **fields):
        orders = [[int(axis) for axis in rng.permutation(len(shape))] for shape in shapes]
        arrays = [np.zeros([shape[axis] for axis in order]).transpose(np.argsort(order))
                  for shape, order in zip(shapes, orders)]
        strides = [stride // 8 for stride in run(*arrays).strides]
        family.add(f"add order {method} {len(family.cases)}", kernel="add", dtype="f64", method="order", of=method,
                   shapes=shapes, orders=orders, strides=strides, **fields)

    for _ in range(40):
        shape = [int(n) for n in rng.integers(1, 5, rng.integers(2, 5))]
        other = [n if rng.random() < 0.7 else 1 for n in shape][int(rng.integers(0, 2)):]
        axis = int(rng.integers(0, len(shape)))
        order("apply", [shape, ()], lambda x, y: x + y)
        order("apply", [shape, other], np.add)
        order("outer", [shape[:2], other[:2]], np.add.outer)
        order("reduce", [shape], lambda x: np.add.reduce(x, axis=axis), axis=axis)
        order("accumulate", [shape], lambda x: np.add.accumulate(x, axis=axis), axis=axis)
    return family


if __name__ == "__main__":
    warnings.simplefilter("error")
    for family in (signatures, calls, methods):
        family().write()
