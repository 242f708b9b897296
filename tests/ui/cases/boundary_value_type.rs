use ndstencil::prelude::*;

// rustc's own errors, on the user's tokens.

#[stencil(boundary = Constant(f32::NAN))]
fn a(x: Window2<u8>) -> u8 {
    x[[0, 1]]
}

#[stencil(boundary = (Constant(0), Nearest))]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

fn main() {}
