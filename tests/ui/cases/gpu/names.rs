use ndstencil::prelude::*;

const CELL: f32 = 30.0;

fn square(v: f32) -> f32 {
    v * v
}

mod units {
    pub const FEET: f32 = 0.3048;
}

#[stencil(gpu)]
fn constant(x: Window2<f32>) -> f32 {
    x[[0, 0]] / CELL
}

#[stencil(gpu)]
fn function(x: Window2<f32>) -> f32 {
    square(x[[0, 0]])
}

#[stencil(gpu)]
fn path(x: Window2<f32>) -> f32 {
    x[[0, 0]] * units::FEET
}

#[stencil(gpu)]
fn unknown_type(x: Window2<f32>) -> f32 {
    let half = (0.5).sqrt();
    x[[0, 0]] + half
}

#[stencil(gpu)]
fn unknown_array(x: Window2<f32>) -> f32 {
    let mut values = [Default::default(); 3];
    values[0] = x[[0, 0]];
    values[0]
}

fn main() {}
