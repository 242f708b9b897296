//! Loops.

use super::*;

#[gufunc("(n)->()")]
fn folds(x: ArrayView1<f32>) -> f32 {
    let sum = x.iter().fold(0.5, |sum, &v| sum + v);
    let (most, count) = x.iter().copied().fold((f32::NEG_INFINITY, 0usize), |(most, mut count), v| {
        count += 1;
        (if v > most { v } else { most }, count)
    });
    x.iter().enumerate().fold(0.0, |all, (i, v)| all + v * i as f32) + sum * most + count as f32
}

#[gufunc("(n)->()")]
fn inclusive(x: ArrayView1<f32>) -> f32 {
    let n = x.len() - 1;
    let mut sum = 0.0f32;
    for i in 0..=n {
        sum += x[i] * x[n - i];
    }
    for (i, v) in x.iter().copied().enumerate() {
        sum += v * i as f32;
    }
    for (i, &v) in x.iter().rev().skip(1).step_by(2).enumerate() {
        sum -= v * i as f32;
    }
    sum
}

#[gufunc("(n)->()")]
fn counted(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut step = 1;
    let mut sum = 0.0f32;
    while i < x.len() {
        let before = x[i];
        i += step;
        sum += before * i as f32;
        if i > 2 {
            step = 2;
        }
    }
    let mut weight = 1.0f32;
    let mut k = x.len();
    loop {
        if k == 0 {
            break;
        }
        k -= 1;
        weight *= 0.5;
        sum += x[k] * weight;
    }
    sum
}

#[gufunc("(n)->()")]
fn not_counted(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut sum = 0.0f32;
    while i < x.len() {
        sum += x[i];
        if x[i] > 0.0 {
            i += 1;
        }
        i += 1;
    }
    sum
}

#[gufunc("(n)->()")]
fn order_of_counts(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut sum = 0.0f32;
    for _ in 0..x.len() {
        let v = x[i];
        let k = {
            i += 1;
            i
        };
        sum += v * k as f32 + i as f32;
    }
    let (mut a, mut b) = (0, 1);
    (a, b) = (b, a + 2);
    sum + (a * b) as f32
}

#[test]
fn loops() {
    over_rows!(folds(), true);
    over_rows!(inclusive(), true);
    over_rows!(counted(), true);
    over_rows!(not_counted(), false);
    over_rows!(order_of_counts(), true);
}
