//! Stencils over the last axes of stacks: each slice is what the stencil's own reference executor gives for it.

use ndarray::{Array1, Array2, Array3, ArrayD, Axis, Ix2, Ix3};
use ndstencil::prelude::*;
use ndstencil::{Rule, Rules};
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, Kind, property, rules};
use crate::layout::same;
use crate::samples::{Sample, bits};

/// A module with a function as a stencil over stacks, `stack`, and over one array, `one`.
macro_rules! stencils {
    ($signature:literal, [$($settings:tt)*] fn $name:ident $($function:tt)*) => {
        mod $name {
            use super::*;

            #[gufunc($signature)]
            #[stencil($($settings)*)]
            pub fn stack $($function)*

            #[stencil($($settings)*)]
            pub fn one $($function)*
        }
    };
}

stencils! { "(n,m)->(p,q)", [boundary = Nearest]
fn mixed<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 0]].mix(x[[0, -2]]).mix(x[[0, 0]]).mix(x[[0, 1]]).mix(x[[1, 0]])
} }

stencils! { "(n,m),(n,m)->(p,q),(p,q)", [boundary = Nearest]
fn masked(x: Window2<f32>, mask: Window2<bool>) -> (f32, bool) {
    let near = mask[[0, -1]] & !mask[[1, 0]];
    (if near { x[[-1, 0]].mix(x[[0, 3]]) } else { x[[0, 0]] }, near)
} }

/// An input of a case: a stack.
macro_rules! input {
    ($case:ident, $number:literal, $T:ty, $storage:ident, $x:ident) => {
        let $storage = $case.inputs[$number].random::<$T>(&$case.shape, $case.seed ^ $number);
        let $x = $case.inputs[$number].view(&$storage, &$case.shape).into_dimensionality::<Ix3>().expect("the rank");
    };
}

/// Slices, one after the other; the last one is left out, which is there for its shape.
fn stacked<T: Clone>(slices: &[Array2<T>]) -> Array3<T> {
    let views: Vec<_> = slices.iter().map(|slice| slice.view()).collect();
    let all = ndarray::stack(Axis(0), &views).expect("slices of one shape");
    all.slice_move(ndarray::s![..slices.len() - 1, .., ..])
}

fn of_one_input<T: Sample + Default>(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, T, storage, x);
    let (constant, fill) = (T::sample(bits(case.seed, 1 << 40)), T::sample(bits(case.seed, 1 << 41)));
    let rules_with = |keep| rules::<T, T, 2>(&case.kinds[0], constant, fill, keep);
    let slices = |rules: Rules<T, T, 2>| {
        let blank = Array2::from_elem((case.shape[1], case.shape[2]), T::default());
        let one = mixed::one::<T>().boundary(rules);
        let each = x.outer_iter().map(|x| one.reference(&x).expect("a valid call"));
        let last = one.reference(&blank).expect("a valid call");
        stacked(&each.chain([last]).collect::<Vec<_>>())
    };
    let kept = rules_with(Rule::Rim(Rim::Keep));
    let expected = slices(kept);
    let kernel = mixed::stack::<T>().boundary(kept);
    same(&kernel.reference(&x).expect("a valid call"), &expected)?;
    let kernel = kernel.schedule(case.run.schedule);
    same(&case.run.install(|| kernel.apply(&x)).expect("a valid call"), &expected)?;

    // The same slices along other axes.
    let turned = x.view().permuted_axes([2, 0, 1]);
    let found = case.run.install(|| kernel.axes(&[&[-1, 0], &[2, 0]]).apply(&turned)).expect("a valid call");
    same(&found, &expected.view().permuted_axes([2, 0, 1]).to_owned())?;

    // Outputs that are handed in keep what they held, on kept rims and where a mask is false.
    let sentinel = T::sample(bits(case.seed, 1 << 42));
    let keeps = case.kinds[0][..2].iter().flatten().any(|&kind| kind == Kind::Keep);
    let mut expected = if keeps { slices(rules_with(Rule::Rim(Rim::Fill(sentinel)))) } else { expected };
    let shape = expected.shape().to_vec();
    for masked in [false, true] {
        let mut out: ArrayD<T> = case.outputs[0].filled(&shape, sentinel);
        let mut view = case.outputs[0].view_mut::<T, Ix3>(&mut out, &shape);
        if masked {
            let mask = Array1::from_shape_fn(shape[0], |i| bits(case.seed, i as u64).is_multiple_of(2));
            case.run.install(|| kernel.masked(&mask).apply_into(&x, &mut view)).expect("a valid call");
            for (mut slice, _) in expected.outer_iter_mut().zip(&mask).filter(|(_, used)| !**used) {
                slice.fill(sentinel);
            }
        } else {
            case.run.install(|| kernel.apply_into(&x, &mut view)).expect("a valid call");
        }
        let mut all: ArrayD<T> = case.outputs[0].filled(&shape, sentinel);
        case.outputs[0].view_mut::<T, Ix3>(&mut all, &shape).assign(&expected);
        same(&out, &all)?;
    }
    Ok(())
}

