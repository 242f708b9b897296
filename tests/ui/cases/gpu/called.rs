//! A kernel without a form is one error, however often it is called.

use ndarray::{Array1, ArrayView1, array};
use ndstencil::prelude::*;

#[stencil(gpu, boundary = Nearest)]
fn listed(x: Window1<f32>) -> f32 {
    let values = vec![x[0], x[1]];
    values[0]
}

#[gufunc("(n)->()", gpu)]
fn first(x: ArrayView1<f32>) -> f32 {
    x.to_vec()[0]
}

fn run(gpu: &Gpu) -> Result<Array1<f32>, ndstencil::Error> {
    let y = listed().on(gpu).apply(&array![1.0, 2.0])?;
    let _ = listed().repeat(2).on(gpu).apply(&y)?;
    let _ = first().on(gpu).apply(&array![[1.0, 2.0]])?;
    listed().on(gpu).apply(&y)
}

fn main() {
    let _ = run;
}
