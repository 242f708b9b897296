//! Kernels on a GPU.

mod element;
pub(crate) mod shader;

pub use element::GpuElement;
pub use shader::GpuKernel;
