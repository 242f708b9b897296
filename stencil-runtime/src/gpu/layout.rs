//! The layout of an array on a GPU: dense, row by row, each row padded to whole words.

use std::ops::Range;

use crate::geometry::{Ranges, split};
use crate::{Error, GpuError};
use stencil_abi::ElementType;

/// The shape and the element type of an array on a GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLayout {
    pub(crate) shape: Vec<usize>,
    pub(crate) scalar: ElementType,
}

impl DeviceLayout {
    pub(crate) fn new(shape: &[usize], scalar: ElementType) -> DeviceLayout {
        DeviceLayout { shape: shape.to_vec(), scalar }
    }

    /// That of a box of cells.
    pub(crate) fn of_box(cells: &[Range<usize>], scalar: ElementType) -> DeviceLayout {
        DeviceLayout { shape: cells.iter().map(Range::len).collect(), scalar }
    }

    /// That of an array with these of its axes in order.
    pub(crate) fn reordered(&self, axes: &[usize]) -> DeviceLayout {
        DeviceLayout { shape: axes.iter().map(|&axis| self.shape[axis]).collect(), scalar: self.scalar }
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Ranges {
        self.shape.iter().map(|&n| 0..n).collect()
    }

    /// Words that a row takes, the cells along the last axis.
    pub(crate) fn row_words(&self) -> usize {
        self.shape.last().copied().unwrap_or(1).div_ceil(self.scalar.packed() as usize)
    }

    pub(crate) fn rows(&self) -> usize {
        self.shape.iter().rev().skip(1).product()
    }

    /// Bytes that it takes, or the most that can be said.
    pub(crate) fn bytes(&self) -> u64 {
        let row = (self.row_words() * self.scalar.word_bytes()) as u64;
        self.shape.iter().rev().skip(1).fold(row, |bytes, &n| bytes.saturating_mul(n as u64))
    }

    /// Words from one index to the next along an axis that is not the last.
    pub(crate) fn stride(&self, axis: usize) -> usize {
        let between = &self.shape[axis + 1..self.shape.len() - 1];
        self.row_words() * between.iter().product::<usize>()
    }

    /// Cells from one index to the next, padding counted.
    pub(crate) fn cell_stride(&self, axis: usize) -> usize {
        if axis + 1 == self.shape.len() { 1 } else { self.stride(axis) * self.scalar.packed() as usize }
    }

    /// The word of a cell.
    pub(crate) fn word(&self, index: &[usize]) -> usize {
        let Some((column, leading)) = index.split_last() else { return 0 };
        let leading: usize = leading.iter().enumerate().map(|(axis, at)| at * self.stride(axis)).sum();
        leading + column / self.scalar.packed() as usize
    }

    /// Refuses what is larger than a limit.
    pub(crate) fn check(&self, limit: u64) -> Result<(), Error> {
        let bytes = self.bytes();
        if bytes <= limit {
            return Ok(());
        }
        Err(Error::Gpu(GpuError::ArraySize { shape: self.shape.clone(), bytes, limit }))
    }

    /// The bytes between the rows of a box that lies densely: whole words.
    pub(crate) fn pitch(&self) -> usize {
        self.row_words() * self.scalar.word_bytes()
    }

    /// Parts that are contiguous in memory and have at most `limit` bytes, in the order in which they lie, with the bytes
    /// of each. Parts along the last axis start at whole words.
    pub(crate) fn pieces(&self, limit: u64) -> Vec<(Ranges, u64)> {
        let mut units = vec![1; self.shape.len()];
        units.iter_mut().next_back().into_iter().for_each(|unit| *unit = self.scalar.packed() as usize);
        let bytes = |part: &[Range<usize>]| DeviceLayout::of_box(part, self.scalar).bytes();
        // One index along the first axes, a range along one, and all of the others.
        let is_contiguous = |part: &[Range<usize>]| {
            let axes = part.iter().zip(&self.shape).skip_while(|(range, _)| range.len() == 1).skip(1);
            axes.into_iter().all(|(range, n)| range.len() == *n)
        };
        let load = |part: &[Range<usize>]| {
            if is_contiguous(part) { bytes(part) as f64 / limit.max(8) as f64 } else { f64::INFINITY }
        };
        let parts = split(&self.whole(), &units, &load);
        let parts = parts.expect("a word is within the limit").into_iter();
        parts.map(|part| (part.clone(), bytes(&part))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_take_whole_words() {
        let form = DeviceLayout::new(&[3, 4, 5], ElementType::U8);
        assert_eq!((form.row_words(), form.stride(0), form.stride(1), form.bytes()), (2, 8, 2, 96));
        assert_eq!((form.cell_stride(0), form.cell_stride(1), form.cell_stride(2)), (32, 8, 1));
        assert_eq!(DeviceLayout::new(&[], ElementType::F64).bytes(), 8);
        assert_eq!(DeviceLayout::new(&[2, 0, 3], ElementType::F32).bytes(), 0);
        assert_eq!(DeviceLayout::new(&[usize::MAX, 3], ElementType::F32).bytes(), u64::MAX);
    }

    #[test]
    fn pieces_are_contiguous_and_follow_each_other() {
        for scalar in [ElementType::U8, ElementType::U16, ElementType::F32, ElementType::F64] {
            for shape in [[3, 5, 13], [7, 1, 4], [1, 3, 30]] {
                let form = DeviceLayout::new(&shape, scalar);
                for limit in [8, 16, 40, 100, 1000, 10000] {
                    let (mut seen, mut end) = (0, 0);
                    for (part, bytes) in form.pieces(limit) {
                        seen += part.iter().map(|range| range.len()).product::<usize>();
                        assert!(bytes <= limit && part[2].start % scalar.packed() as usize == 0);
                        let first: Vec<usize> = part.iter().map(|range| range.start).collect();
                        assert_eq!((form.word(&first) * scalar.word_bytes()) as u64, end);
                        end += bytes;
                    }
                    assert_eq!((seen, end), (shape.iter().product(), form.bytes()));
                }
            }
        }
        assert_eq!(DeviceLayout::new(&[], ElementType::F32).pieces(8), [(vec![], 4)]);
        assert_eq!(DeviceLayout::new(&[3, 0], ElementType::F32).pieces(8), []);
    }
}
