//! Values of `usize` and `isize` that 32 bits do not hold, and operations on their upper half.

use ndstencil::prelude::*;

#[stencil(gpu)]
fn greatest(x: Window1<f32>) -> f32 {
    let mut place = isize::MAX;
    place = place.min(x.position()[0] as isize);
    place as f32
}

#[stencil(gpu)]
fn literal(x: Window1<f32>) -> f32 {
    let large = 0x1_0000_0000_usize;
    (x.position()[0] + large) as f32
}

#[stencil(gpu)]
fn rotated(x: Window1<f32>) -> f32 {
    x.position()[0].rotate_left(3) as f32
}

fn main() {}
