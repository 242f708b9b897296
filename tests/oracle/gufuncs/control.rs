//! Bodies of all shapes that may run for several loop elements side by side: loops, branches, returns, bindings.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1};
use ndstencil::prelude::*;

use crate::gufuncs::forms::{kernel, properties};

kernel! { ["(n)->()"]
fn branches(x: ArrayView1<f32>) -> f32 {
    let n = x.len();
    let mut sum = 1.0;
    for i in 0..n {
        if i % 4 == 3 {
            sum *= x[i];
        } else if i % 4 == 2 {
            for j in 0..i {
                if (i + j) % 3 == 0 {
                    sum -= x[j] * 0.5;
                }
            }
        } else {
            sum += x[i];
        }
    }
    if n > 7 { sum / n as f32 } else { sum }
} }

kernel! { ["(n),(n)->()"]
fn adapters(x: ArrayView1<f64>, y: ArrayView1<f32>) -> f64 {
    let mut sum = 0.25;
    for &v in x.iter().rev() {
        sum = sum * 0.5 - v;
    }
    for (&a, b) in x.iter().zip(y.iter()) {
        sum += a * f64::from(*b);
    }
    for (i, &v) in x.iter().enumerate().skip(1).step_by(2) {
        sum -= v / (i as f64 + 1.0);
    }
    for (a, v) in x.iter().copied().take(5).zip(y.into_iter().skip(1)) {
        sum = a - sum * f64::from(*v);
    }
    for i in (0..x.len()).rev().step_by(3) {
        sum += x[i];
    }
    for (i, (&a, &b)) in x.iter().zip(y).enumerate() {
        sum = if i % 2 == 0 { sum - a } else { sum + f64::from(b) };
    }
    sum
} }

kernel! { ["(n)->()"]
fn returns(x: ArrayView1<f32>, limit: f32) -> f32 {
    if x.len() < 2 {
        return f32::INFINITY;
    }
    let mut sum = 0.0;
    for &v in x {
        sum += v;
    }
    let first = x[0];
    if first.is_nan() {
        return -1.0;
    }
    if sum > limit {
        return sum - limit;
    }
    let last = x[x.len() - 1];
    let (low, high) = if first < last { (first, last) } else { (last, first) };
    high - low
} }

kernel! { ["(n)->(),()"]
fn ends(x: ArrayView1<i32>) -> (i32, bool) {
    let (mut low, mut high) = (i32::MAX, i32::MIN);
    let mut found = false;
    for (i, &v) in x.iter().enumerate() {
        (low, high) = (low.min(v), high.max(v));
        found |= v == i as i32;
    }
    if low > high {
        return (0, found);
    }
    (high.wrapping_sub(low), found)
} }

kernel! { ["(n)->()"]
fn shadows(x: ArrayView1<i32>, n: i32) -> i64 {
    let n = n + x.len() as i32;
    let sum = i64::from(n);
    let mut sum = sum * 2;
    for v in x {
        let v = i64::from(*v);
        let n = v ^ sum;
        sum = sum.wrapping_add(n);
        let sum = v.wrapping_sub(n);
        if sum > 0 {
            let v = sum;
            let _unused = v ^ n;
        }
    }
    let sum = sum.wrapping_mul(7);
    let mut total = sum;
    for n in 0..x.len() {
        let sum = i64::from(x[n]) ^ sum;
        total = total.rotate_left(3) ^ sum;
    }
    {
        let n = i64::from(n);
        for i in 0..2i64 {
            total ^= n * i;
        }
    }
    total.wrapping_sub(i64::from(n))
} }

kernel! { ["(n),()->(n)"]
fn crossing(x: ArrayView1<f64>, start: f64, mut y: ArrayViewMut1<f64>) {
    let first = if x.is_empty() { start } else { x[0] * start };
    let half = first * 0.5;
    let (mut a, b) = (half, half - start);
    let mut previous: f64 = 0.0;
    for i in 0..x.len() {
        let difference = x[i] - previous;
        let scaled = difference * b;
        a += scaled;
        previous = x[i];
        y[i] = a;
    }
    let correction = a - previous + first;
    let n = y.len();
    for i in 0..n {
        y[i] = y[i] * 0.5 + correction;
    }
    for i in 1..n {
        let before = y[i - 1];
        y[i] -= before;
    }
} }

kernel! { ["(n)->()"]
fn closures(x: ArrayView1<u8>, step: u8) -> u32 {
    let twice = |v: u8| u32::from(v) * 2;
    let mut sum = 0;
    for &v in x {
        let near = |d: u8| v.abs_diff(d) < step;
        sum += if near(100) { twice(v) } else { 1 };
    }
    let add = |v: u32| sum.wrapping_add(v);
    add(twice(step))
} }

