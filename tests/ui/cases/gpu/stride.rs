use ndstencil::prelude::*;

#[stencil(boundary = Nearest, gpu, stride = 2)]
fn pooled(x: Window2<f32>) -> f32 {
    x[[0, 0]].max(x[[0, 1]])
}

fn main() {}
