use ndstencil::prelude::*;

#[stencil]
fn a(x: Window2<f32>, (low, high): (f32, f32)) -> f32 {
    x[[0, 0]].clamp(low, high)
}

#[stencil]
fn b(__x: Window2<f32>) -> f32 {
    __x[[0, 0]]
}

#[stencil]
fn __c(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

fn main() {}
