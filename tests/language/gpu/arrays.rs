//! Parameters: scalars, tables, arrays that are indexed absolutely.

use ndarray::{ArrayView1, ArrayView2, array};
use ndstencil::prelude::*;

use super::{eighths, integers, same};

#[stencil(gpu, boundary = Nearest)]
fn convolve(x: Window2<f32>, w: ArrayView2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += w[[(i + 1) as usize, (j + 1) as usize]] * x[[i, j]];
        }
    }
    sum
}

#[test]
fn weights() {
    let w = array![[0.5, 1.0, 0.25], [-1.0, 2.0, 0.0], [0.125, 1.0, -0.5]];
    same!(convolve(w.view()), &eighths());
    same!(convolve(w.t()), &eighths());
}

#[stencil(gpu)]
pub(crate) fn looked_up(x: Window2<u8>, table: &[u16]) -> u16 {
    table[x[[0, 0]] as usize]
}

#[test]
fn tables() {
    let table: Vec<u16> = (0..256).map(|v| (v * v) as u16).collect();
    same!(looked_up(&table), &integers().mapv(|v| v as u8));
}

#[stencil(gpu, boundary = Wrap)]
fn fixed(x: Window2<f32>, w: [f32; 3], gain: f32, shift: i8, on: bool) -> f32 {
    let sum = w[0] * x[[0, -1]] + w[1] * x[[0, 0]] + w[2] * x[[0, 1]];
    if on { gain * sum + f32::from(shift) } else { sum }
}

#[test]
fn scalars_and_fixed_arrays() {
    same!(fixed([0.5, 1.0, -0.25], 2.0, -3, true), &eighths());
    same!(fixed([0.5, 1.0, -0.25], 2.0, -3, false), &eighths());
}

#[stencil(gpu, boundary = Constant(0), halo = dynamic)]
pub(crate) fn correlate(x: Window1<i32>, w: ArrayView1<i32>) -> i32 {
    let mut sum = 0;
    for k in 0..w.len() {
        sum += w[k] * x[k as isize];
    }
    sum
}

#[test]
fn run_time_halo() {
    let w = array![1, 10, 100];
    let kernel = correlate(w.view()).halo(ndstencil::Halo::new([[0, 2]]));
    same!(kernel, &array![1, 2, 3, 4, 5, 6, 7]);
}
