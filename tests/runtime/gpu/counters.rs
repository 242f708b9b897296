//! The costs of a call: copies, submissions, dispatches, compiled kernels, buffers.

use ndarray::Array2;
use ndstencil::GpuOptions;
use ndstencil::gpu::Stats;
use ndstencil::prelude::*;

use super::{open, sample};

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
    // Twice the interior and the edges, once the sum.
    assert_eq!(stats.dispatches, 2 * 2 + 1);

    let (second, stats) = during(&gpu, chain);
    assert_eq!(first, second);
    assert_eq!((stats.uploads, stats.submissions, stats.downloads), (1, 1, 1));
    assert_eq!((stats.pipelines_built, stats.buffers_created), (0, 0));
    assert_eq!(stats.pipelines_reused, 5);

    let step = |x: &Array2<f32>| smooth().apply(x).unwrap();
    assert_eq!(first, &x + &step(&step(&x)));
}

#[test]
fn a_stencil_of_any_rank_is_two_dispatches() {
    #[stencil(gpu, boundary = Wrap)]
    fn line(x: Window1<f32>) -> f32 {
        x[-1] - x[1]
    }
    #[stencil(gpu, boundary = Reflect)]
    fn block(x: Window3<u8>) -> u8 {
        x[[-1, 0, 1]] ^ x[[1, -2, 0]]
    }
    #[stencil(gpu, boundary = Nearest)]
    fn hyper(x: Window4<f32>) -> f32 {
        x[[-1, 0, 1, 0]] - x[[1, 1, 0, -1]]
    }
    #[stencil(gpu)]
    fn point(x: Window2<f32>) -> f32 {
        2.0 * x[[0, 0]]
    }
    let Some(gpu) = counted() else { return };
    /// Checks the dispatches that a kernel costs, and its result.
    macro_rules! dispatches {
        ($kernel:expr, $x:expr) => {{
            let (kernel, x) = ($kernel, $x);
            let (result, stats) = during(&gpu, || kernel.on(&gpu).apply(&x).unwrap());
            assert_eq!(result, kernel.apply(&x).unwrap());
            stats.dispatches
        }};
    }
    let x = sample((5, 6, 7, 8));
    let counts = [
        dispatches!(line(), sample(1000)),
        dispatches!(smooth(), sample((40, 50))),
        dispatches!(block(), sample((9, 10, 30)).mapv(|v| v as u8)),
        dispatches!(hyper(), x),
    ];
    assert_eq!(counts, [2; 4]);
    // All of it is inside, all of it at the edges.
    assert_eq!(dispatches!(point(), sample((40, 48))), 1);
    assert_eq!(dispatches!(smooth(), sample((2, 50))), 1);
}

#[test]
fn a_sweep_is_two_dispatches() {
    let Some(gpu) = counted() else { return };
    let x = sample((50, 60));
    for times in [1, 2, 3, 10] {
        for kernel in [smooth(), smooth().boundary(Rim::Shrink), smooth().boundary(Rim::Keep)] {
            let sweeps = kernel.repeat(times);
            let (result, stats) = during(&gpu, || sweeps.on(&gpu).apply(&x).unwrap());
            assert_eq!(result, sweeps.apply(&x).unwrap());
            // With `Shrink`, rows are left for `edge` only where the others are no whole blocks.
            let counts = if result.dim() == x.dim() { 2 * times..=2 * times } else { times..=2 * times };
            assert!(counts.contains(&(stats.dispatches as usize)), "{times} {stats}");
            assert_eq!(stats.submissions, 1);
        }
    }
}

#[test]
fn edges_beyond_the_limit_take_more_dispatches() {
    let Some(gpu) = open(GpuOptions::new().max_workgroups(3)) else { return };
    let x = sample((2, 10_000));
    let (result, stats) = during(&gpu, || smooth().on(&gpu).apply(&x).unwrap());
    assert_eq!(result, smooth().apply(&x).unwrap());
    // Three workgroups of 256 cells each time.
    assert_eq!(stats.dispatches, 20_000u64.div_ceil(3 * 256));
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

/// Loop elements that are too large for one binding together are cut into a few parts, not taken one by one.
#[test]
fn small_loop_elements_share_dispatches() {
    #[gufunc("(n)->(n)")]
    #[stencil(gpu, boundary = Wrap)]
    fn turned(x: Window1<f32>) -> f32 {
        x[-1]
    }
    let Some(gpu) = open(GpuOptions::new().max_binding(1 << 13)) else { return };
    let x = sample((1000, 10));
    let (result, stats) = during(&gpu, || turned().on(&gpu).apply(&x).unwrap());
    assert_eq!(result, turned().apply(&x).unwrap());
    // 40 000 bytes in parts of 8192, each inside and at the edges.
    assert_eq!(stats.dispatches, 2 * 5);
}

/// Two entry points: one for whole words, one for what is left of them and for everything else.
#[test]
fn runs_of_whole_words_have_an_entry_point_of_their_own() {
    #[gufunc("()->()", gpu)]
    fn negated(a: u8) -> u8 {
        !a
    }
    let Some(gpu) = counted() else { return };
    let negate = |x: &Array2<u8>| {
        let (y, stats) = during(&gpu, || negated().on(&gpu).apply(x).unwrap());
        assert_eq!(y, x.mapv(|v| !v));
        (stats.pipelines_built, stats.dispatches)
    };
    assert_eq!(negate(&Array2::from_elem((5, 8), 3)), (1, 1));
    assert_eq!(negate(&Array2::from_elem((1, 9), 3)), (1, 2));
    // Rows that end within a word have gaps.
    assert_eq!(negate(&Array2::from_elem((5, 9), 3)), (0, 1));
}

/// Columns of smaller outputs lie at other cells of their words than those of the inputs.
#[test]
fn smaller_outputs_are_computed_in_blocks() {
    #[stencil(gpu, boundary = Shrink)]
    fn widest(x: Window2<u8>) -> u8 {
        x[[-1, -1]].max(x[[0, 1]])
    }
    let Some(gpu) = counted() else { return };
    let x = Array2::from_shape_fn((50, 61), |(i, j)| (i * 31 + j * 7) as u8);
    let (y, stats) = during(&gpu, || widest().on(&gpu).apply(&x).unwrap());
    assert_eq!(y, widest().apply(&x).unwrap());
    // Inside and edges; without blocks there would be edges alone.
    assert_eq!(stats.pipelines_built, 2);
}
