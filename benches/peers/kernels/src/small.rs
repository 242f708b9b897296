//! Small arrays, where a call through Python would cost more than the work: timed in here, over many calls.

use std::hint::black_box;
use std::time::Instant;

use ndarray::{Array, Dim, Dimension, IntoDimension};
use ndstencil::prelude::*;

use crate::ours::{jacobi, laplacian, mean, median3, weigh};

fn filled<T, const N: usize>(shape: [usize; N], value: fn(usize) -> T) -> Array<T, Dim<[usize; N]>>
where
    Dim<[usize; N]>: Dimension,
    [usize; N]: IntoDimension<Dim = Dim<[usize; N]>>,
{
    // Squares of a counter: no two rows or columns alike, and the same on each run.
    let mut counter = 0usize;
    Array::from_shape_simple_fn(shape, || {
        counter += 1;
        value(counter * counter)
    })
}

fn byte(k: usize) -> u8 {
    (k % 251) as u8
}

fn float(k: usize) -> f32 {
    (k % 251) as f32 * 0.01
}

/// Seconds per call, the mean over `calls` calls.
fn time(calls: usize, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_secs_f64() / calls as f64
}

/// `name: extent, element, cells that the output is smaller by, kernel;` exports `name(calls) -> seconds per call`.
macro_rules! small {
    ($($name:ident: $shape:expr, $value:ident, $margin:literal, $kernel:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(calls: usize) -> f64 {
            let x = filled($shape, $value);
            let mut out = filled($shape.map(|n| n - $margin), |_| $value(0));
            let kernel = $kernel;
            time(calls, || {
                kernel.apply_into(black_box(&x), &mut out).expect("the shapes fit");
                black_box(&mut out);
            })
        }
    )*};
}

small! {
    // The cost of the border: the whole image against the part that needs none.
    small_weights_256_whole: [256, 256], float, 0, weigh().serial();
    small_weights_256_interior: [256, 256], float, 2, weigh().boundary(Rim::Shrink).serial();
    small_jacobi_256_whole: [256, 256], float, 0, jacobi().serial();
    small_jacobi_256_interior: [256, 256], float, 2, jacobi().boundary(Rim::Shrink).serial();
    small_mean_256_whole: [256, 256], byte, 0, mean().serial();
    small_mean_256_interior: [256, 256], byte, 2, mean().boundary(Rim::Shrink).serial();
    small_median_256_whole: [256, 256], byte, 0, median3().serial();
    small_median_256_interior: [256, 256], byte, 2, median3().boundary(Rim::Shrink).serial();

    // The cost of a call: `apply_into` as it comes, threads allowed, against the serial interior.
    small_weights_64_whole: [64, 64], float, 0, weigh();
    small_weights_64_interior: [64, 64], float, 2, weigh().boundary(Rim::Shrink).serial();
    small_mean_64_whole: [64, 64], byte, 0, mean();
    small_mean_64_interior: [64, 64], byte, 2, mean().boundary(Rim::Shrink).serial();
    small_weights_8_whole: [8, 8], float, 0, weigh();
    small_mean_8_whole: [8, 8], byte, 0, mean();

    small_mean_1000_whole: [1000, 1000], byte, 0, mean().serial();
    small_mean_1000_interior: [1000, 1000], byte, 2, mean().boundary(Rim::Shrink).serial();
    small_laplacian_100_whole: [100, 100, 100], float, 0, laplacian().serial();
    small_laplacian_100_interior: [100, 100, 100], float, 2, laplacian().boundary(Rim::Shrink).serial();
}
