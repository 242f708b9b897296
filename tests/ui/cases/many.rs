use ndstencil::prelude::*;

// Everything at once.

#[stencil(boundary = Nearset, hallo = 1)]
async fn smooth(x: &Window2<f32>, mut y: Window2<u8>) -> f32 {
    x[-1] + x[[0.5, 0]] + f32::from(y[[1, 0, 0]])
}

fn main() {}
