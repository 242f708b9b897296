//! A panic on the CPU is an error of the call, or of the download.

use ndarray::{Array1, ArrayView1, ArrayView2, array};
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError, Halo};

use super::arrays::{correlate, looked_up};
use super::{numbers, same};

/// The reason of a check that failed.
#[track_caller]
fn reason<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Gpu(GpuError::Check { reason, .. })) => reason,
        other => panic!("{other:?}"),
    }
}

const OUTSIDE: &str = "an offset lies outside the halo of `x`";
const OUT_OF_RANGE: &str = "index out of bounds";

#[test]
fn an_index_out_of_range_is_an_error() {
    let Some(gpu) = super::gpu() else { return };
    let table = [1_u16; 10];
    let error = looked_up(&table).on(gpu).apply(&array![[3_u8, 200]]).unwrap_err();
    assert!(error.to_string().contains("looked_up"), "{error}");
    // The device goes on.
    assert_eq!(looked_up(&table).on(gpu).apply(&array![[3_u8, 9]]).unwrap(), array![[1, 1]]);
}

#[stencil(gpu)]
fn ratio(x: Window1<i32>, by: i32) -> i32 {
    x[0] / by
}

#[test]
fn a_division_by_zero_is_an_error() {
    let Some(gpu) = super::gpu() else { return };
    same!(ratio(-3), &array![7, -7, 0]);
    let error = ratio(0).on(gpu).apply(&array![1]).unwrap_err();
    assert!(error.to_string().contains("divide by zero"), "{error}");
}

/// Lengths below and above those for which whole blocks are computed apart.
const LENGTHS: [usize; 3] = [1, 7, 5000];

#[test]
fn weights_that_reach_beyond_the_halo() {
    let Some(gpu) = super::gpu() else { return };
    let w = array![1, 10, 100];
    for length in LENGTHS {
        let x = numbers(length);
        let kernel = correlate(w.view()).halo(Halo::new([[0, 1]]));
        assert_eq!(reason(kernel.on(gpu).apply(&x)), OUTSIDE);
        let on_device = kernel.on(gpu).apply(&gpu.upload(&x).unwrap()).unwrap();
        assert_eq!(reason(on_device.download()), OUTSIDE);
        // What is computed from it is as wrong.
        let next = correlate(w.view()).halo(Halo::new([[0, 2]])).on(gpu).apply(&on_device).unwrap();
        assert_eq!(reason(next.download()), OUTSIDE);
        same!(correlate(w.view()).halo(Halo::new([[0, 2]])), &x);
    }
}

#[stencil(gpu, boundary = Wrap, halo = dynamic)]
fn at_one_point(x: Window1<i32>, point: usize, by: isize) -> i32 {
    if x.position()[0] == point { x[by] } else { x[0] }
}

#[test]
fn one_point_is_enough() {
    let Some(gpu) = super::gpu() else { return };
    let x = numbers(5000);
    for point in [0, 2500, 4999] {
        let kernel = |by| at_one_point(point, by).halo(Halo::new([[1, 2]]));
        for by in [-1, 0, 2] {
            same!(kernel(by), &x);
        }
        for by in [-2, 3, isize::from(i16::MIN), 0x7fff_ffff] {
            assert_eq!(reason(kernel(by).on(gpu).apply(&x)), OUTSIDE);
        }
    }
}

#[stencil(gpu, boundary = Nearest, halo = dynamic)]
fn literal(x: Window2<u8>) -> u8 {
    x[[0, 0]] / 2 + x[[1, -1]] / 2
}

#[test]
fn literal_offsets_beyond_the_halo() {
    let Some(gpu) = super::gpu() else { return };
    for shape in [(3, 4), (40, 300)] {
        let x = numbers(shape).mapv(|v| v as u8);
        same!(literal().halo(Halo::new([[0, 1], [1, 0]])), &x);
        for halo in [[[1, 0], [1, 1]], [[0, 1], [0, 1]]] {
            assert_eq!(reason(literal().halo(Halo::new(halo)).on(gpu).apply(&x)), OUTSIDE);
        }
    }
}

const RADIUS: usize = 2;

#[stencil(gpu, boundary = Reflect, halo = (RADIUS, RADIUS - 1))]
fn along(x: Window2<f32>, y: Window2<i16>, rows: isize, columns: isize) -> f32 {
    x[[rows, columns]] + f32::from(y[[rows + columns, 0]])
}

#[test]
fn halos_that_are_constants() {
    let Some(gpu) = super::gpu() else { return };
    for shape in [(5, 4), (40, 300)] {
        let (x, y) = (numbers(shape).mapv(|v| v as f32), numbers(shape).mapv(|v| v as i16));
        same!(along(1, -1), (&x, &y));
        assert_eq!(reason(along(2, 1).on(gpu).apply((&x, &y))), "an offset lies outside the halo of `y`");
        assert_eq!(reason(along(-3, 1).on(gpu).apply((&x, &y))), OUTSIDE);
    }
}

#[stencil(gpu)]
fn local(x: Window1<i32>, at: usize) -> i32 {
    let mut v = [1, 2, 3];
    v[x[0] as usize] += 10;
    v[at] *= 2;
    v[0] + v[at + 1]
}

#[test]
fn local_arrays() {
    let Some(gpu) = super::gpu() else { return };
    let x = array![0, 1, 2, 2, 1];
    same!(local(0), &x);
    same!(local(1), &x);
    assert_eq!(reason(local(2).on(gpu).apply(&x)), OUT_OF_RANGE);
    assert_eq!(reason(local(0).on(gpu).apply(&array![0, 1, 3])), OUT_OF_RANGE);
    assert_eq!(reason(local(0).on(gpu).apply(&array![0, -1])), OUT_OF_RANGE);
}

#[stencil(gpu)]
fn tables(x: Window1<i32>, w: ArrayView2<u8>, v: ArrayView1<i32>) -> i32 {
    let i = x[0] as usize;
    i32::from(w[[i, 1]]) + i32::from(w[(1, i)]) + v[i / 2]
}

#[test]
fn bound_arrays() {
    let Some(gpu) = super::gpu() else { return };
    let (w, v) = (array![[1_u8, 2, 3], [4, 5, 6], [7, 8, 9]], array![7, 8]);
    same!(tables(w.view(), v.view()), &array![0, 1, 2]);
    let run = |w: ArrayView2<'_, u8>, v: ArrayView1<'_, i32>| reason(tables(w, v).on(gpu).apply(&array![0, 1, 2]));
    assert_eq!(run(w.view().split_at(ndarray::Axis(0), 2).0, v.view()), "index out of bounds of `w`");
    assert_eq!(run(w.view().split_at(ndarray::Axis(1), 2).0, v.view()), "index out of bounds of `w`");
    assert_eq!(run(w.view(), array![7].view()), "index out of bounds of `v`");
}

#[stencil(gpu, halo = 2, boundary = Wrap)]
fn changed(x: Window1<i32>, by: isize) -> i32 {
    let mut sum = 0;
    for mut k in -1..=1 {
        if x[0] > 0 {
            k += by;
        }
        let offset = k;
        k = 0;
        sum += x[offset] + x[k];
    }
    sum
}

#[test]
fn counters_that_change() {
    let Some(gpu) = super::gpu() else { return };
    let x: Array1<i32> = numbers(3000);
    same!(changed(1), &x);
    assert_eq!(reason(changed(2).on(gpu).apply(&x)), OUTSIDE);
}
