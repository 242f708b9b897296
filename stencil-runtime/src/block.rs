//! Blocks: cells with a place in the domain.
//!
//! An array is a block, and so is a copy of just the cells that a part of it needs. Both are addressed by indices of the
//! *domain*, the whole array that a kernel is applied to.
//!
//! Along each axis a block holds a [`Span`] of indices: a range, and where a boundary rule leads to the far end of the
//! axis (`Wrap`), a second range. The cells of the second lie behind those of the first.

use std::any::TypeId;
use std::ops::Range;

use ndarray::{ArrayRef, Dimension};

use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The greatest alignment of an element: a cache line, to which scratch memory is aligned.
pub(crate) const LINE: usize = 64;

/// Fails to compile for elements of a greater alignment.
#[track_caller]
pub(crate) const fn assert_aligned<T>() {
    assert!(align_of::<T>() <= LINE, "an element is aligned to a cache line at most: 64 bytes");
}

/// An element type as far as copying and comparing needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementLayout {
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) id: TypeId,
}

impl ElementLayout {
    /// The layout of an operand that is not there.
    pub(crate) const NOTHING: Self = Self { size: 0, align: 1, id: TypeId::of::<()>() };

    pub(crate) const fn of<T: 'static>() -> Self {
        Self::stored_in::<T>(TypeId::of::<T>())
    }

    /// The layout of `T`, which stands for elements of type `id`: those of an array that is not written yet.
    pub(crate) const fn stored_in<T>(id: TypeId) -> Self {
        const { assert_aligned::<T>() };
        Self { size: size_of::<T>(), align: align_of::<T>(), id }
    }
}

/// The indices of one axis that a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The indices in order, without a gap.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Further indices, whose cells lie behind the others.
    pub(crate) extra: (usize, usize),
}

impl Span {
    pub(crate) fn new(range: Range<usize>) -> Span {
        Span { start: range.start, end: range.end, extra: (0, 0) }
    }

    pub(crate) fn with_extra(self, extra: Range<usize>) -> Span {
        Span { extra: (extra.start, extra.end), ..self }
    }

    /// The ranges that have indices.
    pub(crate) fn ranges(&self) -> arrayvec::ArrayVec<Range<usize>, 2> {
        [self.start..self.end, self.extra.0..self.extra.1].into_iter().filter(|range| !range.is_empty()).collect()
    }

    /// The span of all these indices. Two ranges are kept apart; between more, those with the smaller gaps are taken together.
    pub(crate) fn merged(ranges: impl IntoIterator<Item = Range<usize>>) -> Span {
        let mut ranges: Vec<Range<usize>> = ranges.into_iter().collect();
        // The first is that of the points themselves: it comes first in the span, too.
        let first = ranges.first().map_or(0, |range| range.start);
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|next, last| {
            let touches = next.start <= last.end;
            if touches {
                last.end = last.end.max(next.end);
            }
            touches
        });
        while ranges.len() > 2 {
            let gap = |at: &usize| ranges[at + 1].start - ranges[*at].end;
            let at = (0..ranges.len() - 1).min_by_key(gap).expect("two ranges have a gap");
            ranges[at].end = ranges.remove(at + 1).end;
        }
        match ranges.as_slice() {
            [] => Span::new(0..0),
            [one] => Span::new(one.clone()),
            [low, high, ..] if high.contains(&first) => Span::new(high.clone()).with_extra(low.clone()),
            [low, high, ..] => Span::new(low.clone()).with_extra(high.clone()),
        }
    }

    /// True when each index of another span is in this one.
    pub(crate) fn holds(&self, other: &Span) -> bool {
        let own = self.ranges();
        other.ranges().iter().all(|range| own.iter().any(|own| own.start <= range.start && range.end <= own.end))
    }

    /// The number of cells that lie in order.
    pub(crate) fn main_len(&self) -> usize {
        self.end - self.start
    }

    /// The number of cells along the axis.
    pub(crate) fn len(&self) -> usize {
        self.main_len() + (self.extra.1 - self.extra.0)
    }

    /// The index at a place.
    pub(crate) fn index(&self, place: usize) -> usize {
        match place.checked_sub(self.main_len()) {
            None => self.start + place,
            Some(place) => self.extra.0 + place,
        }
    }

    /// The place of an index that a rule leads to, which the block must hold: a function that gives other indices each time
    /// leads anywhere.
    #[track_caller]
    pub(crate) fn held_place(&self, index: usize) -> isize {
        let place = self.place(index);
        assert!((0..self.len() as isize).contains(&place), "the function of a boundary gave other indices than before");
        place
    }

    /// The place of an index among the cells. Of an index that the block does not hold nobody may ask.
    pub(crate) fn place(&self, index: usize) -> isize {
        let place = index.wrapping_sub(self.start);
        if place < self.main_len() || self.extra.0 == self.extra.1 {
            return place as isize;
        }
        (self.main_len() as isize).wrapping_add(index.wrapping_sub(self.extra.0) as isize)
    }
}

