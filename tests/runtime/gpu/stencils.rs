//! Stencils on a GPU agree with the plain loop over points, whatever arrays, rules and outputs.

use ndarray::{Array, Array1, Array2, Array3, Array4, Ix2, s};
use ndstencil::prelude::*;
use ndstencil::{IntoRules, Rules};

use super::{gpu, sample};

#[stencil(gpu, boundary = Nearest)]
fn cross(x: Window2<f32>) -> f32 {
    0.25 * (x[[-1, 0]] + x[[1, 0]]) + 0.5 * x[[0, -2]] - x[[0, 1]]
}

#[stencil(gpu(u8, i8, u16, i16, i32, u32, i64, u64, f64), boundary = Nearest)]
fn largest<T: Copy + PartialOrd + Send + Sync + 'static>(x: Window2<T>) -> T {
    let mut found = x[[0, 0]];
    for i in -1..=1 {
        for j in -1..=2 {
            if x[[i, j]] > found {
                found = x[[i, j]];
            }
        }
    }
    found
}

#[stencil(gpu, boundary = Nearest)]
fn sides(x: Window2<f32>, #[boundary(Wrap)] mask: Window2<bool>, weight: f32) -> (f32, bool, u16) {
    let value = if mask[[0, -1]] { x[[1, 1]] } else { weight * x[[-1, 0]] };
    (value, mask[[1, 0]], (value as u16) / 2)
}

pub fn rules<T: Copy>(value: T) -> Vec<Rules<T, T, 2>> {
    vec![
        Boundary::Nearest.into_rules(),
        Boundary::Reflect.into_rules(),
        Boundary::Mirror.into_rules(),
        Boundary::Wrap.into_rules(),
        Boundary::Constant(value).into_rules(),
        Boundary::With(|index, len| (index.rem_euclid(2)).min(len as isize - 1)).into_rules(),
        Rim::Fill(value).into_rules(),
        Rim::Keep.into_rules(),
        Rim::Shrink.into_rules(),
        ((Rim::Shrink, Boundary::Wrap), (Boundary::Constant(value), Rim::Keep)).into_rules(),
    ]
}

pub const SHAPES: [(usize, usize); 9] = [(0, 5), (4, 0), (1, 1), (1, 9), (2, 3), (5, 5), (9, 70), (67, 66), (130, 7)];

#[test]
fn every_rule_and_shape() {
    let Some(gpu) = gpu() else { return };
    for shape in SHAPES {
        let x = sample(shape);
        for rules in rules(2.5) {
            let kernel = cross().boundary(rules);
            let expected = kernel.reference(&x).unwrap();
            assert_eq!(kernel.on(gpu).apply(&x).unwrap(), expected, "{shape:?} {rules:?}");
            let (mut there, mut out) = (Array::from_elem(expected.dim(), -1.0), Array::from_elem(expected.dim(), -1.0));
            kernel.apply_into(&x, &mut there).unwrap();
            kernel.on(gpu).apply_into(&x, &mut out).unwrap();
            assert_eq!(out, there, "{shape:?} {rules:?}");
        }
    }
}

#[test]
fn every_type() {
    let Some(gpu) = gpu() else { return };
    macro_rules! each {
        ($there:expr; $($T:ty)*) => {
            $(
                for shape in SHAPES.into_iter().filter(|_| $there) {
                    let x: Array2<$T> = sample(shape).mapv(|v| (v * 7.0) as $T);
                    for rules in rules(40 as $T) {
                        let kernel = largest::<$T>().boundary(rules);
                        let expected = kernel.reference(&x).unwrap();
                        assert_eq!(kernel.on(gpu).apply(&x).unwrap(), expected, "{shape:?} {rules:?}");
                        let mut there = Array::from_elem(expected.dim(), 77 as $T);
                        let mut out = there.clone();
                        kernel.apply_into(&x, &mut there).unwrap();
                        kernel.on(gpu).apply_into(&x, &mut out).unwrap();
                        assert_eq!(out, there, "{shape:?} {rules:?}");
                    }
                }
            )*
        };
    }
    each!(true; u8 i8 u16 i16 i32 u32);
    each!(gpu.limits().int64; i64 u64);
    each!(gpu.limits().f64; f64);
}

