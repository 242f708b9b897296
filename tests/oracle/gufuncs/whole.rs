//! Bodies that mostly cannot run for several loop elements side by side: they hand cores to other functions, or loop for a
//! number of turns that differs. They run one by one, on views that are ndarray's.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, s};
use ndstencil::prelude::*;

use crate::gufuncs::forms::{kernel, properties};

kernel! { ["(n)->()"]
fn summed(x: ArrayView1<f32>) -> f32 {
    x.sum() + x.len() as f32
} }

kernel! { ["(n),(n)->()"]
fn dotted(a: ArrayView1<f64>, b: ArrayView1<f64>) -> f64 {
    a.dot(&b)
} }

// A loop whose length differs from lane to lane.
kernel! { ["(n)->()"]
fn hops(x: ArrayView1<u8>) -> u32 {
    let mut at = 0;
    let mut count = 0;
    while at < x.len() {
        at += 1 + usize::from(x[at]) % 4;
        count += 1;
    }
    count
} }

kernel! { ["(n)->()"]
fn first_large(x: ArrayView1<i32>, limit: i32) -> i32 {
    for &v in x {
        if v > limit {
            return v;
        }
    }
    limit
} }

kernel! { ["(n),()->()"]
fn partial(x: ArrayView1<i16>, count: u8) -> i32 {
    let mut sum = 0;
    for i in 0..x.len().min(usize::from(count) % 8) {
        sum += i32::from(x[i]);
    }
    sum
} }

kernel! { ["(m,n)->(n,m)"]
fn assigned(x: ArrayView2<u64>, mut y: ArrayViewMut2<u64>) {
    y.assign(&x.t());
    y.mapv_inplace(|v| v ^ 1);
} }

kernel! { ["(n)->(n),()"]
fn slices(x: ArrayView1<[f32; 3]>, mut y: ArrayViewMut1<[f32; 3]>) -> bool {
    let n = x.len();
    y.slice_mut(s![..n / 2]).assign(&x.slice(s![..n / 2]));
    for (to, from) in y.iter_mut().rev().zip(x.iter().rev()).take(n.div_ceil(2)) {
        *to = from.map(|part| part * 2.0);
    }
    x.as_slice().is_none_or(|all| all.len() == n)
} }

kernel! { ["(n)->()"]
fn owned(x: ArrayView1<f64>) -> f64 {
    let mut values = x.to_vec();
    values.retain(|v| !v.is_nan());
    values.sort_by(f64::total_cmp);
    values.first().copied().unwrap_or(-1.0)
} }

kernel! { ["(n)->()"]
fn folds(x: ArrayView1<i8>) -> i64 {
    x.iter().fold(1i64, |sum, &v| sum.wrapping_mul(31).wrapping_add(i64::from(v)))
} }

kernel! { ["(n),(2)->()"]
fn shares_a_core(x: ArrayView1<bool>, ends: ArrayView1<u16>) -> u32 {
    let span = |view: &ArrayView1<u16>| u32::from(view[0]) + u32::from(view[1]);
    let mut sum = span(&ends);
    for &v in x {
        sum = sum.wrapping_mul(3) ^ u32::from(v);
    }
    sum
} }

// An error in the middle, by `?`.
kernel! { ["(n)->()"]
fn tried(x: ArrayView1<i32>) -> i32 {
    let all = || {
        let mut sum = 0i32;
        for &v in x.iter() {
            sum = sum.checked_add(v)?;
        }
        Some(sum)
    };
    all().unwrap_or(-7)
} }

properties! {
    // ndarray sums contiguous cells in another order.
    methods_of_views strided: summed::kernel(), [n] (x: f32 [n]) -> (y: f32) { *y = summed::plain(x); }
    products_of_views strided: dotted::kernel(), [n] (a: f64 [n], b: f64 [n]) -> (y: f64) { *y = dotted::plain(a, b); }
    while_loops plain: hops::kernel(), [n] (x: u8 [n]) -> (y: u32) { *y = hops::plain(x); }
    returns_from_loops plain: first_large::kernel(9), [n] (x: i32 [n]) -> (y: i32) { *y = first_large::plain(x, 9); }
    uneven_loops plain: partial::kernel(), [n] (x: i16 [n], count: u8) -> (y: i32) { *y = partial::plain(x, count); }
    assigned_outputs plain: assigned::kernel(), [m n] (x: u64 [m, n]) -> (y: u64 [n, m]) { assigned::plain(x, y); }
    slices_of_views plain: slices::kernel(), [n] (x: [f32; 3] [n]) -> (y: [f32; 3] [n], z: bool) {
        *z = slices::plain(x, y);
    }
    owned_values plain: owned::kernel(), [n] (x: f64 [n]) -> (y: f64) { *y = owned::plain(x); }
    iterator_chains lanes: folds::kernel(), [n] (x: i8 [n]) -> (y: i64) { *y = folds::plain(x); }
    helpers plain: shares_a_core::kernel(), [n] (x: bool [n], ends: u16 [2]) -> (y: u32) {
        *y = shares_a_core::plain(x, ends);
    }
    question_marks plain: tried::kernel(), [n] (x: i32 [n]) -> (y: i32) { *y = tried::plain(x); }
}
