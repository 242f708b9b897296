//! Applies a kernel of one input and one output as a case says, and compares with the reference executor.

use ndarray::{Array, ArrayRef, Dim, Dimension};
use ndstencil::{Kernel, Rim, Rule, Rules, Single, Stencil};
use proptest::prelude::*;

use crate::case::{Case, Kind, rules};
use crate::layout::{Layout, same};
use crate::samples::{Sample, bits};

/// Compares `apply` and `apply_into` with `reference`.
pub fn check<K, T, const N: usize>(kernel: Stencil<K>, case: &Case) -> Result<(), TestCaseError>
where
    Dim<[usize; N]>: Dimension,
    T: Sample,
    K: Send + for<'w> Kernel<Args<'w> = &'w ArrayRef<T, Dim<[usize; N]>>>,
    K: Kernel<Dim = Dim<[usize; N]>, Out = Single<T>, Rules = Rules<T, T, N>>,
{
    let storage = case.inputs[0].random::<T>(&case.shape, case.seed);
    let x = case.inputs[0].view(&storage, &case.shape).into_dimensionality::<Dim<[usize; N]>>().expect("the rank");
    let (constant, fill) = (T::sample(bits(case.seed, 1 << 40)), T::sample(bits(case.seed, 1 << 41)));
    let with_keep = |keep| kernel.boundary(rules::<T, T, N>(&case.kinds[0], constant, fill, keep));

    let kernel = with_keep(Rule::Rim(Rim::Keep));
    let expected = kernel.reference(&x).expect("a valid call");
    let sentinel = T::sample(bits(case.seed, 1 << 42));
    if let Some(seed) = case.run.chunked {
        let found = crate::chunked::run(kernel, &[x.view().into_dyn()], expected.shape(), sentinel, seed);
        return same(&found, &expected);
    }
    let found = case.run.install(|| kernel.schedule(case.run.schedule).apply(&x)).expect("a valid call");
    same(&found, &expected)?;

    // Outputs keep what they held: the sentinel, as if it were filled in.
    let keeps = case.kinds[0][..N].iter().flatten().any(|&kind| kind == Kind::Keep);
    let filled = with_keep(Rule::Rim(Rim::Fill(sentinel)));
    let expected = if keeps { filled.reference(&x).expect("a valid call") } else { expected };
    written_only_inside(&case.outputs[0], sentinel, &expected, |out| {
        case.run.install(|| kernel.schedule(case.run.schedule).apply_into(&x, out)).expect("a valid call");
    })
}

/// Lets `write` write to a slice of an array of sentinels: the slice must hold what is expected
/// afterwards, and the cells around and between must be untouched.
pub fn written_only_inside<T: Sample, D: Dimension>(
    layout: &Layout,
    sentinel: T,
    expected: &Array<T, D>,
    write: impl FnOnce(&mut ArrayRef<T, D>),
) -> Result<(), TestCaseError> {
    let mut out = layout.filled(expected.shape(), sentinel);
    write(&mut layout.view_mut::<T, D>(&mut out, expected.shape()));
    let mut all = layout.filled(expected.shape(), sentinel);
    layout.view_mut::<T, D>(&mut all, expected.shape()).assign(expected);
    same(&out, &all)
}

/// A property for each executor and family of boundaries.
macro_rules! suite {
    ($($name:ident: $kernel:expr, $T:ty, $n:literal, $cases:expr;)+) => {$(
        mod $name {
            use super::*;
            $crate::stencils::apply::executors!($kernel, $T, $n, $cases; Automatic Serial Threads Streaming Split Chunked);
        }
    )+};
}
pub(crate) use suite;

macro_rules! executors {
    ($kernel:expr, $T:ty, $n:literal, $cases:expr; $($Executor:ident)+) => {$(
        #[allow(non_snake_case)]
        mod $Executor {
            use super::*;
            $crate::stencils::apply::families!($kernel, $T, $n, $cases, $Executor; Reading Rims Mixed);
        }
    )+};
}
pub(crate) use executors;

macro_rules! families {
    ($kernel:expr, $T:ty, $n:literal, $cases:expr, $Executor:ident; $($Family:ident)+) => {$(
        #[test]
        #[allow(non_snake_case)]
        fn $Family() {
            $crate::case::property($cases, $n, $crate::case::Family::$Family, $crate::case::Executor::$Executor, &|case| {
                $crate::stencils::apply::check::<_, $T, $n>($kernel, case)
            });
        }
    )+};
}
pub(crate) use families;
