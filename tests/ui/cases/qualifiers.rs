use ndstencil::prelude::*;

#[stencil]
async fn a(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil]
unsafe fn b(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil]
const fn c(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil]
extern "C" fn d(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

fn main() {
    // Callers stay quiet.
    let x = ndarray::Array2::<f32>::zeros((2, 2));
    let _ = a().apply(&x);
    let _ = b().apply(&x);
}
