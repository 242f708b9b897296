//! Jobs over random grids against the same kernel on whole arrays in memory, for each kind of kernel.

use ndarray::{Array2, Array3, ArrayD, ArrayView1, ArrayView2, ArrayViewMut1, Axis, IxDyn};
use ndstencil::chunks::Statistics;
use ndstencil::prelude::*;
use ndstencil::{Rule, Rules};
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, property, rules};
use crate::chunked::{Stored, run};
use crate::layout::same;
use crate::samples::{Sample, bits};

#[stencil(boundary = Nearest)]
fn line<T: Sample>(x: Window1<T>) -> T {
    x[-3].mix(x[0]).mix(x[1])
}

#[stencil(boundary = Nearest)]
fn cross<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 2]].mix(x[[0, -1]]).mix(x[[2, 0]])
}

#[stencil(boundary = Nearest, stride = (2, 1))]
fn coarser<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 0]].mix(x[[1, 1]])
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest)]
fn stack<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 2]].mix(x[[0, -1]]).mix(x[[2, 0]])
}

#[gufunc("(n)->()")]
fn total(x: ArrayView1<i32>) -> i32 {
    x.iter().fold(1, |all, &x| all.mix(x))
}

#[gufunc("(n)->(n)")]
fn running(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    let mut all = 1;
    for i in 0..x.len() {
        all = all.mix(x[i]);
        y[i] = all;
    }
}

#[gufunc("(),()->(),()")]
fn two(a: i32, b: i32) -> (i32, i64) {
    (a.mix(b), i64::from(b).mix(i64::from(a)))
}

#[gufunc("(),()->()")]
fn first(a: i32, b: i32) -> i32 {
    a.mix(b)
}

#[gufunc("(),()->()")]
fn second(a: i32, b: i32) -> i64 {
    i64::from(b).mix(i64::from(a))
}

#[gufunc("(n,m)->()")]
fn block(x: ArrayView2<i32>) -> i32 {
    x.iter().fold(x.len() as i32, |all, &x| all.mix(x))
}

/// The rules of a case for one input; `Keep` copies the input.
fn drawn<T: Sample, const N: usize>(case: &Case) -> Rules<T, T, N> {
    let (constant, fill) = (T::sample(bits(case.seed, 1 << 40)), T::sample(bits(case.seed, 1 << 41)));
    rules(&case.kinds[0], constant, fill, Rule::Rim(Rim::Keep))
}

fn random<T: Sample>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut number = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        number += 1;
        T::sample(bits(seed, number))
    })
}

fn families(cases: u32, rank: usize, holds: &dyn Fn(&Case) -> Result<(), TestCaseError>) {
    for family in [Family::Reading, Family::Rims, Family::Mixed] {
        property(cases, rank, family, Executor::Chunked, holds);
    }
}

fn seed(case: &Case) -> u64 {
    case.run.chunked.expect("a job")
}

