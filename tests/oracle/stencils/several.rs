//! Several inputs and outputs, of mixed types, each with its own halo, boundary and strides.

use ndarray::Ix2;
use ndstencil::prelude::*;
use ndstencil::{Rule, Rules};
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, Kind, property};
use crate::layout::same;
use crate::samples::{Padded, Sample, bits};
use crate::stencils::apply::written_only_inside;

#[stencil(boundary = Nearest)]
fn masked(x: Window2<f32>, mask: Window2<bool>) -> f32 {
    if mask[[0, -2]] & !mask[[1, 0]] { x[[-1, 0]].mix(x[[0, 3]]) } else { x[[0, 0]] }
}

#[stencil(boundary = Nearest)]
fn ends(x: Window2<i32>) -> (u8, f64, [i16; 3]) {
    let sum = x[[-1, -1]].mix(x[[1, 1]]);
    (sum as u8, f64::from(sum) / 3.0, [sum as i16, x[[0, 0]] as i16, 7])
}

#[stencil(boundary = Nearest)]
fn crowd(a: Window2<u8>, b: Window2<Padded>, c: Window2<f64>) -> (Padded, bool) {
    let near = a[[-3, 0]] > a[[0, 1]];
    (if near { b[[0, 0]].mix(b[[2, -1]]) } else { b[[0, 1]] }, c[[0, -5]] < c[[1, 0]])
}

/// The reads of input number `$number`, and the rules of it.
macro_rules! input {
    ($case:ident, $number:literal, $T:ty, $storage:ident, $x:ident) => {
        let $storage = $case.inputs[$number].random::<$T>(&$case.shape, $case.seed ^ $number);
        let $x = $case.inputs[$number].view(&$storage, &$case.shape).into_dimensionality::<Ix2>().expect("the rank");
    };
}

/// Rules for input number `number`. With `apply` a kept rim needs outputs of the first input's type, so
/// it is replaced by a filled one.
fn rules<I: Sample, O: Copy>(case: &Case, number: usize, fill: O) -> Rules<I, O, 2> {
    let constant = I::sample(bits(case.seed, 1000 + number as u64));
    crate::case::rules(&case.kinds[number], constant, fill, Kind::Fill.rule(constant, fill))
}

fn one_of_two(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, f32, storage0, x);
    input!(case, 1, bool, storage1, mask);
    let kernel = masked().boundaries((rules(case, 0, 0.5), rules(case, 1, 0.5)));
    let expected = kernel.reference((&x, &mask)).expect("a valid call");
    let kernel = kernel.schedule(case.run.schedule);
    same(&case.run.install(|| kernel.apply((&x, &mask))).expect("a valid call"), &expected)?;
    written_only_inside(&case.outputs[0], -9.0, &expected, |out| {
        case.run.install(|| kernel.apply_into((&x, &mask), out)).expect("a valid call");
    })
}

fn three_of_one(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, i32, storage, x);
    let kernel = ends().boundary(rules(case, 0, (1, -2.0, [3, 4, 5])));
    let expected = kernel.reference(&x).expect("a valid call");
    let kernel = kernel.schedule(case.run.schedule);
    let found = case.run.install(|| kernel.apply(&x)).expect("a valid call");
    same(&found.0, &expected.0)?;
    same(&found.1, &expected.1)?;
    same(&found.2, &expected.2)?;
    let shape = expected.0.raw_dim();
    let (mut b, mut c) = (ndarray::Array2::zeros(shape), ndarray::Array2::from_elem(shape, [0; 3]));
    written_only_inside(&case.outputs[0], 200, &expected.0, |a| {
        case.run.install(|| kernel.apply_into(&x, (a, &mut b, &mut c))).expect("a valid call");
    })?;
    same(&b, &expected.1)?;
    same(&c, &expected.2)?;
    let mut a = ndarray::Array2::zeros(shape);
    written_only_inside(&case.outputs[2], [-1; 3], &expected.2, |c| {
        case.run.install(|| kernel.apply_into(&x, (&mut a, &mut b, c))).expect("a valid call");
    })?;
    same(&a, &expected.0)
}

fn two_of_three(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, u8, storage0, a);
    input!(case, 1, Padded, storage1, b);
    input!(case, 2, f64, storage2, c);
    let fill = (Padded::sample(case.seed), true);
    let kernel = crowd().boundaries((rules(case, 0, fill), rules(case, 1, fill), rules(case, 2, fill)));
    let expected = kernel.reference((&a, &b, &c)).expect("a valid call");
    let kernel = kernel.schedule(case.run.schedule);
    let found = case.run.install(|| kernel.apply((&a, &b, &c))).expect("a valid call");
    same(&found.0, &expected.0)?;
    same(&found.1, &expected.1)
}

/// `Keep` keeps what each output held, on the sides that it is set for.
#[test]
fn several_outputs_keep_their_rims() {
    let x = ndarray::Array2::from_shape_fn((7, 90), |(i, j)| (i * 100 + j) as i32);
    let keep: Rules<_, _, 2> = Rules::new([[Rule::Rim(Rim::Keep); 2]; 2]);
    let mut out = (
        ndarray::Array2::from_elem((7, 90), 9u8),
        ndarray::Array2::from_elem((7, 90), 8.0f64),
        ndarray::Array2::from_elem((7, 90), [7i16; 3]),
    );
    let filled = ends().boundary(Rim::Fill((9, 8.0, [7; 3]))).reference(&x).expect("a valid call");
    ends().boundary(keep).apply_into(&x, (&mut out.0, &mut out.1, &mut out.2)).expect("a valid call");
    assert_eq!(out, filled);
    assert_ne!(out.1[[1, 1]], 8.0);
}

macro_rules! properties {
    ($($check:ident $rank:literal: $($name:ident $Family:ident $Executor:ident),+;)+) => {$(
        mod $check {
            use super::*;
            $(
                #[test]
                fn $name() {
                    property(8, $rank, Family::$Family, Executor::$Executor, &super::$check);
                }
            )+
        }
    )+};
}
properties! {
    one_of_two 2: automatic_mixed Mixed Automatic, serial_mixed Mixed Serial, threads_mixed Mixed Threads,
        streaming_mixed Mixed Streaming, serial_rims Rims Serial, threads_reading Reading Threads,
        split_mixed Mixed Split, split_rims Rims Split, split_reading Reading Split;
    three_of_one 2: automatic_mixed Mixed Automatic, serial_mixed Mixed Serial, threads_mixed Mixed Threads,
        streaming_mixed Mixed Streaming, serial_rims Rims Serial, threads_reading Reading Threads,
        split_mixed Mixed Split, split_rims Rims Split, split_reading Reading Split;
    two_of_three 2: automatic_mixed Mixed Automatic, serial_mixed Mixed Serial, threads_mixed Mixed Threads,
        streaming_mixed Mixed Streaming, serial_rims Rims Serial, threads_reading Reading Threads,
        split_mixed Mixed Split, split_rims Rims Split, split_reading Reading Split;
}
