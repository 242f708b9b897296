use ndarray::{ArrayView1, array};
use ndstencil::prelude::*;

#[gufunc("(n)->()")]
fn first(x: ArrayView1<f64>) -> f64 {
    x[0]
}

#[gufunc("(),()->()")]
fn less(a: f64, b: f64) -> bool {
    a < b
}

#[gufunc("(),()->()", identity = 0)]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

fn main() {
    let x = array![[1.0]];
    let _ = less().reduce(&x);
    let _ = first().accumulate(&x);
    let _ = first().outer(&x, &x);
    let _ = add().reduce(&x.mapv(|v| v as f32));
}
