//! The other Rust crates at 1000 x 1000 on one thread: `cargo bench --features rivals`.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndstencil_peer_kernels::{Call, ours::*, rivals::*};

const SIDE: usize = 1000;

/// A contender: the name in the report, and the function.
type Contender = (&'static str, extern "C" fn(&Call));

fn compare<T: Copy>(criterion: &mut Criterion, workload: &str, value: fn(usize) -> T, contenders: &[Contender]) {
    let input: Vec<T> = (0..SIDE * SIDE).map(|k| value(k * k)).collect();
    let (mut output, mut between) = (input.clone(), input.clone());
    let mut group = criterion.benchmark_group(workload);
    group.throughput(Throughput::Elements((SIDE * SIDE) as u64)).sample_size(20);
    for &(name, run) in contenders {
        let mut call = Call {
            threads: 1,
            shape: [SIDE, SIDE, 1],
            inputs: [input.as_ptr().cast(), between.as_mut_ptr().cast()],
            output: output.as_mut_ptr().cast(),
            check: true,
        };
        run(&call);
        call.check = false;
        group.bench_function(name, |bencher| bencher.iter(|| run(black_box(&call))));
    }
    group.finish();
}

fn byte(k: usize) -> u8 {
    (k % 251) as u8
}

fn float(k: usize) -> f32 {
    (k % 251) as f32 * 0.01
}

fn all(criterion: &mut Criterion) {
    compare(
        criterion,
        "3x3 mean u8",
        byte,
        &[
            ("ndstencil", ours_mean_u8),
            ("ndarray windows", windows_mean_u8),
            ("imageproc box_filter", imageproc_mean_u8),
            ("libblur box_blur", libblur_mean_u8),
        ],
    );
    compare(
        criterion,
        "3x3 weights f32",
        float,
        &[
            ("ndstencil", ours_weights_f32),
            ("ndarray windows", windows_weights_f32),
            ("ndarray-ndimage correlate", ndimage_weights_f32),
            ("ndarray-conv", conv_weights_f32),
            ("imageproc filter", imageproc_weights_f32),
            ("libblur filter_2d", libblur_weights_f32),
        ],
    );
    compare(
        criterion,
        "Jacobi f32",
        float,
        &[
            ("ndstencil", ours_jacobi_f32),
            ("ndarray Zip of shifted slices", zip_jacobi_f32),
            ("ndarray windows", windows_jacobi_f32),
        ],
    );
    compare(
        criterion,
        "Sobel f32",
        float,
        &[
            ("ndstencil", ours_sobel_f32),
            ("ndarray windows", windows_sobel_f32),
            ("ndarray-ndimage sobel", ndimage_sobel_f32),
        ],
    );
    compare(
        criterion,
        "3x3 median u8",
        byte,
        &[
            ("ndstencil", ours_median_u8),
            ("imageproc median_filter", imageproc_median_u8),
            ("libblur median_blur", libblur_median_u8),
        ],
    );
    compare(
        criterion,
        "31-tap Gaussian f32",
        float,
        &[
            ("ndstencil", ours_gauss_f32),
            ("imageproc separable_filter", imageproc_gauss_f32),
            ("ndarray-ndimage correlate1d", ndimage_gauss_f32),
            ("libblur filter_1d_exact", libblur_gauss_f32),
        ],
    );
}

criterion_group!(benches, all);
criterion_main!(benches);
