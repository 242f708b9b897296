use ndarray::{Array2, array};
use ndstencil::prelude::*;

#[gufunc("(),()->()")]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

fn main() {
    let x: Array2<f64> = array![[1.0, 2.0]];
    let mask = array![true, false];
    let mut y = x.clone();
    let _ = add().initial(1.0).accumulate(&x);
    let _ = add().initial(1.0).reduceat(&x, &[0]);
    let _ = add().initial(1.0).apply((&x, &x));
    let _: Array2<f64> = add().initial(1.0).outer(&x, &x).unwrap();
    let _ = add().masked(&mask).at(&mut y, &[0], 1.0);
    let _ = add().keepdims().at(&mut y, &[0], 1.0);
}
