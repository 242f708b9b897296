//! Reductions over rows that are far apart, more of them than the caches hold: there, more loop elements run side by side,
//! and rows are asked for in advance.

use ndarray::{Array1, Array2, ArrayD, ArrayView1, Axis, s};
use ndstencil::explain::Way;
use ndstencil::prelude::*;
use ndstencil::{Schedule, SimdLevel};

#[gufunc("(n)->()")]
fn total<T: Real>(x: ArrayView1<T>) -> T {
    let mut total = T::zero();
    for i in 0..x.len() {
        total += x[i];
    }
    total
}

#[gufunc("(n)->()")]
fn largest(x: ArrayView1<u8>) -> u8 {
    let mut largest = 0;
    for &v in x {
        largest = if v > largest { v } else { largest };
    }
    largest
}

/// Two passes, one of them backwards, and two outputs.
#[gufunc("(n)->(),()")]
fn spread(x: ArrayView1<f32>) -> (f32, u32) {
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        sum += if x[i].is_nan() { 0.0 } else { x[i] };
    }
    let mean = sum / n as f32;
    let mut above = 0u32;
    for i in (0..n).rev() {
        above += u32::from(x[i] > mean);
    }
    (sum, above)
}

/// Two inputs of different types.
#[gufunc("(n),(n)->()")]
fn weighed(x: ArrayView1<f32>, w: ArrayView1<i16>) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += f64::from(x[i]) * f64::from(w[i]);
    }
    sum
}

#[gufunc("(n)->()")]
fn beyond(x: ArrayView1<f32>, by: usize) -> f32 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i + by];
    }
    sum
}

fn drawn(rows: usize, columns: usize) -> Array2<f32> {
    let mut state = 1u32;
    Array2::from_shape_simple_fn((rows, columns), || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 27 == 0 { f32::NAN } else { (state >> 8) as f32 / 1e4 }
    })
}

/// More than a megabyte each; one column less and more than a whole number of groups, and a stretch of few.
const SHAPES: [(usize, usize); 4] = [(300, 1031), (1200, 256), (1200, 257), (5, 70_000)];

fn schedules() -> impl Iterator<Item = Schedule> {
    let levels = SimdLevel::ALL.iter().copied().filter(|level| level.is_available());
    levels.flat_map(|level| {
        let one = Schedule::new().level(level).parallel(false);
        [one, one.poison(true), Schedule::new().level(level).parallel(true), one.split(7)]
    })
}

/// Equal bits, NaN included.
macro_rules! assert_bits {
    ($found:expr, $expected:expr, $say:expr) => {
        let (found, expected) = ($found, $expected);
        assert!(found.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()), "{:?}", $say);
    };
}

#[test]
fn the_lanes_are_those_of_long_rows() {
    let level = SimdLevel::detect();
    let lanes = if level == SimdLevel::Baseline { 32 } else { 256 };
    for (rows, columns) in SHAPES {
        let told = total::<f32>().axis(0).serial().explain(&[&[rows, columns]]).unwrap();
        assert_eq!(told.way, Way::SideBySide { lanes }, "{rows} {columns}");
    }
}

#[test]
fn every_schedule_gives_the_bits_of_the_reference() {
    for (rows, columns) in SHAPES {
        let x = drawn(rows, columns);
        let wide = x.mapv(f64::from);
        let bytes = drawn(4 * rows, columns).mapv(|v| v as u8);
        let w = x.mapv(|v| v as i16);
        for schedule in schedules() {
            let say = (rows, columns, schedule);
            let along = total::<f32>().axis(0);
            assert_bits!(along.schedule(schedule).apply(&x).unwrap(), along.reference(&x).unwrap(), say);
            let along = total::<f64>().axis(0);
            assert_bits!(along.schedule(schedule).apply(&wide).unwrap(), along.reference(&wide).unwrap(), say);
            let along = largest().axis(0);
            assert_eq!(along.schedule(schedule).apply(&bytes).unwrap(), along.reference(&bytes).unwrap(), "{say:?}");
            let (found, expected) =
                (spread().axis(0).schedule(schedule).apply(&x).unwrap(), spread().axis(0).reference(&x).unwrap());
            assert_bits!(found.0, expected.0, say);
            assert_eq!(found.1, expected.1, "{say:?}");
            let along = weighed().axis(0);
            assert_bits!(along.schedule(schedule).apply((&x, &w)).unwrap(), along.reference((&x, &w)).unwrap(), say);
        }
    }
}

#[test]
fn masks_and_strides() {
    let x = drawn(300, 2100);
    let mask = Array1::from_shape_fn(1050, |i| i % 700 != 3);
    for x in [x.slice(s![.., ..1050]), x.slice(s![..;-1, ..1050]), x.slice(s![.., ..;2])] {
        let whole = total::<f32>().axis(0).reference(&x).unwrap();
        for schedule in schedules() {
            let mut out = Array1::from_elem(1050, -1.0);
            total::<f32>().axis(0).schedule(schedule).masked(&mask).apply_into(&x, &mut out).unwrap();
            let expected = whole.iter().zip(&mask).map(|(&v, &used)| if used { v } else { -1.0 });
            let expected: Array1<f32> = expected.collect();
            assert_bits!(out, expected, schedule);
        }
    }
    let kept: ArrayD<f32> = total::<f32>().axis(0).keepdims().apply(&x).unwrap().into_dyn();
    assert_bits!(kept.index_axis(Axis(0), 0), total::<f32>().axis(0).reference(&x).unwrap(), "keepdims");
}

#[test]
#[should_panic(expected = "out of bounds")]
fn an_index_beyond_the_core_panics() {
    let _ = beyond(1).axis(0).apply(&drawn(300, 1031));
}
