//! The GPU form of a kernel: WGSL, made from the same body that the CPU runs.

pub(crate) mod text;
