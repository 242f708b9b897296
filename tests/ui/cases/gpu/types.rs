use ndstencil::prelude::*;

#[derive(Clone, Copy)]
struct Settings {
    gain: f32,
}

#[stencil(boundary = Nearest, gpu)]
fn pairs(x: Window2<[f32; 2]>) -> f32 {
    x[[0, 1]][0]
}

#[stencil(boundary = Nearest, gpu)]
fn pointers(x: Window2<f32>) -> usize {
    x[[0, 1]] as usize
}

#[stencil(boundary = Nearest, gpu)]
fn parameters(x: Window2<f32>, settings: Settings) -> f32 {
    x[[0, 1]] * settings.gain
}

#[stencil(boundary = Nearest, gpu)]
fn five_axes(x: Window5<f32>) -> f32 {
    x[[0, 0, 0, 0, 1]]
}

fn main() {}