kernel! { ["(n)->()"]
fn items(x: ArrayView1<i16>) -> i32 {
    const WEIGHTS: [i32; 3] = [5, -3, 2];
    fn weight(i: usize) -> i32 {
        WEIGHTS[i % WEIGHTS.len()]
    }
    struct Sum {
        total: i32,
    }
    use std::ops::Not as _;
    let mut sum = 0;
    for i in 0..x.len() {
        sum = weight(i) * i32::from(x[i]) - sum / 2;
    }
    let sum = Sum { total: sum };
    sum.total.not()
} }

kernel! { ["(n)->()"]
fn macros(x: ArrayView1<f32>, limit: usize) -> f32 {
    let n = x.len();
    assert!(n < limit, "{n} is not below {limit}");
    let mut low = f32::INFINITY;
    for (i, &v) in x.iter().enumerate() {
        debug_assert!(i < n, "{i} of {n}: {v}");
        low = if v < low { v } else { low };
        debug_assert!(low <= v || v.is_nan(), "{low:?} {v:>3}");
    }
    let found = matches!(n, 1..=8) && !low.is_nan();
    assert_eq!(found, found, "{low}, {0}, {other}", n, other = limit);
    if found { low } else { -low }
} }

kernel! { ["(m,n)->()"]
fn labels(x: ArrayView2<u32>, stop: usize) -> u32 {
    let mut sum = 0u32;
    'rows: for i in 0..x.nrows() {
        for j in 0..x.ncols() {
            if i * j > stop {
                break 'rows;
            }
            if (i + j) % 5 == 4 {
                continue 'rows;
            }
            if j % 3 == 2 {
                continue;
            }
            sum = sum.wrapping_mul(17).wrapping_add(x[(i, j)]);
        }
        sum ^= 1;
    }
    sum
} }

// Every lane returns in the middle, or none does.
kernel! { ["(n)->(n)"]
fn returns_early(x: ArrayView1<f32>, stop: usize, mut y: ArrayViewMut1<f32>) {
    for i in 0..x.len() {
        y[i] = -x[i];
    }
    if x.len() > stop {
        return;
    }
    for i in 0..x.len() {
        y[i] *= 3.0;
    }
} }

// The end is a branch that all lanes take alike, with loops inside.
kernel! { ["(n)->()"]
fn ends_alike(x: ArrayView1<u64>, forwards: bool) -> u64 {
    let mut sum = 9u64;
    if forwards {
        for &v in x {
            sum = sum.rotate_left(3) ^ v;
        }
        sum
    } else if x.len() > 8 {
        for &v in x.iter().rev() {
            sum = sum.rotate_left(5) ^ v;
        }
        !sum
    } else {
        1
    }
} }

// Values that are matched on, `let else`, and blocks as values.
kernel! { ["(n),()->()"]
fn matches(x: ArrayView1<i32>, mode: u8) -> i32 {
    let mut sum = 0i32;
    for &v in x {
        let kind = match (mode % 3, v) {
            (0, i32::MIN..=-1) => -1,
            (1, 0) => 2,
            (2, v) if v % 2 == 0 => v,
            _ => {
                let half = v / 2;
                half - 1
            }
        };
        let Some(next) = sum.checked_add(kind) else {
            return sum;
        };
        sum = next;
    }
    sum
} }

kernel! { ["(n)->(),()"]
fn places(x: ArrayView1<f64>) -> (u64, f64) {
    let (mut place, mut best) = (0usize, f64::NEG_INFINITY);
    let mut seen = [0u8; 4];
    for i in 0..x.len() {
        let v = x[i];
        seen[i % 4] = seen[i % 4].wrapping_add(u8::from(v > 0.0));
        if v > best {
            best = v;
            place = i + usize::from(seen[0]);
        }
    }
    (place as u64, best)
} }

// A cell that is read behind a return of some lanes: there may be none.
kernel! { ["(n),()->()"]
fn guarded(x: ArrayView1<f32>, y: u16) -> f32 {
    let far = usize::from(y) % 7 + 1000;
    if x.len() < far {
        return f32::from(y);
    }
    let third = x[2];
    third * 2.0
} }

kernel! { ["(n),()->(n)"]
fn guarded_by_option(x: ArrayView1<i32>, y: i32, mut z: ArrayViewMut1<i32>) {
    let Some(rest) = y.checked_rem(0) else {
        return;
    };
    z[40] = rest + x[40];
}}

kernel! { ["(n),()->()"]
fn guarded_by_branches(x: ArrayView1<u8>, y: u8) -> u8 {
    let value = if y as usize > 1000 && x[99] > 3 { x[77] } else { y };
    let other = match y {
        _ if y == y.wrapping_add(1) => x[33],
        y => y / 2,
    };
    let last = move |i: usize| if i > 1000 { x[55] } else { i as u8 };
    value ^ other.rotate_left(1) ^ last(usize::from(y))
} }

