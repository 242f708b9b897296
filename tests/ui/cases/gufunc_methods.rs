//! Methods and settings that do not go together, by their types.

use ndarray::{ArrayView1, array};
use ndstencil::prelude::*;

#[gufunc("(),()->()", identity = 0.0)]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[gufunc("()->()")]
fn negate(a: f64) -> f64 {
    -a
}

#[gufunc("(n)->()")]
fn first(x: ArrayView1<f64>) -> f64 {
    x[0]
}

fn main() {
    let x = array![[1.0]];
    let mut a = array![1.0];
    let mask = array![true];
    // A mask: nothing to keep in a new array.
    let _ = add().masked(&mask).apply((&x, 1.0));
    let _ = first().masked(&mask).apply(&x);
    // Settings of reductions alone.
    let _ = add().keepdims().accumulate(&x);
    let _ = add().masked(&mask).reduceat(&x, &[0]);
    let _ = add().initial(0.0).outer(&x, &x);
    // `at` of kernels that have nothing for `b`, or need it, or are over cores; indices that are none.
    let _ = negate().at(&mut a, &[0], 1.0);
    let _ = add().at(&mut a, &[0], ());
    let _ = first().at(&mut a, &[0], ());
    let _ = negate().at(&mut a, &[-1], ());
    let _ = negate().at(&mut a, &[(0, 0)], ());
}
