//! Kernels that Python imports as `filters`.

use ndstencil_python::prelude::*;

/// The mean of the 3 x 3 neighbourhood; of pixels, rounded down.
#[stencil(boundary = Nearest, python)]
fn smooth_u8(x: Window2<u8>) -> u8 {
    let mut sum = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

/// The same of floats. Both are `filters.smooth` in Python: NumPy takes the first one that the array's type fits.
#[stencil(boundary = Nearest, python(f32, f64))]
fn smooth_float<T: Real>(x: Window2<T>) -> T {
    let mut sum = T::zero();
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / T::real(9.0)
}

/// The pixel and, `amount` times, its difference from the mean of its four neighbours.
#[stencil(boundary = Reflect, python(f32, f64))]
fn sharpen<T: Real>(x: Window2<T>, amount: T) -> T {
    let mean = (x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]]) * T::real(0.25);
    x[[0, 0]] + amount * (x[[0, 0]] - mean)
}

/// The normalised difference vegetation index.
#[gufunc("(),()->()", python(f32, f64))]
fn ndvi<T: Real>(nir: T, red: T) -> T {
    (nir - red) / (nir + red)
}

/// The median of what is there: NaN is left out, and nothing but NaN gives NaN.
#[gufunc("(n)->()", python(f32, f64))]
fn nanmedian<T: Real>(x: ArrayView1<T>, values: &mut Vec<T>) -> T {
    values.clear();
    for &value in x {
        if !value.is_nan() {
            values.push(value);
        }
    }
    let count = values.len();
    if count == 0 {
        return T::nan();
    }
    values.sort_unstable_by(|a, b| a.partial_cmp(b).expect("no NaN is left"));
    (values[(count - 1) / 2] + values[count / 2]) * T::real(0.5)
}

python_module!(
    /// Filters for images, and for series of them.
    filters: smooth = [smooth_u8, smooth_float], sharpen, ndvi, nanmedian
);
