//! Offsets that the macro evaluates: the halo is derived, and is the smallest that holds them.

#![allow(unused, clippy::all, clippy::pedantic)]

use ndarray::{Array1, Array2};
use ndstencil::prelude::*;

/// The body as a stencil, its value as a function of all cells around, and the derived halo.
macro_rules! derived {
    ($($name:ident: $halo:expr, |$x:ident, $weights:ident, $flag:ident| $body:block, |$at:ident| $expected:expr;)*) => {
        $(
            mod $name {
                use super::*;
                #[stencil(boundary = Nearest)]
                pub fn kernel($x: Window2<i32>, $weights: [i32; 3], $flag: bool) -> i32 $body

                #[test]
                fn is_what_the_body_reads() {
                    let halo: [[usize; 2]; 2] = $halo;
                    for flag in [false, true] {
                        for shape in [(1, 1), (2, 3), (9, 40)] {
                            let x = Array2::from_shape_fn(shape, |(i, j)| ((i * 31 + j * 17 + i * j * j) % 23) as i32 - 9);
                            let expected = Array2::from_shape_fn(shape, |(i, j)| {
                                let $at = |di: isize, dj: isize| {
                                    let place = |at: usize, by: isize, n: usize| (at as isize + by).clamp(0, n as isize - 1);
                                    x[[place(i, di, shape.0) as usize, place(j, dj, shape.1) as usize]]
                                };
                                let value: &dyn Fn(bool) -> i32 = &|flag| $expected(flag);
                                value(flag)
                            });
                            let kernel = kernel([1, 2, 3], flag);
                            assert_eq!(kernel.apply(&x).unwrap(), expected, "{shape:?}");
                            assert_eq!(kernel.reference(&x).unwrap(), expected, "{shape:?}");
                        }
                    }
                    let inside = kernel([1, 2, 3], true).boundary(Rim::Shrink).apply(&Array2::zeros((20, 30))).unwrap();
                    let wide: Vec<usize> = halo.iter().map(|sides| sides[0] + sides[1]).collect();
                    assert_eq!(inside.dim(), (20 - wide[0], 30 - wide[1]));
                }
            }
        )*
    };
}

