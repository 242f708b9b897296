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

/// A halo that is wider than short arrays.
#[stencil(boundary = (Nearest, Reflect), python)]
fn ahead(x: Window1<f64>) -> f64 {
    x[3] - x[-1]
}

/// Pixels on the left, saturated.
#[stencil(boundary = Nearest, python(u8))]
fn edges_u8<T: Into<i32> + Copy>(x: Window2<T>) -> u8 {
    (x[[0, 1]].into() - x[[0, -1]].into()).clamp(0, 255) as u8
}

/// Floats.
#[stencil(boundary = Nearest, python(f32, f64))]
fn edges_float<T: Real>(x: Window2<T>) -> T {
    x[[0, 1]] - x[[0, -1]]
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
    filters: heat, ahead, edges = [edges_u8, edges_float], ndvi, above, other::negative,
    kernels::smooth, kernels::smooth_reflect, kernels::smooth_mirror, kernels::smooth_wrap, kernels::smooth_constant,
    kernels::smooth_fill, kernels::smooth_keep, kernels::lag, kernels::masked, kernels::nanmedian, kernels::nanmax,
    kernels::plus, kernels::minus, kernels::scaled, kernels::guarded, kernels::quotient, kernels::matmul, kernels::matrix_multiply,
    kernels::cross1d, kernels::inner1d, kernels::innerwt, kernels::cumsum,
    kernels::root_of_sum, kernels::parts, kernels::unlike, kernels::unlike_written, kernels::masked_wrap, kernels::places, kernels::larger, kernels::solid,
);

// Modules that cannot be imported.
python_module!(mismatched: edges = [edges_u8, above]);
python_module!(ambiguous: edges = [edges_float, edges_float]);
python_module!(repeated: heat, heat);
