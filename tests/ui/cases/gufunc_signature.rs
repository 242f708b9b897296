use ndarray::{ArrayView0, ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;

#[gufunc]
fn nothing(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc(require = n > 0)]
fn only_keys(x: ArrayView1<f32>) -> f32 {
    x[0]
}

const SIGNATURE: &str = "(n)->()";

#[gufunc(SIGNATURE)]
fn constant(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)")]
fn no_arrow(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n) -> ")]
fn no_output(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n m)->()")]
fn no_comma(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n),->()")]
fn trailing_comma(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n,)->()")]
fn trailing_comma_inside(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->(n - 1)")]
fn arithmetic(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    y[0] = x[0];
}

#[gufunc("(0)->()")]
fn zero(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(3x)->()")]
fn digit_first(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n?)->(n)")]
fn mixed(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    y[0] = x[0];
}

#[gufunc("(n),(n)->()()")]
fn behind(x: ArrayView1<f32>, y: ArrayView1<f32>) -> (f32, f32) {
    (x[0], y[0])
}

#[gufunc("(a,b,c,d,e,f,g)->()")]
fn dimensions(x: ArrayView0<f32>) -> f32 {
    x[()]
}

#[gufunc("(),(),(),(),(),(),()->()")]
fn inputs(a: f32, b: f32, c: f32, d: f32, e: f32, f: f32, g: f32) -> f32 {
    a + b + c + d + e + f + g
}

#[gufunc("->(),(),(),(),(),(),()")]
fn outputs() -> (f32, f32, f32, f32, f32, f32, f32) {
    (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
}

// Callers of what does not compile stay quiet.
fn main() {
    let _ = no_comma().apply(&ndarray::array![1.0]);
    let _ = behind().apply((&ndarray::array![1.0], &ndarray::array![1.0]));
    let _ = mixed().apply(&ndarray::array![1.0]);
}
