//! The pieces of a box that lie in a row.

use std::ops::Range;

/// Calls `f` with the first cell and the number of cells of each piece of a box that lies in a row, in row-major order.
pub(super) fn each_run<E>(
    shape: &[usize],
    region: &[Range<usize>],
    mut f: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    if region.iter().any(Range::is_empty) {
        return Ok(());
    }
    // Axes that the box has whole make one row with the axis before them.
    let mut outer = shape.len();
    let mut row = 1;
    while outer > 0 {
        outer -= 1;
        row *= region[outer].len();
        if region[outer].len() < shape[outer] {
            break;
        }
    }
    let mut index: Vec<usize> = region.iter().map(|range| range.start).collect();
    loop {
        f(index.iter().zip(shape).fold(0, |cell, (&index, &n)| cell * n + index), row)?;
        let Some(axis) = (0..outer).rev().find(|&axis| index[axis] + 1 < region[axis].end) else {
            return Ok(());
        };
        index[axis] += 1;
        for axis in axis + 1..outer {
            index[axis] = region[axis].start;
        }
    }
}
