//! Jobs on the device over random grids: as the reference executor on whole arrays, or the device itself.

use std::sync::Mutex;

use ndarray::{Array2, Array3, ArrayD, ArrayView1, ArrayViewMut1, IxDyn};
use ndstencil::prelude::*;
use ndstencil::{Error, FailedBy, Gpu, GpuError, JobError};
use proptest::prelude::*;

use super::apply::{devices, unless_missing};
use super::exact::Exact;
use crate::case::{Case, Executor, Family, Kind, property, rules};
use crate::chunked::{Collected, Stored, run};
use crate::layout::same;
use crate::samples::{Sample, bits};

#[stencil(gpu, boundary = Nearest)]
fn line(x: Window1<u8>) -> u8 {
    x[-3].wrapping_mul(31).wrapping_add(x[0]).wrapping_mul(31).wrapping_add(x[1])
}

/// Reads no point at its place.
#[stencil(gpu, boundary = Nearest)]
fn late(x: Window1<i16>) -> i16 {
    x[2].wrapping_mul(31).wrapping_add(x[40])
}

#[stencil(gpu, boundary = Nearest)]
fn skew(x: Window2<i16>) -> i16 {
    x[[-2, 3]].wrapping_mul(31).wrapping_add(x[[1, -1]]).wrapping_mul(31).wrapping_add(x[[0, 0]])
}

#[stencil(gpu, boundary = Nearest)]
fn cross(x: Window2<f32>) -> f32 {
    (x[[-1, 0]] * 0.75 - x[[0, 2]]) * 0.75 - x[[1, -1]]
}

#[stencil(gpu, boundary = Nearest)]
fn above(x: Window2<u8>) -> bool {
    x[[-1, 1]] > x[[0, -2]]
}

/// Knows the shape and its place.
#[stencil(gpu, boundary = Nearest)]
fn placed(x: Window2<i32>) -> i32 {
    let ([i, j], [n, m]) = (x.position(), x.shape());
    x[[0, 1]].wrapping_mul(31).wrapping_add((1000 * i + 7 * j + 3 * n + m) as i32)
}

#[stencil(gpu, boundary = Nearest)]
fn volume(x: Window3<u8>) -> u8 {
    x[[-1, 0, 2]].wrapping_mul(31).wrapping_add(x[[0, -2, -1]]).wrapping_mul(31).wrapping_add(x[[1, 1, 0]])
}

#[stencil(gpu, boundary = Nearest)]
fn flips(x: Window3<bool>) -> bool {
    x[[-1, 0, 1]] ^ x[[0, 1, -1]] & x[[0, 0, -2]]
}

/// Floats that each device computes in its own way.
#[stencil(gpu, boundary = Nearest)]
fn slope(x: Window2<f32>) -> f32 {
    let (a, b) = (x[[-1, 0]] - x[[1, 0]], x[[0, -1]] - x[[0, 1]]);
    (a * a + b * b).sqrt() / (1.0 + x[[0, 0]].abs())
}

#[stencil(gpu, boundary = Nearest)]
fn masked(x: Window2<i32>, y: Window2<i32>) -> (i32, bool) {
    (x[[0, -2]].wrapping_mul(31) ^ y[[-1, 0]], x[[1, 0]] > y[[0, 3]])
}

#[gufunc("(n,m)->(n,m)", gpu)]
#[stencil(boundary = Nearest)]
fn stack(x: Window2<i16>) -> i16 {
    x[[-2, 3]].wrapping_mul(31).wrapping_add(x[[1, -1]]).wrapping_mul(31).wrapping_add(x[[0, 0]])
}

#[gufunc("(n)->()", gpu)]
fn total(x: ArrayView1<u8>) -> u8 {
    let mut all = 1_u8;
    for i in 0..x.len() {
        all = all.wrapping_mul(31).wrapping_add(x[i]);
    }
    all
}

#[gufunc("(n)->(n)", gpu)]
fn running(x: ArrayView1<i16>, mut y: ArrayViewMut1<i16>) {
    let mut all = 1_i16;
    for i in 0..x.len() {
        all = all.wrapping_mul(31).wrapping_add(x[i]);
        y[i] = all;
    }
}

#[gufunc("(),()->()", gpu)]
fn pair(a: i32, b: i32) -> i64 {
    (a.wrapping_mul(31) ^ b) as i64
}

#[gufunc("(),()->()", gpu)]
fn less(a: f32, b: f32) -> bool {
    a < b
}

fn random<T: Exact>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut number = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        number += 1;
        T::sample(bits(seed, number)).exact()
    })
}

/// The seed of the grids.
fn seed(case: &Case) -> u64 {
    case.run.chunked.expect("a job")
}

