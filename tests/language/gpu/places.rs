//! Writes to parts of a variable, in every way that a GPU body has for them.

#![allow(unused_braces, unused_parens, clippy::blocks_in_conditions)]

use ndarray::{Array2, ArrayView1, ArrayViewMut1};
use ndstencil::prelude::*;

use super::{integers, same};

/// One body as a stencil and as a gufunc: `$u` is written for three cells, or for all of a row.
macro_rules! writes {
    ($($name:ident: $init:expr, |$u:ident, $v:ident| $write:block, $value:expr;)*) => {
        mod stencils {
            use super::*;
            $(
                #[stencil(gpu, boundary = Nearest)]
                pub fn $name(x: Window2<i32>) -> i32 {
                    let mut $u = $init;
                    for i in -1..=1 {
                        let $v = x[[i, 1]];
                        $write
                    }
                    $value
                }
            )*
        }
        mod gufuncs {
            use super::*;
            $(
                #[gufunc("(n)->()", gpu)]
                pub fn $name(x: ArrayView1<i32>) -> i32 {
                    let mut $u = $init;
                    for &$v in x {
                        $write
                    }
                    $value
                }
            )*
        }

        #[test]
        fn written_places() {
            $(
                same!(stencils::$name(), &integers());
                same!(gufuncs::$name(), &integers());
                assert_eq!(gufuncs::$name().apply(&integers()), gufuncs::$name().reference(&integers()));
            )*
        }
    };
}

writes! {
    field_of_a_tuple: (0, 0), |u, v| { u.0 += v; u.1 += 1; }, u.0 * 3 + u.1;
    nested_fields: (0, (1, 2)), |u, v| { u.1.0 += v; u.1.1 -= v; u.0 += 1; }, u.0 + 3 * u.1.0 + 5 * u.1.1;
    assigned_field: (0, 0), |u, v| { u.0 = u.1 + v; u.1 = v; }, u.0 * 3 + u.1;
    element: [0, 0, 0], |u, v| { u[1] += v; u[2] = v; }, u[0] + 3 * u[1] + 5 * u[2];
    element_by_value: [0, 0, 0], |u, v| { u[v.rem_euclid(3) as usize] += v; }, u[0] + 3 * u[1] + 5 * u[2];
    element_of_element: [[0, 1], [2, 3]], |u, v| { u[0][1] += v; u[1][0] ^= v; }, u[0][1] + 3 * u[1][0] + u[0][0];
    field_of_element: [(0, 1), (2, 3)], |u, v| { u[0].1 += v; u[1].0 -= v; }, u[0].1 + 3 * u[1].0 + u[0].0;
    element_of_field: ([0, 1], 2), |u, v| { u.0[1] += v; u.1 += 1; }, u.0[1] + 3 * u.1 + u.0[0];
    parentheses: (0, 0), |u, v| { (u.0) += v; (u).1 += 1; ((u).0) -= 2; }, u.0 * 3 + u.1;
    every_operator: (1, 3, 5), |u, v| {
        u.0 += v; u.1 -= v; u.2 *= 3; u.0 /= 2; u.1 %= 1000; u.2 ^= v; u.0 &= 0xffff; u.1 |= 1; u.2 <<= 1; u.0 >>= 1;
        u.2 %= 100_000;
    }, u.0 + 3 * u.1 + 5 * u.2;
    taken_apart: (0, 0), |u, v| { (u.0, u.1) = (u.1 + v, u.0); }, u.0 * 3 + u.1;
    in_a_block: (0, 0), |u, v| { { { u.0 += v; } if v > 0 { u.1 += 1; } } }, u.0 * 3 + u.1;
    in_a_value: (0, 0), |u, v| { let w = { u.0 += v; u.1 }; u.1 = w + 1; }, u.0 * 3 + u.1;
    in_an_operand: (0, 1), |u, v| { u.1 = u.0 + { u.0 += v; u.0 } - u.0 * { u.0 -= 1; 2 }; u.1 %= 1000; }, u.0 * 3 + u.1;
    in_its_own_value: (0, 1), |u, v| { u.0 += { u.0 = v; u.1 }; u.1 += 1; }, u.0 * 3 + u.1;
    in_an_argument: (0, 1), |u, v| { u.1 = u.0.max({ u.0 += v; u.0 }).min(u.0 + 5); }, u.0 * 3 + u.1;
    in_a_condition: (0, 0), |u, v| { if { u.0 += v; u.0 > 3 } { u.1 += 1; } }, u.0 * 3 + u.1;
    in_a_second_condition: (0, 0), |u, v| { if v > 0 && { u.0 += v; u.0 > 3 } || u.0 < 0 { u.1 += 1; } }, u.0 * 3 + u.1;
    in_a_match: (0, 0), |u, v| { match v { 0 => u.0 += 5, w if w > 2 => u.1 += w, _ => u.0 -= 1 } }, u.0 * 3 + u.1;
    in_a_match_of_itself: (0, 1), |u, v| {
        match u { (a, b) if a > b => { u.0 = v; u.1 = (u.1 + a - b) % 1000; } (a, _) => { u.1 = 7; u.0 = (u.0 + a + v) % 1000; } }
    }, u.0 * 3 + u.1;
    in_an_index: (0, [1, 2]), |u, v| { u.1[{ u.0 += v; 0 }] += u.0; u.1[1] += 1; }, u.0 + 3 * u.1[1] + 5 * u.1[0];
    index_by_itself: [1, 2, 0], |u, v| { u[u[2] as usize] = { u[2] = (u[2] + 1) % 2; v }; }, u[0] + 3 * u[1] + 5 * u[2];
    in_a_loop_over_itself: [1, 2, 3], |u, v| { for (k, w) in u.into_iter().enumerate() { u[2 - k] = (u[2 - k] + w + v) % 1000; } },
        u[0] + 3 * u[1] + 5 * u[2];
    in_a_range_of_itself: (2, 1), |u, v| { for k in 0..u.0 { u.0 = v.rem_euclid(4); u.1 += k + u.0; } }, u.0 * 3 + u.1;
    in_a_while: (0, 0), |u, v| { while u.0 < 3 { u.0 += 1; u.1 += v; } u.0 = v & 1; }, u.0 * 3 + u.1;
    in_a_closure: (0, 0), |u, v| { let mut f = |w: i32| { u.0 += w; u.1 += 1; }; f(v); f(1); }, u.0 * 3 + u.1;
    copied_before: (0, 0), |u, v| { let w = u; u.0 += v; u.1 = w.0 - w.1; let (a, b) = w; u.1 ^= a + b; }, u.0 * 3 + u.1;
    copied_element: [0, 0, 0], |u, v| { let w = [u, u]; u[1] += v; u[2] = w[1][1] - w[0][2]; }, u[0] + 3 * u[1] + 5 * u[2];
    shadowed: (0, 0), |u, v| { u.0 += v; { let mut u = u; u.1 += 5; let v = u.1; let _ = v; } u.1 -= 1; }, u.0 * 3 + u.1;
}

/// Parts of an output, read and written.
#[gufunc("(n)->(n)", gpu)]
fn outputs(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    let mut u = (0, [1, 2]);
    for i in 0..x.len() {
        u.0 += x[i];
        u.1[i % 2] ^= u.0;
        y[i] = u.1[1];
        y[i / 2] += y[i] - {
            y[0] += 1;
            y[0]
        };
    }
}

#[test]
fn cells_of_outputs() {
    same!(outputs(), &integers());
    let x: Array2<i32> = integers();
    assert_eq!(outputs().apply(&x), outputs().reference(&x));
}
