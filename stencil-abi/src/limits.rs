/// The most axes of an array, a window or a core.
pub const MAX_RANK: usize = 6;

/// The most axes of an array on a GPU.
pub const MAX_GPU_RANK: usize = 4;

/// The most indices along an axis whose length or place a kernel on a GPU asks for: sums of two of them, and twice one,
/// fit the 32 bits that `usize` and `isize` have there.
pub const MAX_GPU_AXIS: usize = (1 << 30) - 1;

/// The most cells of an array that a kernel on a GPU indexes or asks for its length.
pub const MAX_GPU_CELLS: usize = i32::MAX as usize;

/// The most inputs of a kernel.
pub const MAX_INPUTS: usize = 6;

/// The most outputs of a kernel.
pub const MAX_OUTPUTS: usize = 6;
