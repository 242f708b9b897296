//! Arrays and dispatches that are larger than the device's limits.

use ndarray::{Array1, Array2, Array3, Array4, ArrayView1};
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError, GpuOptions};

use super::stencils::rules;
use super::{open, sample};

#[stencil(gpu, boundary = Nearest)]
fn far(x: Window2<f32>) -> f32 {
    x[[-3, 0]] + 2.0 * x[[2, 1]] - x[[0, -1]]
}

#[stencil(gpu, boundary = Nearest)]
fn bytes(x: Window2<u8>) -> u8 {
    x[[-1, 1]].max(x[[2, -1]]) ^ x[[0, 0]]
}

#[stencil(gpu, boundary = Nearest)]
fn line(x: Window1<u8>, mask: Window1<bool>) -> u16 {
    if mask[1] { u16::from(x[-5]) * 3 } else { u16::from(x[7]) }
}

#[stencil(gpu, boundary = Wrap)]
fn placed(x: Window2<f32>) -> f32 {
    let [i, j] = x.position();
    let inside = if x.contains([1, 0]) && x.contains([-1, -1]) { 0.5 } else { 0.25 };
    inside * x[[-1, 0]] + (i * 1000 + j) as f32
}

/// Small limits: of bindings; of buffers too; of workgroups.
fn small() -> Vec<Gpu> {
    let options = [
        GpuOptions::new().max_binding(1 << 13),
        GpuOptions::new().max_binding(1 << 13).max_buffer(1 << 13),
        GpuOptions::new().max_workgroups(1),
    ];
    options.into_iter().filter_map(open).collect()
}

/// On arrays in host memory, and on those on the GPU where they fit.
macro_rules! agree {
    ($gpu:expr, $kernel:expr, $x:expr) => {{
        let (gpu, kernel, x) = ($gpu, $kernel, &$x);
        let expected = kernel.apply(x).unwrap();
        assert_eq!(kernel.on(gpu).apply(x).unwrap(), expected, "{:?} {:?}", x.shape(), gpu.limits());
        match gpu.upload(x) {
            Ok(there) => {
                let result = kernel.on(gpu).apply(&there).unwrap().download().unwrap();
                assert_eq!(result, expected, "{:?} {:?}", x.shape(), gpu.limits());
            }
            Err(error) => assert!(matches!(error, Error::Gpu(GpuError::ArraySize { .. }))),
        }
    }};
}

#[test]
fn stencils_in_slabs() {
    for gpu in &small() {
        for shape in [(100, 101), (300, 40), (20, 200), (9, 64)] {
            let x = sample(shape);
            for rules in rules(2.5) {
                agree!(gpu, far().boundary(rules), x);
            }
            let x = x.mapv(|v| v as u8);
            for rules in rules(25) {
                agree!(gpu, bytes().boundary(rules), x);
            }
            agree!(gpu, placed(), sample(shape));
        }
    }
}

#[test]
fn slabs_keep_what_outputs_hold() {
    for gpu in &small() {
        let x = sample((150, 90));
        let kernel = far().boundary((Rim::Keep, Boundary::Wrap));
        let (mut there, mut out) = (Array2::from_elem(x.dim(), -3.0), Array2::from_elem(x.dim(), -3.0));
        kernel.apply_into(&x, &mut there).unwrap();
        kernel.on(gpu).apply_into(&x, &mut out).unwrap();
        assert_eq!(out, there);
    }
}

#[test]
fn one_axis_in_slabs() {
    for gpu in &small() {
        for n in [9000, 20_003] {
            let x: Array1<u8> = sample(n).mapv(|v| v as u8);
            let mask = sample(n).mapv(|v| (v as u32).is_multiple_of(2));
            let boundaries = [(Boundary::Wrap, Boundary::Wrap), (Boundary::Constant(9), Boundary::Constant(true))];
            for (a, b) in boundaries {
                let kernel = line().boundaries((a, b));
                let expected = kernel.apply((&x, &mask)).unwrap();
                assert_eq!(kernel.on(gpu).apply((&x, &mask)).unwrap(), expected);
                if let (Ok(x), Ok(mask)) = (gpu.upload(&x), gpu.upload(&mask)) {
                    assert_eq!(kernel.on(gpu).apply((&x, &mask)).unwrap().download().unwrap(), expected);
                }
            }
            let shrunk = line().boundaries((Rim::Shrink, Rim::Shrink));
            assert_eq!(shrunk.on(gpu).apply((&x, &mask)).unwrap(), shrunk.apply((&x, &mask)).unwrap());
        }
    }
}

#[test]
fn more_axes() {
    #[stencil(gpu, boundary = Wrap)]
    fn block(x: Window3<f32>) -> f32 {
        x[[-1, 0, 1]] - x[[1, 2, 0]]
    }
    #[stencil(gpu, boundary = Mirror)]
    fn hyper(x: Window4<u16>) -> u16 {
        x[[-1, 0, 1, 0]] ^ x[[1, 1, 0, -1]]
    }
    for gpu in &small() {
        let x: Array3<f32> = sample((30, 11, 17));
        agree!(gpu, block(), x);
        let x: Array4<u16> = sample((12, 5, 7, 19)).mapv(|v| v as u16);
        agree!(gpu, hyper(), x);
    }
}

#[test]
fn gufuncs_in_parts() {
    #[gufunc("(),()->()", gpu)]
    fn add(a: u8, b: u8) -> u8 {
        a.wrapping_add(b)
    }
    #[gufunc("(n)->()", gpu)]
    fn largest(x: ArrayView1<f32>) -> f32 {
        let mut found = x[0];
        for i in 1..x.len() {
            found = found.max(x[i]);
        }
        found
    }
    #[gufunc("(n,m)->(n,m)")]
    #[stencil(gpu, boundary = Wrap)]
    fn left(x: Window2<f32>) -> f32 {
        x[[1, -1]]
    }
    for gpu in &small() {
        let (a, b): (Array3<u8>, Array1<u8>) = (sample((7, 50, 61)).mapv(|v| v as u8), sample(61).mapv(|v| v as u8));
        let expected = add().apply((&a, &b)).unwrap();
        assert_eq!(add().on(gpu).apply((&a, &b)).unwrap(), expected);
        if let Ok(there) = gpu.upload(&a) {
            assert_eq!(add().on(gpu).apply((&there, &b)).unwrap().download().unwrap(), expected);
        }
        for n in [4000, 70_000, 70_001] {
            let (a, b): (Array1<u8>, Array1<u8>) = (sample(n).mapv(|v| v as u8), sample(n).mapv(|v| (v * 3.0) as u8));
            assert_eq!(add().on(gpu).apply((&a, &b)).unwrap(), add().apply((&a, &b)).unwrap(), "{n}");
        }
        let x: Array3<f32> = sample((40, 30, 20));
        agree!(gpu, largest(), x);
        agree!(gpu, left(), x);
        assert_eq!(largest().axis(0).on(gpu).apply(&x).unwrap(), largest().axis(0).apply(&x).unwrap());
    }
}
