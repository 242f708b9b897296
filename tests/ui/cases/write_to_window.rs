use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn smooth(x: Window2<f32>) -> f32 {
    x[[0, 0]] = 1.0;
    x[[0, 1]] += 1.0;
    let cell = &mut x[[1, 0]];
    *cell
}

fn main() {}
