//! The same workloads with other Rust crates, each written as its documentation suggests.
//!
//! `ndarray`'s windows and shifted slices have no notion of a border: they compute the interior only, which the
//! comparison counts in their favour. Crates that return a fresh array pay for it in the measurement, since their
//! users do; those that insist on owning their input (`image`) get a copy made outside the measurement.

#![allow(clippy::reversed_empty_ranges)] // `s![1..-1]` counts from the end
use std::num::NonZeroUsize;
use std::sync::Mutex;

use image::{ImageBuffer, Luma};
use imageproc::definitions::Image;
use imageproc::kernel::Kernel;
use libblur::{
    BlurImage, BlurImageMut, BoxBlurParameters, BufferStore, EdgeMode, EdgeMode2D, FastBlurChannels, KernelShape,
    Scalar, ThreadingPolicy,
};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Zip, aview1, aview2, s};
use ndarray_conv::{ConvExt, ConvMode, PaddingMode};
use ndarray_ndimage::BorderMode;

use crate::ours::{GAUSS, WEIGHTS};
use crate::{Call, export};

/// Hands over a fresh result: compared once, otherwise dropped as a benchmark's result is.
fn finish<T: Copy>(call: &Call, result: &[T]) {
    if call.check {
        call.output(2).copy_from_slice(result);
    }
    std::hint::black_box(result);
}

fn finish_array<T: Copy>(call: &Call, result: &Array2<T>) {
    finish(call, result.as_slice().expect("a fresh array is contiguous"));
}

/// The input as an image that owns its pixels, copied by the call that is checked.
fn with_image<T: image::Primitive, R>(
    call: &Call,
    owned: &Mutex<Option<Image<Luma<T>>>>,
    run: impl FnOnce(&Image<Luma<T>>) -> R,
) -> R
where
    Luma<T>: image::Pixel<Subpixel = T>,
{
    let mut owned = owned.lock().expect("no contender panics");
    if call.check || owned.is_none() {
        let (height, width) = (call.shape[0] as u32, call.shape[1] as u32);
        *owned = ImageBuffer::from_raw(width, height, call.input(0, 2).to_vec());
    }
    run(owned.as_ref().expect("the shape fits"))
}

static BYTES: Mutex<Option<Image<Luma<u8>>>> = Mutex::new(None);
static FLOATS: Mutex<Option<Image<Luma<f32>>>> = Mutex::new(None);

fn blur_source<T: Copy + Default + std::fmt::Debug>(call: &Call) -> BlurImage<'_, T> {
    BlurImage::borrow(call.input(0, 2), call.shape[1] as u32, call.shape[0] as u32, FastBlurChannels::Plane)
}

fn blur_target<T: Copy + Default + std::fmt::Debug>(call: &Call) -> BlurImageMut<'_, T> {
    BlurImageMut {
        data: BufferStore::Borrowed(call.output(2)),
        width: call.shape[1] as u32,
        height: call.shape[0] as u32,
        stride: call.shape[1] as u32,
        channels: FastBlurChannels::Plane,
    }
}

fn blur_threads(call: &Call) -> ThreadingPolicy {
    match NonZeroUsize::new(call.threads) {
        Some(threads) if call.threads > 1 => ThreadingPolicy::Fixed(threads),
        _ => ThreadingPolicy::Single,
    }
}

const CLAMP: EdgeMode2D = EdgeMode2D::new(EdgeMode::Clamp);

/// `output[interior] = f(3 x 3 window)`, the way ndarray's documentation shows.
fn windows<T: Copy + Send + Sync>(call: &Call, f: impl Fn(&ArrayRef2<T>) -> T + Sync + Send) {
    let (input, mut output) = (call.input2::<T>(0), call.output2::<T>());
    let zip = Zip::from(output.slice_mut(s![1..-1, 1..-1])).and(input.windows((3, 3)));
    if call.threads == 1 {
        zip.for_each(|out, window| *out = f(&window));
    } else {
        zip.par_for_each(|out, window| *out = f(&window));
    }
}