#[test]
fn several_inputs_and_outputs() {
    let Some(gpu) = gpu() else { return };
    for shape in SHAPES {
        let (x, mask) = (sample(shape), sample(shape).mapv(|v| (v as u32).is_multiple_of(3)));
        let kernel = sides(0.75);
        let expected = kernel.reference((&x, &mask)).unwrap();
        assert_eq!(kernel.on(gpu).apply((&x, &mask)).unwrap(), expected, "{shape:?}");
        let (a, b, c) = kernel.on(gpu).apply((&gpu.upload(&x).unwrap(), &mask)).unwrap();
        assert_eq!((a.download().unwrap(), b.download().unwrap(), c.download().unwrap()), expected, "{shape:?}");
        let filled = kernel.boundaries((Rim::Fill((1.5, true, 9)), Rim::Shrink));
        assert_eq!(filled.on(gpu).apply((&x, &mask)).unwrap(), filled.reference((&x, &mask)).unwrap(), "{shape:?}");
    }
}

#[test]
fn any_strides() {
    let Some(gpu) = gpu() else { return };
    let x = sample((40, 50));
    let views = [x.view(), x.t(), x.slice(s![..;-1, ..]), x.slice(s![1..;3, ..;-2]), x.slice(s![5..6, ..])];
    for view in views {
        let expected = cross().reference(&view).unwrap();
        assert_eq!(cross().on(gpu).apply(&view).unwrap(), expected);
        let mut table = Array2::zeros((2 * view.nrows(), view.ncols() + 3));
        let mut out = table.slice_mut(s![..;2, 3..]);
        cross().on(gpu).apply_into(&view, &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

#[test]
fn every_rank() {
    #[stencil(gpu, boundary = Wrap)]
    fn line(x: Window1<u8>) -> u8 {
        x[-3].wrapping_add(x[5])
    }
    #[stencil(gpu, boundary = Mirror)]
    fn block(x: Window3<f32>) -> f32 {
        x[[-1, 0, 1]] - x[[0, 2, 0]] + x[[1, -1, -1]]
    }
    #[stencil(gpu, boundary = Shrink)]
    fn hyper(x: Window4<u16>) -> u16 {
        x[[-1, 0, 1, 0]] ^ x[[0, 1, 0, -1]]
    }
    let Some(gpu) = gpu() else { return };
    for n in [0, 1, 2, 3, 7, 8, 100, 1003] {
        let x: Array1<u8> = sample(n).mapv(|v| v as u8);
        for boundary in [Boundary::Wrap, Boundary::Constant(3), Boundary::Reflect] {
            let kernel = line().boundary(boundary);
            assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap(), "{n}");
        }
        let kernel = line().boundary((Rim::Shrink, Rim::Keep));
        assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap(), "{n}");
    }
    for shape in [(1, 1, 1), (3, 2, 5), (9, 10, 11), (5, 33, 70)] {
        let x: Array3<f32> = sample(shape);
        assert_eq!(block().on(gpu).apply(&x).unwrap(), block().reference(&x).unwrap(), "{shape:?}");
    }
    for shape in [(3, 4, 5, 6), (2, 9, 3, 17), (1, 1, 1, 1)] {
        let x: Array4<u16> = sample(shape).mapv(|v| v as u16);
        assert_eq!(hyper().on(gpu).apply(&x).unwrap(), hyper().reference(&x).unwrap(), "{shape:?}");
    }
}

#[test]
fn bound_arrays_and_positions() {
    #[stencil(gpu, boundary = Nearest)]
    fn weighed(x: Window2<f32>, rows: &[f32], table: ndarray::ArrayView2<'_, u8>) -> f32 {
        let [i, j] = x.position();
        let edge = if x.contains([0, 1]) { 1.0 } else { 2.0 };
        edge * x[[0, -1]] + rows[i % rows.len()] + f32::from(table[[i % 3, j % 5]]) + x.shape()[1] as f32
    }
    let Some(gpu) = gpu() else { return };
    let table = Array::from_shape_fn((3, 5), |(i, j)| (10 * i + j) as u8);
    let rows = [0.5, 1.5, 2.5];
    for shape in SHAPES {
        let x = sample(shape);
        let kernel = weighed(&rows, table.view());
        assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap(), "{shape:?}");
    }
}

#[test]
fn half_a_million_cells_of_a_kernel_that_is_generic() {
    fn both<K>(kernel: Stencil<K>, x: &Array<f32, Ix2>, gpu: &Gpu)
    where
        K: for<'w> ndstencil::Kernel<Args<'w> = &'w ndarray::ArrayRef2<f32>, Out = ndstencil::Single<f32>, Dim = Ix2>
            + ndstencil::gpu::GpuKernel,
        K::Rules: ndstencil::gpu::GpuRules,
        for<'a> &'a Array2<f32>: ndstencil::gpu::GpuInputs<K::Windows<'static>, Place = ndstencil::gpu::OnHost>,
    {
        assert_eq!(kernel.on(gpu).apply(x).unwrap(), kernel.apply(x).unwrap());
    }
    let Some(gpu) = gpu() else { return };
    both(cross(), &sample((700, 701)), gpu);
}
