//! The methods of windows beside reads.

use ndarray::Array3;
use ndstencil::prelude::*;
use ndstencil::{network::max, network::median, network::min, network::sort};

use super::{eighths, integers, numbers, same};

#[stencil(gpu, halo = 1, boundary = Reflect)]
fn middle(x: Window2<f32>) -> f32 {
    median(x.values())
}

#[stencil(gpu, halo = 1, boundary = Reflect)]
fn middle_u8(x: Window2<u8>) -> u8 {
    median(x.values())
}

#[stencil(gpu, halo = (0, 2), boundary = Wrap)]
fn spread(x: Window2<i32>) -> (i32, i32, i32) {
    let sorted = sort(x.values());
    (max(x.values()) - min(x.values()), sorted[1], sorted[3])
}

#[test]
fn networks() {
    same!(middle(), &eighths());
    same!(middle_u8(), &integers().mapv(|v| v as u8));
    same!(spread(), &integers());
}

#[stencil(gpu, boundary = Nearest)]
fn placed(x: Window3<i32>) -> i32 {
    let [i, j, k] = x.position();
    let n = x.shape();
    let checkered = (i + j + k) % 2 == 0;
    let inside = x.contains([1, 0, 0]) && x.contains([0, 0, -2]);
    x[[1, 0, 0]] * (n[0] * 100 + n[1] * 10 + n[2]) as i32
        + if checkered { 1 } else { -1 }
        + if inside { 1000 } else { 0 }
        + x[[0, 0, -2]]
}

#[test]
fn position_shape_and_contains() {
    same!(placed(), &numbers((5, 6, 17)));
    same!(placed(), &Array3::<i32>::ones((1, 2, 1)));
}

#[stencil(gpu, halo = 1, boundary = Reflect)]
fn sobel(x: Window2<u8>) -> u8 {
    let [a, b, c, d, _, f, g, h, i] = x.values().map(i32::from);
    let across = (c + 2 * f + i) - (a + 2 * d + g);
    let down = (g + 2 * h + i) - (a + 2 * b + c);
    ((across.abs() + down.abs()) / 8) as u8
}

#[test]
fn values_in_a_pattern() {
    same!(sobel(), &integers().mapv(|v| v as u8));
}

#[stencil(gpu, boundary = Mirror)]
fn wave(previous: Window2<f32>, current: Window2<f32>, #[boundary(Constant(1.0))] speed: Window2<f32>) -> f32 {
    let around = current[[-1, 0]] + current[[1, 0]] + current[[0, -1]] + current[[0, 1]];
    2.0 * current[[0, 0]] - previous[[0, 0]] + speed[[0, 1]] * (around - 4.0 * current[[0, 0]])
}

#[test]
fn several_inputs() {
    let (a, b, c) = (eighths(), eighths().mapv(|v| 1.0 - v), eighths().mapv(|v| v / 2.0));
    same!(wave(), (&a, &b, &c));
}
