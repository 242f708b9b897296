use ndstencil::prelude::*;

#[stencil(boundary = Nearest, halo = (1, 0))]
fn smooth(x: Window2<f32>) -> f32 {
    x[[-1, 0]] + x[[2, 0]] + x[[0, -1]]
}

fn main() {}
