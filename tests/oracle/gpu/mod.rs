//! The device against the reference executor: every boundary, element type and rank, on drawn shapes and strides.
//!
//! The kernels use operations that are exact on both, so that results are compared bit for bit.

pub(crate) mod apply;
pub(crate) mod exact;
mod jobs;
mod ranks;
mod several;
mod types;
