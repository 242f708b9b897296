//! Forms that are met together: labels, the order of effects, iterators, arms of a match, ranges.

use ndarray::{ArrayView1, ArrayViewMut1, array};

use ndstencil::prelude::*;

use super::{eighths, integers, numbers, same};

/// `continue` and `break` of an outer loop.
#[stencil(gpu, halo = 1, boundary = Nearest)]
fn labels(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    let mut n = 0;
    'rows: for i in -1..=1 {
        for j in -1..=1 {
            let v = x[[i, j]];
            if v < 0.0 {
                continue 'rows;
            }
            if v > 7.0 {
                break 'rows;
            }
            sum += v;
            n += 1;
        }
        sum *= 2.0;
    }
    if n == 0 { -1.0 } else { sum + n as f32 }
}

/// Effects inside of operands happen from left to right.
#[stencil(gpu, halo = 1, boundary = Wrap)]
fn order(x: Window2<i32>) -> i32 {
    let mut s = x[[0, 0]];
    let mut n = 3;
    let a = s + {
        s *= 2;
        n += s;
        s
    } * {
        s -= 1;
        n
    } - s;
    let b = if {
        n += 1;
        n > 4
    } || {
        n -= 2;
        n < 0
    } {
        let t = s;
        t * t
    } else {
        s
    };
    let (mut p, mut q) = (a, b);
    (p, q) = (q, p + q);
    let mut v = [p, q, s, n];
    v[(s & 3) as usize] += {
        s += 1;
        s
    };
    v.swap(0, (n & 3) as usize);
    let m = loop {
        n += 1;
        if n % 5 == 0 {
            break n * 2;
        }
    };
    'a: loop {
        for k in 0..n {
            if k > 3 {
                break 'a;
            }
            if k == 2 {
                continue 'a;
            }
            s += k;
            if s > 1000 {
                break 'a;
            }
        }
        break;
    }
    v[0] ^ v[1] ^ v[2] ^ v[3] ^ m ^ s
}

/// `continue` in several branches.
#[stencil(gpu, halo = 1, boundary = Mirror)]
fn nan_aware(x: Window2<f32>) -> f32 {
    let (mut sum, mut count) = (0.0, 0);
    for i in -1..=1 {
        for j in -1..=1 {
            if i == 0 && j == 0 {
                continue;
            }
            let v = x[[i, j]];
            if v > 3.0 {
                continue;
            }
            sum += v;
            if v < -3.0 {
                sum -= 1.0;
                continue;
            } else {
                sum += 0.5;
            }
            count += 1;
        }
    }
    sum + count as f32
}

/// Chains of adapters, ended in several ways.
#[stencil(gpu, halo = 1, boundary = Mirror)]
fn iterators(x: Window2<f32>) -> f32 {
    let v = x.values();
    let lowest = v.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = v.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
    let count = v.iter().filter(|&&v| v > lowest).count();
    let any = v.iter().any(|v| *v > 7.5);
    let all = (0..9).all(|k| v[k] > -7.0);
    let weighted: f32 = v.iter().zip([1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0]).map(|(a, b)| a * b).sum();
    let odd = v.iter().enumerate().rev().filter(|(k, _)| k % 2 == 1).map(|(k, v)| k as f32 * v).sum::<f32>();
    let taken = v.iter().skip(2).take(4).fold(0.0, |a, b| a - b);
    if any || !all { odd } else { highest - lowest + count as f32 + weighted / 16.0 + taken }
}

/// Arms with guards, ranges, bindings and alternatives.
#[stencil(gpu, halo = 1, boundary = Mirror)]
fn arms(x: Window2<i32>) -> i32 {
    let (a, b) = (x[[0, 0]], x[[0, 1]]);
    let t = match (a % 4, b % 3) {
        (0, 0) => 1,
        (1 | 2, n) if n > 0 => n * 10,
        (m @ 1..=3, _) => m,
        (_, n @ (-2 | -1)) => {
            let mut n = n;
            n *= 7;
            n
        }
        (..) => return -5,
    };
    let r = match t {
        i32::MIN..=-1 => 0u8,
        0..10 => 1,
        _ => 2,
    };
    t + i32::from(r)
}

