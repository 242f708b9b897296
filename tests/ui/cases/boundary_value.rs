use ndstencil::prelude::*;

#[stencil(boundary = (Constant, With))]
fn a(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest(0.0))]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = (Constant(-1), Fill(-2)))]
fn c(x: Window2<u8>) -> u8 {
    x[[0, 1]]
}

fn main() {}
