//! Reductions of the kernel library, with and without NaN (`numpy`, `numpy.nan..`).

use ndarray::{ArrayD, Axis};
use ndarray_npy::ReadableElement;
use ndstencil::{Error, Real, kernels};

use crate::comparable::Comparable;
use crate::data::{Case, Family, layouts, schedules};

/// Runs a kernel on a case, also with the reduced axis in every other place; `$value` turns an output into what is
/// compared.
macro_rules! lanes {
    ($family:expr, $case:expr, $T:ty, $kernel:expr, |$y:ident| $value:expr) => {{
        let (family, case, kernel): (&Family, &Case, _) = ($family, $case, $kernel);
        let axis = case.integer("axis").unwrap();
        let original: ArrayD<$T> = family.array(case.text("input"));
        for place in 0..original.ndim() {
            // The other axes stay in order, so the output stays the same.
            let mut axes: Vec<usize> = (0..original.ndim()).filter(|&other| other != axis as usize).collect();
            axes.insert(place, axis as usize);
            let x = original.view().permuted_axes(axes).as_standard_layout().into_owned();
            for (layout, x) in layouts(&x) {
                for axis in [place as isize, place as isize - x.ndim() as isize] {
                    let kernel = kernel.axis(axis);
                    if case.maybe("error").is_some() {
                        let result = kernel.apply(&x);
                        assert!(matches!(result, Err(Error::Requirement { .. })), "{}: not refused", case.name);
                        family.passed();
                        continue;
                    }
                    let expected = family.array(case.text("expected"));
                    for (how, schedule) in schedules() {
                        let got = kernel.schedule(schedule).apply(&x).unwrap().mapv(|$y| $value);
                        family.compare(case, &format!("{how}, {layout}, axis {axis}"), &got, &expected);
                    }
                    let got = kernel.reference(&x).unwrap().mapv(|$y| $value);
                    family.compare(case, &format!("reference, {layout}, axis {axis}"), &got, &expected);
                    let got = kernel.keepdims().apply(&x).unwrap().mapv(|$y| $value).remove_axis(Axis(place));
                    family.compare(case, &format!("keepdims, {layout}, axis {axis}"), &got, &expected);
                }
            }
        }
    }};
}

fn run<T: Real + Comparable + ReadableElement>(family: &Family, case: &Case) {
    let q = || case.float("q").unwrap();
    let ddof = || case.count("ddof").unwrap();
    match case.text("kernel") {
        "sum" => lanes!(family, case, T, kernels::sum::<T>(), |y| y),
        "mean" => lanes!(family, case, T, kernels::mean::<T>(), |y| y),
        "std" => lanes!(family, case, T, kernels::std::<T>(ddof()), |y| y),
        "var" => lanes!(family, case, T, kernels::var::<T>(ddof()), |y| y),
        "min" => lanes!(family, case, T, kernels::min::<T>(), |y| y),
        "max" => lanes!(family, case, T, kernels::max::<T>(), |y| y),
        "argmin" => lanes!(family, case, T, kernels::argmin::<T>(), |y| y as i64),
        "argmax" => lanes!(family, case, T, kernels::argmax::<T>(), |y| y as i64),
        "median" => lanes!(family, case, T, kernels::median::<T>(), |y| y),
        "quantile" => lanes!(family, case, T, kernels::quantile::<T>(q()), |y| y),
        "nansum" => lanes!(family, case, T, kernels::nansum::<T>(), |y| y),
        "nanmean" => lanes!(family, case, T, kernels::nanmean::<T>(), |y| y),
        "nanstd" => lanes!(family, case, T, kernels::nanstd::<T>(ddof()), |y| y),
        "nanvar" => lanes!(family, case, T, kernels::nanvar::<T>(ddof()), |y| y),
        "nanmin" => lanes!(family, case, T, kernels::nanmin::<T>(), |y| y),
        "nanmax" => lanes!(family, case, T, kernels::nanmax::<T>(), |y| y),
        "nanargmin" => lanes!(family, case, T, kernels::nanargmin::<T>(), |y| y.map_or(-1, |index| index as i64)),
        "nanargmax" => lanes!(family, case, T, kernels::nanargmax::<T>(), |y| y.map_or(-1, |index| index as i64)),
        "nanmedian" => lanes!(family, case, T, kernels::nanmedian::<T>(), |y| y),
        "nanquantile" => lanes!(family, case, T, kernels::nanquantile::<T>(q()), |y| y),
        other => panic!("no kernel {other}"),
    }
}

#[test]
fn every_case() {
    let family = &Family::load("lanes");
    family.each(1180, |case| with_type!(case, T, [f32 f64] => run::<T>(family, case)));
}
