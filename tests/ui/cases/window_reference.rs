use ndstencil::prelude::*;

#[stencil]
fn smooth(x: &Window2<f32>) -> f32 {
    x[[0, 0]]
}

fn main() {
    let _ = smooth().apply(&ndarray::Array2::zeros((2, 2)));
}
