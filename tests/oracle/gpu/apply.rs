//! Applies a kernel of one input and one output as a case says, and compares with the reference executor.

use std::any::TypeId;
use std::sync::LazyLock;

use ndstencil::{Error, Gpu, GpuError, GpuOptions};

/// One device for all tests.
pub fn gpu() -> Option<&'static Gpu> {
    static GPU: LazyLock<Result<Gpu, Error>> = LazyLock::new(Gpu::new);
    ndstencil_device::required(GPU.as_ref())
}

/// The devices that a type is tried on: for bytes and `f32`, one of each packing, also one that sees so little at once that
/// arrays are cut along all axes; for half precision one that may not use its own.
pub fn devices<T: 'static>() -> impl Iterator<Item = &'static Gpu> {
    static CUT: LazyLock<Result<Gpu, Error>> = LazyLock::new(|| Gpu::with(GpuOptions::new().max_binding(1200)));
    static PORTABLE: LazyLock<Result<Gpu, Error>> = LazyLock::new(|| Gpu::with(GpuOptions::new().native_f16(false)));
    let cut = || ndstencil_device::required(CUT.as_ref());
    let is_cut = [TypeId::of::<u8>(), TypeId::of::<f32>()].contains(&TypeId::of::<T>());
    let portable = || ndstencil_device::required(PORTABLE.as_ref());
    let twice = TypeId::of::<T>() == TypeId::of::<half::f16>() && gpu().is_some_and(|gpu| gpu.limits().f16);
    gpu().into_iter().chain(is_cut.then(cut).flatten()).chain(twice.then(portable).flatten())
}

/// The result; nothing where the device lacks the type, which has to be said as such.
pub fn unless_missing<T>(found: Result<T, Error>) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(Error::Gpu(GpuError::Feature { .. })) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Compares `apply` of host arrays, `apply` and `apply_into` of device arrays with `reference`.
///
/// A macro, so that it names no bound of the runtime.
macro_rules! check {
    ($kernel:expr, $T:ty, $n:literal, $case:expr) => {{
        use ndarray::Dim;
        use ndstencil::{Rim, Rule};

        use $crate::case::{Case, Kind, rules};
        use $crate::gpu::exact::Exact;
        use $crate::layout::same;
        use $crate::samples::{Sample, bits};
        let case: &Case = $case;
        let storage = case.inputs[0].random::<$T>(&case.shape, case.seed).mapv(Exact::exact);
        let x = case.inputs[0].view(&storage, &case.shape).into_dimensionality::<Dim<[usize; $n]>>().expect("the rank");
        let value = |number| <$T>::sample(bits(case.seed, number)).exact();
        let (constant, fill) = (value(1 << 40), value(1 << 41));
        let kernel = |keep| $kernel.boundary(rules::<$T, $T, $n>(&case.kinds[0], constant, fill, keep));
        for gpu in $crate::gpu::apply::devices::<$T>() {
            let keeping = kernel(Rule::Rim(Rim::Keep));
            let expected = keeping.reference(&x).expect("a valid call");
            let Some(found) = $crate::gpu::apply::unless_missing(keeping.on(gpu).apply(&x)) else { return Ok(()) };
            same(&found, &expected)?;

            // Outputs keep what they held: the sentinel, as if it were filled in.
            let sentinel = value(1 << 42);
            let keeps = case.kinds[0][..$n].iter().flatten().any(|&kind| kind == Kind::Keep);
            let expected = if keeps {
                kernel(Rule::Rim(Rim::Fill(sentinel))).reference(&x).expect("a valid call")
            } else {
                expected
            };
            let device = gpu.upload(&x).expect("an upload");
            let mut out = gpu.upload(&expected.map(|_| sentinel)).expect("an upload");
            keeping.on(gpu).apply_into(&device, &mut out).expect("a valid call");
            same(&out.download().expect("a download"), &expected)?;
            let mut out = expected.map(|_| sentinel);
            keeping.on(gpu).apply_into(&x, &mut out).expect("a valid call");
            same(&out, &expected)?;
        }
        Ok(())
    }};
}
pub(crate) use check;

/// A property for each family of boundaries.
macro_rules! suite {
    ($($name:ident: $kernel:expr, $T:ty, $n:literal, $cases:expr;)+) => {$(
        mod $name {
            use super::*;
            $crate::gpu::apply::families!($kernel, $T, $n, $cases; Reading Rims Mixed);
        }
    )+};
}
pub(crate) use suite;

macro_rules! families {
    ($kernel:expr, $T:ty, $n:literal, $cases:expr; $($Family:ident)+) => {$(
        #[test]
        #[allow(non_snake_case)]
        fn $Family() {
            use $crate::case::{Executor, Family, property};
            property($cases, $n, Family::$Family, Executor::Automatic, &|case| $crate::gpu::apply::check!($kernel, $T, $n, case));
        }
    )+};
}
pub(crate) use families;
