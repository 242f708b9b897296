//! NumPy's gufuncs: how loop dimensions broadcast, which axes are core dimensions, which sizes are refused.

use ndarray::{ArrayD, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};
use ndarray_npy::ReadableElement;
use ndstencil::Error;
use ndstencil::prelude::*;

use crate::comparable::Comparable;
use crate::data::{Case, Family, Results, layouts, schedules};

/// Arithmetic in the element type; integers wrap.
trait Number: Comparable + ReadableElement + Default {
    fn plus_product(self, a: Self, b: Self) -> Self;
    fn minus(self, b: Self) -> Self;
}

macro_rules! numbers {
    ($($T:ident)+, |$acc:ident, $a:ident, $b:ident| $sum:expr, $difference:expr) => {$(
        impl Number for $T {
            #[inline(always)]
            fn plus_product(self, $a: $T, $b: $T) -> $T {
                let $acc = self;
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
numbers!(u8 i32 i64, |acc, a, b| acc.wrapping_add(a.wrapping_mul(b)), a.wrapping_sub(b));
numbers!(f32 f64, |acc, a, b| acc + a * b, a - b);

#[gufunc("(),()->()")]
fn subtract<T: Number>(a: T, b: T) -> T {
    a.minus(b)
}

#[gufunc("(),()->(),()")]
fn divmod(a: u8, b: u8) -> (u8, u8) {
    (a / b, a % b)
}

#[gufunc("(n),(n)->()")]
fn inner<T: Number>(a: ArrayView1<T>, b: ArrayView1<T>) -> T {
    let mut acc = T::default();
    for i in 0..a.len() {
        acc = acc.plus_product(a[i], b[i]);
    }
    acc
}

#[gufunc("(n),(n),(n)->()")]
fn innerwt<T: Number>(a: ArrayView1<T>, b: ArrayView1<T>, w: ArrayView1<T>) -> T {
    let mut acc = T::default();
    for i in 0..a.len() {
        acc = acc.plus_product(T::default().plus_product(a[i], b[i]), w[i]);
    }
    acc
}

#[gufunc("(n?,k),(k,m?)->(n?,m?)")]
fn matmul<T: Number>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut acc = T::default();
            for k in 0..a.ncols() {
                acc = acc.plus_product(a[[i, k]], b[[k, j]]);
            }
            c[[i, j]] = acc;
        }
    }
}

/// Sums up in the output, which begins as zeros.
#[gufunc("(m,n),(n,p)->(m,p)")]
fn matrix_multiply<T: Number>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for k in 0..a.ncols() {
            for j in 0..b.ncols() {
                c[[i, j]] = c[[i, j]].plus_product(a[[i, k]], b[[k, j]]);
            }
        }
    }
}

#[gufunc("(3),(3)->(3)")]
fn cross<T: Number>(a: ArrayView1<T>, b: ArrayView1<T>, mut c: ArrayViewMut1<T>) {
    let product = |i: usize, j: usize| T::default().plus_product(a[i], b[j]);
    c[0] = product(1, 2).minus(product(2, 1));
    c[1] = product(2, 0).minus(product(0, 2));
    c[2] = product(0, 1).minus(product(1, 0));
}

#[gufunc("(n)->(n)")]
fn cumsum<T: Number + std::ops::Add<Output = T>>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>) {
    let mut acc = T::default();
    for i in 0..x.len() {
        acc = acc + x[i];
        y[i] = acc;
    }
}

#[gufunc("(n,d)->(p)", p = n * (n - 1) / 2)]
fn distances<T: Number + Real>(x: ArrayView2<T>, mut y: ArrayViewMut1<T>) {
    let mut place = 0;
    for i in 0..x.nrows() {
        for j in i + 1..x.nrows() {
            let mut acc = T::default();
            for k in 0..x.ncols() {
                let d = x[[i, k]].minus(x[[j, k]]);
                acc = acc.plus_product(d, d);
            }
            y[place] = acc.sqrt();
            place += 1;
        }
    }
}

