//! Kernels that are written once and compiled twice, and a property for each.

/// A module with the `kernel` that `#[gufunc]` makes of a function, and the function as it stands, `plain`.
macro_rules! kernel {
    ([$($arguments:tt)*] fn $name:ident $($function:tt)*) => {
        mod $name {
            #[allow(unused_imports, reason = "not every kernel uses all of them")]
            use super::*;

            #[gufunc($($arguments)*)]
            pub fn kernel $($function)*

            #[allow(unused_mut, elided_lifetimes_in_paths, clippy::all, reason = "bodies are written for what they expand to")]
            pub fn plain $($function)*
        }
    };
}
pub(crate) use kernel;

/// A property for each kernel: its name, whether it has lanes, the kernel, the names of core sizes, its operands with
/// their core dimensions, and what the plain loop does with the cores of one loop element.
macro_rules! properties {
    ($(
        $name:ident $lanes:ident: $kernel:expr, [$($dim:ident)*]
        ($($x:ident: $X:ty $([$($x_core:expr),*])?),*) -> ($($y:ident: $Y:ty $([$($y_core:expr),*])?),+)
        $plain:block
    )+) => {$(
        #[test]
        #[allow(unused_imports, unused_mut, unused_variables, unused_parens, clippy::all, reason = "one macro for all forms")]
        fn $name() {
            use $crate::gufuncs::operand::{Check, Input, Output, broadcast, core_mut, has_lanes};
            const CASES: u32 = 10;
            const DIMS: usize = <[&str]>::len(&[$(stringify!($dim)),*]);
            assert_eq!(has_lanes(&$kernel), stringify!($lanes) == "lanes");
            $crate::gufuncs::draw::property(CASES, DIMS, &|case| {
                let [$($dim),*]: [usize; DIMS] = case.sizes.as_slice().try_into().expect("a size for each");
                let mut number = 0;
                let mut next = || {
                    number += 1;
                    number
                };
                $(let $x = Input::<$X>::draw(case, next(), &[$($($x_core),*)?]);)*
                let new_loops = broadcast(&[$($x.loops()),*]);
                $(let mut $y = Output::<$Y>::draw(case, next(), &new_loops, &[$($($y_core),*)?]);)+
                let mask = Input::<bool>::draw(case, next(), &[]);
                let fill = |loops: &[usize], ($($y,)+): ($(&mut ndarray::ArrayD<$Y>,)+)| {
                    $(let $x = $x.cores();)*
                    for index in ndarray::indices(ndarray::IxDyn(loops)) {
                        $($crate::gufuncs::forms::bind_input! { $x, index $(, [$($x_core),*])? })*
                        $($crate::gufuncs::forms::bind_output! { $y, index $(, [$($y_core),*])? })+
                        $plain
                    }
                };
                fill(&new_loops, ($(&mut $y.new,)+));
                fill(&case.loops, ($(&mut $y.into,)+));

                let new_axes = [$($x.entry(),)* $($y.new_entry()),+];
                let new_axes: Vec<&[isize]> = new_axes.iter().map(Vec::as_slice).collect();
                let into_axes = [$($x.entry(),)* $($y.entry_of_output()),+];
                let into_axes: Vec<&[isize]> = into_axes.iter().map(Vec::as_slice).collect();
                let with = |axes: &[&[isize]]| if case.axes { $kernel.axes(axes) } else { $kernel };
                let (new_kernel, into_kernel) = (with(&new_axes), with(&into_axes));
                ($(&$y,)+).check_new(new_kernel.reference(($(&$x.view()),*)).expect("a valid call"))?;
                // Bodies whose result depends on the strides of cores cannot be given copies of them.
                let all = if stringify!($lanes) == "strided" { &case.runs[..4] } else { &case.runs[..] };
                for run in all {
                    let kernel = new_kernel.schedule(run.schedule);
                    let found = run.install(|| kernel.apply(($(&$x.view()),*)).expect("a valid call"));
                    ($(&$y,)+).check_new(found)?;
                    let kernel = into_kernel.schedule(run.schedule);
                    run.install(|| kernel.apply_into(($(&$x.view()),*), ($(&mut $y.view_mut()),+)).expect("a valid call"));
                    $($y.check_into(None)?;)+
                }
                let mask_across = mask.cores().mask(&case.loops);
                for run in &case.runs[1..3] {
                    let (mask, kernel) = (mask.view(), into_kernel.schedule(run.schedule));
                    run.install(|| {
                        let masked = kernel.masked(&mask);
                        masked.apply_into(($(&$x.view()),*), ($(&mut $y.view_mut()),+)).expect("a valid call");
                    });
                    $($y.check_into(Some(&mask_across))?;)+
                }
                Ok(())
            });
        }
    )+};
}
pub(crate) use properties;

/// The argument of the plain function for an input: a view of its core, or the value.
macro_rules! bind_input {
    ($x:ident, $index:ident) => {
        let $x = *$x.core::<ndarray::Ix0>(&$index).into_scalar();
    };
    ($x:ident, $index:ident, $core:tt) => {
        let $x = $x.core(&$index);
    };
}
pub(crate) use bind_input;

/// The place that the plain function writes an output to: a view of its core, or the place of a returned value.
macro_rules! bind_output {
    ($y:ident, $index:ident) => {
        let $y = &mut $y[&$index];
    };
    ($y:ident, $index:ident, $core:tt) => {
        let mut $y = core_mut($y.view_mut(), ndarray::Dimension::slice(&$index));
    };
}
pub(crate) use bind_output;
