//! Rows of cells as they are compressed: differences of neighbours, or bytes of the same place side by side.

use super::directory::Order;

/// The change of a row that makes it easier to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    /// Differences of cells and their left neighbours.
    Horizontal,
    /// Bytes of floats, the first ones of all cells, the second ones, and so on; then differences of bytes.
    Float,
}

/// The cells of a row: bytes of an element, elements of a pixel, and the order of bytes in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) size: usize,
    pub(super) samples: usize,
    pub(super) order: Order,
}

impl Predictor {
    /// The value of the tag.
    pub(super) fn number(self) -> u16 {
        match self {
            Predictor::None => 1,
            Predictor::Horizontal => 2,
            Predictor::Float => 3,
        }
    }

    /// Makes cells of the machine's byte order from a row as it was compressed, which is changed.
    pub(super) fn undo(self, row: Row, stored: &mut [u8], cells: &mut [u8]) {
        match self {
            Predictor::None => {
                cells.copy_from_slice(stored);
                swap(cells, row.size, row.order);
            }
            Predictor::Horizontal => {
                cells.copy_from_slice(stored);
                swap(cells, row.size, row.order);
                match row.size {
                    1 => add::<1>(cells, row.samples, |a, b| [a[0].wrapping_add(b[0])]),
                    2 => add::<2>(cells, row.samples, |a, b| {
                        u16::from_ne_bytes(a).wrapping_add(u16::from_ne_bytes(b)).to_ne_bytes()
                    }),
                    4 => add::<4>(cells, row.samples, |a, b| {
                        u32::from_ne_bytes(a).wrapping_add(u32::from_ne_bytes(b)).to_ne_bytes()
                    }),
                    _ => add::<8>(cells, row.samples, |a, b| {
                        u64::from_ne_bytes(a).wrapping_add(u64::from_ne_bytes(b)).to_ne_bytes()
                    }),
                }
            }
            Predictor::Float => {
                add::<1>(stored, row.samples, |a, b| [a[0].wrapping_add(b[0])]);
                match row.size {
                    4 => join::<4>(stored, cells),
                    _ => join::<8>(stored, cells),
                }
            }
        }
    }

    /// Makes a row as it is compressed, in the byte order of the file, from cells of the machine's.
    pub(super) fn apply(self, row: Row, cells: &[u8], scratch: &mut Vec<u8>, stored: &mut [u8]) {
        match self {
            Predictor::None => {
                stored.copy_from_slice(cells);
                swap(stored, row.size, row.order);
            }
            Predictor::Horizontal => {
                match row.size {
                    1 => subtract::<1>(cells, row.samples, stored, |a, b| [a[0].wrapping_sub(b[0])]),
                    2 => subtract::<2>(cells, row.samples, stored, |a, b| {
                        u16::from_ne_bytes(a).wrapping_sub(u16::from_ne_bytes(b)).to_ne_bytes()
                    }),
                    4 => subtract::<4>(cells, row.samples, stored, |a, b| {
                        u32::from_ne_bytes(a).wrapping_sub(u32::from_ne_bytes(b)).to_ne_bytes()
                    }),
                    _ => subtract::<8>(cells, row.samples, stored, |a, b| {
                        u64::from_ne_bytes(a).wrapping_sub(u64::from_ne_bytes(b)).to_ne_bytes()
                    }),
                }
                swap(stored, row.size, row.order);
            }
            Predictor::Float => {
                scratch.resize(cells.len(), 0);
                match row.size {
                    4 => part::<4>(cells, scratch),
                    _ => part::<8>(cells, scratch),
                }
                subtract::<1>(scratch, row.samples, stored, |a, b| [a[0].wrapping_sub(b[0])]);
            }
        }
    }
}

/// Turns the bytes of each element round, if the order is not the machine's.
fn swap(cells: &mut [u8], size: usize, order: Order) {
    if order != Order::NATIVE && size > 1 {
        cells.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
}

/// Adds to each element the one a pixel before.
fn add<const N: usize>(cells: &mut [u8], samples: usize, sum: impl Fn([u8; N], [u8; N]) -> [u8; N]) {
    let (cells, _) = cells.as_chunks_mut::<N>();
    if samples == 1 {
        let mut last = [0; N];
        for cell in cells {
            last = sum(last, *cell);
            *cell = last;
        }
        return;
    }
    for at in samples..cells.len() {
        cells[at] = sum(cells[at - samples], cells[at]);
    }
}

/// The differences of each element and the one a pixel before.
fn subtract<const N: usize>(
    cells: &[u8],
    samples: usize,
    stored: &mut [u8],
    difference: impl Fn([u8; N], [u8; N]) -> [u8; N],
) {
    let (cells, _) = cells.as_chunks::<N>();
    let (stored, _) = stored.as_chunks_mut::<N>();
    let first = samples.min(cells.len());
    stored[..first].copy_from_slice(&cells[..first]);
    for ((stored, cell), last) in stored[first..].iter_mut().zip(&cells[first..]).zip(cells) {
        *stored = difference(*cell, *last);
    }
}

/// Puts the bytes of elements together, of which the first ones, those with the exponent, stand in front.
fn join<const N: usize>(stored: &[u8], cells: &mut [u8]) {
    let (cells, _) = cells.as_chunks_mut::<N>();
    let count = cells.len();
    let planes: [&[u8]; N] = std::array::from_fn(|byte| &stored[byte * count..(byte + 1) * count]);
    for (at, cell) in cells.iter_mut().enumerate() {
        let big: [u8; N] = std::array::from_fn(|byte| planes[byte][at]);
        *cell = big;
        if Order::NATIVE == Order::Little {
            cell.reverse();
        }
    }
}

/// Takes the bytes of elements apart.
fn part<const N: usize>(cells: &[u8], stored: &mut [u8]) {
    let (cells, _) = cells.as_chunks::<N>();
    for (byte, plane) in stored.chunks_exact_mut(cells.len().max(1)).enumerate() {
        let byte = if Order::NATIVE == Order::Little { N - 1 - byte } else { byte };
        for (to, cell) in plane.iter_mut().zip(cells) {
            *to = cell[byte];
        }
    }
}
