use ndstencil::prelude::*;

#[stencil]
fn nothing(x: Window2<f32>) {
    let _ = x[[0, 0]];
}

#[stencil]
fn unit(x: Window2<f32>) -> () {
    let _ = x[[0, 0]];
}

#[stencil]
fn reference(x: Window2<f32>) -> &f32 {
    &x[[0, 0]]
}

#[stencil(boundary = Nearest)]
fn itself(x: Window2<f32>) -> Window2<f32> {
    x
}

fn main() {}
