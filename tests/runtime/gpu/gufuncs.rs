//! Gufuncs on a GPU agree with the processor: broadcasting, axes, cores, stacked stencils.

use ndarray::{Array1, Array2, Array3, Array4, ArrayView1, ArrayView2, ArrayViewMut2, Axis, s};
use ndstencil::prelude::*;

use super::{gpu, sample};

#[gufunc("(),()->()", gpu)]
fn mix(a: f32, b: u8) -> f32 {
    a * 2.0 + f32::from(b)
}

#[gufunc("()->(),()", gpu)]
fn parts(x: f32) -> (u8, bool) {
    (x as u8, x > 100.0)
}

#[gufunc("(n)->()", gpu)]
fn largest(x: ArrayView1<u8>) -> u8 {
    let mut found = 0_u8;
    for i in 0..x.len() {
        found = found.max(x[i]);
    }
    found
}

#[gufunc("(m,n),(n,p)->(m,p)", gpu)]
fn matmul(a: ArrayView2<f32>, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            for k in 0..a.ncols() {
                c[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
}

#[gufunc("(n),(k)->(p)", p = n + k - 1, gpu)]
fn convolved(x: ArrayView1<i16>, w: ArrayView1<i16>, mut y: ndarray::ArrayViewMut1<i16>) {
    for i in 0..x.len() {
        for j in 0..w.len() {
            y[i + j] = y[i + j].wrapping_add(x[i].wrapping_mul(w[j]));
        }
    }
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(gpu, boundary = Nearest)]
fn blur(x: Window2<f32>) -> f32 {
    0.25 * (x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]])
}

#[gufunc("(n,m)->(p,q)")]
#[stencil(gpu, boundary = Shrink)]
fn rise(x: Window2<u8>) -> u8 {
    x[[1, 0]].wrapping_sub(x[[0, -1]])
}

#[test]
fn element_by_element() {
    let Some(gpu) = gpu() else { return };
    for (rows, columns) in [(0, 3), (1, 1), (5, 7), (40, 301)] {
        let a = sample((rows, columns));
        let bytes = sample((rows, columns)).mapv(|v| v as u8);
        let row: Array1<u8> = sample(columns).mapv(|v| v as u8);
        let column = bytes.slice(s![.., ..columns.min(1)]);
        assert_eq!(mix().on(gpu).apply((&a, &bytes)).unwrap(), mix().apply((&a, &bytes)).unwrap());
        assert_eq!(mix().on(gpu).apply((&a, &row)).unwrap(), mix().apply((&a, &row)).unwrap());
        assert_eq!(mix().on(gpu).apply((&a, &column)).unwrap(), mix().apply((&a, &column)).unwrap());
        assert_eq!(mix().on(gpu).apply((&a.t(), &bytes.t())).unwrap(), mix().apply((&a.t(), &bytes.t())).unwrap());
        assert_eq!(mix().on(gpu).apply((1.5, &bytes)).unwrap(), mix().apply((1.5, &bytes)).unwrap());
        assert_eq!(parts().on(gpu).apply(&a).unwrap(), parts().apply(&a).unwrap());
        let there = (gpu.upload(&a).unwrap(), gpu.upload(&row).unwrap());
        let sum = mix().on(gpu).apply((&there.0, &there.1)).unwrap();
        assert_eq!(sum.download().unwrap(), mix().apply((&a, &row)).unwrap());
        let mut out = gpu.upload(&Array3::<f32>::zeros((2, rows, columns))).unwrap();
        mix().on(gpu).apply_into((&there.0, &row), &mut out).unwrap();
        assert_eq!(out.download().unwrap().index_axis(Axis(0), 1), mix().apply((&a, &row)).unwrap());
    }
}

/// Runs of every length, also where one operand has more cells in a word than another.
#[test]
fn contiguous_operands() {
    #[gufunc("(),()->()", gpu)]
    fn bytes(a: u8, b: u16) -> u8 {
        a.wrapping_add((b >> 1) as u8)
    }
    #[gufunc("(),()->(),()", gpu)]
    fn wider(a: u8, b: bool) -> (i16, i32) {
        (if b { -i16::from(a) } else { 3 }, i32::from(a) * 7)
    }
    #[gufunc("()->(),()", gpu)]
    fn narrower(a: i32) -> (u8, i16) {
        (a as u8, (a >> 3) as i16)
    }
    let Some(gpu) = gpu() else { return };
    for n in (0..20).chain([63, 64, 255, 256, 257, 1000, 1001]) {
        let x: Array1<f32> = sample(n);
        let (a, b) = (x.mapv(|v| v as u8), x.mapv(|v| (v * 77.0) as u16));
        let (truths, wide) = (x.mapv(|v| v > 100.0), x.mapv(|v| (v * 1234.5) as i32 - 99));
        assert_eq!(bytes().on(gpu).apply((&a, &b)).unwrap(), bytes().apply((&a, &b)).unwrap(), "{n}");
        assert_eq!(wider().on(gpu).apply((&a, &truths)).unwrap(), wider().apply((&a, &truths)).unwrap(), "{n}");
        assert_eq!(narrower().on(gpu).apply(&wide).unwrap(), narrower().apply(&wide).unwrap(), "{n}");
    }
}