/// The output begins as zeros.
#[gufunc("(m),(n)->(p)", p = m + n - 1)]
fn convolve<T: Number>(a: ArrayView1<T>, b: ArrayView1<T>, mut c: ArrayViewMut1<T>) {
    for i in 0..a.len() {
        for j in 0..b.len() {
            c[i + j] = c[i + j].plus_product(a[i], b[j]);
        }
    }
}

#[gufunc("(n)->(),()", require = n > 0)]
fn min_max<T: Number + PartialOrd>(x: ArrayView1<T>) -> (T, T) {
    let (mut low, mut high) = (x[0], x[0]);
    for i in 1..x.len() {
        if x[i] < low {
            low = x[i];
        }
        if x[i] > high {
            high = x[i];
        }
    }
    (low, high)
}

#[gufunc("(n)->(n),()")]
fn sorted_sum<T: Number + Real>(x: ArrayView1<T>, scratch: &mut Vec<T>, mut y: ArrayViewMut1<T>) -> T {
    scratch.clear();
    scratch.extend(x.iter());
    scratch.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let mut acc = T::default();
    for i in 0..x.len() {
        y[i] = scratch[i];
        acc += x[i];
    }
    acc
}

/// Whether an error is of the class that a case names.
fn is(error: &Error, class: &str, outs: bool) -> bool {
    match class {
        "core mismatch" | "frozen" => matches!(error, Error::CoreSize { .. }),
        "too few dims" => matches!(error, Error::TooFewDimensions { .. }),
        // An output is one more operand to broadcast with in NumPy
        "broadcast" => matches!(error, Error::Broadcast { .. }) || outs && matches!(error, Error::OutputLoops { .. }),
        "output" => {
            matches!(error, Error::OutputLoops { .. } | Error::CoreSize { .. } | Error::TooFewDimensions { .. })
        }
        "axes" | "axis" | "keepdims" => matches!(error, Error::Axes { .. }),
        "computed" => matches!(error, Error::ComputedSize { .. }),
        other => panic!("no class {other}"),
    }
}

fn refused<R>(family: &Family, case: &Case, how: &str, result: Result<R, Error>) {
    let class = case.text("error");
    match result {
        Ok(_) => panic!("{}, {how}: accepted, but NumPy says: {}", case.name, case.text("message")),
        Err(error) if is(&error, class, case.shapes("outs").is_some()) => family.passed(),
        Err(error) => panic!("{}, {how}: {error:?} is not {class}", case.name),
    }
}

/// Runs a kernel on a case; `$x` and `$y` name as many inputs and outputs as it has.
macro_rules! call {
    ($family:expr, $case:expr, $T:ty, $kernel:expr, $xs:tt, $ys:tt) => {{
        let mut kernel = $kernel;
        if let Some(axis) = $case.integer("axis") {
            kernel = kernel.axis(axis);
        }
        if let Some(axes) = $case.entries("axes") {
            kernel = kernel.axes(&axes.iter().map(|entry| &entry[..]).collect::<Vec<_>>());
        }
        if $case.flag("keepdims") {
            run!($family, $case, $T, kernel.keepdims(), $xs, $ys)
        } else {
            run!($family, $case, $T, kernel, $xs, $ys)
        }
    }};
}

