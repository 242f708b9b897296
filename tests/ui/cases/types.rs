use ndstencil::prelude::*;

// rustc's own errors: once, on the type.

#[stencil]
fn unknown(x: Window2<u88>) -> f32 {
    1.0
}

#[stencil(boundary = Nearest)]
fn wrong(x: Window2<f32>) -> f32 {
    if x[[0, 0]] > 0.0 { x[[0, 1]] as u8 } else { 0.0 }
}

fn main() {}
