//! Panics of element functions reach the caller, from every executor; nothing hangs, and the next call works.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;
use ndstencil::{Schedule, SimdLevel};

use crate::gufuncs::forms::kernel;

kernel! { ["()->()"]
fn careful(x: i32, bad: i32) -> i32 {
    if x == bad {
        panic!("met {bad}");
    }
    x * 2
} }

kernel! { ["(n)->()"]
fn in_lanes(x: ArrayView1<i32>, bad: i32) -> i32 {
    let mut sum = 0;
    for &v in x {
        assert!(v != bad, "met {bad}");
        sum += v;
    }
    sum
} }

kernel! { ["(n)->(n),()"]
fn one_by_one(x: ArrayView1<i32>, bad: i32, scratch: &mut Vec<i32>, mut y: ArrayViewMut1<i32>) -> i32 {
    scratch.clear();
    scratch.extend(x.iter());
    if scratch.contains(&bad) {
        panic!("met {bad}");
    }
    y.assign(&x);
    x.sum()
} }

kernel! { ["(n)->()"]
fn beyond(x: ArrayView1<i32>, index: usize) -> i32 {
    x[index]
} }

/// Does not print the panics that are meant to happen.
fn quiet() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or_default();
            let meant = ["met ", "index", "ndarray: index"].iter().any(|start| text.starts_with(start));
            if !(meant && info.location().is_some_and(|place| place.file().ends_with("panics.rs"))) {
                usual(info);
            }
        }));
    });
}

fn message_of<R>(work: impl FnOnce() -> R) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(work)) else { panic!("no panic") };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a message")
}

fn schedules() -> Vec<Schedule> {
    let levels = SimdLevel::ALL.iter().copied().filter(|level| level.is_available());
    levels.flat_map(|level| [false, true].map(|parallel| Schedule::new().level(level).parallel(parallel))).collect()
}

#[test]
fn a_panic_reaches_the_caller_and_the_next_call_works() {
    quiet();
    let (rows, columns) = (130, 7);
    let x = Array2::from_shape_fn((rows, columns), |(i, j)| (i * columns + j) as i32);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for schedule in schedules() {
        for bad in [0, 64 * 7 + 3, 65 * 7, 130 * 7 - 1] {
            let expected = format!("met {bad}");
            let kernel = careful::kernel(bad).schedule(schedule.streaming(true));
            assert_eq!(message_of(|| pool.install(|| kernel.apply(&x))), expected);
            let kernel = in_lanes::kernel(bad).schedule(schedule);
            assert_eq!(message_of(|| pool.install(|| kernel.apply(&x))), expected);
            assert_eq!(message_of(|| pool.install(|| kernel.apply(&x.t()))), expected);
            let kernel = one_by_one::kernel(bad).schedule(schedule);
            assert_eq!(message_of(|| pool.install(|| kernel.apply(&x))), expected);
            let (mut y, mut sums) = (x.clone(), Array1::zeros(rows));
            assert_eq!(message_of(|| pool.install(|| kernel.apply_into(&x, (&mut y, &mut sums)))), expected);
            // Where the mask is false, nothing is evaluated.
            let mask = Array1::from_shape_fn(rows, |i| i != bad as usize / columns);
            pool.install(|| kernel.masked(&mask).apply_into(&x, (&mut y, &mut sums))).unwrap();
        }
        let found = pool.install(|| in_lanes::kernel(-1).schedule(schedule).apply(&x)).unwrap();
        assert_eq!(found, x.outer_iter().map(|row| in_lanes::plain(row, -1)).collect::<Array1<_>>());
        let found = pool.install(|| careful::kernel(-1).schedule(schedule).apply(&x)).unwrap();
        assert_eq!(found, x.mapv(|v| careful::plain(v, -1)));
    }
}

#[test]
fn cells_outside_of_a_core_are_not_read() {
    quiet();
    for schedule in schedules() {
        for (count, n) in [(1, 0), (70, 0), (70, 3), (5, 8), (70, 8)] {
            let x = Array2::from_shape_fn((count, n), |(i, j)| (i * 10 + j) as i32);
            for index in [n, n + 1, usize::MAX, usize::MAX / 4 + 1] {
                let kernel = beyond::kernel(index).schedule(schedule);
                assert!(message_of(|| kernel.apply(&x)).contains("out of bounds"));
                assert!(message_of(|| kernel.apply(&x.slice(ndarray::s![..;-1, ..;-1]))).contains("out of bounds"));
            }
            if n > 0 {
                assert_eq!(beyond::kernel(n - 1).schedule(schedule).apply(&x).unwrap(), x.column(n - 1));
            }
            // Without loop elements, nothing runs.
            assert_eq!(beyond::kernel(n).schedule(schedule).apply(&x.slice(ndarray::s![..0, ..])).unwrap().len(), 0);
        }
    }
    assert_eq!(beyond::plain(ndarray::aview1(&[4, 5]), 1), 5);
    assert_eq!(one_by_one::plain(ndarray::aview1(&[4]), 1, &mut Vec::new(), Array1::zeros(1).view_mut()), 4);
}
