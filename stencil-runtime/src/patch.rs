//! A patch of points, as the compiled loops of a stencil take it.

use crate::halo::Halo;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The place of a patch in the whole of the arrays; read by `position`, `shape` and `contains`.
#[derive(Clone, Copy)]
pub struct Frame {
    /// The cell of the inputs that the patch's first point lies at.
    pub(crate) origin: [usize; MAX_RANK],
    /// The shape of the inputs.
    pub(crate) shape: [usize; MAX_RANK],
}

/// One source of a patch: elements around its first point. The last axis is contiguous.
#[derive(Clone, Copy)]
pub struct PatchInput {
    pub(crate) at: *const u8,
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
}

/// One destination of a patch: its first point. Rows are contiguous.
#[derive(Clone, Copy)]
pub struct PatchOutput {
    pub(crate) at: *mut u8,
    /// In elements.
    pub(crate) row_stride: isize,
}

/// A patch of `rows` by `columns` points. The kernel knows how many cells lie from one to the next.
pub struct Patch {
    pub(crate) inputs: [PatchInput; MAX_INPUTS],
    pub(crate) outputs: [PatchOutput; MAX_OUTPUTS],
    /// The halo of every input, for kernels that have it set at run time.
    pub(crate) halo: Halo,
    pub(crate) frame: Frame,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Write around the caches: the columns are whole blocks, and the outputs' rows aligned to lines.
    pub(crate) stream: bool,
    /// Ask for rows before they are read: the inputs do not stay in the caches.
    pub(crate) prefetch: bool,
}

/// The loops of one kernel for one instruction level: the kernel and a patch of it.
pub type PatchFn = unsafe fn(*const (), &Patch);
