//! Branches, matches, early returns, blocks.

use ndstencil::prelude::*;

use super::{eighths, integers, same};

#[stencil(gpu, boundary = Nearest)]
fn laplace(x: Window2<f32>) -> f32 {
    x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]] - 4.0 * x[[0, 0]]
}

#[test]
fn literal_offsets() {
    same!(laplace(), &eighths());
}

#[stencil(gpu, boundary = Nearest)]
fn branches(x: Window2<f32>, limit: f32) -> f32 {
    if x[[0, 0]] > limit {
        return -1.0;
    }
    let left = x[[0, -1]];
    match left as i32 % 3 {
        0 => x[[-1, 0]],
        1 if x[[1, 0]] > 0.0 => x[[1, 0]],
        _ => {
            if left > 0.0 && x[[0, 2]] > 0.0 {
                x[[0, 2]]
            } else {
                left
            }
        }
    }
}

#[test]
fn branches_and_early_returns() {
    same!(branches(5.0), &eighths());
    same!(branches(-5.0), &eighths());
}

#[stencil(gpu, boundary = Wrap)]
fn classes(x: Window2<i32>) -> i32 {
    match x[[0, 0]] {
        i32::MIN..=-50 => 0,
        -49 | -48 | -47 => 1,
        n @ -46..=0 => n * 2,
        n if n % 2 == 0 => n - x[[0, 1]],
        7 => 1_000,
        _ => match (x[[0, 1]] > 0, x[[1, 0]]) {
            (true, 0..) => 2,
            (true, _) => 3,
            (false, m) => m,
        },
    }
}

#[test]
fn matches() {
    same!(classes(), &integers());
}

#[stencil(gpu, boundary = Reflect)]
fn assigned(x: Window2<i32>) -> i32 {
    let mut low = x[[0, 0]];
    let high;
    if x[[0, 1]] < low {
        high = low;
        low = x[[0, 1]];
    } else {
        high = x[[0, 1]];
    }
    let spread = {
        let half = (high - low) / 2;
        half * half
    };
    low += spread;
    low -= 1;
    low *= 2;
    low ^= high;
    low &= !1;
    low |= 4;
    low <<= 1;
    low >>= 2;
    low
}

#[test]
fn variables() {
    same!(assigned(), &integers());
}

#[stencil(gpu, boundary = Nearest)]
fn either(x: Window2<f32>) -> f32 {
    let scale = if x[[0, 0]] < 0.0 {
        -1.0
    } else if x[[0, 0]] > 4.0 {
        2.0
    } else {
        1.0
    };
    let guarded = x[[0, 1]] != 0.0 && 8.0 / x[[0, 1]] > 2.0 || x[[1, 0]] == 1.0;
    scale * if guarded { x[[0, 1]] } else { x[[-1, 0]] }
}

#[test]
fn conditions() {
    same!(either(), &eighths());
}

#[stencil(gpu, boundary = Nearest)]
fn shadowed(x: Window2<i32>) -> i32 {
    let v = x[[0, 0]];
    let v = v * 2;
    {
        let v = v + 1;
        let _ = v;
    }
    let (a, b) = (v, x[[0, 1]]);
    let (a, b) = (b, a);
    let v = if a > b {
        let v = a - b;
        v
    } else {
        let a = v;
        a + b
    };
    v - a
}

#[test]
fn shadowing_and_tuples() {
    same!(shadowed(), &integers());
}

#[stencil(gpu, boundary = Nearest)]
fn reserved(x: Window2<i32>) -> i32 {
    // Names that mean something in WGSL.
    let target = x[[0, 0]];
    let vec4 = target + 1;
    let array = vec4 * 2;
    let _unused = array;
    let at = array - 1;
    let p = at;
    let größe = p + 1;
    größe
}

#[test]
fn names() {
    same!(reserved(), &integers());
}

#[stencil(gpu, boundary = Nearest)]
fn two(x: Window2<i32>) -> (i32, bool) {
    if x[[0, 0]] < 0 {
        return (0, false);
    }
    (x[[0, 1]] - x[[0, 0]], x[[0, 1]] > x[[0, 0]])
}

#[test]
fn several_outputs() {
    same!(two(), &integers());
}
