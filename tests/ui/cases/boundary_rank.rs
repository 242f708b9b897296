use ndstencil::prelude::*;

#[stencil(boundary = (Wrap, Nearest, Wrap))]
fn a(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = (Wrap, (Nearest, Wrap, Wrap)))]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

fn main() {}
