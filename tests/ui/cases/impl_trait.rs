use ndstencil::prelude::*;

#[stencil]
fn a(x: Window2<f32>, f: impl Fn(f32) -> f32) -> f32 {
    f(x[[0, 0]])
}

#[stencil]
fn b(x: Window2<f32>) -> impl Copy {
    x[[0, 0]]
}

fn main() {}
