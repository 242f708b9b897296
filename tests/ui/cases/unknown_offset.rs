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

// Once for each input, with what is there of the attribute.
#[stencil(boundary = (Wrap, Constant(0.0)), type = Named)]
fn several(x: Window2<f32>, y: Window2<f32>, r: isize) -> f32 {
    x[[r, 0]] + x[[-r, 0]] + x[[0, r]] + y[[WIDTH, 0]] + y[[-WIDTH, 0]]
}

fn main() {}