macro_rules! run {
    ($family:expr, $case:expr, $T:ty, $kernel:expr, ($($x:ident),+), ($($y:ident),+)) => {{
        let (family, case, kernel): (&Family, &Case, _) = ($family, $case, $kernel);
        let inputs: Vec<ArrayD<$T>> = case.texts("inputs").into_iter().map(|name| family.array(name)).collect();
        let expected: Vec<ArrayD<$T>> = match case.maybe("error") {
            None => case.texts("expected").into_iter().map(|name| family.array(name)).collect(),
            Some(_) => vec![],
        };
        let shapes = case.shapes("outs");
        for layout in 0..4 {
            let inputs = inputs.iter().map(|x| layouts(x).into_iter().nth(layout).unwrap());
            let (layouts, inputs): (Vec<&str>, Vec<ArrayD<$T>>) = inputs.unzip();
            let [$($x),+] = &inputs[..] else { panic!("{}: the number of inputs", case.name) };
            for (how, schedule) in schedules() {
                let how = format!("{how}, {}", layouts[0]);
                let kernel = kernel.schedule(schedule);
                if shapes.is_none() {
                    let results = kernel.apply(operands!($($x),+)).map(Results::<$T>::list);
                    match results {
                        Ok(results) if case.maybe("error").is_none() => {
                            assert_eq!(results.len(), expected.len(), "{}: the number of outputs", case.name);
                            for (result, expected) in results.iter().zip(&expected) {
                                family.compare(case, &how, result, expected);
                            }
                        }
                        Err(error) if case.maybe("error").is_none() => panic!("{}, {how}: {error}", case.name),
                        results => refused(family, case, &how, results),
                    }
                }
                // Into arrays that hold something else
                let shapes = shapes.clone().unwrap_or(expected.iter().map(|y| y.shape().to_vec()).collect());
                if shapes.is_empty() {
                    continue;
                }
                let outs = shapes.iter().map(|shape| ArrayD::from_elem(&shape[..], <$T>::default().other()));
                let mut outs: Vec<ArrayD<$T>> = outs.map(|y| layouts_of(&y, layout)).collect();
                let [$($y),+] = &mut outs[..] else { panic!("{}: the number of outputs", case.name) };
                let done = kernel.apply_into(operands!($($x),+), operands!($($y),+));
                match done {
                    Ok(()) if case.maybe("error").is_none() => {
                        for (result, expected) in outs.iter().zip(&expected) {
                            family.compare(case, &format!("{how}, into"), result, expected);
                        }
                    }
                    Err(error) if case.maybe("error").is_none() => panic!("{}, {how}, into: {error}", case.name),
                    done => refused(family, case, &how, done),
                }
            }
            if shapes.is_none() && case.maybe("error").is_none() {
                let results: Vec<ArrayD<$T>> = Results::<$T>::list(kernel.reference(operands!($($x),+)).unwrap());
                for (result, expected) in results.iter().zip(&expected) {
                    family.compare(case, "reference", result, expected);
                }
            }
        }
    }};
}

fn layouts_of<T: Comparable>(y: &ArrayD<T>, layout: usize) -> ArrayD<T> {
    layouts(y).into_iter().nth(layout).unwrap().1
}

#[test]
fn every_case() {
    let family = &Family::load("calls");
    family.each(688, |case| match case.text("kernel") {
        "subtract" => with_type!(case, T, [f64 u8] => call!(family, case, T, subtract::<T>(), (a, b), (y))),
        "divmod" => call!(family, case, u8, divmod(), (a, b), (q, r)),
        "vecdot" => with_type!(case, T, [f32 i32 u8] => call!(family, case, T, inner::<T>(), (a, b), (y))),
        "inner1d" => with_type!(case, T, [f64 i64] => call!(family, case, T, inner::<T>(), (a, b), (y))),
        "innerwt" => with_type!(case, T, [f64 i64] => call!(family, case, T, innerwt::<T>(), (a, b, w), (y))),
        "matmul" => with_type!(case, T, [f64 i32] => call!(family, case, T, matmul::<T>(), (a, b), (y))),
        "matrix_multiply" => {
            with_type!(case, T, [f64 f32] => call!(family, case, T, matrix_multiply::<T>(), (a, b), (y)))
        }
        "cross1d" => with_type!(case, T, [f64 i64] => call!(family, case, T, cross::<T>(), (a, b), (y))),
        "cumsum" => with_type!(case, T, [f64 i64] => call!(family, case, T, cumsum::<T>(), (x), (y))),
        "euclidean_pdist" => with_type!(case, T, [f64 f32] => call!(family, case, T, distances::<T>(), (x), (y))),
        "conv1d_full" => with_type!(case, T, [f64] => call!(family, case, T, convolve::<T>(), (a, b), (y))),
        "min_max" => with_type!(case, T, [f64 f32] => call!(family, case, T, min_max::<T>(), (x), (y, z))),
        "sorted_sum" => with_type!(case, T, [f64 f32] => call!(family, case, T, sorted_sum::<T>(), (x), (y, z))),
        other => panic!("no kernel {other}"),
    });
}
