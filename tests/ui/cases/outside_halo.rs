use ndstencil::prelude::*;

#[stencil(boundary = Nearest, halo = (1, 0))]
fn smooth(x: Window2<f32>) -> f32 {
    x[[-1, 0]] + x[[2, 0]] + x[[0, -1]]
}

// One halo that holds all.
#[stencil(boundary = Nearest, halo = 1)]
fn wide(x: Window1<f32>) -> f32 {
    let mut sum = x[-3];
    for i in -2..=2 {
        sum += x[i];
    }
    sum
}

fn main() {}
