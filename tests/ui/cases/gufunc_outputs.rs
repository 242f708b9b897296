use ndarray::{Array1, ArrayView1, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2, ArrayViewMutD};
use ndstencil::prelude::*;

#[gufunc("(n)->(n)")]
fn nothing(x: ArrayView1<f32>) {
    let _ = x;
}

#[gufunc("(n)->()")]
fn nothing_returned(x: ArrayView1<f64>) {
    let _ = x;
}

#[gufunc("(n)->(n)")]
fn owned(x: ArrayView1<f32>, y: &mut Array1<f32>) {
    y.assign(&x);
}

#[gufunc("(n)->(n)")]
fn read_only(x: ArrayView1<f32>, y: ArrayView1<f32>) {
    let _ = (x, y);
}

#[gufunc("(n)->(n)")]
fn returned(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->(n)")]
fn returned_array(x: ArrayView1<f32>) -> Array1<f32> {
    x.to_owned()
}

#[gufunc("(n)->(),()")]
fn too_few_values(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
fn too_many_values(x: ArrayView1<f32>) -> (f32, f32) {
    (x[0], x[1])
}

#[gufunc("(n)->()")]
fn extra(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) -> f32 {
    y[0] = x[0];
    x[0]
}

#[gufunc("(n)->(),()")]
fn both_ways(x: ArrayView1<f32>, mut y: ArrayViewMut0<f32>) -> f32 {
    y[()] = x[0];
    x[0]
}

#[gufunc("(n)->(n)")]
fn not_last(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>, gain: f32) {
    y[0] = gain * x[0];
}

#[gufunc("(n)->(n)")]
fn rank(x: ArrayView1<f32>, mut y: ArrayViewMut2<f32>) {
    y[[0, 0]] = x[0];
}

#[gufunc("(n)->(n)")]
fn dynamic(x: ArrayView1<f32>, mut y: ArrayViewMutD<f32>) {
    y[[0]] = x[0];
}

#[gufunc("(n)->(n)")]
fn reference(x: ArrayView1<f32>, y: &mut ArrayViewMut1<f32>) {
    y[0] = x[0];
}

#[gufunc("(n)->()")]
fn borrowed(x: ArrayView1<f32>) -> &f32 {
    &x[0]
}

fn main() {
    let x = ndarray::array![1.0];
    let _ = nothing().apply(&x);
    let _ = not_last(2.0).apply(&x);
}
