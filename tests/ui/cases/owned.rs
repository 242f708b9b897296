use ndstencil::prelude::*;

#[stencil]
fn owned(x: Window2<f32>, list: Vec<f32>, weights: ndarray::Array2<f32>) -> f32 {
    x[[0, 0]] * list[0] * weights[[0, 0]]
}

fn main() {}
