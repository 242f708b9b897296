//! Limits of the library, which the runtime has as well.

/// The most axes of a window, and core dimensions of an operand.
pub(crate) const MAX_RANK: usize = 6;

/// The most axes of an array on the GPU.
pub(crate) const MAX_GPU_RANK: usize = 4;

/// The most inputs, and the most outputs.
pub(crate) const MAX_ARRAYS: usize = 6;
