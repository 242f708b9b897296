use ndarray::ArrayView2;
use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn convolve(x: Window2<f32>, w: ArrayView2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += w[[i + 1, j + 1]] * x[[i, j]];
        }
    }
    sum
}

#[stencil(boundary = Nearest)]
fn rows(x: Window2<f32>, w: [[f32; 3]; 3]) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += w[i + 1][j + 1] * x[[i, j]];
        }
    }
    sum
}

#[stencil(boundary = Nearest)]
fn shifted(x: Window1<f32>, w: &[f32]) -> f32 {
    let mut sum = 0.0;
    for k in 0..3 {
        sum += w[k] * x[k - 1];
    }
    sum
}

// Of an array that the macro does not see, rustc says it, at the index.
const WEIGHTS: [f32; 3] = [0.25, 0.5, 0.25];

#[stencil(boundary = Nearest)]
fn outside(x: Window1<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        sum += WEIGHTS[i + 1] * x[i];
    }
    sum
}

fn main() {}
