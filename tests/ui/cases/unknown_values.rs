use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn a(x: Window2<f32>) -> f32 {
    ndstencil::network::median(x.values())
}

#[stencil(boundary = Nearest, halo = dynamic)]
fn b(x: Window2<f32>) -> f32 {
    ndstencil::network::median(x.values())
}

#[stencil(boundary = Nearest, halo = R)]
fn c<const R: usize>(x: Window2<f32>) -> f32 {
    ndstencil::network::median(x.values())
}

fn main() {}
