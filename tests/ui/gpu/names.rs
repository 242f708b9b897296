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
    let start = f32::from(3_u8);
    let none = Default::default();
    x[[0, 0]] + start + none
}

#[stencil(gpu)]
fn unknown_literal(x: Window2<f32>) -> f32 {
    let v = x[[0, 0]].into();
    let w: f64 = v;
    w as f32
}

fn main() {}
