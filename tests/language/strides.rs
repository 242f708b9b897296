//! `stride`: which points are computed, and what a kernel with one does besides.

use ndarray::{Array1, Array2, Array3, Axis, array, s};
use ndstencil::prelude::*;
use ndstencil::{Error, Halo, ShapeError};

/// The largest of 2 × 2 cells.
#[stencil(boundary = Nearest, stride = 2)]
fn pooled(x: Window2<u8>) -> u8 {
    x[[0, 0]].max(x[[0, 1]]).max(x[[1, 0]]).max(x[[1, 1]])
}

#[stencil(boundary = Nearest, stride = (2, 1))]
fn rows(x: Window2<i32>) -> i32 {
    x[[-1, 0]] + x[[1, 0]]
}

#[stencil(boundary = Shrink, stride = 2)]
fn valid(x: Window1<i32>) -> i32 {
    x[-1] * 100 + x[0] * 10 + x[1]
}

#[test]
fn every_second_point() {
    let x = array![[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]];
    assert_eq!(pooled().apply(&x.mapv(|x| x as u8)).unwrap(), array![[7, 9, 10], [12, 14, 15]]);
    assert_eq!(rows().apply(&x).unwrap(), array![[7, 9, 11, 13, 15], [17, 19, 21, 23, 25]]);
    // With `Shrink` the first point is the first whose footprint fits, as in a convolution of "valid" form.
    assert_eq!(valid().apply(&array![1, 2, 3, 4, 5, 6]).unwrap(), array![123, 345]);
}

#[test]
fn no_points_and_one() {
    for n in 0..6_usize {
        let x = Array1::from_iter(0..n as i32);
        assert_eq!(valid().apply(&x).unwrap().len(), n.saturating_sub(2).div_ceil(2));
        assert_eq!(valid().boundary(Boundary::Wrap).apply(&x).unwrap().len(), n.div_ceil(2));
    }
    assert_eq!(pooled().apply(&Array2::zeros((0, 3))).unwrap().dim(), (0, 2));
}

#[test]
fn rims_are_those_of_the_points() {
    let x = array![1, 2, 3, 4, 5];
    assert_eq!(valid().boundary(Rim::Fill(-1)).apply(&x).unwrap(), array![-1, 234, -1]);
    assert_eq!(valid().boundary(Rim::Keep).apply(&x).unwrap(), array![1, 234, 5]);
    let mut out = array![7, 8, 9];
    valid().boundary(Rim::Keep).apply_into(&x, &mut out).unwrap();
    assert_eq!(out, array![7, 234, 9]);
}

#[test]
fn outputs_have_a_cell_for_each_point() {
    let (x, mut out) = (Array2::<u8>::zeros((4, 5)), Array2::zeros((4, 5)));
    let error = Error::Shape(ShapeError::Output {
        kernel: "pooled",
        output: 0,
        found: vec![4, 5],
        expected: vec![2, 3],
        inputs: vec![4, 5],
    });
    assert_eq!(pooled().apply_into(&x, &mut out), Err(error));
}

#[stencil(boundary = Wrap, stride = 3)]
fn two(x: Window1<f32>, mask: Window1<bool>) -> (f32, usize) {
    (if mask[-1] { x[1] } else { x[-2] }, x.position()[0])
}

#[test]
fn several_inputs_and_outputs() {
    let (x, mask) = (Array1::from_iter((0..7).map(|v| v as f32)), array![true, false, true, true, false, false, true]);
    assert_eq!(two().apply((&x, &mask)).unwrap(), (array![1.0, 4.0, 4.0], array![0, 3, 6]));
}

#[stencil(boundary = Nearest, halo = dynamic, stride = 2)]
fn lag(x: Window1<i32>, by: isize) -> i32 {
    x[0] - x[-by]
}

#[test]
fn halos_that_are_set_at_the_call() {
    let x = array![1, 2, 4, 8, 16, 32];
    assert_eq!(lag(3).halo(Halo::new([[3, 0]])).apply(&x).unwrap(), array![0, 3, 14]);
}

#[gufunc("(n,m)->(p,m)")]
#[stencil(boundary = Nearest, stride = (2, 1))]
fn stack_of_rows(x: Window2<i32>) -> i32 {
    x[[-1, 0]] + x[[1, 0]]
}

#[gufunc("(n)->(p)")]
#[stencil(boundary = Shrink, stride = S)]
fn stack_of_lines<const S: usize>(x: Window1<i32>) -> i32 {
    x[-1] * 100 + x[0] * 10 + x[1]
}

#[test]
fn stacks() {
    let x = Array3::from_shape_fn((4, 5, 6), |(t, i, j)| (31 * t + 7 * i + j) as i32);
    let y = stack_of_rows().apply(&x).unwrap();
    assert_eq!(y.dim(), (4, 3, 6));
    for (x, y) in x.outer_iter().zip(y.outer_iter()) {
        assert_eq!(rows().apply(&x).unwrap(), y);
    }
    assert_eq!(stack_of_rows().reference(&x).unwrap(), y);
    let y = stack_of_lines::<3>().axes(&[&[1], &[1]]).apply(&x.slice(s![.., .., 0])).unwrap();
    assert_eq!(y.shape(), [4, 1]);
    let y = stack_of_lines::<2>().apply(&x).unwrap();
    assert_eq!(y.dim(), (4, 5, 2));
    for (x, y) in x.lanes(Axis(2)).into_iter().zip(y.lanes(Axis(2))) {
        assert_eq!(valid().apply(&x).unwrap(), y);
    }
}

#[stencil(boundary = Mirror, stride = 2)]
fn halved(x: Window1<f64>) -> f64 {
    (x[-1] + 2.0 * x[0] + x[1]) / 4.0
}

/// A pyramid.
#[test]
fn repeated_strides() {
    let x = Array1::from_iter((0..37).map(|v| f64::from(v * v % 11)));
    let mut expected = x.clone();
    for times in 0..8 {
        let kernel = halved().repeat(times);
        assert_eq!(kernel.apply(&x).unwrap(), expected, "{times}");
        assert_eq!(kernel.reference(&x).unwrap(), expected, "{times}");
        let mut out = Array1::zeros(expected.len());
        kernel.apply_into(&x, &mut out).unwrap();
        assert_eq!(out, expected, "{times}");
        expected = halved().apply(&expected).unwrap();
    }
}

#[test]
fn explanations_name_the_stride() {
    let explanation = pooled().explain((100, 101)).unwrap();
    assert_eq!((explanation.stride.as_slice(), explanation.output_shape.as_slice()), (&[2, 2][..], &[50, 51][..]));
    assert!(explanation.to_string().contains("  outputs   (50, 51)\n  stride    (2, 2)\n"), "{explanation}");
    // The cells between the points come along.
    assert_eq!(explanation.bytes_per_point, 5);
}
