//! Loops of all kinds.

use ndarray::array;
use ndstencil::prelude::*;

use super::{eighths, integers, same};

#[stencil(gpu, boundary = Nearest)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in (-1..=1).rev() {
            sum += x[[i, j]];
        }
    }
    // A power of two: devices may divide by another number with an error.
    sum / 8.0
}

#[test]
fn literal_ranges() {
    same!(mean(), &eighths());
}

#[stencil(gpu, boundary = Nearest)]
fn cross(x: Window2<f32>) -> f32 {
    const OFFSETS: [[isize; 2]; 4] = [[-2, 0], [2, 0], [0, -1], [0, 1]];
    let mut sum = 0.0;
    for offset in OFFSETS {
        sum += x[offset];
    }
    for (k, d) in [3, -3].iter().enumerate() {
        sum += k as f32 * x[[0, *d]];
    }
    sum
}

#[test]
fn arrays_of_offsets() {
    same!(cross(), &eighths());
}

#[stencil(gpu, boundary = Nearest)]
fn skipping(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            let value = x[[i, j]];
            if value < 0.0 {
                continue;
            }
            sum += value;
            if i == 0 {
                continue;
            }
            if sum > 10.0 {
                break;
            }
            sum += 1.0;
        }
    }
    sum
}

#[test]
fn continues_and_breaks() {
    same!(skipping(), &eighths());
}

#[stencil(gpu, boundary = Nearest)]
fn first_above(x: Window2<f32>, limit: f32) -> f32 {
    for i in -1..=1 {
        for j in -1..=1 {
            if x[[i, j]] > limit {
                return x[[i, j]];
            }
        }
    }
    -1.0
}

#[test]
fn returns_in_loops() {
    same!(first_above(6.0), &eighths());
}

#[stencil(gpu)]
fn collatz(x: Window2<i32>) -> u32 {
    let mut n = x[[0, 0]].unsigned_abs() + 1;
    let mut steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

#[test]
fn while_loops() {
    same!(collatz(), &integers());
}

#[stencil(gpu)]
fn root(x: Window2<i32>) -> i32 {
    let target = x[[0, 0]].abs();
    let mut guess = 0;
    let found = loop {
        if guess * guess > target {
            break guess - 1;
        }
        guess += 1;
    };
    found
}

#[test]
fn loops_with_a_value() {
    same!(root(), &integers());
}

#[stencil(gpu, boundary = Wrap)]
fn triangle(x: Window2<i32>, reach: i32) -> i32 {
    let mut sum = 0;
    for i in 0..reach {
        for j in (0..=i).step_by(2) {
            sum += i * j + x[[0, 0]];
        }
    }
    sum
}

#[test]
fn dynamic_ranges() {
    for reach in [-1, 0, 1, 5] {
        same!(triangle(reach), &integers());
    }
}

#[stencil(gpu, halo = 2, boundary = Reflect)]
fn disc(x: Window2<i32>, radius: isize) -> i32 {
    let mut sum = 0;
    for i in -radius..=radius {
        for j in -radius..=radius {
            if i * i + j * j <= radius * radius {
                sum += x[[i, j]];
            }
        }
    }
    sum
}

#[test]
fn dynamic_offsets() {
    for radius in 0..=2 {
        same!(disc(radius), &integers());
    }
}

#[stencil(gpu, boundary = Nearest)]
fn folded(x: Window2<i32>) -> i32 {
    let values = [x[[0, -1]], x[[0, 0]], x[[0, 1]]];
    let mut best = i32::MIN;
    for v in values {
        best = best.max(v);
    }
    for (k, v) in values.iter().enumerate() {
        best += k as i32 * v;
    }
    best + values.iter().sum::<i32>() + values.iter().copied().fold(0, |a, b| a ^ b)
}

#[test]
fn arrays_and_folds() {
    same!(folded(), &integers());
    same!(folded(), &array![[i32::MAX - 200, -7, 3]].mapv(|v| v / 8));
}