// Names that hide an operand in one loop over lanes.
kernel! { ["(n)->(n)"]
fn hidden(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    for i in 0..x.len() {
        let pair = {
            let x = [x[i], 7];
            x[0].wrapping_mul(x[1])
        };
        let shift = |x: [i32; 2], i: usize| x[i];
        y[i] = pair ^ x[i] ^ shift([3, 9], 1);
        {
            let i = 1usize;
            let y = [pair, 2];
            let _unused = y[i];
        }
        let before = y[i];
        y[i] = before.wrapping_add(x[0]);
    }
} }

macro_rules! bump {
    ($place:expr, $by:expr) => {
        $place = $place.wrapping_add($by)
    };
}

kernel! { ["(n)->(n)"]
fn changed_by_macros(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    for i in 0..x.len() {
        let before = y[i];
        bump!(y[i], 3);
        let between = y[i];
        bump!(y[i], x[i]);
        let v = y[i] ^ before;
        bump!(y[0], v ^ between);
    }
} }

// What is written may be what is read next.
kernel! { ["(n)->(n)"]
fn overlapping(x: ArrayView1<i16>, mut y: ArrayViewMut1<i16>) {
    let n = x.len();
    for i in 0..n {
        y[i] = x[n - 1 - i];
        y[0] = y[i].wrapping_add(y[n / 2]);
        y[n / 2] ^= y[i];
        y[n - 1] = y[0].wrapping_sub(y[i / 2]);
        if y[i] > 0 {
            y[i] = y[n - 1 - i] / 2;
        }
        std::mem::swap(&mut y[0], &mut { x[i] });
    }
    for i in 1..n {
        y[i] = y[i].wrapping_add(y[i - 1]);
        y[i - 1] = y[i].max(x[i]);
    }
} }

properties! {
    cells_behind_returns lanes: guarded::kernel(), [n] (x: f32 [n % 3], y: u16) -> (z: f32) {
        *z = guarded::plain(x, y);
    }
    cells_behind_options lanes: guarded_by_option::kernel(), [n] (x: i32 [n], y: i32) -> (z: i32 [n]) {
        guarded_by_option::plain(x, y, z);
    }
    cells_behind_branches lanes: guarded_by_branches::kernel(), [n] (x: u8 [n], y: u8) -> (z: u8) {
        *z = guarded_by_branches::plain(x, y);
    }
    hidden_operands lanes: hidden::kernel(), [n] (x: i32 [n]) -> (y: i32 [n]) { hidden::plain(x, y); }
    macros_that_write plain: changed_by_macros::kernel(), [n] (x: i32 [n]) -> (y: i32 [n]) {
        changed_by_macros::plain(x, y);
    }
    reads_after_writes lanes: overlapping::kernel(), [n] (x: i16 [n]) -> (y: i16 [n]) { overlapping::plain(x, y); }
    uniform_branches lanes: branches::kernel(), [n] (x: f32 [n]) -> (y: f32) { *y = branches::plain(x); }
    iterators lanes: adapters::kernel(), [n] (a: f64 [n], b: f32 [n]) -> (y: f64) { *y = adapters::plain(a, b); }
    early_returns lanes: returns::kernel(100.0), [n] (x: f32 [n]) -> (y: f32) { *y = returns::plain(x, 100.0); }
    tuples lanes: ends::kernel(), [n] (x: i32 [n]) -> (y: i32, z: bool) { (*y, *z) = ends::plain(x); }
    shadowed lanes: shadows::kernel(3), [n] (x: i32 [n]) -> (y: i64) { *y = shadows::plain(x, 3); }
    variables_that_cross_loops lanes: crossing::kernel(), [n] (x: f64 [n], start: f64) -> (y: f64 [n]) {
        crossing::plain(x, start, y);
    }
    closures_in_bodies lanes: closures::kernel(50), [n] (x: u8 [n]) -> (y: u32) { *y = closures::plain(x, 50); }
    items_in_bodies plain: items::kernel(), [n] (x: i16 [n]) -> (y: i32) { *y = items::plain(x); }
    macros_in_bodies lanes: macros::kernel(1000), [n] (x: f32 [n]) -> (y: f32) { *y = macros::plain(x, 1000); }
    labelled_loops lanes: labels::kernel(20), [m n] (x: u32 [m, n]) -> (y: u32) { *y = labels::plain(x, 20); }
    uniform_returns lanes: returns_early::kernel(5), [n] (x: f32 [n]) -> (y: f32 [n]) {
        returns_early::plain(x, 5, y);
    }
    ends_forwards lanes: ends_alike::kernel(true), [n] (x: u64 [n]) -> (y: u64) { *y = ends_alike::plain(x, true); }
    ends_backwards lanes: ends_alike::kernel(false), [n] (x: u64 [n]) -> (y: u64) { *y = ends_alike::plain(x, false); }
    matched_values plain: matches::kernel(), [n] (x: i32 [n], mode: u8) -> (y: i32) { *y = matches::plain(x, mode); }
    arrays_of_lanes lanes: places::kernel(), [n] (x: f64 [n]) -> (p: u64, v: f64) { (*p, *v) = places::plain(x); }
}
