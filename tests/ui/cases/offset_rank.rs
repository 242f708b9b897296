use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn a(x: Window2<f32>) -> f32 {
    x[[1, 0, 0]] + x[[1]]
}

#[stencil(boundary = Nearest)]
fn b(x: Window2<f32>) -> f32 {
    x[-1] + x[[0, 0]]
}

fn main() {}
