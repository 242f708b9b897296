//! A result does not depend on how it is computed: levels, threads, tiles, streaming, on arrays of many tiles.

use ndarray::{Array1, Array2, Array3};
use ndstencil::prelude::*;
use ndstencil::{Schedule, SimdLevel};

/// Functions that vector libraries approximate differently from scalar ones, and a fused operation.
#[stencil(boundary = Wrap)]
fn waves(x: Window2<f32>) -> (f32, f64) {
    let slope = x[[0, 1]] - x[[0, -1]];
    let bend = x[[-1, 0]].mul_add(-0.3, x[[1, 0]]).mul_add(slope, x[[0, 0]]);
    ((slope.sin() + bend.abs().sqrt()).exp().ln_1p(), f64::from(bend).powf(1.25).atan2(f64::from(slope)))
}

#[stencil(boundary = (Reflect, Constant(0.5), Mirror))]
fn heat(u: Window3<f64>) -> f64 {
    let sum = u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -2]] + u[[0, 0, 2]];
    u[[0, 0, 0]].mul_add(-6.0, sum).mul_add(0.1, u[[0, 0, 0]]).tanh()
}

#[stencil(boundary = Nearest)]
fn mean(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

#[stencil(boundary = Wrap)]
fn far(x: Window1<u8>) -> u16 {
    u16::from(x[-3]) * 3 + u16::from(x[70])
}

/// Schedules that differ from each other in one or more settings, with numbers of threads.
fn schedules() -> Vec<(usize, Schedule)> {
    let mut all = Vec::new();
    for level in SimdLevel::ALL.iter().copied().filter(|level| level.is_available()) {
        let schedule = Schedule::new().level(level);
        all.push((1, schedule.parallel(false)));
        all.push((2, schedule.parallel(true).tile_rows(1).streaming(true)));
        all.push((3, schedule.parallel(true).tile_rows(7).poison(true)));
        all.push((5, schedule.parallel(true).streaming(true)));
        all.push((2, schedule.parallel(true).tile_rows(100_000)));
    }
    all
}

/// The results under all schedules, which must be the same.
fn everywhere<R: PartialEq + Send>(apply: impl Fn(Schedule) -> R + Sync) -> R {
    let first = apply(Schedule::new());
    for (threads, schedule) in schedules() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(pool.install(|| apply(schedule)) == first, "{threads} threads, {schedule:?}");
    }
    first
}

fn random(number: usize) -> u32 {
    ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32
}

#[test]
fn transcendental_functions_of_an_image() {
    let x = Array2::from_shape_fn((700, 900), |(i, j)| random(i * 900 + j) as f32 / 1e6 - 8.0);
    let (y, z) = everywhere(|schedule| {
        let (y, z) = waves().schedule(schedule).apply(&x).expect("a valid call");
        (y.mapv(f32::to_bits), z.mapv(f64::to_bits))
    });
    // Against the oracle on a strip: all of it takes too long.
    let strip = x.slice(ndarray::s![300..320, ..]);
    let (strip_y, strip_z) = waves().reference(&strip).expect("a valid call");
    for i in 1..19 {
        assert_eq!(strip_y.row(i).mapv(f32::to_bits), y.row(300 + i));
        assert_eq!(strip_z.row(i).mapv(f64::to_bits), z.row(300 + i));
    }
}

#[test]
fn a_volume() {
    let x = Array3::from_shape_fn((40, 50, 60), |(i, j, k)| f64::from(random((i * 50 + j) * 60 + k)) / 1e6);
    let y = everywhere(|schedule| heat().schedule(schedule).apply(&x).expect("a valid call").mapv(f64::to_bits));
    let fortran = x.t().as_standard_layout().into_owned().reversed_axes();
    let from_fortran =
        everywhere(|schedule| heat().schedule(schedule).apply(&fortran).expect("a valid call").mapv(f64::to_bits));
    assert!(y == from_fortran);
    assert!(y == heat().reference(&x).expect("a valid call").mapv(f64::to_bits));
}

#[test]
fn an_image_whose_rows_are_cache_lines() {
    let x = Array2::from_shape_fn((301, 1024), |(i, j)| random(i * 1024 + j) as u8);
    let y = everywhere(|schedule| mean().schedule(schedule).apply(&x).expect("a valid call"));
    for (i, j) in [(0, 0), (0, 1023), (300, 0), (300, 1023), (150, 63), (151, 64), (150, 511), (299, 960)] {
        let at = |i: isize, j: isize| u32::from(x[[i.clamp(0, 300) as usize, j.clamp(0, 1023) as usize]]);
        let cells = (-1..=1).flat_map(|di| (-1..=1).map(move |dj| (i as isize + di, j as isize + dj)));
        assert_eq!(u32::from(y[[i, j]]), cells.map(|(i, j)| at(i, j)).sum::<u32>() / 9, "{i} {j}");
    }
}

/// Longer than a tile: rows are cut as well.
#[test]
fn a_long_row() {
    let n = 150_001;
    let x = Array1::from_shape_fn(n, |i| random(i) as u8);
    let expected = Array1::from_shape_fn(n, |i| u16::from(x[(i + n - 3) % n]) * 3 + u16::from(x[(i + 70) % n]));
    assert!(everywhere(|schedule| far().schedule(schedule).apply(&x).expect("a valid call")) == expected);
    let reversed = x.slice(ndarray::s![..;-1]);
    let expected =
        Array1::from_shape_fn(n, |i| u16::from(reversed[(i + n - 3) % n]) * 3 + u16::from(reversed[(i + 70) % n]));
    assert!(everywhere(|schedule| far().schedule(schedule).apply(&reversed).expect("a valid call")) == expected);
}

/// A copy with its halo is larger than what is copied at a time.
#[test]
fn a_halo_larger_than_the_scratch() {
    let x = Array1::from_shape_fn(300, |i| random(i) as f64);
    let expected = Array1::from_shape_fn(300, |i| x[(i + 300 * 100 - 20_000) % 300] - x[(i + 1) % 300]);
    assert!(everywhere(|schedule| distant().schedule(schedule).apply(&x).expect("a valid call")) == expected);
}

#[stencil(boundary = Wrap)]
fn distant(x: Window1<f64>) -> f64 {
    x[-20_000] - x[1]
}
