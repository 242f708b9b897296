//! Kernels on a GPU.
//!
//! [`device`] opens a GPU, keeps buffers and compiled kernels, and records work; [`geometry`] is pure integer arithmetic:
//! what is computed where, in which part of the arrays; [`transfer`] copies; [`stencil`] and [`gufunc`] put it together.

mod array;
mod device;
mod element;
mod form;
mod geometry;
mod rules;
pub(crate) mod shader;
mod transfer;

pub use array::DeviceArray;
pub use device::Gpu;
pub use device::options::{GpuOptions, Limits};
pub use device::stats::Stats;
pub use element::{GpuElement, GpuScalar};
pub use shader::GpuKernel;
