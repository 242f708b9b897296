use ndarray::{ArrayView1, ArrayView2};

use ndstencil::prelude::*;

#[stencil(gpu)]
fn checked(x: Window2<i32>) -> i32 {
    x[[0, 0]].checked_add(1).unwrap_or(0)
}

#[stencil(gpu)]
fn parameter(x: Window2<f32>, w: ArrayView2<f32>) -> f32 {
    x[[0, 0]] * w.std(0.0)
}

#[gufunc("(n)->()", gpu)]
fn core(x: ArrayView1<f32>) -> f32 {
    x.mean().unwrap_or(0.0)
}

#[stencil(boundary = Nearest, gpu)]
fn sorted(x: Window2<f32>) -> f32 {
    let mut v = [x[[0, 1]], x[[0, 0]], x[[0, -1]]];
    v.sort_by(|a, b| a.total_cmp(b));
    v[1]
}

#[stencil(boundary = Nearest, halo = 1, gpu)]
fn halo(x: Window2<f32>) -> f32 {
    let halo = x.halo();
    x[[0, 0]] + halo.len() as f32
}

#[stencil(gpu)]
fn double_precision(x: Window2<f64>) -> f64 {
    x[[0, 0]].sin() + x[[0, 0]].powf(0.5)
}

#[stencil(gpu)]
fn recursive(x: Window2<i32>) -> i32 {
    fn digits(v: i32) -> i32 {
        if v < 10 { 1 } else { 1 + digits(v / 10) }
    }
    digits(x[[0, 0]])
}

fn main() {}
