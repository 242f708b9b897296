use ndstencil::prelude::*;

#[stencil]
fn smooth(x: Window2<f32>, #[boundary(Wrap)] y: Window2<f32>, z: Window2<f32>) -> f32 {
    x[[0, 1]] + y[[0, 1]] + z[[1, 0]]
}

fn main() {}
