#![deny(dead_code)]
#![deny(unused_variables)]

use ndstencil::prelude::*;

// Once, on the name; and what the user did not use.
#[stencil(boundary = Nearest)]
fn nobody_calls_this(x: Window2<f32>, unused: f32) -> f32 {
    x[[0, 1]]
}

fn main() {}
