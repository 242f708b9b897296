use ndarray::{ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;

#[stencil(boundary = Shrink, python)]
fn smaller(x: Window2<f32>) -> f32 {
    x[[1, 0]]
}

#[stencil(boundary = Nearest, halo = dynamic, python)]
fn open(x: Window1<f32>, r: isize) -> f32 {
    x[r]
}

#[stencil(boundary = Nearest, python)]
fn convolve(x: Window1<f32>, weights: &[f32]) -> f32 {
    weights[0] * x[1]
}

#[stencil(boundary = Nearest, python)]
fn generic<T: Real>(x: Window1<T>) -> T {
    x[1]
}

#[stencil(boundary = Nearest, halo = R, python)]
fn boxed<const R: usize>(x: Window1<f32>) -> f32 {
    x[R as isize]
}

#[stencil(python(f32, (f64, f64), f32, f64))]
fn double<T: Real>(x: Window1<T>) -> T {
    x[0] + x[0]
}

#[stencil(python(f32))]
fn triple(x: Window1<f32>) -> f32 {
    3.0 * x[0]
}

#[gufunc("(m),(n)->(p)", p = m + n, python)]
fn joined(a: ArrayView1<f32>, b: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0] + b[0];
}

#[gufunc("->(3)", python)]
fn ramp(mut y: ArrayViewMut1<f32>) {
    y[0] = 1.0;
}

#[derive(Clone, Copy)]
struct Wind(f32);

#[stencil(boundary = Nearest, python)]
fn shear(x: Window1<Wind>) -> f32 {
    x[1].0 - x[0].0
}

#[stencil(boundary = Nearest, python)]
fn letters(x: Window1<f32>, letter: char) -> f32 {
    if letter == 'a' { x[1] } else { x[0] }
}

fn main() {}
