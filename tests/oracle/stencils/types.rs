//! Footprints in two dimensions, over the element types.

use ndstencil::prelude::*;

use crate::samples::{Aligned, Line, Odd, Padded, Payload, Sample};
use crate::stencils::apply::suite;

#[stencil(boundary = Nearest)]
fn cross<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 0]].mix(x[[0, -1]]).mix(x[[0, 0]]).mix(x[[0, 1]]).mix(x[[1, 0]])
}

#[stencil(boundary = Nearest)]
fn skew<T: Sample>(x: Window2<T>) -> T {
    x[[-2, 3]].mix(x[[1, -1]]).mix(x[[0, 0]])
}

#[stencil(boundary = Nearest)]
fn behind<T: Sample>(x: Window2<T>) -> T {
    x[[-1, 0]].mix(x[[-3, -4]])
}

#[stencil(boundary = Nearest)]
fn ahead<T: Sample>(x: Window2<T>) -> T {
    x[[2, 1]].mix(x[[0, 6]])
}

#[stencil]
fn point<T: Sample>(x: Window2<T>) -> T {
    x[[0, 0]].mix(x[[0, 0]])
}

/// Reads each row several times, so that the executor takes two rows at once.
#[stencil(boundary = Nearest)]
fn square<T: Sample>(x: Window2<T>) -> T {
    let mut sum = x[[0, 0]];
    for i in -1..=1 {
        for j in -1..=1 {
            sum = sum.mix(x[[i, j]]);
        }
    }
    sum
}

/// Often wider than the array.
#[stencil(boundary = Nearest)]
fn wide<T: Sample>(x: Window2<T>) -> T {
    x[[-5, 0]].mix(x[[2, 7]]).mix(x[[0, -9]]).mix(x[[0, 0]])
}

suite! {
    cross_f32: cross(), f32, 2, 6;
    cross_u8: cross(), u8, 2, 6;
    skew_i8: skew(), i8, 2, 4;
    skew_i16: skew(), i16, 2, 4;
    skew_u16: skew(), u16, 2, 2;
    skew_i32: skew(), i32, 2, 4;
    skew_u32: skew(), u32, 2, 2;
    skew_i64: skew(), i64, 2, 2;
    skew_u64: skew(), u64, 2, 4;
    skew_u128: skew(), u128, 2, 4;
    skew_f64: skew(), f64, 2, 6;
    skew_bool: skew(), bool, 2, 4;
    skew_unit: skew(), (), 2, 2;
    skew_payload: skew(), Payload, 2, 4;
    behind_f64: behind(), f64, 2, 4;
    behind_aligned: behind(), Aligned, 2, 4;
    behind_line: behind(), Line, 2, 2;
    ahead_f32: ahead(), f32, 2, 4;
    ahead_bytes: ahead(), [u8; 3], 2, 4;
    ahead_odd: ahead(), Odd, 2, 4;
    point_u16: point(), u16, 2, 4;
    point_padded: point(), Padded, 2, 3;
    square_f32: square(), f32, 2, 5;
    square_u8: square(), u8, 2, 4;
    square_colour: square(), [f32; 3], 2, 3;
    square_padded: square(), Padded, 2, 4;
    wide_f32: wide(), f32, 2, 2;
    wide_u8: wide(), u8, 2, 2;
    wide_five: wide(), [f64; 5], 2, 1;
    wide_three: wide(), [u64; 3], 2, 1;
    skew_f16: skew(), half::f16, 2, 3;
}
