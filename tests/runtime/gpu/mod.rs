//! The GPU's runtime: what is counted, split, recorded and refused. Without a GPU the tests say so and pass, unless
//! `NDSTENCIL_REQUIRE_GPU` is set.

mod chains;
mod counters;
mod cutting;
mod device_arrays;
mod errors;
mod gufuncs;
#[cfg(feature = "f16")]
mod halves;
mod jobs;
mod repeat;
mod splitting;
mod stencils;
mod turned;

use std::sync::LazyLock;

use ndstencil::{Error, Gpu, GpuOptions};

/// One device for all tests that count nothing.
pub(crate) fn gpu() -> Option<&'static Gpu> {
    static GPU: LazyLock<Result<Gpu, Error>> = LazyLock::new(Gpu::new);
    ndstencil_device::required(GPU.as_ref())
}

/// A device of a test's own.
fn open(options: GpuOptions) -> Option<Gpu> {
    ndstencil_device::required(Gpu::with(options))
}

/// Numbers that no rule leaves alone.
fn sample<D: ndarray::Dimension, Sh: ndarray::ShapeBuilder<Dim = D>>(shape: Sh) -> ndarray::Array<f32, D> {
    let mut next = 0u32;
    ndarray::Array::from_shape_simple_fn(shape, || {
        next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((next >> 20) as f32) / 16.0
    })
}
