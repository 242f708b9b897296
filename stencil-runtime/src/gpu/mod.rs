//! Kernels on the GPU.
//!
//! [`Gpu::new`] opens one, `#[stencil(gpu)]` and `#[gufunc(.., gpu)]` give an element function a form for it, and
//! `.on(&gpu)` runs it there: with arrays in host memory, which come and go, or with [`DeviceArray`]s, which stay.
//!
//! ```
//! use ndarray::Array2;
//! use ndstencil::prelude::*;
//! #[stencil(gpu, boundary = Nearest)]
//! fn heat(u: Window2<f32>, alpha: f32) -> f32 {
//!     u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
//! }
//! #[gufunc("(),()->()", gpu)]
//! fn difference(a: f32, b: f32) -> f32 { (a - b).abs() }
//!
//! let Ok(gpu) = Gpu::new() else { return Ok(()) }; // none on this machine
//! let u = Array2::from_shape_fn((30, 40), |(i, j)| (i * j) as f32);
//! let v: Array2<f32> = heat(0.2).on(&gpu).apply(&u)?; // there and back
//!
//! let start = gpu.upload(&u)?;
//! let end = heat(0.2).repeat(50).on(&gpu).apply(&start)?; // stays there
//! let change = difference().on(&gpu).apply((&start, &end))?;
//! let change: Array2<f32> = change.download()?; // all of it is done here, in one submission
//! assert_eq!((v.dim(), change.dim()), ((30, 40), (30, 40)));
//! assert_eq!((gpu.stats().uploads, gpu.stats().downloads, gpu.stats().submissions), (2, 2, 2));
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! Values are those of the processor: integers to the bit, wrapping where they overflow, floats within what the GPU's
//! instructions give. What is larger than the GPU's limits is computed in parts. What would have been a panic, such as a
//! division by zero, is a [`GpuError::Check`](crate::GpuError::Check) where values come back.

// How it is made: [`device`] opens a GPU, keeps buffers and compiled kernels, and records work; [`geometry`] is integer
// arithmetic, what is computed where; [`plan`] is a call as a value; [`stencil_dispatch`] plans stencils, over the loops of a
// [`batched_stencil`], and [`dispatch`] records them; [`gufunc_dispatch`] does both for gufuncs; [`reorder`] turns arrays whose
// axes are in another order; [`transfer`] copies; [`task`] runs a call
// wherever its operands are; [`parts`] runs parts of it for jobs, which have their cells as a [`chunk`] of each operand.

mod array;
mod batched_stencil;
mod bind;
mod chunk;
mod device;
mod dispatch;
mod element;
mod explain;
mod geometry;
mod gufunc;
mod gufunc_dispatch;
pub(crate) mod kernel;
mod layout;
mod operand;
mod parts;
mod plan;
mod reorder;
mod repeat;
mod rules;
pub(crate) mod shader;
mod stencil;
mod stencil_dispatch;
mod task;
mod transfer;
mod uniforms;

pub use array::DeviceArray;
pub use bind::{GpuOperands, GpuOutOperands};
pub use device::Gpu;
pub use device::options::{GpuOptions, Limits};
pub use device::stats::Stats;
pub use element::{GpuElement, GpuScalar};
pub use explain::{GpuCut, GpuExplanation};
pub use gufunc::GpuGufunc;
pub use kernel::GpuKernel;
pub use operand::{GpuArrays, GpuInputs, GpuOperand, GpuOutOperand, GpuOutputs, OnDevice, OnHost, Place};
pub use repeat::GpuRepeat;
pub use rules::{GpuItem, GpuRules};
pub use stencil::GpuStencil;
