use ndarray::{ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;

#[gufunc("(m),(n)->(p)", q = m + n)]
fn unknown(a: ArrayView1<f32>, b: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0] + b[0];
}

#[gufunc("(m),(n)->(p)", n = m)]
fn of_an_input(a: ArrayView1<f32>, b: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0] + b[0];
}

#[gufunc("(m)->(p)", p = m, p = m + 1, require)]
fn twice(a: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0];
}

#[gufunc("(m)->(p)" p = m)]
fn no_comma(a: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0];
}

#[gufunc("(m)->(3)", 3 = m, p = , requires = m > 0, type = 3, gpu: f32)]
fn wrong(a: ArrayView1<f32>, mut c: ArrayViewMut1<f32>) {
    c[0] = a[0];
}

#[gufunc("(n)->()", identity = 0.0)]
fn identity(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()", lanes = 4)]
fn lanes_are_not_counted(x: ArrayView1<f32>) -> f32 {
    x[0]
}

fn main() {
    let _ = twice().apply(&ndarray::array![1.0]);
}
