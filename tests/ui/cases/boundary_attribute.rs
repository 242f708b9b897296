use ndstencil::prelude::*;

#[stencil]
fn smooth(
    #[boundary] x: Window2<f32>,
    #[boundary(Wrap)]
    #[boundary(Nearest)]
    y: Window2<f32>,
    #[boundary(Wrap)] weight: f32,
) -> f32 {
    x[[0, 1]] + weight * y[[0, 1]]
}

fn main() {}
