use ndstencil::prelude::*;

use ndstencil::Window;

#[stencil]
fn a(x: Window<'_, f32, 0>) -> f32 {
    1.0
}

#[stencil]
fn b(x: Window7<f32>) -> f32 {
    1.0
}

#[stencil]
fn c<const N: usize>(x: Window<'_, f32, N>) -> f32 {
    1.0
}

fn main() {}
