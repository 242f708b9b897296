use ndstencil::prelude::*;

#[stencil]
unsafe extern "C" fn a(x: Window2<f32>, _: ...) -> f32 {
    x[[0, 0]]
}

fn main() {}
