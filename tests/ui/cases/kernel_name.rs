use ndstencil::prelude::*;

#[stencil]
fn option(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

fn main() {}
