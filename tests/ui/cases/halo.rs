use ndstencil::prelude::*;

#[stencil(boundary = Nearest, halo = (1, 2, 3))]
fn a(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, halo = (-1, 1))]
fn b(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, halo = 2_000_000)]
fn c(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, halo = "wide")]
fn d(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, halo = -1)]
fn e(x: Window1<f32>) -> f32 {
    x[1]
}

fn main() {}
