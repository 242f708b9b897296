use ndstencil::prelude::*;

use ndarray::ArrayView2;

#[stencil(boundary = Nearest)]
fn smooth(x: ArrayView2<f32>) -> f32 {
    x[[0, 0]]
}

type Image<'a> = Window2<'a, u8>;

#[stencil(boundary = Nearest)]
fn of_an_alias(x: Image<'_>, amount: f32) -> f32 {
    amount * f32::from(x[[0, 1]])
}

// Callers stay quiet where the window that was meant is known.
fn main() {
    let x = ndarray::Array2::<f32>::zeros((2, 2));
    println!("{:?}", smooth().boundary(Boundary::Wrap).apply(&x).unwrap());
}
