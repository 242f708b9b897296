//! The exceptions of floating-point arithmetic that an inner loop leaves to its caller.
//!
//! NumPy asks the processor after a loop whether some operation divided by zero, overflowed or was invalid, and warns.
//! Vector code raises these flags where nothing happened: it computes both sides of a branch, cells beside the edge, lanes
//! that do not count, and its comparisons with NaN are invalid ones. So a flag counts only where it shows: an infinity or a
//! NaN among the results that is not among the operands.

use stencil_abi::ElementType;

use crate::data_type::DataType;
use crate::kernel::{InnerLoop, InnerOperand};

/// The flags of the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    bits: u32,
}

#[cfg(target_arch = "x86_64")]
mod processor {
    use std::arch::asm;

    pub const INVALID: u32 = 1;
    pub const BY_ZERO: u32 = 4;
    pub const OVERFLOW: u32 = 8;
    const ALL: u32 = 0x3F;

    /// Reads the flags, and clears them.
    pub fn take() -> u32 {
        let mut register = 0u32;
        // SAFETY: reads the control and status register, which always exists.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut register, options(nostack, preserves_flags)) };
        put(register & !ALL);
        register & ALL
    }

    /// Raises flags.
    pub fn raise(bits: u32) {
        let mut register = 0u32;
        // SAFETY: as in `take`.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut register, options(nostack, preserves_flags)) };
        put(register | bits);
    }

    fn put(register: u32) {
        // SAFETY: only bits that are flags were changed: modes and masks are as Rust expects them.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const register, options(nostack, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod processor {
    use std::arch::asm;

    pub const INVALID: u32 = 1;
    pub const BY_ZERO: u32 = 2;
    pub const OVERFLOW: u32 = 4;
    const ALL: u64 = 0x9F;

    /// Reads the flags, and clears them.
    pub fn take() -> u32 {
        let register = read();
        put(register & !ALL);
        (register & ALL) as u32
    }

    /// Raises flags.
    pub fn raise(bits: u32) {
        put(read() | u64::from(bits));
    }

    fn read() -> u64 {
        let register: u64;
        // SAFETY: reads the status register, which always exists.
        unsafe { asm!("mrs {}, fpsr", out(reg) register, options(nomem, nostack, preserves_flags)) };
        register
    }

    fn put(register: u64) {
        // SAFETY: only flags were changed.
        unsafe { asm!("msr fpsr, {}", in(reg) register, options(nomem, nostack, preserves_flags)) };
    }
}

/// Elsewhere the flags are what the loop leaves.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod processor {
    pub const INVALID: u32 = 1;
    pub const BY_ZERO: u32 = 2;
    pub const OVERFLOW: u32 = 4;

    pub fn take() -> u32 {
        0
    }
    pub fn raise(_: u32) {}
}

impl Flags {
    /// The flags that are raised, which are cleared.
    pub(super) fn take() -> Flags {
        Flags { bits: processor::take() }
    }

    /// Clears the flags, and raises these again, with those of the flags just cleared that show in the results of a loop.
    /// Without a loop none do.
    ///
    /// # Safety
    /// The operands of the loop are alive, of their types, and initialised.
    pub(super) unsafe fn put_back(self, inner: Option<&InnerLoop>, inputs: usize, outputs: usize) {
        let raised = processor::take();
        let mut kept = self.bits;
        let Some(inner) = inner else { return processor::raise(kept) };
        // SAFETY: as the caller says.
        let anew = |is: fn(f64) -> bool| unsafe {
            let holds = |operand: &InnerOperand| holds(operand, inner.count, is);
            inner.outputs[..outputs].iter().any(holds) && !inner.inputs[..inputs].iter().any(holds)
        };
        if raised & processor::INVALID != 0 && anew(f64::is_nan) {
            kept |= processor::INVALID;
        }
        let infinite = raised & (processor::BY_ZERO | processor::OVERFLOW);
        if infinite != 0 && anew(f64::is_infinite) {
            kept |= infinite;
        }
        processor::raise(kept);
    }
}

/// Returns true when an operand has such a value.
///
/// # Safety
/// As for [`Flags::put_back`].
unsafe fn holds(operand: &InnerOperand, count: usize, is: fn(f64) -> bool) -> bool {
    let read: unsafe fn(*mut u8) -> f64 = match DataType::of_layout(operand.element).scalar() {
        // SAFETY: the cell is of this type.
        Some(ElementType::F32) => |at| f64::from(unsafe { at.cast::<f32>().read() }),
        // SAFETY: the cell is of this type.
        Some(ElementType::F64) => |at| unsafe { at.cast::<f64>().read() },
        _ => return false,
    };
    let mut found = false;
    for index in 0..count {
        let core = operand.core(index);
        operand.for_each_cell(|offset| {
            // SAFETY: as the caller says.
            found = found || is(unsafe { read(core.wrapping_offset(offset * operand.size() as isize)) });
        });
        if found {
            return true;
        }
    }
    false
}
