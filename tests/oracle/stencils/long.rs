//! Loops over offsets so long that points run side by side: every executor and boundary against the reference, which computes
//! one point at a time.

use ndarray::{Array2, ArrayView2};
use ndstencil::prelude::*;
use ndstencil::{Halo, Kernel};

use crate::samples::{Line, Padded, Payload, Sample};
use crate::stencils::apply::suite;

#[stencil(boundary = Nearest)]
fn block<T: Sample>(x: Window2<T>) -> T {
    let mut sum = x[[0, 0]];
    for i in -3..=2 {
        for j in -9..=10 {
            sum = sum.mix(x[[i, j]]);
        }
    }
    sum.mix(x[[1, -1]])
}

#[stencil(boundary = Nearest)]
fn long_line<T: Sample>(x: Window1<T>) -> T {
    let mut sum = x[0];
    for i in -55..=50 {
        sum = sum.mix(x[i]);
    }
    sum
}

#[stencil(boundary = Nearest)]
fn cuboid<T: Sample>(x: Window3<T>) -> T {
    let mut sum = x[[0, 0, 0]];
    for i in -1..=1 {
        for j in (-2..=2).rev() {
            for k in -3..=4 {
                sum = sum.mix(x[[i, j, k]]);
            }
        }
    }
    sum
}

/// Leaves out missing values; a mean of nothing is missing.
#[stencil(boundary = Nearest)]
fn nanmean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    let mut count = 0u32;
    for i in -4..=4 {
        for j in -4..=4 {
            let v = x[[i, j]];
            if v.is_nan() || v < 0.0 {
                continue;
            }
            sum += v;
            count += 1;
        }
    }
    if count == 0 { f32::NAN } else { sum / count as f32 }
}

#[stencil(boundary = Nearest)]
fn widened(x: Window2<u8>) -> u8 {
    let (mut sum, mut most) = (0u32, 0);
    for i in -8..=8 {
        for j in -7..=8 {
            sum += u32::from(x[[i, j]]);
            most = most.max(x[[i, j]]);
        }
    }
    ((sum / 272) as u8).wrapping_add(most)
}

#[stencil(boundary = Nearest, halo = 3)]
fn weighted(x: Window2<f32>, weights: ArrayView2<f32>, bias: f32) -> f32 {
    let mut sum = bias;
    for i in 0..weights.nrows() {
        for j in 0..weights.ncols() {
            sum += weights[[i, j]] * x[[i as isize - 3, j as isize - 3]];
        }
    }
    sum
}

#[stencil(boundary = Nearest, halo = dynamic)]
fn open(x: Window2<f64>, weights: ArrayView2<f64>, r: isize) -> f64 {
    let mut sum = 0.0;
    for i in -r..=r {
        for j in -r..=r {
            sum += weights[[(i + r) as usize, (j + r) as usize]] * x[[i, j]];
        }
    }
    sum
}

/// The box is all that may be read.
#[stencil(boundary = Nearest, halo = dynamic)]
fn all(x: Window2<i16>) -> i16 {
    let [above, below] = x.halo().axis(0);
    let mut sum = 0i16;
    for i in -(above as isize)..=below as isize {
        for j in -(x.halo().axis(1)[0] as isize)..=x.halo().axis(1)[1] as isize {
            sum = sum.mix(x[[i, j]]);
        }
    }
    sum
}

#[stencil(boundary = Nearest, halo = (R, 3 * R))]
fn boxed<T: Sample, const R: usize>(x: Window2<T>) -> T {
    let r = R as isize;
    let mut sum = x[[0, 0]];
    for i in -r..=r {
        for j in -3 * r..=3 * r {
            sum = sum.mix(x[[i, j]]);
        }
    }
    sum
}

/// Places, and reads that differ from point to point.
#[stencil(boundary = Nearest, halo = 5)]
fn places(x: Window2<u64>) -> u64 {
    let [i, j] = x.position();
    let mut sum = (i * 1000 + j) as u64;
    for k in -5..=5 {
        for l in -5..=5 {
            if x.contains([k, l]) {
                sum = sum.mix(x[[k, l]] ^ x[[k, (sum % 6) as isize]]);
            }
        }
    }
    sum.mix(x.shape()[1] as u64)
}

fn above(x: Window2<'_, i32>, j: isize) -> i32 {
    x[[-1, j]].mix(x[[-2, j]])
}

/// The window is handed on.
#[stencil(boundary = Nearest, halo = ((2, 0), (40, 40)))]
fn handed(x: Window2<i32>, limit: i32) -> i32 {
    let mut sum = 0i32;
    for j in -40..=40 {
        let read = |i: isize| x[[i, j]];
        let v = above(x, j);
        if v > limit {
            sum = sum.mix(v);
        } else {
            sum ^= read(0);
        }
    }
    sum
}

