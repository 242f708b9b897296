use ndstencil::prelude::*;

#[stencil(boundry = Nearest)]
fn a(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil(boundary = Nearest, boundary = Wrap, speed = 3)]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary, halo = )]
fn c(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil(type = 3, boundary = Nearest)]
fn d(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil("Nearest")]
fn e(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil(boundary = Nearest, gpu = true)]
fn f(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, gpu, gpu)]
fn g(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(Nearest)]
fn h(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(clamp)]
fn i(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary(Nearest))]
fn j(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

// Not an echo of the misspelt key.
#[stencil(boundry = Nearest)]
fn k(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

fn main() {}
