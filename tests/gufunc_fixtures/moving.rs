//! Windows that move along one axis (`bottleneck.move_..`), and centred ones.

use ndarray::ArrayD;
use ndarray_npy::ReadableElement;
use ndstencil::Real;
use ndstencil::kernels::moving::{self, centred};

use crate::comparable::Comparable;
use crate::data::{Case, Family, layouts, schedules};

macro_rules! moving {
    ($family:expr, $case:expr, $T:ty, $kernel:expr) => {{
        let (family, case, kernel): (&Family, &Case, _) = ($family, $case, $kernel);
        let axis = case.integer("axis").unwrap();
        let original: ArrayD<$T> = family.array(case.text("input"));
        let expected: ArrayD<$T> = family.array(case.text("expected"));
        for (layout, x) in layouts(&original) {
            for axis in [axis, axis - x.ndim() as isize] {
                let kernel = kernel.axis(axis);
                for (how, schedule) in schedules() {
                    let got = kernel.schedule(schedule).apply(&x).unwrap();
                    family.compare(case, &format!("{how}, {layout}, axis {axis}"), &got, &expected);
                }
                let got = kernel.reference(&x).unwrap();
                family.compare(case, &format!("reference, {layout}, axis {axis}"), &got, &expected);
            }
            // Along the other axes' places: transposed, the windows move along the mirrored axis.
            let got = kernel.axis(-1 - axis).apply(&x.t()).unwrap();
            family.compare(case, &format!("transposed, {layout}"), &got.reversed_axes(), &expected);
        }
    }};
}

fn run<T: Real + Comparable + ReadableElement>(family: &Family, case: &Case) {
    let (window, min_count) = (case.count("window").unwrap(), case.count("min_count").unwrap());
    match (case.text("kernel"), case.flag("centred")) {
        ("sum", false) => moving!(family, case, T, moving::sum::<T>(window, min_count)),
        ("mean", false) => moving!(family, case, T, moving::mean::<T>(window, min_count)),
        ("std", false) => moving!(family, case, T, moving::std::<T>(window, min_count, 0)),
        ("var", false) => moving!(family, case, T, moving::var::<T>(window, min_count, 0)),
        ("min", false) => moving!(family, case, T, moving::min::<T>(window, min_count)),
        ("max", false) => moving!(family, case, T, moving::max::<T>(window, min_count)),
        ("median", false) => moving!(family, case, T, moving::median::<T>(window, min_count)),
        ("sum", true) => moving!(family, case, T, centred::sum::<T>(window, min_count)),
        ("mean", true) => moving!(family, case, T, centred::mean::<T>(window, min_count)),
        ("std", true) => moving!(family, case, T, centred::std::<T>(window, min_count, 0)),
        ("var", true) => moving!(family, case, T, centred::var::<T>(window, min_count, 0)),
        ("min", true) => moving!(family, case, T, centred::min::<T>(window, min_count)),
        ("max", true) => moving!(family, case, T, centred::max::<T>(window, min_count)),
        ("median", true) => moving!(family, case, T, centred::median::<T>(window, min_count)),
        (other, _) => panic!("no kernel {other}"),
    }
}

#[test]
fn every_case() {
    let family = &Family::load("moving");
    family.each(582, |case| with_type!(case, T, [f32 f64] => run::<T>(family, case)));
}
