use ndstencil::prelude::*;

// Reads in branches are moved in front of them; what is wrong with one is said of it where it stands.

#[stencil(boundary = Nearest)]
fn literal(x: Window2<u8>, mask: Window2<bool>) -> f32 {
    if mask[[0, 0]] { x[[1, 0]] } else { 0.0 }
}

#[stencil(boundary = Nearest)]
fn named(x: Window1<u8>, mask: Window1<bool>) -> f32 {
    let k = 1;
    if mask[0] { x[-k] } else { 0.0 }
}

#[stencil(boundary = Nearest)]
fn looped(x: Window2<f32>, limit: f64) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        if x[[i, 0]] > 1.0 && x[[i, 1]] > limit {
            sum += x[[i, -1]];
        }
    }
    sum
}

#[stencil(boundary = Nearest)]
fn boxed(x: Window2<f32>, limit: f32) -> f64 {
    let mut sum = 0.0_f64;
    if limit > 0.0 {
        for i in -1..=1 {
            sum += x[[0, i]];
        }
    }
    sum
}

fn main() {}
