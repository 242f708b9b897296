use ndstencil::prelude::*;

#[stencil]
fn smooth(x: Window2) -> f32 {
    x[[0, 0]]
}

fn main() {}
