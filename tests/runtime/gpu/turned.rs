//! Arrays on the GPU whose cores are not their last axes, and cells of one loop element that lie far apart.

use ndarray::{Array1, Array2, Array3, Array4, ArrayView1, ArrayViewMut1, Dimension};
use ndstencil::gpu::GpuElement;
use ndstencil::prelude::*;
use ndstencil::{DeviceArray, Gpu, GpuOptions};

use super::{gpu, open, sample};

/// One axis of a separable filter.
#[gufunc("(n)->(n)", gpu)]
#[stencil(boundary = Reflect)]
fn smooth(x: Window1<f32>) -> f32 {
    0.0625 * (x[-2] + 2.0 * x[-1] + 4.0 * x[0] + 2.0 * x[1] + x[2])
}

#[gufunc("(n,m)->(n,m)", gpu(u8, u16, i64))]
#[stencil(boundary = Wrap)]
fn greater<T: Copy + PartialOrd>(x: Window2<T>) -> T {
    if x[[-1, 0]] > x[[0, 1]] { x[[-1, 0]] } else { x[[0, 1]] }
}

#[gufunc("(n)->(n)", gpu)]
#[stencil(boundary = Keep)]
fn between(x: Window1<i16>) -> i16 {
    x[-1] / 2 + x[1] / 2
}

#[gufunc("(n)->()", gpu)]
fn total(x: ArrayView1<u8>) -> u32 {
    x.iter().map(|v| u32::from(*v)).sum()
}

#[gufunc("(n)->(n)", gpu(u8, f64))]
fn backwards<T: Copy + Default>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>) {
    for i in 0..x.len() {
        y[i] = x[x.len() - 1 - i];
    }
}

fn on<T: GpuElement, D: Dimension>(gpu: &Gpu, x: &ndarray::Array<T, D>) -> DeviceArray<T, D> {
    gpu.upload(x).unwrap()
}

#[test]
fn a_separable_filter() {
    let Some(gpu) = gpu() else { return };
    for shape in [(1, 1), (7, 5), (40, 37), (300, 129)] {
        // Whole numbers: their sums are exact, however a driver orders, fuses or divides.
        let x: Array2<f32> = sample(shape).mapv(f32::floor);
        let down = smooth().axis(0);
        let found = smooth().on(gpu).apply(&down.on(gpu).apply(&on(gpu, &x)).unwrap()).unwrap();
        assert_eq!(found.download().unwrap(), smooth().apply(&down.apply(&x).unwrap()).unwrap(), "{shape:?}");
        // Into arrays that are there, also those that someone else holds.
        let mut out = on(gpu, &Array2::zeros(shape));
        let held = out.clone();
        down.on(gpu).apply_into(&on(gpu, &x), &mut out).unwrap();
        assert_eq!(out.download().unwrap(), down.apply(&x).unwrap());
        assert_eq!(held.download().unwrap(), Array2::<f32>::zeros(shape));
        let mut host = Array2::zeros(shape);
        down.on(gpu).apply_into(&on(gpu, &x), &mut host).unwrap();
        assert_eq!(host, down.apply(&x).unwrap());
    }
}

/// Devices that see so little at once that turning is cut.
fn gpus() -> Vec<Gpu> {
    let small = [1 << 10, 1 << 12].map(|bytes| open(GpuOptions::new().max_binding(bytes)));
    gpu().cloned().into_iter().chain(small.into_iter().flatten()).collect()
}

#[test]
fn stacks_along_any_axes() {
    macro_rules! check {
        ($gpu:expr, $T:ty) => {
            let x: Array4<$T> = sample((3, 5, 7, 9)).mapv(|v| v as $T);
            for axes in [[0, 1], [1, 3], [2, 1], [3, 0]] {
                let kernel = greater().axes(&[&axes, &axes]);
                let found = kernel.on($gpu).apply(&on($gpu, &x)).unwrap();
                assert_eq!(found.download().unwrap(), kernel.apply(&x).unwrap(), "{axes:?}");
            }
        };
    }
    for gpu in gpus() {
        check!(&gpu, u8);
        check!(&gpu, u16);
        if gpu.limits().int64 {
            check!(&gpu, i64);
        }
    }
}

#[test]
fn cells_that_outputs_keep() {
    for gpu in gpus() {
        let x: Array3<i16> = sample((6, 5, 4)).mapv(|v| v as i16);
        let kernel = between().axis(1);
        let mut expected = Array3::from_elem((6, 5, 4), -7);
        let mut out = on(&gpu, &expected);
        kernel.apply_into(&x, &mut expected).unwrap();
        kernel.on(&gpu).apply_into(&on(&gpu, &x), &mut out).unwrap();
        assert_eq!(out.download().unwrap(), expected);
    }
}

#[test]
fn outputs_of_narrow_and_wide_types() {
    for gpu in gpus() {
        let x: Array3<u8> = sample((6, 5, 13)).mapv(|v| v as u8);
        for axis in 0..3 {
            let kernel = backwards().axis(axis);
            assert_eq!(kernel.on(&gpu).apply(&on(&gpu, &x)).unwrap().download().unwrap(), kernel.apply(&x).unwrap());
        }
        if gpu.limits().f64 {
            let x = x.mapv(f64::from);
            let kernel = backwards().axis(0);
            assert_eq!(kernel.on(&gpu).apply(&on(&gpu, &x)).unwrap().download().unwrap(), kernel.apply(&x).unwrap());
        }
    }
}

#[test]
fn cells_of_one_loop_element_that_lie_far_apart() {
    for gpu in gpus() {
        for shape in [(4, 5000), (3, 4999), (60, 300)] {
            let x: Array2<u8> = sample(shape).mapv(|v| v as u8);
            let kernel = total().axis(0);
            let found: Array1<u32> = kernel.on(&gpu).apply(&on(&gpu, &x)).unwrap().download().unwrap();
            assert_eq!(found, kernel.apply(&x).unwrap(), "{shape:?} on {gpu:?}");
            let kernel = backwards().axis(0);
            assert_eq!(kernel.on(&gpu).apply(&on(&gpu, &x)).unwrap().download().unwrap(), kernel.apply(&x).unwrap());
        }
    }
}
