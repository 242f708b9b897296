//! Cells that do not lie in a row, as a part of others does not.

use stencil_runtime::chunks::CellsMut;

/// Copies bytes in row-major order to cells of numbers other than `bool`; takes off what it copied.
pub(crate) fn copy_rows(cells: &mut CellsMut<'_>, bytes: &mut &[u8]) {
    if let Some(target) = cells.bytes_mut() {
        let (from, rest) = bytes.split_at(target.len());
        target.copy_from_slice(from);
        *bytes = rest;
        return;
    }
    let mut ranges: Vec<_> = cells.shape().iter().map(|&n| 0..n).collect();
    let axis = ranges.iter().position(|range| range.len() > 1).expect("a single cell lies in a row");
    for index in ranges[axis].clone() {
        ranges[axis] = index..index + 1;
        copy_rows(&mut cells.slice_mut(&ranges), bytes);
    }
}
