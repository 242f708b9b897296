//! The device against the reference executor: every boundary, element type and rank, on drawn shapes and strides.
//!
//! The kernels use operations that are exact on both, so that results are compared bit for bit. `PROPTEST_CASES` sets
//! the number of cases of each property.
#![cfg(feature = "gpu")]

mod apply;
#[path = "../oracle/case.rs"]
#[allow(dead_code)]
mod case;
#[path = "../device/mod.rs"]
#[allow(dead_code)]
mod device;
#[path = "../oracle/layout.rs"]
#[allow(dead_code)]
mod layout;
mod ranks;
mod samples;
mod several;
mod types;