/// Cells of one operand, with their place in the domain.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The first cell.
    pub(crate) at: *mut u8,
    pub(crate) spans: [Span; MAX_RANK],
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
    pub(crate) element: ElementLayout,
    /// True when all cells lie in order: no span has a second range.
    plain: bool,
}

/// An array of any rank, without its element type: an operand of a gufunc before its axes are told apart.
#[derive(Clone, Debug)]
pub struct RawArray {
    pub(crate) at: *mut u8,
    pub(crate) shape: Vec<usize>,
    /// In elements.
    pub(crate) strides: Vec<isize>,
    pub(crate) element: ElementLayout,
}

impl RawArray {
    /// An array that is read.
    pub(crate) fn input<T: 'static, D: Dimension>(array: &ArrayRef<T, D>) -> RawArray {
        RawArray {
            at: array.as_ptr().cast_mut().cast(),
            shape: array.shape().to_vec(),
            strides: array.strides().to_vec(),
            element: ElementLayout::of::<T>(),
        }
    }

    /// An array that is written.
    pub(crate) fn output<T: 'static, D: Dimension>(array: &mut ArrayRef<T, D>) -> RawArray {
        RawArray::stored::<T, T, D>(array)
    }

    /// An array of `S`, which stand for elements `T`: those of an array that is not written yet.
    pub(crate) fn stored<T: 'static, S, D: Dimension>(array: &mut ArrayRef<S, D>) -> RawArray {
        RawArray {
            at: array.as_mut_ptr().cast(),
            shape: array.shape().to_vec(),
            strides: array.strides().to_vec(),
            element: ElementLayout::of::<T>(),
        }
    }

    /// A new array of a shape, in row-major order, of which only the form is asked for.
    pub(crate) fn of_shape(shape: &[usize], element: ElementLayout) -> RawArray {
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis].max(1) as isize;
        }
        RawArray { at: std::ptr::null_mut(), shape: shape.to_vec(), strides, element }
    }

    /// One number.
    pub(crate) fn number<T: 'static>(number: &T) -> RawArray {
        let at = (&raw const *number).cast_mut().cast();
        RawArray { at, shape: Vec::new(), strides: Vec::new(), element: ElementLayout::of::<T>() }
    }
}

/// Returns true when an array can have this shape: as ndarray asks, axes without cells left aside.
pub(crate) fn fits_memory(shape: &[usize], size: usize) -> bool {
    let bytes = shape.iter().filter(|&&n| n > 0).try_fold(size.max(1), |bytes, &n| bytes.checked_mul(n));
    bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok())
}

/// The cells of outputs before a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputInit {
    /// They hold nothing yet.
    Uninit,
    /// They hold values, which stay where the kernel writes none.
    Keep,
}

/// The element types of the inputs of a kernel, or of its outputs.
pub type ElementLayouts = arrayvec::ArrayVec<ElementLayout, MAX_INPUTS>;
const _: () = assert!(MAX_OUTPUTS <= MAX_INPUTS);
/// The inputs of a call.
pub type InputBlocks = arrayvec::ArrayVec<Block, MAX_INPUTS>;
/// The outputs of a call.
pub type OutputBlocks = arrayvec::ArrayVec<Block, MAX_OUTPUTS>;

