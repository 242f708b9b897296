//! Several kernels on one read, traces, user's element types.

use std::fs;

use ndarray::{Array1, Array2, array};
use ndstencil::prelude::*;

use super::stored::{Folder, Stored};

#[stencil(boundary = Nearest)]
fn down(x: Window2<u32>) -> u32 {
    x[[2, 0]]
}

#[stencil(boundary = Wrap)]
fn left(x: Window2<u32>) -> u64 {
    u64::from(x[[0, -1]])
}

#[gufunc("()->()")]
fn half(x: u32) -> f32 {
    x as f32 / 2.0
}

#[test]
fn several_kernels_share_the_reads() {
    let source = Stored::new([100, 80], Some([10, 80]));
    let shape = (100, 80);
    let (mut a, mut b, mut c) = (Array2::<u32>::zeros(shape), Array2::<u64>::zeros(shape), Array2::<f32>::zeros(shape));
    let job = Job::new((down(), left(), half()), &source, (&mut a, &mut b, &mut c));
    job.memory(100 << 10).run().unwrap();
    let x = source.whole();
    assert_eq!(a, down().apply(&x).unwrap());
    assert_eq!(b, left().apply(&x).unwrap());
    assert_eq!(c, half().apply(&x).unwrap());
    let reads = source.reads.load(std::sync::atomic::Ordering::Relaxed);
    assert!(reads <= 24, "{reads}");
}

#[test]
fn a_trace_is_json() {
    let folder = Folder::new();
    let path = folder.0.join("trace.json");
    let mut y = Array2::<u32>::zeros((100, 80));
    Job::new(down(), Stored::new([100, 80], None), &mut y).memory(100 << 10).trace(&path).run().unwrap();
    let trace: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let events = trace.as_array().unwrap();
    let names: Vec<&str> = events.iter().map(|event| event["name"].as_str().unwrap()).collect();
    assert!(["read", "compute", "write"].iter().all(|name| names.contains(name)), "{names:?}");
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Wind {
    u: f32,
    v: i8,
}

#[stencil(boundary = Wrap)]
fn shear(x: Window1<Wind>) -> Wind {
    Wind { u: x[2].u - x[0].u, v: x[-1].v }
}

#[test]
fn elements_are_of_any_type() {
    let x = Array1::from_shape_fn(1000, |i| Wind { u: i as f32 * 0.5, v: (i % 100) as i8 });
    let mut y = Array1::<Wind>::default(1000);
    let summary = Job::new(shear(), &x, &mut y).memory(8 << 10).run().unwrap();
    assert!(summary.chunks > 1);
    assert_eq!(y, shear().apply(&x).unwrap());
}

#[test]
fn empty_arrays_have_no_chunks() {
    let x = Array2::<u32>::zeros((0, 5));
    let mut y = Array2::<u32>::zeros((0, 5));
    assert_eq!(Job::new(down(), &x, &mut y).run().unwrap().chunks, 0);
    let mut one = array![[7_u32]];
    Job::new(down(), &array![[3_u32]], &mut one).run().unwrap();
    assert_eq!(one, array![[3]]);
}
