#![deny(dead_code)]
#![deny(unused_variables)]

use ndarray::ArrayView1;
use ndstencil::prelude::*;

// Once, on the name; and what the user did not use.
#[gufunc("(n)->()")]
fn nobody_calls_this(x: ArrayView1<f32>, unused: f32) -> f32 {
    x[0]
}

fn main() {}
