//! Signatures with core dimensions, over the element types.

use ndarray::{ArrayView1, ArrayView2, ArrayView3, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2, ArrayViewMut3};
use ndstencil::prelude::*;

use crate::gufuncs::elementwise::Pixel;
use crate::gufuncs::forms::{kernel, properties};
use crate::samples::Sample;

kernel! { ["(n)->()"]
fn folded<T: Sample>(x: ArrayView1<T>, start: T) -> T {
    let mut sum = start;
    for &v in x {
        sum = sum.mix(v);
    }
    sum
} }

kernel! { ["(n)->(n)"]
fn scanned<T: SampleDefault>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>) {
    let mut sum = T::default();
    for i in 0..x.len() {
        sum = sum.mix(x[i]);
        y[i] = sum;
    }
} }

kernel! { ["(n)->(n),()"]
fn running<T: SampleDefault>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>) -> T {
    let mut sum = T::default();
    for (i, &v) in x.iter().enumerate() {
        sum = v.mix(sum);
        y[i] = sum;
    }
    sum
} }

/// For outputs that are written through views.
pub trait SampleDefault: Sample + Default {}
impl<T: Sample + Default> SampleDefault for T {}

kernel! { ["(n),(n)->()"]
fn inner(a: ArrayView1<f32>, b: ArrayView1<u8>) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += f64::from(a[i]) * f64::from(b[i]);
    }
    sum
} }

kernel! { ["(m,n),(n,p)->(m,p)"]
fn matmul<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut sum = T::zero();
            for k in 0..a.ncols() {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
} }

kernel! { ["(m,n)->(n,m)"]
fn transposed<T: SampleDefault>(x: ArrayView2<T>, mut y: ArrayViewMut2<T>) {
    for i in 0..x.nrows() {
        for j in 0..x.ncols() {
            y[[j, i]] = x[[i, j]];
        }
    }
} }

kernel! { ["(3)->()"]
fn luminosity(rgb: ArrayView1<u8>) -> u8 {
    let sum = 2 * u32::from(rgb[0]) + 5 * u32::from(rgb[1]) + u32::from(rgb[2]);
    (sum / 8) as u8
} }

kernel! { ["(3),(3)->(3)"]
fn cross(a: ArrayView1<f64>, b: ArrayView1<f64>, mut c: ArrayViewMut1<f64>) {
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
} }

kernel! { ["(m),(n)->(p)", p = m + n - 1]
fn convolved(a: ArrayView1<f64>, b: ArrayView1<f64>, mut c: ArrayViewMut1<f64>) {
    for i in 0..a.len() {
        for j in 0..b.len() {
            c[i + j] += a[i] * b[j];
        }
    }
} }

// The sizes of outputs, and what they are written through, are all there is.
kernel! { ["->(n),(2)", n = count]
fn ramp(count: isize, mut y: ArrayViewMut1<i16>, mut ends: ArrayViewMut1<u8>) {
    for i in 0..y.len() {
        y[i] = i as i16;
    }
    ends[1] = count as u8;
} }

kernel! { ["(n),()->(),()"]
fn ends(x: ArrayView1<f32>, limit: f32, mut low: ArrayViewMut0<f32>, mut high: ArrayViewMut0<u16>) {
    low[()] = limit;
    for &v in x {
        if v < low[()] {
            low[()] = v;
        } else {
            high[()] += 1;
        }
    }
} }

kernel! { ["(i,j,k),(k)->(k,i,j),(j)"]
fn turned(x: ArrayView3<i32>, w: ArrayView1<i32>, mut y: ArrayViewMut3<i32>, mut sums: ArrayViewMut1<i32>) {
    let (rows, columns, depth) = (x.shape()[0], x.shape()[1], x.shape()[2]);
    for i in 0..rows {
        for j in 0..columns {
            for k in 0..depth {
                y[[k, i, j]] = x[[i, j, k]].wrapping_mul(w[k]);
                sums[j] = sums[j].wrapping_add(y[[k, i, j]]);
            }
        }
    }
} }

