//! Scratch memory: vectors that lanes share, several of them, and types of the user.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1};
use ndstencil::network::sort_slice;
use ndstencil::prelude::*;

use crate::gufuncs::forms::{kernel, properties};

kernel! { ["(n)->()", require = n > 0]
fn median<T: Real>(x: ArrayView1<T>, sorted: &mut Vec<T>) -> T {
    sorted.clear();
    for &v in x {
        sorted.push(v);
    }
    sort_slice(sorted);
    let half = sorted.len() / 2;
    if x.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / T::real(2.0) }
} }

kernel! { ["(n)->(n)"]
fn sorted<T: Ordered>(x: ArrayView1<T>, kept: &mut Vec<T>, mut y: ArrayViewMut1<T>) {
    kept.clear();
    for v in x {
        kept.push(*v);
    }
    sort_slice(kept);
    for i in 0..x.len() {
        // The order of -0.0 and 0.0 is not said.
        y[i] = if kept[i] == T::default() { T::default() } else { kept[i] };
    }
} }

/// Elements that can be sorted, and are written through views.
pub trait Ordered: crate::samples::Sample + PartialOrd + Default {}
impl<T: crate::samples::Sample + PartialOrd + Default> Ordered for T {}

kernel! { ["(n),()->()"]
fn several(x: ArrayView1<f32>, limit: f32, low: &mut Vec<f32>, gain: f32, counts: &mut Vec<u16>) -> f32 {
    low.clear();
    counts.clear();
    counts.resize(4, 1);
    low.reserve(x.len());
    for (i, &v) in x.iter().enumerate() {
        low.push(if v < limit { v } else { limit * gain });
        counts[i % 4] += u16::from(v < limit);
    }
    low.push(limit);
    sort_slice(low);
    low.truncate(x.len().min(5));
    let mut sum = 0.0;
    for i in 0..low.len() {
        sum += low[i];
        sum *= 0.5;
    }
    for i in 0..counts.len() {
        sum += f32::from(counts[i]);
    }
    if low.is_empty() {
        return -sum;
    }
    sum + low[0]
} }

// What is written to scratch after it was sorted, and read by computed indices.
kernel! { ["(m,n)->(n)"]
fn columns(x: ArrayView2<i32>, column: &mut Vec<i32>, mut y: ArrayViewMut1<i32>) {
    let m = x.nrows();
    for j in 0..x.ncols() {
        column.clear();
        for i in 0..m {
            column.push(x[[i, j]]);
        }
        sort_slice(column);
        for i in 1..m {
            let before = column[i - 1];
            column[i] = column[i].wrapping_mul(3) ^ before;
        }
        if m > 0 {
            y[j] = column[(x[[0, j]].unsigned_abs() as usize) % m];
        }
    }
} }

/// Scratch that is no vector.
#[derive(Default)]
pub struct Histogram {
    counts: Vec<u32>,
    used: usize,
}

kernel! { ["(n)->()"]
fn mode(x: ArrayView1<u8>, histogram: &mut Histogram) -> u8 {
    histogram.counts.clear();
    histogram.counts.resize(256, 0);
    histogram.used += 1;
    for &v in x {
        histogram.counts[usize::from(v)] += 1;
    }
    let most = (0..256usize).max_by_key(|&v| (histogram.counts[v], 256 - v));
    most.map_or(0, |v| v as u8)
} }

// Methods of vectors that lanes do not have.
kernel! { ["(n)->()"]
fn distinct(x: ArrayView1<i16>, seen: &mut Vec<i16>) -> u32 {
    seen.clear();
    seen.extend(x.iter());
    seen.sort_unstable();
    seen.dedup();
    seen.len() as u32
} }

// How much is pushed differs from lane to lane.
kernel! { ["(n)->()"]
fn kept(x: ArrayView1<f64>, kept: &mut Vec<f64>) -> f64 {
    kept.clear();
    for &v in x {
        if v > 0.0 {
            kept.push(v);
        }
    }
    sort_slice(kept);
    if kept.is_empty() { f64::NAN } else { kept[kept.len() / 2] }
} }

properties! {
    median_f32 lanes: median::kernel::<f32>(), [n] (x: f32 [n + 1]) -> (y: f32) {
        *y = median::plain(x, &mut Vec::new());
    }
    median_f64 lanes: median::kernel::<f64>(), [n] (x: f64 [n + 1]) -> (y: f64) {
        *y = median::plain(x, &mut Vec::new());
    }
    sorted_i8 lanes: sorted::kernel::<i8>(), [n] (x: i8 [n]) -> (y: i8 [n]) { sorted::plain(x, &mut Vec::new(), y); }
    sorted_i32 lanes: sorted::kernel::<i32>(), [n] (x: i32 [n]) -> (y: i32 [n]) {
        sorted::plain(x, &mut Vec::new(), y);
    }
    sorted_u64 lanes: sorted::kernel::<u64>(), [n] (x: u64 [n]) -> (y: u64 [n]) {
        sorted::plain(x, &mut Vec::new(), y);
    }
    sorted_f64 lanes: sorted::kernel::<f64>(), [n] (x: f64 [n]) -> (y: f64 [n]) {
        sorted::plain(x, &mut Vec::new(), y);
    }
    several_scratches lanes: several::kernel(0.5), [n] (x: f32 [n], limit: f32) -> (y: f32) {
        *y = several::plain(x, limit, &mut Vec::new(), 0.5, &mut Vec::new());
    }
    scratch_for_each_column lanes: columns::kernel(), [m n] (x: i32 [m, n]) -> (y: i32 [n]) {
        columns::plain(x, &mut Vec::new(), y);
    }
    scratch_of_a_type plain: mode::kernel(), [n] (x: u8 [n]) -> (y: u8) {
        *y = mode::plain(x, &mut Histogram::default());
    }
    other_methods plain: distinct::kernel(), [n] (x: i16 [n]) -> (y: u32) { *y = distinct::plain(x, &mut Vec::new()); }
    uneven_pushes plain: kept::kernel(), [n] (x: f64 [n]) -> (y: f64) { *y = kept::plain(x, &mut Vec::new()); }
}
