use ndstencil::prelude::*;

#[stencil]
fn smooth(x: Window2<f32>, line: Window1<f32>) -> f32 {
    x[[0, 0]] + line[0]
}

fn main() {}