kernel! { ["(n,n)->()"]
fn trace(x: ArrayView2<i64>) -> i64 {
    let mut sum = 0i64;
    for i in 0..x.nrows() {
        sum = sum.wrapping_mul(3).wrapping_add(x[[i, i]]);
    }
    sum
} }

// Rows of two axes, one after the other.
kernel! { ["(m,n)->()"]
fn all_cells(x: ArrayView2<u16>) -> u32 {
    let mut sum = 0u32;
    for (number, &v) in x.iter().enumerate() {
        sum = sum.wrapping_mul(31).wrapping_add(u32::from(v) + number as u32);
    }
    sum
} }

// An output of which some cells are never written: they are 0.
kernel! { ["(n)->(n)"]
fn sparse(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    for i in 0..x.len() {
        if x[i] > 0.0 {
            y[i] = x[i];
        }
    }
} }

kernel! { ["(n)->()"]
fn weighted(x: ArrayView1<f64>, weights: ArrayView2<f64>, table: &[f64], gain: f64) -> f64 {
    let mut sum = gain;
    for i in 0..x.len() {
        sum += x[i] * weights[[i % 2, i % 3]] + table[i % table.len()];
    }
    sum
} }

const WEIGHTS: [f64; 6] = [0.5, -1.0, 2.0, 0.25, 3.0, -0.125];

fn weights() -> ArrayView2<'static, f64> {
    // Negative strides, too.
    ArrayView2::from_shape((2, 3), &WEIGHTS).expect("six").slice_move(ndarray::s![..;-1, ..])
}