#[test]
fn along_axes() {
    let Some(gpu) = gpu() else { return };
    for shape in [(1, 1, 1), (3, 5, 7), (2, 9, 130), (4, 0, 3)] {
        let x: Array3<u8> = sample(shape).mapv(|v| v as u8);
        let there = gpu.upload(&x).unwrap();
        for axis in [0, 1, -1] {
            let kernel = largest().axis(axis);
            let expected = kernel.apply(&x).unwrap();
            assert_eq!(kernel.on(gpu).apply(&x).unwrap(), expected, "{shape:?} {axis}");
            assert_eq!(kernel.on(gpu).apply(&there).unwrap().download().unwrap(), expected, "{shape:?} {axis}");
            let kept = kernel.keepdims();
            assert_eq!(kept.on(gpu).apply(&x).unwrap(), kept.apply(&x).unwrap(), "{shape:?} {axis}");
            let kept_there = kept.on(gpu).apply(&there).unwrap().download().unwrap();
            assert_eq!(kept_there, kept.apply(&x).unwrap(), "{shape:?} {axis}");
        }
    }
}

#[test]
fn cores_that_are_written() {
    let Some(gpu) = gpu() else { return };
    let (a, b) = (sample((4, 3)), sample((5, 3, 2)));
    for _ in 0..2 {
        assert_eq!(matmul().on(gpu).apply((&a, &b)).unwrap(), matmul().apply((&a, &b)).unwrap());
    }
    let turned = matmul().axes(&[&[0, 1], &[-2, -1], &[-1, 0]]);
    assert_eq!(turned.on(gpu).apply((&a, &b)).unwrap(), turned.apply((&a, &b)).unwrap());
    let there = turned.on(gpu).apply((&gpu.upload(&a).unwrap(), &gpu.upload(&b).unwrap())).unwrap();
    assert_eq!(there.download().unwrap(), turned.apply((&a, &b)).unwrap());

    let (x, w) = (sample((3, 4, 9)).mapv(|v| v as i16), sample((4, 3)).mapv(|v| v as i16));
    let expected: Array3<i16> = convolved().apply((&x, &w)).unwrap();
    assert_eq!(expected.dim(), (3, 4, 11));
    assert_eq!(convolved().on(gpu).apply((&x, &w)).unwrap(), expected);
    let mut out = Array3::from_elem((3, 4, 11), 5);
    convolved().on(gpu).apply_into((&gpu.upload(&x).unwrap(), &w), &mut out).unwrap();
    assert_eq!(out, expected);
}

#[test]
fn stencils_over_stacks() {
    let Some(gpu) = gpu() else { return };
    for shape in [(1, 1, 1, 1), (2, 3, 5, 7), (3, 2, 20, 70), (0, 2, 5, 5), (2, 2, 3, 0)] {
        let x: Array4<f32> = sample(shape);
        for boundary in [Boundary::Nearest, Boundary::Wrap, Boundary::Constant(4.0)] {
            let kernel = blur().boundary(boundary);
            assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.apply(&x).unwrap(), "{shape:?} {boundary:?}");
        }
        let there = blur().on(gpu).apply(&gpu.upload(&x).unwrap()).unwrap();
        assert_eq!(there.download().unwrap(), blur().apply(&x).unwrap(), "{shape:?}");
        let first = blur().axes(&[&[0, 2], &[1, 0]]);
        assert_eq!(first.on(gpu).apply(&x).unwrap(), first.apply(&x).unwrap(), "{shape:?}");
        let keep = blur().boundary(Rim::Keep);
        let (mut there, mut out) = (x.mapv(|v| v + 1.0), x.mapv(|v| v + 1.0));
        keep.apply_into(&x, &mut there).unwrap();
        keep.on(gpu).apply_into(&x, &mut out).unwrap();
        assert_eq!(out, there, "{shape:?}");
        let bytes = x.mapv(|v| v as u8);
        assert_eq!(rise().on(gpu).apply(&bytes).unwrap(), rise().apply(&bytes).unwrap(), "{shape:?}");
    }
    let one: Array2<f32> = sample((30, 31));
    assert_eq!(blur().on(gpu).apply(&one).unwrap(), blur().apply(&one).unwrap());
}

#[test]
fn ready_kernels() {
    use ndstencil::kernels::luminosity;
    let Some(gpu) = gpu() else { return };
    let picture = sample((7, 5, 3)).mapv(|v| v as u8);
    assert_eq!(luminosity().on(gpu).apply(&picture).unwrap(), luminosity().apply(&picture).unwrap());
}
