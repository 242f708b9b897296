//! Several inputs and outputs, of mixed types, each with its own halo, boundary and strides.

use ndarray::Ix2;
use ndstencil::Rules;
use ndstencil::prelude::*;
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, Kind, property};
use crate::gpu::apply::{devices, unless_missing};
use crate::layout::same;
use crate::samples::bits;

use super::exact::Exact;

#[stencil(gpu, boundary = Nearest)]
fn masked(x: Window2<f32>, mask: Window2<bool>) -> f32 {
    if mask[[0, -2]] & !mask[[1, 0]] { x[[-1, 0]] * 0.5 - x[[0, 3]] } else { x[[0, 0]] }
}

#[stencil(gpu, boundary = Nearest)]
fn ends(x: Window2<i32>) -> (u8, f32, i16) {
    let sum = x[[-1, -1]].wrapping_mul(31).wrapping_add(x[[1, 1]]);
    (sum as u8, (sum >> 12) as f32 / 8.0, sum as i16 ^ x[[0, 0]] as i16)
}

#[stencil(gpu, boundary = Nearest)]
fn crowd(a: Window2<u8>, b: Window2<u16>, c: Window2<f32>) -> (u16, bool) {
    let near = a[[-3, 0]] > a[[0, 1]];
    (if near { b[[0, 0]] ^ b[[2, -1]] } else { b[[0, 1]] }, c[[0, -5]] < c[[1, 0]])
}

/// The reads of input number `$number`.
macro_rules! input {
    ($case:ident, $number:literal, $T:ty, $storage:ident, $x:ident) => {
        let $storage = $case.inputs[$number].random::<$T>(&$case.shape, $case.seed ^ $number).mapv(Exact::exact);
        let $x = $case.inputs[$number].view(&$storage, &$case.shape).into_dimensionality::<Ix2>().expect("the rank");
    };
}

/// Rules for input number `number`. With `apply` a kept rim needs outputs of the first input's type, so
/// it is replaced by a filled one.
fn rules<I: Exact, O: Copy>(case: &Case, number: usize, fill: O) -> Rules<I, O, 2> {
    let constant = I::sample(bits(case.seed, 1000 + number as u64)).exact();
    crate::case::rules(&case.kinds[number], constant, fill, Kind::Fill.rule(constant, fill))
}

fn one_of_two(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, f32, storage0, x);
    input!(case, 1, bool, storage1, mask);
    let kernel = masked().boundaries((rules(case, 0, 0.5), rules(case, 1, 0.5)));
    let expected = kernel.reference((&x, &mask)).expect("a valid call");
    for gpu in devices::<f32>() {
        let Some(found) = unless_missing(kernel.on(gpu).apply((&x, &mask))) else { return Ok(()) };
        same(&found, &expected)?;
    }
    Ok(())
}

fn three_of_one(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, i32, storage, x);
    let kernel = ends().boundary(rules(case, 0, (1, -2.0, 3)));
    let expected = kernel.reference(&x).expect("a valid call");
    for gpu in devices::<i32>() {
        let Some(found) = unless_missing(kernel.on(gpu).apply(&x)) else { return Ok(()) };
        same(&found.0, &expected.0)?;
        same(&found.1, &expected.1)?;
        same(&found.2, &expected.2)?;
    }
    Ok(())
}

fn two_of_three(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, u8, storage0, a);
    input!(case, 1, u16, storage1, b);
    input!(case, 2, f32, storage2, c);
    let fill = (9, true);
    let kernel = crowd().boundaries((rules(case, 0, fill), rules(case, 1, fill), rules(case, 2, fill)));
    let expected = kernel.reference((&a, &b, &c)).expect("a valid call");
    for gpu in devices::<u8>() {
        let Some(found) = unless_missing(kernel.on(gpu).apply((&a, &b, &c))) else { return Ok(()) };
        same(&found.0, &expected.0)?;
        same(&found.1, &expected.1)?;
    }
    Ok(())
}

macro_rules! properties {
    ($($check:ident: $($name:ident $Family:ident),+;)+) => {$(
        mod $check {
            use super::*;
            $(
                #[test]
                fn $name() {
                    property(12, 2, Family::$Family, Executor::Automatic, &super::$check);
                }
            )+
        }
    )+};
}
properties! {
    one_of_two: reading Reading, rims Rims, mixed Mixed;
    three_of_one: reading Reading, rims Rims, mixed Mixed;
    two_of_three: reading Reading, rims Rims, mixed Mixed;
}