properties! {
    folded_f32 lanes: folded::kernel::<f32>(0.5), [n] (x: f32 [n]) -> (y: f32) { *y = folded::plain(x, 0.5); }
    folded_f64 lanes: folded::kernel::<f64>(0.5), [n] (x: f64 [n]) -> (y: f64) { *y = folded::plain(x, 0.5); }
    folded_i8 lanes: folded::kernel::<i8>(3), [n] (x: i8 [n]) -> (y: i8) { *y = folded::plain(x, 3); }
    folded_i16 lanes: folded::kernel::<i16>(3), [n] (x: i16 [n]) -> (y: i16) { *y = folded::plain(x, 3); }
    folded_u64 lanes: folded::kernel::<u64>(3), [n] (x: u64 [n]) -> (y: u64) { *y = folded::plain(x, 3); }
    folded_bool lanes: folded::kernel::<bool>(true), [n] (x: bool [n]) -> (y: bool) { *y = folded::plain(x, true); }
    folded_colour lanes: folded::kernel::<[f32; 3]>([0.5; 3]), [n] (x: [f32; 3] [n]) -> (y: [f32; 3]) {
        *y = folded::plain(x, [0.5; 3]);
    }
    folded_u128 lanes: folded::kernel::<u128>(3), [n] (x: u128 [n]) -> (y: u128) { *y = folded::plain(x, 3); }
    folded_wide lanes: folded::kernel::<[f64; 3]>([0.5; 3]), [n] (x: [f64; 3] [n]) -> (y: [f64; 3]) {
        *y = folded::plain(x, [0.5; 3]);
    }
    scanned_f32 lanes: scanned::kernel::<f32>(), [n] (x: f32 [n]) -> (y: f32 [n]) { scanned::plain(x, y); }
    scanned_u8 lanes: scanned::kernel::<u8>(), [n] (x: u8 [n]) -> (y: u8 [n]) { scanned::plain(x, y); }
    scanned_i16 lanes: scanned::kernel::<i16>(), [n] (x: i16 [n]) -> (y: i16 [n]) { scanned::plain(x, y); }
    scanned_f64 lanes: scanned::kernel::<f64>(), [n] (x: f64 [n]) -> (y: f64 [n]) { scanned::plain(x, y); }
    scanned_pixel lanes: scanned::kernel::<Pixel>(), [n] (x: Pixel [n]) -> (y: Pixel [n]) { scanned::plain(x, y); }
    running_i32 lanes: running::kernel::<i32>(), [n] (x: i32 [n]) -> (y: i32 [n], z: i32) { *z = running::plain(x, y); }
    running_f64 lanes: running::kernel::<f64>(), [n] (x: f64 [n]) -> (y: f64 [n], z: f64) { *z = running::plain(x, y); }
    inner_mixed lanes: inner::kernel(), [n] (a: f32 [n], b: u8 [n]) -> (y: f64) { *y = inner::plain(a, b); }
    matmul_f32 lanes: matmul::kernel::<f32>(), [m n p] (a: f32 [m, n], b: f32 [n, p]) -> (c: f32 [m, p]) {
        matmul::plain(a, b, c);
    }
    matmul_f64 lanes: matmul::kernel::<f64>(), [m n p] (a: f64 [m, n], b: f64 [n, p]) -> (c: f64 [m, p]) {
        matmul::plain(a, b, c);
    }
    transposed_u8 lanes: transposed::kernel::<u8>(), [m n] (x: u8 [m, n]) -> (y: u8 [n, m]) { transposed::plain(x, y); }
    transposed_u16 lanes: transposed::kernel::<u16>(), [m n] (x: u16 [m, n]) -> (y: u16 [n, m]) {
        transposed::plain(x, y);
    }
    transposed_u32 lanes: transposed::kernel::<u32>(), [m n] (x: u32 [m, n]) -> (y: u32 [n, m]) {
        transposed::plain(x, y);
    }
    transposed_u64 lanes: transposed::kernel::<u64>(), [m n] (x: u64 [m, n]) -> (y: u64 [n, m]) {
        transposed::plain(x, y);
    }
    transposed_u128 lanes: transposed::kernel::<u128>(), [m n] (x: u128 [m, n]) -> (y: u128 [n, m]) {
        transposed::plain(x, y);
    }
    transposed_colour lanes: transposed::kernel::<[f32; 3]>(), [m n] (x: [f32; 3] [m, n]) -> (y: [f32; 3] [n, m]) {
        transposed::plain(x, y);
    }
    fixed_size lanes: luminosity::kernel(), [] (x: u8 [3]) -> (y: u8) { *y = luminosity::plain(x); }
    fixed_sizes lanes: cross::kernel(), [] (a: f64 [3], b: f64 [3]) -> (c: f64 [3]) { cross::plain(a, b, c); }
    computed_size lanes: convolved::kernel(), [m n] (a: f64 [m + 1], b: f64 [n + 1]) -> (c: f64 [m + n + 1]) {
        convolved::plain(a, b, c);
    }
    no_inputs lanes: ramp::kernel(9), [] () -> (y: i16 [9], z: u8 [2]) { ramp::plain(9, y, z); }
    written_values lanes: ends::kernel(), [n] (x: f32 [n], limit: f32) -> (low: f32 [], high: u16 []) {
        ends::plain(x, limit, low, high);
    }
    three_axes lanes: turned::kernel(), [i j k] (x: i32 [i, j, k], w: i32 [k]) -> (y: i32 [k, i, j], z: i32 [j]) {
        turned::plain(x, w, y, z);
    }
    one_dimension_twice lanes: trace::kernel(), [n] (x: i64 [n, n]) -> (y: i64) { *y = trace::plain(x); }
    two_axes_as_one lanes: all_cells::kernel(), [m n] (x: u16 [m, n]) -> (y: u32) { *y = all_cells::plain(x); }
    partly_written lanes: sparse::kernel(), [n] (x: f32 [n]) -> (y: f32 [n]) { sparse::plain(x, y); }
    bound_arrays lanes: weighted::kernel(weights(), &WEIGHTS[1..], 0.75), [n] (x: f64 [n]) -> (y: f64) {
        *y = weighted::plain(x, weights(), &WEIGHTS[1..], 0.75);
    }
}
