use ndstencil::prelude::*;

const WIDTH: isize = 2;

#[stencil(boundary = Nearest)]
fn smooth(x: Window2<f32>, r: isize) -> f32 {
    let mut sum = x[[WIDTH, 0]];
    for i in -r..=r {
        sum += x[[0, i]];
    }
    sum
}

fn main() {}