derived! {
    enumerated_array_of_others: [[0, 0], [2, 2]], |x, weights, flag| {
        const C: [i32; 5] = [1, 2, 3, 4, 5];
        let mut s = 0;
        for (k, c) in C.iter().enumerate() { s += c * x[[0, k as isize - 2]]; }
        s
    }, |at| |_| (0..5).map(|k| (k as i32 + 1) * at(0, k - 2)).sum::<i32>();
    length_by_the_type: [[0, 0], [2, 2]], |x, weights, flag| {
        const fn weights() -> [f32; 5] { [1.0; 5] }
        const C: [f32; 5] = weights();
        let mut s = 0;
        for (k, c) in C.iter().enumerate() { s += *c as i32 * x[[0, k as isize - 2]]; }
        s
    }, |at| |_| (0..5).map(|k| at(0, k - 2)).sum::<i32>();
    zipped_with_a_range: [[2, 2], [0, 0]], |x, weights, flag| {
        const C: [f32; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];
        let mut s = 0;
        for (c, i) in C.iter().zip(-2..=2) { s += *c as i32 * x[[i, 0]]; }
        s
    }, |at| |_| (0..5).map(|k| (k as i32 + 1) * at(k - 2, 0)).sum::<i32>();
    the_shorter_of_two: [[2, 0], [0, 0]], |x, weights, flag| {
        let mut s = 0;
        for (i, c) in (-2..=2).zip([1, 2, 3]) { s += c * x[[i, 0]]; }
        s
    }, |at| |_| at(-2, 0) + 2 * at(-1, 0) + 3 * at(0, 0);
    up_to_a_length: [[0, 0], [2, 2]], |x, weights, flag| {
        const C: [f32; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];
        let mut s = 0;
        for i in 0..C.len() { s += C[i] as i32 * x[[0, i as isize - 2]]; }
        s
    }, |at| |_| (0..5).map(|k| (k as i32 + 1) * at(0, k - 2)).sum::<i32>();
    length_of_a_parameter: [[1, 1], [0, 0]], |x, weights, flag| {
        let mut s = 0;
        for (k, w) in weights.iter().enumerate() { s += w * x[[k as isize - 1, 0]]; }
        s
    }, |at| |_| at(-1, 0) + 2 * at(0, 0) + 3 * at(1, 0);
    length_of_a_mutable_array: [[0, 2], [0, 0]], |x, weights, flag| {
        let mut sums = [0; 3];
        for i in 0..sums.len() { sums[i] += x[[i as isize, 0]]; }
        sums[0] + 2 * sums[1] + 3 * sums[2]
    }, |at| |_| at(0, 0) + 2 * at(1, 0) + 3 * at(2, 0);
    tuples_with_weights: [[0, 0], [1, 1]], |x, weights, flag| {
        let mut s = 0.0;
        for (i, w) in [(-1, 0.5), (0, 0.25), (1, 0.25)] { s += w * (4 * x[[0, i]]) as f32; }
        s as i32
    }, |at| |_| 2 * at(0, -1) + at(0, 0) + at(0, 1);
    tuples_behind_a_reference: [[0, 1], [2, 0]], |x, weights, flag| {
        const ARMS: [((isize, isize), f64); 2] = [((1, 0), 2.0), ((0, -2), 3.0)];
        let mut s = 0.0;
        for &((i, j), w) in &ARMS { s += w * f64::from(x[[i, j]]); }
        s as i32
    }, |at| |_| 2 * at(1, 0) + 3 * at(0, -2);
    mapped: [[2, 2], [0, 0]], |x, weights, flag| { (-2..=2).map(|i| x[[i, 0]]).sum::<i32>() },
        |at| |_| (-2..=2).map(|i| at(i, 0)).sum::<i32>();
    mapped_array: [[0, 0], [3, 1]], |x, weights, flag| { [-3, 1].map(|j| x[[0, j]]).iter().sum() }, |at| |_| at(0, -3) + at(0, 1);
    mapped_twice: [[1, 1], [1, 1]], |x, weights, flag| { (-1..=1).flat_map(|i| (-1..=1).map(move |j| x[[i, j]])).max().unwrap() },
        |at| |_| (0..9).map(|k| at(k / 3 - 1, k % 3 - 1)).max().unwrap();
    folded: [[0, 0], [1, 1]], |x, weights, flag| { (-1..=1).fold(0, |s, j| 2 * s + x[[0, j]]) },
        |at| |_| 4 * at(0, -1) + 2 * at(0, 0) + at(0, 1);
    filtered: [[1, 1], [0, 0]], |x, weights, flag| { (-1..=1).filter(|&i| x[[i, 0]] > 0).count() as i32 },
        |at| |_| (-1..=1).filter(|&i| at(i, 0) > 0).count() as i32;
    asked: [[0, 0], [2, 0]], |x, weights, flag| { i32::from((-2..=0).any(|j| x[[0, j]] > 5)) },
        |at| |_| i32::from((-2..=0).any(|j| at(0, j) > 5));
    pairs_in_a_closure: [[0, 1], [2, 0]], |x, weights, flag| {
        [(1, 0, 2.0), (0, -2, 3.0)].iter().map(|&(i, j, w)| (w * f64::from(x[[i, j]])) as i32).sum()
    }, |at| |_| 2 * at(1, 0) + 3 * at(0, -2);
    shift_by_a_branch: [[0, 1], [1, 0]], |x, weights, flag| {
        let shift = if flag { -1 } else { 0 };
        x[[1, shift]]
    }, |at| |flag| at(1, if flag { -1 } else { 0 });
    shift_by_a_match: [[0, 0], [1, 4]], |x, weights, flag| {
        let shift = match x[[0, 0]] { i32::MIN..=-3 => -1, 0 | 1 => 4, _ if flag => 2, _ => 0 };
        x[[0, shift]]
    }, |at| |flag| at(0, match at(0, 0) { i32::MIN..=-3 => -1, 0 | 1 => 4, _ if flag => 2, _ => 0 });
    shift_by_a_comparison: [[0, 1], [0, 1]], |x, weights, flag| {
        let up = (x[[0, 0]] > 0) as isize;
        x[[up, 1 - up]]
    }, |at| |_| if at(0, 0) > 0 { at(1, 0) } else { at(0, 1) };
    branches_in_place: [[2, 0], [0, 1]], |x, weights, flag| { x[[if flag { -2 } else { 0 }, if flag { 0 } else { 1 }]] },
        |at| |flag| if flag { at(-2, 0) } else { at(0, 1) };
    pair_by_a_branch: [[1, 0], [0, 1]], |x, weights, flag| {
        let (i, j) = if flag { (-1, 0) } else { (0, 1) };
        x[[i, j]]
    }, |at| |flag| if flag { at(-1, 0) } else { at(0, 1) };
    shifted_loop: [[0, 0], [3, 1]], |x, weights, flag| {
        let start = if flag { -3 } else { -1 };
        let mut s = 0;
        for j in start..2 { s += x[[0, j]]; }
        s
    }, |at| |flag| (if flag { -3 } else { -1 }..2).map(|j| at(0, j)).sum::<i32>();
    way_out: [[0, 0], [1, 0]], |x, weights, flag| {
        let shift = if flag { -1 } else { return 7 };
        x[[0, shift]]
    }, |at| |flag| if flag { at(0, -1) } else { 7 };
    hidden_by_an_arm: [[0, 0], [2, 2]], |x, weights, flag| {
        let k = 2;
        let shift = if flag { -k } else { k };
        if x[[0, 0]] > 0 { x[[0, shift]] } else { x[[0, -shift]] }
    }, |at| |flag| at(0, if (at(0, 0) > 0) == flag { -2 } else { 2 });
    chained_branches: [[0, 0], [1, 2]], |x, weights, flag| {
        let shift = if x[[0, 0]] > 3 { -1 } else if x[[0, 0]] < -3 { 2 } else { 0 };
        2 * x[[0, shift]]
    }, |at| |_| 2 * at(0, if at(0, 0) > 3 { -1 } else if at(0, 0) < -3 { 2 } else { 0 });
}