/// A property for each family of boundaries. Where a rim cannot keep what the input has, another value is filled in.
macro_rules! suite {
    ($($name:ident: $kernel:ident, $T:ty => $O:ty, $n:literal, $cases:expr, $keep:expr;)+) => {
        $(#[test]
        fn $name() {
            for family in [Family::Reading, Family::Rims, Family::Mixed] {
                property($cases, $n, family, Executor::Chunked, &|case| {
                    let x = random::<$T>(&case.shape, case.seed);
                    let x = x.into_dimensionality::<ndarray::Dim<[usize; $n]>>().expect("the rank");
                    let constant = <$T>::sample(bits(case.seed, 1 << 40)).exact();
                    let fill = <$O>::sample(bits(case.seed, 1 << 41)).exact();
                    let kernel = $kernel().boundary(rules::<$T, $O, $n>(&case.kinds[0], constant, fill, $keep(fill)));
                    let expected = kernel.reference(&x).expect("a valid call");
                    for gpu in devices::<$T>() {
                        let found = run(kernel.on(gpu), &[x.view().into_dyn()], expected.shape(), fill, seed(case));
                        same(&found, &expected)?;
                    }
                    Ok(())
                });
            }
        })+
    };
}

/// A kept rim.
fn keep<T>(_: T) -> ndstencil::Rule<T, T> {
    ndstencil::Rule::Rim(Rim::Keep)
}

/// A filled one in its place.
fn filled<I: Exact, O>(fill: O) -> ndstencil::Rule<I, O> {
    Kind::Fill.rule(I::sample(0), fill)
}

suite! {
    lines_of_u8: line, u8 => u8, 1, 12, keep;
    late_lines_of_i16: late, i16 => i16, 1, 8, keep;
    planes_of_i16: skew, i16 => i16, 2, 10, keep;
    planes_of_f32: cross, f32 => f32, 2, 10, keep;
    planes_to_bool: above, u8 => bool, 2, 10, filled;
    places: placed, i32 => i32, 2, 8, keep;
    volumes_of_u8: volume, u8 => u8, 3, 10, keep;
    volumes_of_bool: flips, bool => bool, 3, 6, keep;
}

/// Floats are the bits of the whole call on the same device.
#[test]
fn inexact_floats() {
    for family in [Family::Reading, Family::Rims] {
        property(12, 2, family, Executor::Chunked, &|case| {
            let x: Array2<f32> = random(&case.shape, case.seed).into_dimensionality().expect("two axes");
            let kernel = slope().boundary(rules::<f32, f32, 2>(&case.kinds[0], 1.5, -2.0, keep(0.0)));
            for gpu in devices::<f32>() {
                let expected = kernel.on(gpu).apply(&x).expect("a valid call");
                let found = run(kernel.on(gpu), &[x.view().into_dyn()], expected.shape(), 0.0, seed(case));
                same(&found, &expected)?;
            }
            Ok(())
        });
    }
}

/// Calls `holds` with three axes and each device.
fn stacks<T: Exact + Sample>(holds: impl Fn(&Case, &Array3<T>, &Gpu) -> Result<(), TestCaseError>) {
    property(16, 3, Family::Reading, Executor::Chunked, &|case| {
        let x: Array3<T> = random(&case.shape, case.seed).into_dimensionality().expect("three axes");
        devices::<T>().chain(devices::<u8>().nth(1)).try_for_each(|gpu| holds(case, &x, gpu))
    });
}

