"""Halide, compiled just in time, with the best of the schedules that were tried by hand.

Each function returns a callable that takes the input buffers and the output buffer. `border=True` extends the input
with Halide's own `repeat_edge`; `border=False` computes the interior alone, which is how Halide is usually timed: its
vector code for the first and last columns gathers, and costs more than the border is worth.
"""

from __future__ import annotations

import halide as hl

from constants import GAUSS, SECOND, WEIGHTS

TARGET = hl.get_jit_target_from_environment()
x, y, z = hl.Var("x"), hl.Var("y"), hl.Var("z")
strip, row, inner = hl.Var("strip"), hl.Var("row"), hl.Var("inner")


def image(element, border: bool):
    param = hl.ImageParam(element, 2)
    return param, hl.BoundaryConditions.repeat_edge(param) if border else param


def sweep(param, out: hl.Func, lanes: int, rows: int, threads: int):
    """Strips of 32 rows in parallel; `rows` rows at once share their loads."""
    out.split(y, strip, row, 32).never_partition([strip])
    if rows > 1:
        out.split(row, row, inner, rows).reorder(inner, x, row, strip).unroll(inner)
    # Only the columns need loops of their own at the border: rows are clamped once a row.
    out.vectorize(x, lanes).never_partition([row])
    if threads > 1:
        out.parallel(strip)
    return out.compile_to_callable([param], TARGET)


def mean(threads: int, border: bool):
    param, p = image(hl.UInt(8), border)
    columns, out = hl.Func("columns"), hl.Func("mean")
    columns[x, y] = sum(hl.u16(p[x, y + i]) for i in (-1, 0, 1))
    out[x, y] = hl.u8((columns[x - 1, y] + columns[x, y] + columns[x + 1, y]) / 9)
    return sweep(param, out, 32, 2 if border else 1, threads)


def weigh(threads: int, border: bool):
    param, p = image(hl.Float(32), border)
    out = hl.Func("weigh")
    out[x, y] = sum(float(WEIGHTS[i + 1, j + 1]) * p[x + j, y + i] for i in (-1, 0, 1) for j in (-1, 0, 1))
    return sweep(param, out, 16, 2, threads)


def jacobi(threads: int, border: bool):
    param, u = image(hl.Float(32), border)
    out = hl.Func("jacobi")
    out[x, y] = 0.25 * (u[x, y - 1] + u[x, y + 1] + u[x - 1, y] + u[x + 1, y])
    return sweep(param, out, 16, 1, threads)


def sobel(threads: int, border: bool):
    param, p = image(hl.Float(32), border)
    gx = p[x + 1, y - 1] - p[x - 1, y - 1] + 2.0 * (p[x + 1, y] - p[x - 1, y]) + p[x + 1, y + 1] - p[x - 1, y + 1]
    gy = p[x - 1, y + 1] - p[x - 1, y - 1] + 2.0 * (p[x, y + 1] - p[x, y - 1]) + p[x + 1, y + 1] - p[x + 1, y - 1]
    out = hl.Func("sobel")
    out[x, y] = hl.sqrt(gx * gx + gy * gy)
    return sweep(param, out, 16, 2, threads)


def median(threads: int, border: bool):
    param, p = image(hl.UInt(8), border)

    def middle(a, b, c):
        return hl.max(hl.min(a, b), hl.min(hl.max(a, b), c))

    low, mid, high, out = hl.Func("low"), hl.Func("mid"), hl.Func("high"), hl.Func("median")
    a, b, c = p[x, y - 1], p[x, y], p[x, y + 1]
    low[x, y] = hl.min(hl.min(a, b), c)
    mid[x, y] = middle(a, b, c)
    high[x, y] = hl.max(hl.max(a, b), c)
    out[x, y] = middle(
        hl.max(hl.max(low[x - 1, y], low[x, y]), low[x + 1, y]),
        middle(mid[x - 1, y], mid[x, y], mid[x + 1, y]),
        hl.min(hl.min(high[x - 1, y], high[x, y]), high[x + 1, y]),
    )
    # Everything inline: sorting the columns once a row and reading them back took twice as long.
    return sweep(param, out, 32, 1, threads)


def wave(threads: int, speed: float):
    u, previous = hl.ImageParam(hl.Float(32), 3), hl.ImageParam(hl.Float(32), 3)
    laplacian = 3.0 * float(SECOND[0]) * u[x, y, z]
    for k in range(1, 5):
        around = (
            u[x - k, y, z] + u[x + k, y, z] + u[x, y - k, z] + u[x, y + k, z] + u[x, y, z - k] + u[x, y, z + k]
        )
        laplacian += float(SECOND[k]) * around
    out = hl.Func("wave")
    out[x, y, z] = 2.0 * u[x, y, z] - previous[x, y, z] + speed * laplacian
    # Blocks of rows keep the nine planes that one step reads in the cache.
    planes = hl.Var("planes")
    out.split(y, strip, row, 32).split(z, planes, inner, 62).reorder(x, row, inner, strip, planes).vectorize(x, 16)
    if threads > 1:
        out.fuse(strip, planes, planes).parallel(planes)
    return out.compile_to_callable([u, previous], TARGET)


def gauss(threads: int, border: bool):
    param, p = image(hl.Float(32), border)
    taps = hl.Buffer(GAUSS)
    k = hl.RDom([(0, 31)])
    down, columns, along, out = hl.Func("down"), hl.Func("columns"), hl.Func("along"), hl.Func("gauss")
    down[x, y] = 0.0
    down[x, y] += taps[k.x] * p[x, y + k.x - 15]
    columns[x, y] = down[x, y]
    along[x, y] = 0.0
    along[x, y] += taps[k.x] * columns[x + k.x - 15, y]
    out[x, y] = along[x, y]

    out.split(y, strip, row, 64).split(x, x, inner, 128).vectorize(inner, 16).unroll(inner)
    out.never_partition([strip, row])
    if threads > 1:
        out.parallel(strip)
    columns.compute_at(out, row).split(x, x, inner, 128).vectorize(inner, 16).unroll(inner)
    # Eight vectors of sums stay in registers over the 31 taps.
    for sums, where in ((down, columns), (along, out)):
        sums.compute_at(where, x).vectorize(x, 16).unroll(x)
        sums.update().reorder(x, k.x).vectorize(x, 16).unroll(x)
    return out.compile_to_callable([param], TARGET)


def stack(threads: int, border: bool):
    param = hl.ImageParam(hl.UInt(8), 3)
    p = param
    if border:
        # No bounds for the stack's axis: it is never left.
        sides = [(param.dim(0).min(), param.dim(0).extent()), (param.dim(1).min(), param.dim(1).extent())]
        p = hl.BoundaryConditions.repeat_edge(param, [*sides, (hl.Expr(), hl.Expr())])
    columns, out = hl.Func("columns"), hl.Func("stack")
    columns[x, y, z] = sum(hl.u16(p[x, y + i, z]) for i in (-1, 0, 1))
    out[x, y, z] = hl.u8((columns[x - 1, y, z] + columns[x, y, z] + columns[x + 1, y, z]) / 9)
    out.vectorize(x, 32).never_partition([y, z])
    if threads > 1:
        out.parallel(z)
    return out.compile_to_callable([param], TARGET)
