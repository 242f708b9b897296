use ndstencil::prelude::*;

#[stencil]
fn smooth(#[boundary(Shrink)] x: Window2<f32>, #[boundary((Wrap, Fill(0.0)))] y: Window2<f32>) -> f32 {
    x[[0, 1]] + y[[0, 1]]
}

fn main() {}
