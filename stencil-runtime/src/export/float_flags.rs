//! The exceptions of floating-point arithmetic that an inner loop leaves to its caller.
//!
//! NumPy asks the processor after a loop whether some operation divided by zero, overflowed or was invalid, and warns.
//! Vector code raises these flags where nothing happened: it computes both sides of a branch, cells beside the edge, lanes
//! that do not count, and its comparisons with NaN are invalid ones. So a flag counts only where it shows: an infinity or a
//! NaN among the results that is not among the operands.

use stencil_abi::ElementType;

use crate::data_type::DataType;
use crate::kernel::{InnerLoop, InnerOperand};

/// The flags that the processor has when this is dropped: those it had before, and those that [`add`](Flags::add) found to show.
#[derive(Debug)]
pub(super) struct Flags {
    bits: u32,
}

/// To read the flags takes a few cycles, and to set them many: they are set where they change.
#[cfg(target_arch = "x86_64")]
mod processor {
    use std::arch::asm;

    pub const INVALID: u32 = 0x01;
    pub const BY_ZERO: u32 = 0x04;
    pub const OVERFLOW: u32 = 0x08;
    /// Those that callers ask for: these and underflow.
    const ALL: u32 = 0x1D;

    /// Reads the flags, and clears them.
    pub fn take() -> u32 {
        let register = read();
        if register & ALL != 0 {
            put(register & !ALL);
        }
        register & ALL
    }

    /// Raises flags.
    pub fn raise(bits: u32) {
        if bits != 0 {
            put(read() | bits);
        }
    }

    fn read() -> u32 {
        let mut register = 0u32;
        // SAFETY: reads the control and status register, which always exists.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut register, options(nostack, preserves_flags)) };
        register
    }

    fn put(register: u32) {
        // SAFETY: only bits that are flags were changed: modes and masks are as Rust expects them.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const register, options(nostack, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod processor {
    use std::arch::asm;

    pub const INVALID: u32 = 0x01;
    pub const BY_ZERO: u32 = 0x02;
    pub const OVERFLOW: u32 = 0x04;
    /// Those that callers ask for: these and underflow.
    const ALL: u64 = 0x0F;

    /// Reads the flags, and clears them.
    pub fn take() -> u32 {
        let register = read();
        if register & ALL != 0 {
            put(register & !ALL);
        }
        (register & ALL) as u32
    }

    /// Raises flags.
    pub fn raise(bits: u32) {
        if bits != 0 {
            put(read() | u64::from(bits));
        }
    }

    fn read() -> u64 {
        let register: u64;
        // SAFETY: reads the status register, which always exists.
        unsafe { asm!("mrs {}, fpsr", out(reg) register, options(nostack, preserves_flags)) };
        register
    }

    fn put(register: u64) {
        // SAFETY: only flags were changed.
        unsafe { asm!("msr fpsr, {}", in(reg) register, options(nostack, preserves_flags)) };
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

    /// Adds those of the flags raised since that show in the results of a loop.
    ///
    /// # Safety
    /// The operands of the loop are alive, of their types, and initialised.
    pub(super) unsafe fn add(&mut self, inner: &InnerLoop) {
        let raised = processor::take();
        let infinite = raised & (processor::BY_ZERO | processor::OVERFLOW);
        // SAFETY: as the caller says.
        unsafe {
            if raised & processor::INVALID != 0 && is_new(inner, f64::is_nan) {
                self.bits |= processor::INVALID;
            }
            if infinite != 0 && is_new(inner, f64::is_infinite) {
                self.bits |= infinite;
            }
        }
    }
}

impl Drop for Flags {
    /// Also where a kernel has panicked: NumPy would warn while the exception is pending, and Python calls that a fault of its own.
    fn drop(&mut self) {
        processor::take();
        processor::raise(self.bits);
    }
}

/// Returns true when results have such a value, and no operand has.
///
/// # Safety
/// As for [`Flags::add`].
unsafe fn is_new(inner: &InnerLoop, is: impl Fn(f64) -> bool) -> bool {
    // SAFETY: as the caller says.
    let holds = |operand: &InnerOperand| unsafe {
        match DataType::of_layout(operand.element).scalar() {
            Some(ElementType::F32) => holds::<f32>(operand, inner.count, &is),
            Some(ElementType::F64) => holds::<f64>(operand, inner.count, &is),
            // Computed as `f32`, whose flags say nothing of a half that overflows.
            Some(ElementType::F16) => false,
            Some(
                ElementType::Bool
                | ElementType::I8
                | ElementType::I16
                | ElementType::I32
                | ElementType::I64
                | ElementType::Isize
                | ElementType::U8
                | ElementType::U16
                | ElementType::U32
                | ElementType::U64
                | ElementType::Usize,
            )
            | None => false,
        }
    };
    inner.outputs.iter().any(holds) && !inner.inputs.iter().any(holds)
}

/// The cells that are looked at without an early end, so that it becomes vector code.
const CHUNK: usize = 256;

/// Returns true when an operand has such a value.
///
/// # Safety
/// As for [`Flags::add`]; the operand is of this type.
unsafe fn holds<T: Copy + Into<f64>>(operand: &InnerOperand, count: usize, is: impl Fn(f64) -> bool) -> bool {
    if let Some(cells) = operand.contiguous(count) {
        // SAFETY: as the caller says; all cells lie side by side.
        let cells = unsafe { std::slice::from_raw_parts(operand.at.cast::<T>(), cells) };
        return cells.chunks(CHUNK).any(|chunk| chunk.iter().fold(false, |found, &value| found | is(value.into())));
    }
    (0..count).any(|index| {
        let core = operand.core(index).cast::<T>();
        let mut found = false;
        // SAFETY: as the caller says.
        operand.for_each_cell(|offset| found |= is(unsafe { core.wrapping_offset(offset).read() }.into()));
        found
    })
}