/// Lanes that leave early: one point at a time.
#[stencil(boundary = Nearest)]
fn leaves(x: Window2<i32>) -> i32 {
    if x[[0, 0]] % 5 == 0 {
        return 7;
    }
    let mut sum = 0i32;
    for i in -4..=4 {
        for j in -6..=6 {
            sum = sum.mix(x[[i, j]]);
            if sum % 64 == 1 {
                return sum;
            }
        }
        if sum % 32 == 3 {
            break;
        }
    }
    sum
}

/// Branches that all points take alike, and variables of several kinds.
#[stencil(boundary = Nearest)]
fn mixed(x: Window2<f64>, cross: bool, table: &[f64]) -> f64 {
    let middle = x[[0, 0]];
    let (mut near, mut far) = (0.0, [middle; 2]);
    let mut step = 0;
    for i in -5..=5 {
        for j in -5..=5 {
            if cross && i != 0 && j != 0 {
                continue;
            }
            let v = x[[i, j]] - middle;
            step += 1;
            if i * i + j * j < 9 {
                near += v;
            } else {
                far[usize::from(v > 0.0)] -= v * table[(i + 5) as usize];
            }
        }
    }
    near / f64::from(step) + far[0] - far[1]
}

fn matrix<T>(side: usize, value: impl Fn(usize) -> T) -> Array2<T> {
    Array2::from_shape_fn((side, side), |(i, j)| value(i * side + j))
}

fn open_by(radius: usize, weights: ArrayView2<'_, f64>) -> Stencil<Open<'_>> {
    open(weights, radius as isize).halo(Halo::uniform(2, radius))
}

suite! {
    block_f32: block(), f32, 2, 4;
    block_u8: block(), u8, 2, 4;
    block_i16: block(), i16, 2, 3;
    block_f64: block(), f64, 2, 3;
    block_bytes: block(), [u8; 3], 2, 2;
    block_padded: block(), Padded, 2, 2;
    block_payload: block(), Payload, 2, 2;
    block_line: block(), Line, 2, 1;
    line_f32: long_line(), f32, 1, 4;
    line_u8: long_line(), u8, 1, 3;
    cuboid_f32: cuboid(), f32, 3, 2;
    nanmean_f32: nanmean(), f32, 2, 4;
    widened_u8: widened(), u8, 2, 2;
    weighted_f32: weighted(matrix(7, |k| k as f32 / 7.0 - 3.0).view(), 0.25), f32, 2, 3;
    open_4: open_by(4, matrix(9, |k| k as f64 / 7.0 - 3.0).view()), f64, 2, 3;
    all_i16: all().halo(Halo::new([[1, 4], [0, 17]])), i16, 2, 3;
    boxed_1: boxed::<u32, 1>(), u32, 2, 2;
    boxed_4: boxed::<f32, 4>(), f32, 2, 2;
    places_u64: places(), u64, 2, 3;
    handed_i32: handed(1 << 28), i32, 2, 3;
    leaves_i32: leaves(), i32, 2, 3;
    mixed_f64: mixed(false, &[0.5; 11]), f64, 2, 3;
    mixed_cross: mixed(true, &[-2.0; 11]), f64, 2, 2;
}

#[cfg(feature = "f16")]
suite! {
    block_f16: block(), half::f16, 2, 3;
}

/// The kernels above run side by side, but for those of which it is said.
#[test]
fn long_loops_run_side_by_side() {
    fn is_side_by_side<K: Kernel>(_: Stencil<K>) -> bool {
        K::SIDE_BY_SIDE
    }
    let weights = matrix(7, |_| 0.0);
    assert!(is_side_by_side(block::<f32>()) && is_side_by_side(long_line::<u8>()) && is_side_by_side(cuboid::<f64>()));
    assert!(is_side_by_side(nanmean()) && is_side_by_side(widened()));
    assert!(is_side_by_side(weighted(matrix(7, |_| 0.0).view(), 0.0)) && is_side_by_side(open_by(3, weights.view())));
    assert!(is_side_by_side(all()) && is_side_by_side(places()) && is_side_by_side(handed(0)));
    assert!(is_side_by_side(mixed(true, &[])));
    // The size of a window of constants is known where the kernel is made.
    assert!(is_side_by_side(boxed::<u32, 4>()) && !is_side_by_side(boxed::<u32, 1>()));
    assert!(!is_side_by_side(leaves()));
}

/// As one by one, and at the user's line.
#[test]
#[should_panic(expected = "offset [-3, -3] lies outside the halo [-2, -2] ..= [2, 2]")]
fn a_read_outside_the_halo_panics() {
    let (x, weights) = (matrix(80, |k| k as f64), matrix(7, |_| 1.0));
    let _ = open(weights.view(), 3).halo(Halo::uniform(2, 2)).apply(&x);
}
