/// The most axes of an array, a window or a core.
pub const MAX_RANK: usize = 6;

/// The most axes of an array on a GPU.
pub const MAX_GPU_RANK: usize = 4;

/// The most inputs of a kernel.
pub const MAX_INPUTS: usize = 6;

/// The most outputs of a kernel.
pub const MAX_OUTPUTS: usize = 6;
