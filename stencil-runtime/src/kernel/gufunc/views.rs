//! Typed views of the operands of an inner loop.

use std::mem::MaybeUninit;

use arrayvec::ArrayVec;
use ndarray::{ArrayView, ArrayViewMut, Axis, LayoutRef, ShapeBuilder, StrideShape};

use super::inner::InnerOperand;
use super::rank::CoreView;
use crate::MAX_INPUTS;

/// The pointer, shape and strides of a lane operand: in the array itself, or where its cores were brought together.
#[derive(Clone, Copy)]
pub struct LaneOperand {
    pub(crate) operand: InnerOperand,
    /// Elements from one loop element to the next group's: the step, or none where each group is gathered anew.
    pub(crate) advance: isize,
}

impl LaneOperand {
    #[inline(always)]
    pub(crate) fn at(&self, start: usize) -> *mut u8 {
        self.operand.at.wrapping_offset(start as isize * self.advance * self.operand.size() as isize)
    }
}

/// The operands of an inner loop, side by side.
pub struct LaneOperands {
    pub(crate) inputs: ArrayVec<LaneOperand, MAX_INPUTS>,
    pub(crate) outputs: ArrayVec<LaneOperand, MAX_INPUTS>,
    /// True when the cores of each group are brought together anew.
    pub(crate) gathered: bool,
}

/// The shape and strides of a core as ndarray takes them, from the lowest address on, that address, and whether axes have
/// to be reversed.
#[inline(always)]
fn layout_of<U, C: CoreView>(operand: &InnerOperand, index: usize) -> (StrideShape<C>, *mut U, bool) {
    let mut shape = C::zeros(C::RANK);
    let mut strides = C::zeros(C::RANK);
    let mut at = operand.core(index).cast::<U>();
    let mut reversed = false;
    for axis in 0..C::RANK {
        shape[axis] = operand.shape[axis];
        let stride = operand.strides[axis];
        strides[axis] = stride.unsigned_abs();
        reversed |= stride < 0;
    }
    if reversed {
        at = at.wrapping_offset(first(operand));
    }
    (shape.strides(strides), at, reversed)
}

/// The core of an input.
///
/// # Safety
/// The operand has cores of `C`'s rank and elements `U`, `index` of them and one more, unwritten for `'v`.
#[inline(always)]
pub(super) unsafe fn view_of<'v, U, C: CoreView>(operand: &InnerOperand, index: usize) -> ArrayView<'v, U, C> {
    let (shape, at, reversed) = layout_of::<U, C>(operand, index);
    // SAFETY: as the caller says.
    let mut view = unsafe { ArrayView::from_shape_ptr(shape, at) };
    if reversed {
        reverse(view.as_mut(), operand);
    }
    view
}

/// The core of an output.
///
/// # Safety
/// The operand has cores of `C`'s rank and elements `U`, `index` of them and one more, not used otherwise for `'v`.
#[inline(always)]
pub(super) unsafe fn view_mut_of<'v, U, C: CoreView>(operand: &InnerOperand, index: usize) -> ArrayViewMut<'v, U, C> {
    let (shape, at, reversed) = layout_of::<U, C>(operand, index);
    // SAFETY: as the caller says.
    let mut view = unsafe { ArrayViewMut::from_shape_ptr(shape, at) };
    if reversed {
        reverse(view.as_mut(), operand);
    }
    view
}

#[cold]
fn reverse<U, C: CoreView>(view: &mut LayoutRef<U, C>, operand: &InnerOperand) {
    for axis in 0..C::RANK {
        if operand.strides[axis] < 0 {
            view.invert_axis(Axis(axis));
        }
    }
}

/// From the first element of a core to the one with the lowest address, in elements.
#[cold]
fn first(operand: &InnerOperand) -> isize {
    let axes = operand.shape.iter().zip(&operand.strides);
    axes.filter(|(n, stride)| **stride < 0 && **n > 0).map(|(&n, &stride)| (n as isize - 1) * stride).sum()
}

/// The values of `L` lanes, each made by `value`.
#[inline(always)]
pub fn lanes_of<T: Copy, const L: usize>(mut value: impl FnMut(usize) -> T) -> [T; L] {
    let mut values = [const { MaybeUninit::uninit() }; L];
    let mut lane = 0;
    while lane < L {
        values[lane] = MaybeUninit::new(value(lane));
        lane += 1;
    }
    // SAFETY: all of them were set.
    unsafe { (&raw const values).cast::<[T; L]>().read() }
}
