//! The language of GPU bodies, form by form: the device gives the bits that the CPU gives.
//!
//! Every kernel here is made of operations that are exact on both, so that results are compared without a tolerance.
// Forms that clippy would write in another way are forms, too.
#![allow(clippy::let_and_return, clippy::manual_range_patterns, clippy::manual_is_multiple_of)]

mod arrays;
mod checks;
mod control;
mod forms;
mod functions;
mod gufuncs;
mod indices;
mod loops;
mod numbers;
mod places;
mod windows;

use std::sync::LazyLock;

use ndarray::{Array, Array2, Dimension, ShapeBuilder};
use ndstencil::{Error, Gpu};

/// One device for all tests.
pub(crate) fn gpu() -> Option<&'static Gpu> {
    static GPU: LazyLock<Result<Gpu, Error>> = LazyLock::new(Gpu::new);
    ndstencil_device::required(GPU.as_ref())
}

/// Numbers without an order, the same in each run.
pub(crate) fn numbers<D: Dimension, Sh: ShapeBuilder<Dim = D>>(shape: Sh) -> Array<i32, D> {
    let mut state = 1_u32;
    Array::from_shape_simple_fn(shape, || {
        // Knuth's linear congruential generator; its high bits are good enough.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 20) as i32 - 2048
    })
}

/// Multiples of an eighth between -8 and 8: sums and products of a few of them are exact.
pub(crate) fn eighths() -> Array2<f32> {
    numbers((13, 37)).mapv(|v| (v % 65) as f32 / 8.0)
}

/// Small integers.
pub(crate) fn integers() -> Array2<i32> {
    numbers((13, 37)).mapv(|v| v % 100)
}

/// The device against the CPU, on one input.
macro_rules! same {
    ($kernel:expr, $x:expr) => {
        if let Some(gpu) = $crate::gpu::gpu() {
            let found = $kernel.on(gpu).apply($x).unwrap();
            assert_eq!(found, $kernel.apply($x).unwrap());
        }
    };
}
pub(crate) use same;
