//! Kernels of each rank.

use ndstencil::prelude::*;
use ndstencil::{Window5, Window6};

use crate::samples::{Padded, Sample};
use crate::stencils::apply::suite;

#[stencil(boundary = Nearest)]
fn line<T: Sample>(x: Window1<T>) -> T {
    x[-3].mix(x[0]).mix(x[[1]])
}

#[stencil(boundary = Nearest)]
fn late<T: Sample>(x: Window1<T>) -> T {
    x[2].mix(x[40])
}

#[stencil(boundary = Nearest)]
fn volume<T: Sample>(x: Window3<T>) -> T {
    x[[-1, 0, 2]].mix(x[[0, -2, -1]]).mix(x[[1, 0, 0]]).mix(x[[0, 1, 0]])
}

#[stencil(boundary = Nearest)]
fn planes<T: Sample>(x: Window3<T>) -> T {
    x[[-2, 0, 0]].mix(x[[3, 0, 0]])
}

#[stencil(boundary = Nearest)]
fn four<T: Sample>(x: Window4<T>) -> T {
    x[[-1, 0, 0, 1]].mix(x[[0, 1, 0, -1]]).mix(x[[0, 0, -2, 0]])
}

#[stencil(boundary = Nearest)]
fn five<T: Sample>(x: Window5<T>) -> T {
    x[[-1, 0, 0, 0, 0]].mix(x[[0, 0, 1, 0, -1]]).mix(x[[0, 1, 0, -1, 2]])
}

#[stencil(boundary = Nearest)]
fn six<T: Sample>(x: Window6<T>) -> T {
    x[[-1, 0, 0, 0, 0, 1]].mix(x[[0, 0, 1, 0, -1, 0]]).mix(x[[0, 1, 0, 1, 0, -1]])
}

suite! {
    line_u8: line(), u8, 1, 8;
    line_f64: line(), f64, 1, 8;
    line_padded: line(), Padded, 1, 4;
    late_i32: late(), i32, 1, 4;
    volume_f32: volume(), f32, 3, 4;
    volume_u8: volume(), u8, 3, 4;
    planes_f64: planes(), f64, 3, 3;
    four_f32: four(), f32, 4, 3;
    five_i16: five(), i16, 5, 2;
    six_f64: six(), f64, 6, 2;
}