/// Ranges up and down, with steps, and with ends that are computed.
#[gufunc("(n)->(n)", gpu)]
fn ranges(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    let n = x.len();
    y.fill(0);
    for (i, &v) in x.iter().enumerate() {
        y[i] += v;
    }
    for k in (0..n).rev().step_by(3) {
        y[k] = y[k] * 2 + 1;
    }
    for k in (0..=n - 1).rev() {
        y[k] -= k as i32;
        if k == 2 {
            break;
        }
    }
    let reach = x[0] % 6;
    for k in -2..=reach {
        y[0] += k;
        if k > 3 {
            continue;
        }
        y[0] = y[0].wrapping_mul(3);
    }
    for k in (reach..=5).step_by(2) {
        y[n - 1] = y[n - 1].wrapping_mul(5).wrapping_add(k);
    }
    for k in (reach..5).rev() {
        y[n - 1] = y[n - 1].wrapping_mul(3).wrapping_add(k);
    }
    for k in (reach..5).rev().step_by(2) {
        y[n - 1] = y[n - 1].wrapping_mul(3).wrapping_add(k);
    }
}

#[test]
fn extras() {
    same!(labels(), &eighths());
    same!(order(), &integers());
    same!(nan_aware(), &eighths());
    same!(iterators(), &eighths());
    same!(arms(), &integers());
    same!(ranges(), &numbers((5, 6, 7)).mapv(|v| v % 50));
}

#[stencil(gpu, boundary = Nearest)]
fn compared_parts(x: Window2<i32>, at: i32) -> i32 {
    let mut sum = 0;
    for i in -1..=1isize {
        for j in -1..=1isize {
            if (i, j) != (0, 0) {
                sum += x[[i, j]];
            }
        }
    }
    let pair = (sum % 3, sum > 0);
    let nested = ((sum, [1, 2]), true) == ((sum, [1, 2]), pair.1);
    let cells = [x[[0, 1]], x[[1, 0]]];
    sum + i32::from(pair == (at, true)) * 10
        + i32::from(nested) * 100
        + i32::from(cells == [x[[1, 0]], x[[0, 1]]]) * 1000
}

#[stencil(gpu, boundary = Nearest)]
fn extremes(x: Window2<i32>) -> i32 {
    let v = x.values();
    let w = [x[[0, 1]], x[[1, 0]], x[[-1, -1]], x[[1, 1]]];
    let least = *w.iter().min().unwrap();
    let most = w.iter().copied().filter(|v| v % 2 == 0).max().unwrap_or(-5);
    let place = (0..4).map(|k| (w[k] - 3).abs()).min().expect("four") + v.len() as i32;
    least + 3 * most + 7 * place
}

#[stencil(gpu)]
fn none_left(x: Window1<i32>) -> i32 {
    let v = [x[0], 1];
    *v.iter().filter(|v| **v > 100).max().unwrap()
}

/// A matrix, an offset and a const generic.
#[stencil(gpu, boundary = Wrap, halo = 2)]
fn parameters_in_arrays<const BY: isize>(
    x: Window2<i32>,
    k: [[i32; 3]; 2],
    at: [isize; 2],
    other: &[[u8; 2]; 2],
) -> i32 {
    const TABLE: [[i32; 2]; 2] = [[1, 2], [3, 4]];
    let mut sum = 0;
    for (i, row) in k.iter().enumerate() {
        for (j, v) in row.iter().enumerate() {
            sum += v * x[[i as isize - 1, j as isize - 1]] * TABLE[i][j % 2];
        }
    }
    sum + x[at] + k[1][2] + i32::from(other[0][1]) + x[[BY, -BY]] + (at[0] * BY) as i32
}

#[test]
fn parts_extremes_and_small_arrays() {
    same!(extremes(), &integers());
    same!(compared_parts(1), &integers());
    let k = [[1, -2, 3], [4, 5, -6]];
    same!(parameters_in_arrays::<1>(k, [1, -2], &[[7, 8], [9, 10]]), &integers());
    same!(parameters_in_arrays::<-2>(k, [0, 0], &[[7, 8], [9, 10]]), &integers());
    let Some(gpu) = super::gpu() else { return };
    let error = none_left().on(gpu).apply(&array![1]).unwrap_err();
    assert!(error.to_string().contains("called `Option::unwrap()` on a `None` value"), "{error}");
    assert_eq!(none_left().on(gpu).apply(&array![101]).unwrap(), array![101]);
    let error = parameters_in_arrays::<3>(k, [0, 0], &[[0; 2]; 2]).on(gpu).apply(&integers()).unwrap_err();
    assert!(error.to_string().contains("outside the halo"), "{error}");
}