export! {
    fn windows_mean_u8(call) {
        windows(call, |w: &ArrayRef2<u8>| (w.iter().map(|&v| u32::from(v)).sum::<u32>() / 9) as u8);
    }
    fn imageproc_mean_u8(call) {
        finish(call, &with_image(call, &BYTES, |image| imageproc::filter::box_filter(image, 1, 1)));
    }
    fn libblur_mean_u8(call) {
        let radius = BoxBlurParameters::new(3);
        libblur::box_blur(&blur_source(call), &mut blur_target(call), radius, blur_threads(call)).expect("libblur");
    }

    fn windows_weights_f32(call) {
        let weights = aview2(&WEIGHTS);
        windows(call, |w: &ArrayRef2<f32>| w.iter().zip(&weights).map(|(a, b)| a * b).sum());
    }
    fn ndimage_weights_f32(call) {
        let weights = aview2(&WEIGHTS).to_owned();
        finish_array(call, &ndarray_ndimage::correlate(&call.input2::<f32>(0), &weights, BorderMode::Nearest, 0));
    }
    fn conv_weights_f32(call) {
        // A convolution reads the kernel backwards.
        let weights = aview2(&WEIGHTS).slice(s![..;-1, ..;-1]).to_owned();
        let result = call.input2::<f32>(0).conv(&weights, ConvMode::Same, PaddingMode::Replicate);
        finish_array(call, &result.expect("ndarray-conv"));
    }
    fn imageproc_weights_f32(call) {
        let kernel = Kernel::new(WEIGHTS.as_flattened(), 3, 3);
        finish(call, &with_image(call, &FLOATS, |image| -> Image<Luma<f32>> {
            if call.threads == 1 {
                imageproc::filter::filter(image, kernel, |v: f32| v)
            } else {
                imageproc::filter::filter_parallel(image, kernel, |v: f32| v)
            }
        }));
    }
    fn libblur_weights_f32(call) {
        libblur::filter_2d(
            &blur_source::<f32>(call),
            &mut blur_target(call),
            WEIGHTS.as_flattened(),
            KernelShape::new(3, 3),
            CLAMP,
            Scalar::default(),
            blur_threads(call),
        )
        .expect("libblur");
    }

    fn zip_jacobi_f32(call) {
        let (u, mut output) = (call.input2::<f32>(0), call.output2::<f32>());
        let zip = Zip::from(output.slice_mut(s![1..-1, 1..-1]))
            .and(u.slice(s![..-2, 1..-1]))
            .and(u.slice(s![2.., 1..-1]))
            .and(u.slice(s![1..-1, ..-2]))
            .and(u.slice(s![1..-1, 2..]));
        if call.threads == 1 {
            zip.for_each(|out, n, s, w, e| *out = 0.25 * (n + s + w + e));
        } else {
            zip.par_for_each(|out, n, s, w, e| *out = 0.25 * (n + s + w + e));
        }
    }
    fn windows_jacobi_f32(call) {
        windows(call, |u: &ArrayRef2<f32>| 0.25 * (u[[0, 1]] + u[[2, 1]] + u[[1, 0]] + u[[1, 2]]));
    }

    fn windows_sobel_f32(call) {
        windows(call, |x: &ArrayRef2<f32>| {
            let gx = x[[0, 2]] - x[[0, 0]] + 2.0 * (x[[1, 2]] - x[[1, 0]]) + x[[2, 2]] - x[[2, 0]];
            let gy = x[[2, 0]] - x[[0, 0]] + 2.0 * (x[[2, 1]] - x[[0, 1]]) + x[[2, 2]] - x[[0, 2]];
            (gx * gx + gy * gy).sqrt()
        });
    }
    fn ndimage_sobel_f32(call) {
        let x = call.input2::<f32>(0);
        let mut gx = ndarray_ndimage::sobel(&x, Axis(1), BorderMode::Nearest);
        let gy = ndarray_ndimage::sobel(&x, Axis(0), BorderMode::Nearest);
        gx.zip_mut_with(&gy, |gx, gy| *gx = (*gx * *gx + gy * gy).sqrt());
        finish_array(call, &gx);
    }

    fn imageproc_median_u8(call) {
        finish(call, &with_image(call, &BYTES, |image| imageproc::filter::median_filter(image, 1, 1)));
    }
    fn libblur_median_u8(call) {
        libblur::median_blur(&blur_source(call), &mut blur_target(call), 1, blur_threads(call)).expect("libblur");
    }

    fn imageproc_gauss_f32(call) {
        finish(call, &with_image(call, &FLOATS, |image| imageproc::filter::separable_filter(image, &GAUSS, &GAUSS)));
    }
    fn ndimage_gauss_f32(call) {
        let weights: Array1<f32> = aview1(&GAUSS).to_owned();
        let rows = ndarray_ndimage::correlate1d(&call.input2::<f32>(0), &weights, Axis(1), BorderMode::Nearest, 0);
        finish_array(call, &ndarray_ndimage::correlate1d(&rows, &weights, Axis(0), BorderMode::Nearest, 0));
    }
    fn libblur_gauss_f32(call) {
        libblur::filter_1d_exact::<f32, f32, 1>(
            &blur_source(call),
            &mut blur_target(call),
            &GAUSS,
            &GAUSS,
            CLAMP,
            Scalar::default(),
            blur_threads(call),
        )
        .expect("libblur");
    }
}
