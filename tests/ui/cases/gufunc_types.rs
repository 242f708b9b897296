use ndarray::{ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;

#[gufunc("(n)->(p)", p = n + missing)]
fn unknown_name(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    y[0] = x[0];
}

#[gufunc("(n)->()", require = n)]
fn not_a_bool(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(),()->()", identity = 0)]
fn wrong_identity(x: f32, y: f32) -> f32 {
    x + y
}

#[gufunc("(n)->()")]
fn body(x: ArrayView1<f32>) -> f32 {
    x
}

fn main() {}