#[test]
fn stacked() {
    stacks::<i16>(|case, x, gpu| {
        let rules = rules::<i16, i16, 2>(&case.kinds[0], 7, 9, keep(0));
        let kernel = stack().boundary(rules);
        let expected = kernel.apply(x).expect("a valid call");
        same(&run(kernel.on(gpu), &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        // A plain stencil runs over the slices, too.
        let plain = skew().boundary(rules).on(gpu);
        same(&run(plain, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        // The core axes elsewhere.
        let turned = x.view().permuted_axes([1, 0, 2]);
        let kernel = kernel.axes(&[&[0, -1], &[0, 2]]);
        let expected = kernel.apply(&turned).expect("a valid call");
        same(&run(kernel.on(gpu), &[turned.into_dyn()], expected.shape(), 0, seed(case)), &expected)
    });
}

#[test]
fn broadcast_stacks() {
    stacks::<i32>(|case, x, gpu| {
        let y: Array2<i32> = random(&case.shape[1..], case.seed + 1).into_dimensionality().expect("two axes");
        let (mut first, mut second) = (Array3::zeros(x.dim()), Array3::from_elem(x.dim(), false));
        let job = Job::new(masked().on(gpu), (x, &y), (&mut first, &mut second));
        job.memory(16 << 10).workers(1 + case.seed as usize % 3).run().expect("a valid job");
        for ((x, first), second) in x.outer_iter().zip(first.outer_iter()).zip(second.outer_iter()) {
            let expected = masked().apply((&x, &y)).expect("a valid call");
            same(&first.to_owned(), &expected.0)?;
            same(&second.to_owned(), &expected.1)?;
        }
        Ok(())
    });
}

#[test]
fn whole_cores() {
    stacks::<u8>(|case, x, gpu| {
        for axis in 0..3 {
            let sums = total().axis(axis);
            let expected = sums.apply(x).expect("a valid call");
            same(&run(sums.on(gpu), &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
            let kept = total().axis(axis).keepdims();
            let expected = kept.apply(x).expect("a valid call");
            same(&run(kept.on(gpu), &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        }
        Ok(())
    });
    stacks::<i16>(|case, x, gpu| {
        for axis in 0..3 {
            let rows = running().axis(axis);
            let expected = rows.apply(x).expect("a valid call");
            same(&run(rows.on(gpu), &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        }
        Ok(())
    });
}

#[test]
fn elements() {
    stacks::<i32>(|case, a, gpu| {
        let b: Array2<i32> = random(&case.shape[1..], case.seed + 1).into_dimensionality().expect("two axes");
        let inputs = [a.view().into_dyn(), b.view().into_dyn()];
        let Some(expected) = unless_missing(pair().on(gpu).apply((a, &b))) else { return Ok(()) };
        same(&expected, &pair().apply((a, &b)).expect("a valid call"))?;
        same(&run(pair().on(gpu), &inputs, a.shape(), 0, seed(case)), &expected)
    });
    stacks::<f32>(|case, a, gpu| {
        let b: Array2<f32> = random(&case.shape[1..], case.seed + 1).into_dimensionality().expect("two axes");
        // The one that lacks the axis comes first.
        let inputs = [b.view().into_dyn(), a.view().into_dyn()];
        let expected = less().apply((&b, a)).expect("a valid call");
        same(&run(less().on(gpu), &inputs, a.shape(), false, seed(case)), &expected)
    });
}

/// The cells around a chunk are no points of it: another chunk's zero divides nothing, also in a word that both have.
#[test]
fn a_check_fails_its_chunk_alone() {
    #[stencil(gpu, boundary = Wrap)]
    fn share(x: Window2<u8>) -> u8 {
        (x[[0, 1]] ^ x[[1, -1]]) / x[[0, 0]]
    }
    let shape = [23, 41];
    let x = Array2::from_shape_fn(shape, |(i, j)| 1 + ((31 * i + 7 * j) % 255) as u8);
    let expected = share().apply(&x).expect("a valid call");
    for gpu in devices::<u8>() {
        for (chunk, rows, columns) in
            [(6, 5..10, 10..20), (9, 5..10, 40..41), (19, 15..20, 40..41), (20, 20..23, 0..10)]
        {
            for zero in [[rows.start, columns.start], [rows.end - 1, columns.end - 1]] {
                let mut x = x.clone();
                x[zero] = 0;
                let source = Stored { array: x.view().into_dyn(), chunks: Some(vec![7, 9]) };
                let array = (ArrayD::from_elem(&shape[..], 0), ArrayD::zeros(&shape[..]));
                let sink = Collected { chunks: Some(vec![5, 10]), array: Mutex::new(Some(array)) };
                let error = Job::new(share().on(gpu), source, &sink).workers(2).run().expect_err("a zero");
                let Error::Job(JobError::Chunks { failed, done, total, .. }) = error else { panic!("{error}") };
                assert_eq!((done, total), (24, 25));
                assert_eq!((failed[0].chunk, &failed[0].region[..]), (chunk, &[rows.clone(), columns.clone()][..]));
                let reason = GpuError::Check { kernel: "share", reason: "attempt to divide by zero" };
                assert_eq!(failed[0].error, FailedBy::Error(Box::new(Error::Gpu(reason))));
                let (found, count) = sink.array.into_inner().unwrap().expect("it was made");
                for ((index, found), count) in found.indexed_iter().zip(count) {
                    let (i, j) = (index[0], index[1]);
                    let [low, left] = [[i, j + 1], [i + 1, j + 40]].map(|at| [at[0] % 23, at[1] % 41] == zero);
                    let fails = rows.contains(&i) && columns.contains(&j);
                    assert_eq!(count, u8::from(!fails));
                    assert!(fails || low || left || *found == expected[[i, j]], "at {i}, {j}");
                }
            }
        }
    }
}
