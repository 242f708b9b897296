//! Truth values of other languages. NumPy takes every byte but 0 for true, while for Rust 0 and 1 are all there are.

use std::any::TypeId;

use crate::Error;
use crate::block::ElementLayout;
use crate::kernel::{InnerLoop, InnerOperand, Order};

/// Returns true for truth values.
#[inline]
pub(super) fn are_bools(element: &ElementLayout) -> bool {
    element.id == TypeId::of::<bool>()
}

/// Calls `compute` with a loop whose inputs hold 0 and 1 where they are truth values: those that hold other bytes become copies.
///
/// # Safety
/// The inputs are alive.
pub(super) unsafe fn normalised(
    inner: &InnerLoop,
    compute: &mut dyn FnMut(&InnerLoop) -> Result<(), Error>,
) -> Result<(), Error> {
    let read = |number: usize| if inner.order == Order::Carried && number == 0 { 1 } else { inner.count };
    // SAFETY: as the caller says.
    let odd = |number: usize| unsafe {
        let input = &inner.inputs[number];
        are_bools(&input.element) && has_others(input, read(number))
    };
    if !(0..inner.inputs.len()).any(odd) {
        return compute(inner);
    }
    if inner.order == Order::Ascending && inner.count > 1 {
        // Copies would not have what the loop itself writes.
        // SAFETY: as the caller says.
        return (0..inner.count).try_for_each(|index| unsafe { normalised(&inner.part(index, 1), compute) });
    }
    let (mut whole, mut copies) = (inner.clone(), Vec::new());
    for number in (0..inner.inputs.len()).filter(|&number| odd(number)) {
        // SAFETY: as the caller says.
        copies.push(unsafe { normalise(&mut whole.inputs[number], read(number)) });
    }
    compute(&whole)
}

/// Makes an operand one of zeros and ones, which lie in what is returned.
///
/// # Safety
/// The operand is alive.
unsafe fn normalise(operand: &mut InnerOperand, count: usize) -> Vec<u8> {
    let mut copy = Vec::with_capacity(count * operand.cells());
    for index in 0..count {
        let core = operand.core(index);
        // SAFETY: as the caller says.
        operand.for_each_cell(|offset| copy.push(u8::from(unsafe { core.wrapping_offset(offset).read() } != 0)));
    }
    *operand = InnerOperand { at: copy.as_mut_ptr(), step: operand.cells() as isize, ..*operand }.in_order(1);
    copy
}

/// Returns true when some byte of an operand is neither 0 nor 1.
///
/// # Safety
/// As for [`normalise`].
unsafe fn has_others(operand: &InnerOperand, count: usize) -> bool {
    if let Some(cells) = operand.contiguous(count) {
        // Without an early end, so that it becomes vector code.
        // SAFETY: as the caller says; all cells lie side by side.
        return unsafe { std::slice::from_raw_parts(operand.at, cells) }.iter().fold(0, |all, byte| all | byte) > 1;
    }
    (0..count).any(|index| {
        let core = operand.core(index);
        let mut all = 0;
        // SAFETY: as the caller says.
        operand.for_each_cell(|offset| all |= unsafe { core.wrapping_offset(offset).read() });
        all > 1
    })
}
