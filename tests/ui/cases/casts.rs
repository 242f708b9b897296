use ndstencil::prelude::*;

#[stencil]
fn reference(x: Window1<f32>, limits: &[f32]) -> u8 {
    let low = &limits[0];
    low as u8
}

#[stencil]
fn mixed(x: Window1<f32>) -> u8 {
    (x[0] + 1) as u8
}

#[stencil]
fn returned(x: Window1<f32>) -> u16 {
    (2.0 * x[0]).round() as u8
}

fn main() {}
