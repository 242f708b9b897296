//! The workloads as a user of `ndstencil` writes them.

use ndstencil::prelude::*;
use ndstencil::{Kernel, network::median};

use crate::{Call, export};

/// An asymmetric kernel, so that a flipped or transposed one is noticed.
pub const WEIGHTS: [[f32; 3]; 3] = [[0.05, 0.10, 0.06], [0.11, 0.30, 0.13], [0.07, 0.15, 0.03]];

/// Central differences of order eight for the second derivative.
pub const SECOND: [f32; 5] = [-205.0 / 72.0, 8.0 / 5.0, -1.0 / 5.0, 8.0 / 315.0, -1.0 / 560.0];

/// exp(-k^2 / 2 s^2) for s = 5, 31 taps, sum 1.
#[rustfmt::skip]
pub const GAUSS: [f32; 31] = [
    0.0008880585, 0.0015861066, 0.00272177, 0.00448744, 0.007108437, 0.010818767, 0.015820118, 0.022226436,
    0.03000255, 0.03891121, 0.048486352, 0.058048703, 0.0667719, 0.073794365, 0.078357555, 0.07994048,
    0.078357555, 0.073794365, 0.0667719, 0.058048703, 0.048486352, 0.03891121, 0.03000255, 0.022226436,
    0.015820118, 0.010818767, 0.007108437, 0.00448744, 0.00272177, 0.0015861066, 0.0008880585,
];

/// Mean of the 3 x 3 neighbourhood.
#[stencil(boundary = Nearest)]
pub fn mean(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

/// The same over the last two axes of a stack of images.
#[stencil(boundary = Nearest)]
pub fn mean_stack(x: Window3<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[0, i, j]]);
        }
    }
    (sum / 9) as u8
}

/// Nine weights.
#[stencil(boundary = Nearest)]
pub fn weigh(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += WEIGHTS[(i + 1) as usize][(j + 1) as usize] * x[[i, j]];
        }
    }
    sum
}

/// One Jacobi sweep for the Laplace equation.
#[stencil(boundary = Nearest)]
pub fn jacobi(u: Window2<f32>) -> f32 {
    0.25 * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]])
}

/// Magnitude of the Sobel gradient.
#[stencil(boundary = Nearest)]
pub fn sobel(x: Window2<f32>) -> f32 {
    let gx = x[[-1, 1]] - x[[-1, -1]] + 2.0 * (x[[0, 1]] - x[[0, -1]]) + x[[1, 1]] - x[[1, -1]];
    let gy = x[[1, -1]] - x[[-1, -1]] + 2.0 * (x[[1, 0]] - x[[-1, 0]]) + x[[1, 1]] - x[[-1, 1]];
    (gx * gx + gy * gy).sqrt()
}

/// Median of the 3 x 3 neighbourhood.
#[stencil(boundary = Nearest, halo = 1)]
pub fn median3(x: Window2<u8>) -> u8 {
    median(x.values())
}

/// One time step of the acoustic wave equation, eighth order in space.
#[stencil(boundary = Keep)]
pub fn wave(u: Window3<f32>, previous: Window3<f32>, c: f32) -> f32 {
    let mut laplacian = 3.0 * SECOND[0] * u[[0, 0, 0]];
    for k in 1..=4 {
        let around = u[[-k, 0, 0]] + u[[k, 0, 0]] + u[[0, -k, 0]] + u[[0, k, 0]] + u[[0, 0, -k]] + u[[0, 0, k]];
        laplacian += SECOND[k as usize] * around;
    }
    2.0 * u[[0, 0, 0]] - previous[[0, 0, 0]] + c * laplacian
}

/// A Gaussian along the rows.
#[stencil(boundary = Nearest)]
pub fn gauss_rows(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for k in -15..=15 {
        sum = x[[0, k]].mul_add(GAUSS[(k + 15) as usize], sum);
    }
    sum
}

/// A Gaussian along the columns.
#[stencil(boundary = Nearest)]
pub fn gauss_columns(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for k in -15..=15 {
        sum = x[[k, 0]].mul_add(GAUSS[(k + 15) as usize], sum);
    }
    sum
}

/// The seven-point Laplacian.
#[stencil(boundary = Nearest)]
pub fn laplacian(u: Window3<f32>) -> f32 {
    let around = u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -1]] + u[[0, 0, 1]];
    around - 6.0 * u[[0, 0, 0]]
}

/// The wave kernel's `c`: dt^2 c^2 / h^2.
pub const WAVE_SPEED: f32 = 0.1;

/// One thread means the caller's; otherwise the executor decides, as it does for a user.
fn on<K: Kernel>(call: &Call, kernel: Stencil<K>) -> Stencil<K> {
    if call.threads == 1 { kernel.serial() } else { kernel }
}

export! {
    fn ours_mean_u8(call) {
        on(call, mean()).apply_into(&call.input2(0), &mut call.output2()).expect("mean");
    }
    fn ours_weights_f32(call) {
        on(call, weigh()).apply_into(&call.input2(0), &mut call.output2()).expect("weigh");
    }
    fn ours_jacobi_f32(call) {
        on(call, jacobi()).apply_into(&call.input2(0), &mut call.output2()).expect("jacobi");
    }
    fn ours_sobel_f32(call) {
        on(call, sobel()).apply_into(&call.input2(0), &mut call.output2()).expect("sobel");
    }
    fn ours_median_u8(call) {
        on(call, median3()).apply_into(&call.input2(0), &mut call.output2()).expect("median");
    }
    fn ours_wave_f32(call) {
        let (u, previous) = (call.input3(0), call.input3(1));
        on(call, wave(WAVE_SPEED)).apply_into((&u, &previous), &mut call.output3()).expect("wave");
    }
    fn ours_gauss_f32(call) {
        // The second input is room for the intermediate image, which a user allocates once.
        let mut rows = call.scratch2(1);
        on(call, gauss_rows()).apply_into(&call.input2(0), &mut rows).expect("rows");
        on(call, gauss_columns()).apply_into(&rows, &mut call.output2()).expect("columns");
    }
    fn ours_stack_u8(call) {
        on(call, mean_stack()).apply_into(&call.input3(0), &mut call.output3()).expect("stack");
    }
}
