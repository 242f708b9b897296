use ndarray::{Array1, array};
use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn two(u: Window1<f32>, v: Window1<f32>) -> f32 {
    u[-1] + v[0]
}

#[stencil(boundary = Nearest)]
fn edges(x: Window1<f32>) -> bool {
    x[1] > x[0]
}

#[stencil(boundary = Nearest)]
fn both(x: Window1<f32>) -> (f32, f32) {
    (x[-1], x[1])
}

#[stencil]
fn whole(x: Window1<f32>) -> i32 {
    x[0] as i32
}

fn main() {
    let mut x: Array1<f32> = array![1.0, 2.0];
    let _ = two().repeat(3).apply(&x);
    let _ = edges().repeat(3);
    let _ = both().repeat(3);
    let _ = whole().apply_in_place(&mut x);
}
