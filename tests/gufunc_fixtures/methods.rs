//! `reduce`, `accumulate`, `reduceat`, `outer`, `at` and masks of element-wise kernels.

use ndarray::ArrayD;
use ndarray_npy::ReadableElement;
use ndstencil::Error;
use ndstencil::prelude::*;

use crate::comparable::Comparable;
use crate::data::{Case, Family, layouts};

/// Arithmetic in the element type; integers wrap, and NaN is the maximum of NaN and anything.
trait Number: Comparable + ReadableElement + Default + PartialOrd {
    fn plus(self, b: Self) -> Self;
    fn minus(self, b: Self) -> Self;
}

macro_rules! numbers {
    ($($T:ident)+, |$a:ident, $b:ident| $sum:expr, $difference:expr) => {$(
        impl Number for $T {
            #[inline(always)]
            fn plus(self, $b: $T) -> $T {
                let $a = self;
                $sum
            }
            #[inline(always)]
            fn minus(self, $b: $T) -> $T {
                let $a = self;
                $difference
            }
        }
    )+};
}
numbers!(u8 i32, |a, b| a.wrapping_add(b), a.wrapping_sub(b));
numbers!(f32 f64, |a, b| a + b, a - b);

#[gufunc("(),()->()", identity = T::default())]
fn add<T: Number>(a: T, b: T) -> T {
    a.plus(b)
}

#[gufunc("(),()->()")]
fn subtract<T: Number>(a: T, b: T) -> T {
    a.minus(b)
}

#[gufunc("(),()->()")]
fn maximum<T: Number>(a: T, b: T) -> T {
    #[expect(clippy::eq_op, reason = "only NaN differs from itself")]
    if a > b || a != a { a } else { b }
}

/// Neither commutative nor associative.
#[gufunc("(),()->()")]
fn lean<T: Number>(a: T, b: T) -> T {
    a.minus(b.plus(b))
}

fn is(error: &Error, class: &str) -> bool {
    match class {
        "identity" => matches!(error, Error::NoIdentity { .. }),
        "index" => matches!(error, Error::Index { .. }),
        "axis" => matches!(error, Error::Axes { .. }),
        "broadcast" => matches!(error, Error::Broadcast { .. } | Error::Mask { .. } | Error::OutputLoops { .. }),
        other => panic!("no class {other}"),
    }
}

fn check<T: Number>(family: &Family, case: &Case, how: &str, result: Result<ArrayD<T>, Error>) {
    match (case.maybe("error"), result) {
        (None, Ok(result)) => family.compare(case, how, &result, &family.array(case.text("expected"))),
        (None, Err(error)) => panic!("{}, {how}: {error}", case.name),
        (Some(class), Err(error)) if is(&error, class) => family.passed(),
        (Some(class), result) => panic!("{}, {how}: {result:?} instead of {class}", case.name),
    }
}

macro_rules! method {
    ($family:expr, $case:expr, $T:ty, $kernel:expr) => {{
        let (family, case): (&Family, &Case) = ($family, $case);
        let inputs: Vec<ArrayD<$T>> = case.texts("inputs").into_iter().map(|name| family.array(name)).collect();
        let mask: Option<ArrayD<bool>> = case.maybe("where").map(|name| family.array(name));
        for layout in 0..4 {
            let inputs: Vec<_> = inputs.iter().map(|x| layouts(x).into_iter().nth(layout).unwrap()).collect();
            let (layout_name, x) = &inputs[0];
            let y = inputs.get(1).map(|(_, y)| y);
            for (how, kernel) in [("default", $kernel), ("serial", $kernel.serial())] {
                let how = format!("{how}, {layout_name}");
                let kernel = case.integer("axis").map_or(kernel, |axis| kernel.axis(axis));
                match case.text("method") {
                    "reduce" => {
                        // Each setting makes another type.
                        let initial = case.float("initial").map(|initial| initial as $T);
                        let result = match (case.flag("keepdims"), initial, &mask) {
                            (false, None, None) => kernel.reduce(x),
                            (false, Some(initial), None) => kernel.initial(initial).reduce(x),
                            (false, None, Some(mask)) => kernel.where_(mask).reduce(x),
                            (false, Some(initial), Some(mask)) => kernel.initial(initial).where_(mask).reduce(x),
                            (true, None, None) => kernel.keepdims().reduce(x),
                            (true, Some(initial), None) => kernel.keepdims().initial(initial).reduce(x),
                            (true, None, Some(mask)) => kernel.keepdims().where_(mask).reduce(x),
                            (true, Some(initial), Some(mask)) => {
                                kernel.keepdims().initial(initial).where_(mask).reduce(x)
                            }
                        };
                        check(family, case, &how, result);
                    }
                    "accumulate" => check(family, case, &how, kernel.accumulate(x)),
                    "reduceat" => check(family, case, &how, kernel.reduceat(x, &case.counts("indices"))),
                    "outer" => check(family, case, &how, kernel.outer(x, y.unwrap())),
                    "at" => {
                        let mut x = x.clone();
                        let result = kernel.at(&mut x, &case.counts("indices"), y.unwrap());
                        check(family, case, &how, result.map(|()| x));
                    }
                    "where" => {
                        let mut out: ArrayD<$T> = family.array(case.text("before"));
                        let result = kernel.where_(mask.as_ref().unwrap()).apply_into((x, y.unwrap()), &mut out);
                        check(family, case, &how, result.map(|()| out));
                    }
                    other => panic!("no method {other}"),
                }
            }
        }
    }};
}

#[test]
fn every_case() {
    let family = &Family::load("methods");
    family.each(1382, |case| match case.text("kernel") {
        "add" => with_type!(case, T, [u8 i32 f32 f64] => method!(family, case, T, add::<T>())),
        "subtract" => with_type!(case, T, [i32 f64] => method!(family, case, T, subtract::<T>())),
        "maximum" => with_type!(case, T, [u8 f32 f64] => method!(family, case, T, maximum::<T>())),
        "lean" => with_type!(case, T, [f32 f64] => method!(family, case, T, lean::<T>())),
        other => panic!("no kernel {other}"),
    });
}
