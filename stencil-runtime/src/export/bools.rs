//! Truth values of other languages. NumPy takes every byte but 0 for true, while for Rust 0 and 1 are all there are.

use std::any::TypeId;

use crate::kernel::InnerOperand;

/// Makes truth values of the bytes of an operand, if it has such and some byte is neither 0 nor 1: then it becomes a copy,
/// which lies in what is returned.
///
/// # Safety
/// The operand is alive.
pub(super) unsafe fn normalise(operand: &mut InnerOperand, count: usize) -> Option<Vec<u8>> {
    // SAFETY: as the caller says.
    if operand.element.id != TypeId::of::<bool>() || !unsafe { has_others(operand, count) } {
        return None;
    }
    let mut copy = Vec::with_capacity(count * operand.cells());
    for index in 0..count {
        let core = operand.core(index);
        // SAFETY: as the caller says.
        operand.for_each_cell(|offset| copy.push(u8::from(unsafe { core.wrapping_offset(offset).read() } != 0)));
    }
    *operand = InnerOperand { at: copy.as_mut_ptr(), step: operand.cells() as isize, ..*operand }.in_order(1);
    Some(copy)
}

/// # Safety
/// As for [`normalise`].
unsafe fn has_others(operand: &InnerOperand, count: usize) -> bool {
    let cells = operand.cells();
    let ordered = operand.in_order(1).strides;
    let in_order = (0..ordered.len()).all(|axis| operand.shape[axis] <= 1 || operand.strides[axis] == ordered[axis]);
    // Without an early end, so that it becomes vector code.
    let others = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all | byte) > 1;
    if in_order && (count == 1 || operand.step == cells as isize) {
        // SAFETY: as the caller says; all cells lie side by side.
        return others(unsafe { std::slice::from_raw_parts(operand.at, count * cells) });
    }
    (0..count).any(|index| {
        let core = operand.core(index);
        let mut all = 0;
        // SAFETY: as the caller says.
        operand.for_each_cell(|offset| all |= unsafe { core.wrapping_offset(offset).read() });
        all > 1
    })
}