fn of_two_inputs(case: &Case) -> Result<(), TestCaseError> {
    input!(case, 0, f32, storage0, x);
    input!(case, 1, bool, storage1, masks);
    let fill = (0.5f32, true);
    // With `apply`, a kept rim needs outputs of the first input's type.
    let filled = Rule::Rim(Rim::Fill(fill));
    let first = rules::<f32, (f32, bool), 2>(&case.kinds[0], -2.0, fill, filled);
    let second = rules::<bool, (f32, bool), 2>(&case.kinds[1], true, fill, Rule::Rim(Rim::Fill(fill)));
    let one = masked::one().boundaries((first, second));
    let kernel = masked::stack().boundaries((first, second)).schedule(case.run.schedule);
    let blank = Array2::zeros((case.shape[1], case.shape[2]));
    let no_mask = Array2::from_elem(blank.raw_dim(), false);
    let last = one.reference((&blank, &no_mask)).expect("a valid call");
    let slices = |mask_of: &dyn Fn(usize) -> Array2<bool>| {
        let each = x.outer_iter().enumerate().map(|(i, x)| one.reference((&x, &mask_of(i))).expect("a valid call"));
        let (y, z): (Vec<_>, Vec<_>) = each.chain([last.clone()]).unzip();
        (stacked(&y), stacked(&z))
    };
    let expected = slices(&|i| masks.index_axis(Axis(0), i).to_owned());
    let found = case.run.install(|| kernel.apply((&x, &masks))).expect("a valid call");
    same(&found.0, &expected.0)?;
    same(&found.1, &expected.1)?;
    // One mask for all.
    let Some(mask) = masks.outer_iter().next() else { return Ok(()) };
    let expected = slices(&|_| mask.to_owned());
    let found = case.run.install(|| kernel.apply((&x, &mask))).expect("a valid call");
    same(&found.0, &expected.0)?;
    same(&found.1, &expected.1)?;
    let mut out = (Array3::from_elem(expected.0.raw_dim(), 9.0), Array3::from_elem(expected.1.raw_dim(), false));
    case.run.install(|| kernel.apply_into((&x, &mask), (&mut out.0, &mut out.1))).expect("a valid call");
    same(&out.0, &expected.0)?;
    same(&out.1, &expected.1)
}

macro_rules! stacks {
    ($($check:ident: $holds:expr;)+) => {$(
        mod $check {
            use super::*;

            #[test]
            fn mixed_rules() {
                for executor in [
                    Executor::Automatic,
                    Executor::Serial,
                    Executor::Threads,
                    Executor::Streaming,
                    Executor::Split,
                ] {
                    property(8, 3, Family::Mixed, executor, &$holds);
                }
            }

            #[test]
            fn rims() {
                property(8, 3, Family::Rims, Executor::Automatic, &$holds);
                property(8, 3, Family::Rims, Executor::Threads, &$holds);
            }

            #[test]
            fn reading() {
                property(8, 3, Family::Reading, Executor::Serial, &$holds);
            }
        }
    )+};
}
stacks! {
    one_f32: of_one_input::<f32>;
    one_u8: of_one_input::<u8>;
    one_colour: of_one_input::<[f32; 3]>;
    two: of_two_inputs;
}

/// Loop dimensions in front of several axes, and one slice for each.
#[test]
fn several_loop_dimensions() {
    let x = ArrayD::from_shape_fn(vec![3, 2, 5, 70], |i| {
        f32::sample(bits(1, (i[0] * 1000 + i[1] * 500 + i[2] * 70 + i[3]) as u64))
    });
    let y = mixed::stack().apply(&x).expect("a valid call");
    let turned = mixed::stack().apply(&x.view().permuted_axes(vec![1, 0, 2, 3])).expect("a valid call");
    for (i, x) in x.outer_iter().enumerate() {
        for (j, x) in x.outer_iter().enumerate() {
            let x = x.into_dimensionality::<Ix2>().expect("two axes");
            let expected = mixed::one().reference(&x).expect("a valid call").into_dyn();
            let slice = |y: &ArrayD<f32>, i, j| y.index_axis(Axis(0), i).index_axis(Axis(0), j).to_owned();
            same(&slice(&y, i, j), &expected).expect("the same slices");
            same(&slice(&turned, j, i), &expected).expect("the same slices");
        }
    }
}
