use ndstencil::prelude::*;

#[stencil(boundary = Nearest, stride = 0)]
fn a(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, stride = (2, 2, 2))]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, stride = 1.5)]
fn c(x: Window1<f32>) -> f32 {
    x[1]
}

#[stencil(boundary = Nearest, stride = -1)]
fn backwards(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, stride = (2, 0))]
fn second(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

const NONE: usize = 0;

#[stencil(boundary = Nearest, stride = NONE)]
fn d(x: Window1<f32>) -> f32 {
    x[1]
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest, stride = (2, 1))]
fn e(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

fn main() {}
