//! Calls that do not fit the kernel.

use ndarray::{Array2, array};
use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn left(x: Window2<f32>) -> f32 {
    x[[0, -1]]
}

#[stencil]
fn rounded(x: Window2<f32>) -> u8 {
    x[[0, 0]] as u8
}

#[stencil(stride = 2)]
fn every_second(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

#[stencil(boundary = Nearest)]
fn two(x: Window2<f32>, y: Window2<f32>) -> f32 {
    x[[0, -1]] + y[[0, 1]]
}

fn in_place() {
    let mut x = array![[1.0, 2.0]];
    let _ = left().apply_in_place(&mut x);
    let _ = rounded().apply_in_place(&mut x);
    let _ = every_second().apply_in_place(&mut x);
}

fn boundaries() {
    let _ = left().boundary(Boundary::Constant(0));
    let _ = left().boundary((Boundary::Wrap, Boundary::Wrap, Boundary::Wrap));
    let _ = two().boundaries(Boundary::Wrap);
}

fn filters() -> Vec<Box<dyn Filter<Array2<f32>, Array2<f32>>>> {
    vec![Box::new(left()), Box::new(rounded())]
}

fn main() {}
