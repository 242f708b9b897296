//! The GPU's runtime: what is counted, split, recorded and refused. Without a GPU the tests say so and pass, unless
//! `NDSTENCIL_REQUIRE_GPU` is set.

#![cfg(feature = "gpu")]

use std::sync::OnceLock;

use ndstencil::{Gpu, GpuOptions};

mod counters;
mod device_arrays;
mod errors;
mod gufuncs;
mod repeat;
mod splitting;
mod stencils;

/// The GPU that all tests of this program share.
fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    GPU.get_or_init(|| open(GpuOptions::new())).as_ref()
}

fn open(options: GpuOptions) -> Option<Gpu> {
    match Gpu::with(options) {
        Ok(gpu) => Some(gpu),
        Err(error) if std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_some() => panic!("{error}"),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// Numbers that no rule leaves alone.
fn sample<D: ndarray::Dimension, Sh: ndarray::ShapeBuilder<Dim = D>>(shape: Sh) -> ndarray::Array<f32, D> {
    let mut next = 0u32;
    ndarray::Array::from_shape_simple_fn(shape, || {
        next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((next >> 20) as f32) / 16.0
    })
}
