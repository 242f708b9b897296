use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn smooth(x: Window2<f32>) -> f32 {
    if x[[0, 1]] > 1.0 { smooth(x) } else { x[[0, 0]] }
}

fn main() {}
