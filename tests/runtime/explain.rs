//! `explain` says what a call does: shapes, the way, threads, and what is refused.

use ndarray::{Array2, Array3, ArrayView1};
use ndstencil::explain::{Copied, OneByOne, Reads, Stores, Threads, Way};
use ndstencil::prelude::*;
use ndstencil::{Error, Schedule, ShapeError, SimdLevel};

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest)]
fn smooth(x: Window2<f32>) -> f32 {
    0.25 * (x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]])
}

#[stencil(boundary = (Wrap, Shrink))]
fn shrunk(x: Window2<f32>) -> f32 {
    x[[-1, 0]] + x[[0, -2]] - x[[0, 1]]
}

#[gufunc("(n)->()")]
fn total(x: ArrayView1<f32>) -> f32 {
    let mut total = 0.0;
    for i in 0..x.len() {
        total += x[i];
    }
    total
}

#[gufunc("(),()->()")]
fn add(a: f32, b: f32) -> f32 {
    a + b
}

#[test]
fn shapes_are_those_of_results() {
    for shape in [(0, 5), (1, 1), (3, 2), (5, 3), (40, 70)] {
        let told = shrunk().explain(shape).unwrap();
        let made = shrunk().apply(&Array2::zeros(shape)).unwrap();
        assert_eq!(told.output_shape, made.shape());
        let repeated = shrunk().repeat(3).explain(shape).unwrap();
        assert_eq!(repeated.output_shape, shrunk().repeat(3).apply(&Array2::zeros(shape)).unwrap().shape());
    }
    let stack = Array3::zeros((4, 6, 7));
    let told = smooth().explain(&[stack.shape()]).unwrap();
    assert_eq!(told.outputs[0].shape, smooth().apply(&stack).unwrap().shape());
    let told = total().axis(1).keepdims().explain(&[stack.shape()]).unwrap();
    assert_eq!(told.outputs[0].shape, [4, 1, 7]);
}

#[test]
fn the_sweeps_of_a_stack_are_those_that_run() {
    let plain = Schedule::new().parallel(false).level(SimdLevel::Baseline).streaming(false);
    let sweep = smooth().schedule(plain).explain(&[&[4, 3000, 4096]]).unwrap().sweep.unwrap();
    assert_eq!((sweep.level, sweep.threads.several()), (SimdLevel::Baseline, false));
    assert!(matches!(sweep.stores, Stores::Cached(_)));
    // Threads share the loop elements, and none is left for the tiles of one.
    let shared = smooth().schedule(Schedule::new().parallel(true)).explain(&[&[1000, 64, 64]]).unwrap();
    if let Threads::All { .. } = shared.threads {
        assert!(!shared.sweep.unwrap().threads.several());
    }
    // The last axis of the core is not the last one of the array.
    let strided = smooth().axes(&[&[0, 1], &[0, 1]]).explain(&[&[300, 300, 4]]).unwrap().sweep.unwrap();
    assert_eq!(strided.source, Reads::Copied(Copied::Strided));
}

#[test]
fn far_rows_are_long() {
    let way = |level: SimdLevel, shape: &[usize]| {
        total().axis(0).schedule(Schedule::new().level(level)).explain(&[shape]).map(|told| told.way)
    };
    let level = SimdLevel::detect();
    let expected = if level == SimdLevel::Baseline { 32 } else { 256 };
    assert_eq!(way(level, &[84, 1000, 1000]), Ok(Way::SideBySide { lanes: expected }));
    assert_eq!(way(SimdLevel::Baseline, &[84, 1000, 1000]), Ok(Way::SideBySide { lanes: 32 }));
    assert_eq!(way(level, &[84, 100]), Ok(Way::SideBySide { lanes: 32 }));
    assert_eq!(way(level, &[84, 3]), Ok(Way::OneByOne(OneByOne::FewElements)));
}

#[test]
fn what_cannot_be_is_refused() {
    let too_large =
        |shape: &[usize]| Err(Error::Shape(ShapeError::ArrayTooLarge { kernel: "total", shape: shape.to_vec() }));
    for shape in [&[1 << 40, 1 << 40][..], &[usize::MAX, usize::MAX], &[0, 1 << 40, 1 << 40]] {
        assert_eq!(total().explain(&[shape]).map(|_| ()), too_large(shape));
    }
    let found = add().explain(&[&[1 << 31, 1], &[1, 1 << 31]]).map(|_| ());
    assert_eq!(found, Err(Error::Shape(ShapeError::ArrayTooLarge { kernel: "add", shape: vec![1 << 31, 1 << 31] })));
    assert!(matches!(shrunk().explain((1 << 40, 1 << 40)), Err(Error::Shape(ShapeError::HaloTooLarge { .. }))));
    let none = add().explain(&[]).map(|_| ());
    assert_eq!(none, Err(Error::Shape(ShapeError::OperandCount { kernel: "add", found: 0, expected: 2 })));
}

#[test]
fn texts_name_what_counts() {
    let text = smooth().explain(&[&[8, 64, 64]]).unwrap().to_string();
    for part in
        ["smooth (n,m)->(n,m) over (8,): 8 loop elements", "a sweep over each core", "halo [1, 1], [1, 1], Nearest"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let copy = shrunk().repeat(0).explain((8, 8)).unwrap().to_string();
    assert!(copy.starts_with("no sweep: a copy of"), "{copy}");
}
