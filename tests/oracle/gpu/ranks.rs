//! Kernels of each rank.

use ndstencil::prelude::*;

use crate::gpu::apply::suite;

#[stencil(gpu, boundary = Nearest)]
fn line(x: Window1<u8>) -> u8 {
    x[-3].wrapping_mul(31).wrapping_add(x[0]).wrapping_mul(31).wrapping_add(x[[1]])
}

#[stencil(gpu, boundary = Nearest)]
fn late(x: Window1<i32>) -> i32 {
    x[2].wrapping_mul(31).wrapping_add(x[40])
}

#[stencil(gpu, boundary = Nearest)]
fn volume(x: Window3<f32>) -> f32 {
    ((x[[-1, 0, 2]] * 0.5 - x[[0, -2, -1]]) * 0.5 - x[[1, 0, 0]]) * 0.5 - x[[0, 1, 0]]
}

#[stencil(gpu, boundary = Nearest)]
fn volume_u8(x: Window3<u8>) -> u8 {
    x[[-1, 0, 2]].wrapping_mul(31).wrapping_add(x[[0, -2, -1]]).wrapping_mul(31).wrapping_add(x[[1, 1, 0]])
}

#[stencil(gpu, boundary = Nearest)]
fn planes(x: Window3<u16>) -> u16 {
    x[[-2, 0, 0]].wrapping_mul(31).wrapping_add(x[[3, 0, 0]])
}

#[stencil(gpu, boundary = Nearest)]
fn four(x: Window4<f32>) -> f32 {
    (x[[-1, 0, 0, 1]] * 0.5 - x[[0, 1, 0, -1]]) * 0.5 - x[[0, 0, -2, 0]]
}

#[stencil(gpu, boundary = Nearest)]
fn four_bool(x: Window4<bool>) -> bool {
    x[[-1, 0, 0, 1]] ^ x[[0, 1, 0, -1]] & x[[0, 0, -2, 0]]
}

suite! {
    line_u8: line(), u8, 1, 8;
    late_i32: late(), i32, 1, 6;
    volume_f32: volume(), f32, 3, 6;
    volume_of_u8: volume_u8(), u8, 3, 6;
    planes_u16: planes(), u16, 3, 4;
    four_f32: four(), f32, 4, 6;
    four_of_bool: four_bool(), bool, 4, 4;
}
