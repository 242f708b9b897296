use ndstencil::prelude::*;

struct Pixel(u8, u8);

struct Settings {
    gain: f32,
}

// The first thing that is said names what is missing.

#[stencil]
fn element(x: Window1<Pixel>) -> u8 {
    x[0].0
}

#[stencil]
fn parameter(x: Window1<f32>, settings: Settings) -> f32 {
    settings.gain * x[0]
}

fn main() {}
