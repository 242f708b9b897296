use ndstencil::prelude::*;

#[stencil]
fn option(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

// Other kernels mean the usual type.
#[stencil]
fn window2(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil]
fn other(x: Window2<f32>) -> Option<f32> {
    Some(x[[0, 0]])
}

fn main() {
    let x = ndarray::Array2::<f32>::zeros((2, 2));
    println!("{:?} {:?}", option().apply(&x), window2().serial().apply(&x));
}
