//! What a call costs: copies, submissions, dispatches, compiled kernels, buffers.

use ndarray::Array2;
use ndstencil::GpuOptions;
use ndstencil::gpu::Stats;
use ndstencil::prelude::*;

use crate::{open, sample};

#[stencil(gpu, boundary = Nearest)]
fn smooth(x: Window2<f32>) -> f32 {
    0.25 * (x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]])
}

#[gufunc("(),()->()", gpu)]
fn add(a: f32, b: f32) -> f32 {
    a + b
}

/// A GPU of one's own: others would be counted.
fn counted() -> Option<Gpu> {
    open(GpuOptions::new())
}

fn during<R>(gpu: &Gpu, work: impl FnOnce() -> R) -> (R, Stats) {
    let before = gpu.stats();
    let result = work();
    (result, gpu.stats() - before)
}

#[test]
fn a_chain_is_one_upload_one_submission_one_download() {
    let Some(gpu) = counted() else { return };
    let x = sample((100, 101));
    let chain = || {
        let kernel = smooth().on(&gpu);
        let x = gpu.upload(&x).unwrap();
        let y = kernel.apply(&kernel.apply(&x).unwrap()).unwrap();
        let sum = add().on(&gpu).apply((&x, &y)).unwrap();
        sum.download().unwrap()
    };
    let (first, stats) = during(&gpu, chain);
    assert_eq!((stats.uploads, stats.submissions, stats.downloads), (1, 1, 1));
    assert_eq!((stats.pipelines_built, stats.bytes_down), (3, 4 * 100 * 101));
    // Twice the interior and four edges, once the sum.
    assert_eq!(stats.dispatches, 2 * 5 + 1);

    let (second, stats) = during(&gpu, chain);
    assert_eq!(first, second);
    assert_eq!((stats.uploads, stats.submissions, stats.downloads), (1, 1, 1));
    assert_eq!((stats.pipelines_built, stats.buffers_created), (0, 0));
    assert_eq!(stats.pipelines_reused, 5);

    let step = |x: &Array2<f32>| smooth().apply(x).unwrap();
    assert_eq!(first, &x + &step(&step(&x)));
}

#[test]
fn host_arrays_come_and_go_once() {
    let Some(gpu) = counted() else { return };
    let x = sample((64, 64));
    for _ in 0..2 {
        let (_, stats) = during(&gpu, || smooth().on(&gpu).apply(&x).unwrap());
        assert_eq!((stats.uploads, stats.submissions, stats.downloads), (1, 1, 1));
    }
}

#[test]
fn sweeps_share_two_buffers_and_a_submission() {
    let Some(gpu) = counted() else { return };
    let x = sample((50, 60));
    let sweeps = || smooth().repeat(100).on(&gpu).apply(&x).unwrap();
    let (first, stats) = during(&gpu, sweeps);
    assert_eq!((stats.uploads, stats.submissions, stats.downloads), (1, 1, 1));
    // Staging in and out, three arrays as the result is made beforehand, edges, parameters, status.
    assert!(stats.buffers_created <= 8, "{stats}");
    let (second, stats) = during(&gpu, sweeps);
    assert_eq!(stats.buffers_created, 0, "{stats}");
    assert_eq!(first, second);
    assert_eq!(first, smooth().repeat(100).apply(&x).unwrap());
}

#[test]
fn much_work_is_handed_over_in_between() {
    let Some(gpu) = counted() else { return };
    let x = sample((20, 20));
    let (result, stats) = during(&gpu, || smooth().repeat(1000).on(&gpu).apply(&x).unwrap());
    assert!((2..10).contains(&stats.submissions), "{stats}");
    assert_eq!(result, smooth().repeat(1000).apply(&x).unwrap());
}

#[test]
fn the_counters_print() {
    let text = Stats::default().to_string();
    assert_eq!(text.lines().count(), 10);
}
