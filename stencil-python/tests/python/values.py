"""The results of kernels are those of Rust, bit for bit, however the arrays lie in memory."""
import pathlib
import sys

import numpy as np

import filters

FOLDER = pathlib.Path(sys.argv[1])
BOUNDARIES = ["smooth", "smooth_reflect", "smooth_mirror", "smooth_wrap", "smooth_constant", "smooth_fill", "smooth_keep"]


def same(found, expected):
    """The same bits, type and shape."""
    assert type(found) is np.ndarray and found.dtype == expected.dtype and found.shape == expected.shape, (found, expected)
    assert np.ascontiguousarray(found).tobytes() == np.ascontiguousarray(expected).tobytes(), (found, expected)


def unaligned(x):
    """A copy that begins at an odd address."""
    memory = np.empty(x.nbytes + 1, np.uint8)
    copy = memory[1:].view(x.dtype).reshape(x.shape)
    copy[...] = x
    return copy


def field(x):
    """A copy in a field of records, behind a byte."""
    records = np.zeros(x.shape, [("byte", "u1"), ("value", x.dtype)])
    records["value"] = x
    return records["value"]


def spread(x):
    """A copy with others between its cells."""
    memory = np.full(tuple(2 * n for n in x.shape), 77, x.dtype)
    memory[..., ::2, ::2] = x
    return memory[..., ::2, ::2]


FORMS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "reversed": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "spread": spread,
    "unaligned": unaligned,
    "a field": field,
    "of the other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "readonly": lambda x: np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape) if x.size else x,
}

tried = 0
for path in sorted(FOLDER.glob("x-*.npy")):
    x = np.load(path)
    for name in BOUNDARIES:
        kernel, y = getattr(filters, name), np.load(path.with_name(path.name.replace("x-", f"{name}-", 1)))
        for form, lay in FORMS.items():
            z = lay(x)
            assert (z == x).all(), form
            same(kernel(z), y)
            # Outputs of any form, too.
            out = lay(np.zeros_like(x))
            if out.flags.writeable:
                assert kernel(z, out=out) is out
                assert (out == y).all(), (form, name)
            tried += 1
        # The output is the input, whole or in part.
        z = x.copy()
        same(kernel(z, out=z), y)
        if x.shape[0] > 2:
            z = np.concatenate([x, x[:1]])
            kernel(z[:-1], out=z[1:])
            same(z[1:], y)
        # Stacks: loop dimensions in front, and axes that are elsewhere.
        stack = np.stack([x, x[::-1], x[:, ::-1], x])[:, None].repeat(2, 1)
        whole = kernel(stack)
        for index in np.ndindex(4, 2):
            same(whole[index], kernel(stack[index]))
        moved = np.moveaxis(stack, (2, 3), (0, 2))
        same(kernel(moved, axes=[(0, 2), (-1, -2)]), np.swapaxes(whole, -1, -2))
        same(kernel(np.broadcast_to(x, (3, *x.shape))), np.broadcast_to(y, (3, *y.shape)))
        tried += 5
    # One row for all: steps of zero along a core dimension.
    if x.size:
        row = np.broadcast_to(x[:1], x.shape)
        same(filters.smooth(row), filters.smooth(row.copy()))

dates, medians = np.load(FOLDER / "dates.npy"), np.load(FOLDER / "medians.npy")
same(filters.nanmedian(dates, axis=0), medians)
same(filters.nanmedian(np.ascontiguousarray(dates.T)), medians)
same(filters.nanmedian(dates.reshape(84, 3, 701), axis=0), medians.reshape(3, 701))
same(filters.nanmedian(dates.reshape(84, 3, 701).swapaxes(1, 2)[:, ::3], axis=0), medians.reshape(3, 701).T[::3])
same(filters.nanmedian(dates, axis=0, keepdims=True), medians[None])
print(f"{tried} calls gave the bits of Rust")
