//! The gufunc workloads: the kernels that `ndstencil` brings, and a stencil that is a gufunc.

use ndarray::{ArrayViewMut2, Axis};
use ndstencil::kernels::{self, moving};
use ndstencil::prelude::*;
use ndstencil::{Gufunc, GufuncKernel};
use rayon::prelude::*;

use crate::{Call, export, ours};

/// The same as in `gufunc_workloads.py`.
const WINDOW: usize = 31;

/// The 3 x 3 mean over the last two axes of anything.
#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest)]
pub fn mean_of_images(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

/// One thread means the caller's; otherwise the executor decides, as it does for a user.
fn on<K: GufuncKernel>(call: &Call, kernel: Gufunc<K>) -> Gufunc<K> {
    if call.threads == 1 { kernel.serial() } else { kernel }
}

/// The output of a reduction of the first axis. `Call::shape` is the input's.
fn without_first(call: &Call) -> ArrayViewMut2<'_, f32> {
    let [_, rows, columns] = call.shape;
    // SAFETY: the Python side passes an array of this shape; no other reference to it exists during the call.
    let data = unsafe { std::slice::from_raw_parts_mut(call.output.cast(), rows * columns) };
    ArrayViewMut2::from_shape((rows, columns), data).expect("shape")
}

/// `over the last axis, over the first: kernel;` exports both.
macro_rules! reductions {
    ($($last:ident, $first:ident: $kernel:expr;)*) => {
        export! {$(
            fn $last(call) {
                let kernel = on(call, $kernel).axis(-1);
                kernel.apply_into(&call.input3::<f32>(0), &mut call.output2::<f32>()).expect("the shapes fit");
            }
            fn $first(call) {
                let kernel = on(call, $kernel).axis(0);
                kernel.apply_into(&call.input3::<f32>(0), &mut without_first(call)).expect("the shapes fit");
            }
        )*}
    };
}

reductions! {
    ours_nanmedian_last, ours_nanmedian_first: kernels::nanmedian();
    ours_nanmean_last, ours_nanmean_first: kernels::nanmean();
    ours_mean_last, ours_mean_first: kernels::mean();
    ours_std_last, ours_std_first: kernels::std(0);
    ours_min_last, ours_min_first: kernels::min();
    ours_max_last, ours_max_first: kernels::max();
}

/// `name: window of elements;` exports a moving median.
macro_rules! medians {
    ($($name:ident: $window:literal of $T:ty;)*) => {
        export! {$(
            fn $name(call) {
                let kernel = on(call, moving::median($window, $window));
                kernel.apply_into(&call.input2::<$T>(0), &mut call.output2::<$T>()).expect("moving median");
            }
        )*}
    };
}

medians! {
    ours_moving_median: 31 of f64;
    ours_moving_median_1001_f64: 1001 of f64;
    ours_moving_median_10001_f64: 10_001 of f64;
    ours_moving_median_100001_f64: 100_001 of f64;
    ours_moving_median_1001_f32: 1001 of f32;
    ours_moving_median_10001_f32: 10_001 of f32;
    ours_moving_median_100001_f32: 100_001 of f32;
}

export! {
    fn ours_ndvi_f32(call) {
        let (nir, red) = (call.input2::<f32>(0), call.input2::<f32>(1));
        on(call, kernels::ndvi()).apply_into((&nir, &red), &mut call.output2::<f32>()).expect("ndvi");
    }
    fn ours_moving_mean(call) {
        let kernel = on(call, moving::mean(WINDOW, WINDOW));
        kernel.apply_into(&call.input2::<f64>(0), &mut call.output2::<f64>()).expect("moving mean");
    }
    fn ours_stacked_u8(call) {
        let kernel = on(call, mean_of_images());
        kernel.apply_into(&call.input3::<u8>(0), &mut call.output3::<u8>()).expect("stack");
    }
    fn ours_matmul_f64(call) {
        let (a, b) = (call.input3::<f64>(0), call.input3::<f64>(1));
        on(call, kernels::matmul()).apply_into((&a, &b), &mut call.output3::<f64>()).expect("matmul");
    }
    // What the stacked kernel is compared with: the plain one, image by image, the images side by side on threads.
    fn each_image_u8(call) {
        let (images, mut outputs) = (call.input3::<u8>(0), call.output3());
        let kernel = ours::mean().serial();
        if call.threads == 1 {
            for (image, mut output) in images.axis_iter(Axis(0)).zip(outputs.axis_iter_mut(Axis(0))) {
                kernel.apply_into(&image, &mut output).expect("mean");
            }
        } else {
            let outputs = outputs.axis_iter_mut(Axis(0)).into_par_iter();
            images.axis_iter(Axis(0)).into_par_iter().zip(outputs).for_each(|(image, mut output)| {
                kernel.apply_into(&image, &mut output).expect("mean");
            });
        }
    }
}