#[test]
fn repeated() {
    families(24, 2, &|case| {
        let x = random::<i32>(&case.shape, case.seed).into_dimensionality().expect("two axes");
        for times in [0, 1, 2, 5] {
            let kernel = cross().boundary(drawn(case)).repeat(times);
            let expected: Array2<i32> = kernel.apply(&x).expect("a valid call");
            let found = run(kernel, &[x.view().into_dyn()], expected.shape(), 0, seed(case));
            same(&found, &expected)?;
        }
        Ok(())
    });
    families(24, 1, &|case| {
        let x = random::<f32>(&case.shape, case.seed).into_dimensionality().expect("one axis");
        let kernel = line().boundary(drawn(case)).repeat(4);
        let expected = kernel.apply(&x).expect("a valid call");
        same(&run(kernel, &[x.view().into_dyn()], expected.shape(), 0.0, seed(case)), &expected)
    });
    families(16, 2, &|case| {
        let x = random::<u8>(&case.shape, case.seed).into_dimensionality().expect("two axes");
        let kernel = coarser().boundary(drawn(case)).repeat(3);
        let expected = kernel.apply(&x).expect("a valid call");
        same(&run(kernel, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)
    });
}

#[test]
fn stacked() {
    families(24, 3, &|case| {
        let x: Array3<u8> = random(&case.shape, case.seed).into_dimensionality().expect("three axes");
        let kernel = stack().boundary(drawn(case));
        // Outputs that shrink have other core dimensions than the signature says.
        let Ok(expected) = kernel.apply(&x) else { return Ok(()) };
        same(&run(kernel, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        // A plain stencil runs over the slices, too.
        let plain = cross::<u8>().boundary(drawn(case));
        same(&run(plain, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        // The core axes elsewhere.
        let turned = x.view().permuted_axes([1, 0, 2]);
        let kernel = kernel.axes(&[&[0, -1], &[0, 2]]);
        let expected = kernel.apply(&turned).expect("a valid call");
        let found = run(kernel, &[turned.into_dyn()], expected.shape(), 0, seed(case));
        same(&found, &expected)
    });
}

#[test]
fn whole_cores() {
    property(64, 3, Family::Reading, Executor::Chunked, &|case| {
        let x: Array3<i32> = random(&case.shape, case.seed).into_dimensionality().expect("three axes");
        for axis in 0..3 {
            let sums = total().axis(axis);
            let expected = sums.apply(&x).expect("a valid call");
            same(&run(sums, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
            let kept = total().axis(axis).keepdims();
            let expected = kept.apply(&x).expect("a valid call");
            same(&run(kept, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
            let rows = running().axis(axis);
            let expected = rows.apply(&x).expect("a valid call");
            same(&run(rows, &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)?;
        }
        Ok(())
    });
}

#[test]
fn broadcast() {
    property(64, 3, Family::Reading, Executor::Chunked, &|case| {
        let a: Array3<i32> = random(&case.shape, case.seed).into_dimensionality().expect("three axes");
        let b: Array2<i32> = random(&case.shape[1..], case.seed + 1).into_dimensionality().expect("two axes");
        let expected = two().apply((&a, &b)).expect("a valid call");
        let inputs = [a.view().into_dyn(), b.view().into_dyn()];
        same(&run(first(), &inputs, a.shape(), 0, seed(case)), &expected.0)?;
        same(&run(second(), &inputs, a.shape(), 0, seed(case)), &expected.1)?;
        // The one that lacks the axis comes first.
        let inputs = [b.view().into_dyn(), a.view().into_dyn()];
        let expected = first().apply((&b, &a)).expect("a valid call");
        same(&run(first(), &inputs, a.shape(), 0, seed(case)), &expected)
    });
}

#[test]
fn blocks() {
    property(64, 3, Family::Reading, Executor::Chunked, &|case| {
        let x: Array3<i32> = random(&case.shape, case.seed).into_dimensionality().expect("three axes");
        let lens = [1 + (case.seed % 7) as usize, 1 + (case.seed / 7 % 9) as usize];
        let grid = |axis: usize| x.len_of(Axis(axis + 1)).div_ceil(lens[axis]);
        let expected = Array3::from_shape_fn((x.len_of(Axis(0)), grid(0), grid(1)), |(k, i, j)| {
            let range = |index: usize, axis: usize| {
                let end = x.len_of(Axis(axis + 1)).min((index + 1) * lens[axis]);
                index * lens[axis]..end
            };
            let part = x.slice(ndarray::s![k, range(i, 0), range(j, 1)]);
            part.iter().fold(part.len() as i32, |all, &x| all.mix(x))
        });
        same(&run(block().per_block(&lens), &[x.view().into_dyn()], expected.shape(), 0, seed(case)), &expected)
    });
}

/// Statistics are the same bits for any grid, and right.
#[test]
fn statistics() {
    property(48, 2, Family::Reading, Executor::Chunked, &|case| {
        let x: ArrayD<f32> = random(&case.shape, case.seed);
        let found = |chunks: Option<Vec<usize>>, memory: usize| {
            let source = Stored { array: x.view(), chunks };
            let statistics = Statistics::<f32>::new().skip_nan().histogram(-500.0..500.0, 7);
            Job::copy(source, &statistics).memory(memory).run().expect("a valid job");
            statistics.result()
        };
        let whole = found(None, 1 << 30);
        let finite: Vec<f64> = x.iter().filter(|x| x.is_finite()).map(|&x| f64::from(x)).collect();
        if finite.len() == x.iter().filter(|x| !x.is_nan()).count() && finite.len() > 1 {
            let mean = finite.iter().sum::<f64>() / finite.len() as f64;
            let variance = finite.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / finite.len() as f64;
            prop_assert!((whole.mean - mean).abs() <= 1e-9 * (1.0 + mean.abs()), "{} {mean}", whole.mean);
            prop_assert!((whole.variance - variance).abs() <= 1e-9 * variance, "{} {variance}", whole.variance);
        }
        let inside = x.iter().filter(|x| (-500.0..=500.0).contains(*x)).count();
        prop_assert_eq!(whole.histogram.iter().sum::<u64>(), inside as u64);
        let chunks: Vec<usize> = x.shape().iter().map(|&n| n.div_ceil(3).max(1)).collect();
        for part in [found(Some(chunks), 1 << 30), found(None, 32 << 10)] {
            prop_assert_eq!(format!("{part:?}"), format!("{whole:?}"));
        }
        Ok(())
    });
}
