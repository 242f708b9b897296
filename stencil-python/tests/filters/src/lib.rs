//! A module of kernels, for the tests: its own, as a crate with one dependency writes them, and those of another crate.

use ndstencil_python::prelude::*;

/// One step of the heat equation on a torus.
#[stencil(boundary = Wrap, python)]
fn heat(u: Window2<f64>, alpha: f64) -> f64 {
    u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

#[gufunc("(),()->()", python)]
fn ndvi(nir: f32, red: f32) -> f32 {
    (nir - red) / (nir + red)
}

/// The cell above, with a signature of its own.
#[gufunc("(rows,columns)->(rows,columns)", python(u8, f32))]
#[stencil(boundary = Reflect)]
fn above<T: Copy>(x: Window2<T>) -> T {
    x[[-1, 0]]
}

mod other {
    use ndstencil_python::prelude::*;

    #[gufunc("()->()", python, name = "somewhere::negative")]
    pub(crate) fn negative(x: i16) -> i16 {
        x.wrapping_neg()
    }
}

python_module!(
    /// Kernels for tests.
    filters: heat, ndvi, above, other::negative,
    kernels::smooth, kernels::smooth_reflect, kernels::smooth_mirror, kernels::smooth_wrap, kernels::smooth_constant,
    kernels::smooth_fill, kernels::smooth_keep, kernels::lag, kernels::masked, kernels::nanmedian, kernels::nanmax,
    kernels::plus, kernels::minus, kernels::scaled, kernels::guarded, kernels::quotient, kernels::matmul, kernels::matrix_multiply,
    kernels::cross1d, kernels::inner1d, kernels::innerwt, kernels::cumsum,
    kernels::root_of_sum,
);
