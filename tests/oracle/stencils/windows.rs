//! Other things that an element function may use: positions, order statistics, parameters, halos that are declared.

use ndarray::{Array2, ArrayView2};
use ndstencil::prelude::*;
use ndstencil::{Halo, network::max, network::median, network::min, network::sort};

use crate::samples::Sample;
use crate::stencils::apply::suite;

/// Its boundary must not show: cells outside the array count as such.
#[stencil(boundary = Nearest)]
fn whereabouts(x: Window2<u64>) -> u64 {
    let [i, j] = x.position();
    let [rows, columns] = x.shape();
    let inside = [[-1, 0], [0, -2], [1, 2]].map(|offset| u64::from(x.contains(offset)));
    let inside = inside[0] * 4 + inside[1] * 2 + inside[2];
    (((i * 1000 + j) * 1000 + rows) * 1000 + columns) as u64 * 8 + inside + (x[[-1, 0]] ^ x[[1, 2]] ^ x[[0, -2]]) % 2
}

#[stencil(boundary = Nearest)]
fn place(x: Window4<u64>) -> u64 {
    let position = x.position();
    let inside = u64::from(x.contains([1, -1, 1, -1]));
    (0..4).fold(x[[1, -1, 1, -1]] % 2 * 2 + inside, |sum, axis| sum * 50 + position[axis] as u64)
}

#[stencil(boundary = Nearest)]
fn middle(x: Window2<u8>) -> u8 {
    let _ = (x[[-1, -1]], x[[1, 1]]);
    median(x.values())
}

#[stencil(boundary = Nearest)]
fn spread(x: Window2<i16>) -> i16 {
    let _ = (x[[-1, 0]], x[[0, 2]]);
    max(x.values()).wrapping_sub(min(x.values()))
}

#[stencil(boundary = Nearest)]
fn ranked(x: Window1<i32>) -> i32 {
    let _ = (x[-2], x[2]);
    let sorted = sort(x.values());
    sorted[1].mix(sorted[3])
}

/// Reads inside branches and loops that are left early.
#[stencil(boundary = Nearest)]
fn choosy(x: Window2<i32>, limit: i32) -> i32 {
    if x[[0, 0]] % 3 == 0 {
        return x[[-1, 1]];
    }
    let mut sum = 0i32;
    for i in -1..=1 {
        for j in -2..=0 {
            if x[[i, j]] > limit {
                continue;
            }
            sum = sum.mix(x[[i, j]]);
        }
        if sum < 0 {
            break;
        }
    }
    match sum % 2 {
        0 => sum,
        _ => sum ^ x[[2, 0]],
    }
}

#[stencil(boundary = Nearest)]
fn weighted(x: Window2<f32>, weights: ArrayView2<f32>, table: &[f32], bias: f32) -> f32 {
    let mut sum = bias;
    for i in 0..3 {
        for j in 0..3 {
            sum += weights[[i, j]] * x[[i as isize - 1, j as isize - 1]];
        }
    }
    sum * table[(x[[0, 0]].abs() % 4.0) as usize]
}

#[stencil(boundary = Nearest)]
fn diffuse<T: Real>(u: Window2<T>, alpha: T) -> T {
    let sum = u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]];
    alpha.mul_add(sum - T::real(4.0) * u[[0, 0]], u[[0, 0]]).abs().sqrt()
}

#[stencil(boundary = Nearest, halo = R)]
fn ring<const R: usize>(x: Window2<u16>) -> u16 {
    let r = R as isize;
    x[[-r, 0]].mix(x[[0, -r]]).mix(x[[0, r]]).mix(x[[r, r]])
}

/// Its halo is wider than what it reads: the cells in between must not matter.
#[stencil(boundary = Nearest, halo = ((3, 0), (1, 9)))]
fn loose(x: Window2<u16>) -> u16 {
    x[[-1, 0]].mix(x[[0, 1]])
}

#[stencil(boundary = Nearest, halo = dynamic)]
fn lag(x: Window2<f64>, rows: isize, columns: isize) -> f64 {
    x[[-rows, columns]].mix(x[[0, 0]])
}

/// Halos of more axes than the kernel has, as `Halo::uniform` makes them, are fine.
fn lag_by(rows: usize, columns: usize) -> Stencil<Lag> {
    lag(rows as isize, columns as isize).halo(Halo::new([[rows, 0], [0, columns], [1, 1]]))
}

fn weights() -> Array2<f32> {
    Array2::from_shape_fn((3, 3), |(i, j)| (i * 3 + j) as f32 / 5.0 - 0.7)
}

suite! {
    whereabouts_u64: whereabouts(), u64, 2, 6;
    place_u64: place(), u64, 4, 3;
    median_u8: middle(), u8, 2, 6;
    spread_i16: spread(), i16, 2, 4;
    ranked_i32: ranked(), i32, 1, 4;
    choosy_i32: choosy(1 << 29), i32, 2, 6;
    weighted_f32: weighted(weights().view(), &[1.0, -2.0, 0.5, 3.0], 0.25), f32, 2, 4;
    diffuse_f32: diffuse(0.3f32), f32, 2, 4;
    diffuse_f64: diffuse(0.3f64), f64, 2, 4;
    ring_2: ring::<2>(), u16, 2, 3;
    ring_6: ring::<6>(), u16, 2, 1;
    loose_u16: loose(), u16, 2, 2;
    lag_f64: lag_by(2, 5), f64, 2, 3;
    lag_far: lag_by(19, 1), f64, 2, 2;
}

#[cfg(feature = "f16")]
suite! {
    diffuse_f16: diffuse(half::f16::from_f32(0.3)), half::f16, 2, 3;
}
