//! Helper functions and constants.

use ndstencil::prelude::*;

use super::{eighths, integers, same};

#[stencil(gpu, boundary = Reflect)]
fn sobel(x: Window2<f32>) -> f32 {
    const WEIGHTS: [f32; 3] = [1.0, 2.0, 1.0];
    fn magnitude(across: f32, down: f32) -> f32 {
        across.abs() + down.abs()
    }
    let (mut across, mut down) = (0.0, 0.0);
    for k in -1..=1 {
        let weight = WEIGHTS[(k + 1) as usize];
        across += weight * (x[[k, 1]] - x[[k, -1]]);
        down += weight * (x[[1, k]] - x[[-1, k]]);
    }
    magnitude(across, down)
}

#[test]
fn functions_and_constants_of_the_body() {
    same!(sobel(), &eighths());
}

#[stencil(gpu, halo = 1, boundary = Mirror)]
fn steepest(x: Window2<i32>) -> i32 {
    fn slope(x: Window2<i32>, i: isize, j: isize) -> i32 {
        (x[[i, j]] - x[[0, 0]]).abs()
    }
    let mut most = 0;
    for (i, j) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
        most = most.max(slope(x, i, j));
    }
    most
}

#[test]
fn functions_of_windows() {
    same!(steepest(), &integers());
}

#[stencil(gpu)]
fn digits(x: Window2<i32>) -> i32 {
    const BASE: i32 = 3;
    const SQUARE: i32 = BASE * BASE;
    fn twice(v: i32) -> i32 {
        let half = add(v, SQUARE);
        add(half, half)
    }
    fn add(a: i32, b: i32) -> i32 {
        a + b
    }
    twice(x[[0, 0]]) % SQUARE
}

#[test]
fn functions_that_call_functions() {
    same!(digits(), &integers());
}

#[ndstencil::kernel_module]
mod shared {
    use ndstencil::prelude::*;

    pub(super) const LIMIT: f32 = 2.5;
    const TABLE: [f32; 4] = [0.5, -1.0, 2.0, 0.25];

    fn limited(v: f32) -> f32 {
        if v > LIMIT { LIMIT } else { v }
    }

    #[stencil(gpu, boundary = Nearest)]
    pub(super) fn limit(x: Window2<f32>) -> f32 {
        limited(x[[0, -1]]) + limited(x[[0, 1]])
    }

    #[stencil(gpu, boundary = Nearest)]
    pub(super) fn pick(x: Window2<i32>) -> f32 {
        TABLE[(x[[0, 1]] & 3) as usize]
    }
}

#[test]
fn items_of_a_module() {
    same!(shared::limit(), &eighths());
    same!(shared::pick(), &integers());
    assert_eq!(shared::LIMIT, 2.5);
}