impl Block {
    /// A whole array that is read.
    pub(crate) fn input<T: 'static, D: Dimension>(array: &ArrayRef<T, D>) -> Block {
        let at = array.as_ptr().cast_mut().cast();
        Block::whole(at, array.shape(), array.strides(), ElementLayout::of::<T>())
    }

    /// A whole array that is written, of elements of type `id` or of those that are not written yet.
    pub(crate) fn output<T, D: Dimension>(array: &mut ArrayRef<T, D>, id: TypeId) -> Block {
        let at = array.as_mut_ptr().cast();
        Block::whole(at, array.shape(), array.strides(), ElementLayout::stored_in::<T>(id))
    }

    /// Cells from index 0 on along each axis.
    pub(crate) fn whole(at: *mut u8, shape: &[usize], strides: &[isize], element: ElementLayout) -> Block {
        let mut block = Block { at, spans: [Span::new(0..1); MAX_RANK], strides: [0; MAX_RANK], element, plain: true };
        for (axis, (&len, &stride)) in shape.iter().zip(strides).enumerate() {
            block.spans[axis] = Span::new(0..len);
            block.strides[axis] = stride;
        }
        block
    }

    /// Cells of any spans.
    pub(crate) fn of_spans(
        at: *mut u8,
        spans: [Span; MAX_RANK],
        strides: [isize; MAX_RANK],
        element: ElementLayout,
    ) -> Block {
        let plain = spans.iter().all(|span| span.extra.0 == span.extra.1);
        Block { at, spans, strides, element, plain }
    }

    /// A block of which only the form is asked for: that of an array in row-major order.
    pub(crate) fn of_shape(shape: &[usize], element: ElementLayout) -> Block {
        let RawArray { at, strides, .. } = RawArray::of_shape(shape, element);
        Block::whole(at, shape, &strides, element)
    }

    /// Lets the indices of a block of whole ranges begin elsewhere.
    pub(crate) fn place(&mut self, start: &[usize; MAX_RANK]) {
        for (span, &start) in self.spans.iter_mut().zip(start) {
            *span = Span::new(start..start + span.main_len());
        }
    }

    /// The number of cells along an axis.
    pub(crate) fn len(&self, axis: usize) -> usize {
        self.spans[axis].len()
    }

    /// The number of cells along each axis.
    pub(crate) fn shape(&self) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| self.len(axis))
    }

    /// The cell at an index of the domain.
    pub(crate) fn cell(&self, index: &[usize; MAX_RANK]) -> *mut u8 {
        let place = |axis: usize| match self.plain {
            true => index[axis] as isize - self.spans[axis].start as isize,
            false => self.spans[axis].place(index[axis]),
        };
        self.offset((0..MAX_RANK).map(|axis| place(axis) * self.strides[axis]).sum())
    }

    /// The cell so many elements behind the first.
    pub(crate) fn offset(&self, elements: isize) -> *mut u8 {
        self.at.wrapping_offset(elements * self.element.size as isize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_of_the_far_end_lie_behind_the_others() {
        let span = Span::new(2..5).with_extra(90..92);
        assert_eq!([2, 4, 90, 91].map(|index| span.place(index)), [0, 2, 3, 4]);
        assert_eq!((span.main_len(), span.len()), (3, 5));
    }

    #[test]
    fn cells_are_found_by_indices_of_the_domain() {
        let cells = ndarray::Array2::from_shape_fn((3, 4), |(i, j)| (10 * i + j) as u8);
        let mut block = Block::input(&cells);
        block.place(&[5, 7, 0, 0, 0, 0]);
        let apart = block.cell(&[6, 9, 0, 0, 0, 0]).addr() - block.at.addr();
        assert_eq!((apart, block.shape()), (6, [3, 4, 1, 1, 1, 1]));
    }
}
