//! Kernels on a GPU.
//!
//! [`device`] opens a GPU, keeps buffers and compiled kernels, and records work; [`geometry`] is pure integer arithmetic:
//! what is computed where, in which part of the arrays; [`transfer`] copies; [`stencil`] and [`gufunc`] put it together.

mod array;
mod bind;
mod block;
mod device;
mod element;
mod form;
mod geometry;
mod gufunc;
mod operand;
mod parts;
mod repeat;
mod rules;
pub(crate) mod shader;
mod spread;
mod stack;
mod stencil;
mod sweep;
mod task;
mod transfer;

pub use array::DeviceArray;
pub use bind::{GpuBind, GpuBindOut};
pub use device::Gpu;
pub use device::options::{GpuOptions, Limits};
pub use device::stats::Stats;
pub use element::{GpuElement, GpuScalar};
pub use gufunc::GpuGufunc;
pub use operand::{GpuArrays, GpuInputs, GpuOperand, GpuOutOperand, GpuOutputs, OnDevice, OnHost, Place};
pub use repeat::GpuRepeat;
pub use rules::{GpuItem, GpuRules};
pub use shader::GpuKernel;
pub use stencil::GpuStencil;
