//! How an array lies on a GPU: dense, row by row, each row padded to whole words.

use std::ops::Range;

use crate::Error;
use stencil_abi::ElementType;

/// A box of cells: a range along each axis.
pub(crate) type Cells = Vec<Range<usize>>;

/// The shape and the element type of an array on a GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub(crate) shape: Vec<usize>,
    pub(crate) scalar: ElementType,
}

impl Form {
    pub(crate) fn new(shape: &[usize], scalar: ElementType) -> Form {
        Form { shape: shape.to_vec(), scalar }
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Cells {
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

    /// The byte at which a box starts, whose last axis starts at a whole word.
    #[cfg(test)]
    pub(crate) fn offset(&self, cells: &[Range<usize>]) -> u64 {
        let (Some(last), word) = (cells.len().checked_sub(1), self.scalar.word_bytes()) else { return 0 };
        let leading: usize = (0..last).map(|axis| cells[axis].start * self.stride(axis)).sum();
        ((leading + cells[last].start / self.scalar.packed() as usize) * word) as u64
    }

    /// Refuses what is larger than a limit.
    pub(crate) fn check(&self, limit: u64) -> Result<(), Error> {
        let bytes = self.bytes();
        if bytes <= limit {
            return Ok(());
        }
        Err(Error::GpuArraySize { shape: self.shape.clone(), bytes, limit })
    }

    /// Visits a box in parts that are contiguous in memory and have at most `limit` bytes, with the bytes of each.
    /// Parts along the last axis start at whole words.
    pub(crate) fn parts(
        &self,
        cells: &Cells,
        limit: u64,
        visit: &mut impl FnMut(&Cells, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let part = Form { shape: cells.iter().map(|range| range.len()).collect(), scalar: self.scalar };
        let bytes = part.bytes();
        if bytes == 0 {
            return Ok(());
        }
        // Contiguous are one index along the first axes, a range along one, and all of the others.
        let split = cells.iter().position(|range| range.len() > 1).unwrap_or(cells.len());
        let cut = (split + 1..cells.len()).any(|axis| cells[axis] != (0..self.shape[axis]));
        if bytes <= limit.max(8) && !cut {
            return visit(cells, bytes);
        }
        let range = cells[split].clone();
        let unit = if split + 1 == cells.len() { self.scalar.packed() as usize } else { 1 };
        let count = if cut { 1 } else { (limit * range.len() as u64 / bytes) as usize };
        let step = (count / unit * unit).max(unit);
        let mut rest = cells.clone();
        for start in range.clone().step_by(step) {
            rest[split] = start..range.end.min(start + step);
            self.parts(&rest, limit, visit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_take_whole_words() {
        let form = Form::new(&[3, 4, 5], ElementType::U8);
        assert_eq!((form.row_words(), form.stride(0), form.stride(1), form.bytes()), (2, 8, 2, 96));
        assert_eq!((form.cell_stride(0), form.cell_stride(1), form.cell_stride(2)), (32, 8, 1));
        assert_eq!(Form::new(&[], ElementType::F64).bytes(), 8);
        assert_eq!(Form::new(&[2, 0, 3], ElementType::F32).bytes(), 0);
        assert_eq!(Form::new(&[usize::MAX, 3], ElementType::F32).bytes(), u64::MAX);
    }

    #[test]
    fn parts_are_contiguous_and_cover_the_box() {
        for scalar in [ElementType::U8, ElementType::U16, ElementType::F32, ElementType::F64] {
            let form = Form::new(&[3, 5, 13], scalar);
            for (cells, contiguous) in
                [(form.whole(), true), (vec![1..3, 0..5, 0..13], true), (vec![0..3, 1..4, 4..9], false)]
            {
                for limit in [8, 16, 40, 100, 1000, 10000] {
                    let mut seen = 0;
                    let mut end = form.offset(&cells);
                    form.parts(&cells, limit, &mut |part, bytes| {
                        seen += part.iter().map(|range| range.len()).product::<usize>();
                        assert!(bytes <= limit && part[2].start % scalar.packed() as usize == 0);
                        assert!(!contiguous || form.offset(part) == end);
                        end += bytes;
                        Ok(())
                    })
                    .unwrap();
                    assert_eq!(seen, cells.iter().map(|range| range.len()).product::<usize>());
                }
            }
        }
    }
}
