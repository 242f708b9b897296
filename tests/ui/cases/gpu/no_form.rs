//! `.on(..)` of kernels whose attribute does not say `gpu`.

use ndarray::ArrayView1;

use ndstencil::prelude::*;

#[stencil]
fn same(x: Window1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
fn first(x: ArrayView1<f32>) -> f32 {
    x[0]
}

fn on(gpu: &Gpu) {
    let _ = same().on(gpu);
    let _ = first().on(gpu);
    let _ = same().repeat(3).on(gpu);
}

#[stencil(gpu)]
fn double(x: Window1<f32>) -> f32 {
    2.0 * x[0]
}

fn apply(gpu: &Gpu) {
    let _ = double().on(gpu).apply(&ndarray::array![1.0f64]);
}

fn main() {
    let _ = (on, apply);
}
