//! Bodies of stencils mean what they say, whatever is moved in them: each is compiled twice, by the attribute and as a
//! plain function on a window that is nothing but an array and a place.

#![allow(unused, clippy::all, clippy::pedantic)]

use std::ops::Index;

use ndarray::Array2;
use ndstencil::prelude::*;

/// A window with the nearest cell outside of the array.
#[derive(Clone, Copy)]
struct Plain<'a, T>(&'a Array2<T>, [usize; 2]);

impl<T> Index<[isize; 2]> for Plain<'_, T> {
    type Output = T;
    fn index(&self, offset: [isize; 2]) -> &T {
        let place = |axis: usize| {
            let last = self.0.shape()[axis] as isize - 1;
            (self.1[axis] as isize + offset[axis]).clamp(0, last) as usize
        };
        &self.0[[place(0), place(1)]]
    }
}

impl<T: Copy> Plain<'_, T> {
    fn values(&self) -> [T; 9] {
        std::array::from_fn(|k| self[[k as isize / 3 - 1, k as isize % 3 - 1]])
    }
}

/// The same body twice, and a test that compares them.
macro_rules! bodies {
    ($($(#[$doc:meta])* fn $name:ident($x:ident: $T:ty) -> $R:ty { $($body:tt)* })*) => {
        $(
            mod $name {
                use super::*;
                $(#[$doc])*
                #[stencil(boundary = Nearest, halo = 1)]
                pub fn kernel($x: Window2<$T>) -> $R { $($body)* }
                pub fn plain($x: Plain<'_, $T>) -> $R { $($body)* }

                #[test]
                fn means_what_it_says() {
                    for shape in [(1, 1), (1, 5), (2, 2), (7, 9), (40, 33)] {
                        let x = Array2::from_shape_fn(shape, |(i, j)| {
                            ((i * 31 + j * 17 + i * j * j) % 23) as $T - 9 as $T
                        });
                        let expected = Array2::from_shape_fn(shape, |(i, j)| plain(Plain(&x, [i, j])));
                        assert_eq!(kernel().apply(&x).unwrap(), expected);
                        assert_eq!(kernel().reference(&x).unwrap(), expected);
                    }
                }
            }
        )*
    };
}

/// Gives a name anew.
macro_rules! give {
    ($name:ident, $value:expr) => {
        let $name = $value;
    };
}

/// Gives a constant anew: items have no hygiene.
macro_rules! constants {
    () => {
        const K: isize = -1;
    };
}

fn helper(v: i32) -> i32 {
    v + 1
}

macro_rules! helpers {
    () => {
        fn helper(v: i32) -> i32 {
            v * 1000
        }
    };
}

/// Two variables that are spelled alike.
macro_rules! mixed {
    ($i:ident) => {
        bodies! {
            fn mixed_names(x: i32) -> i32 {
                let $i = 1;
                let i = 0;
                if x[[0, 0]] > 0 { x[[$i, 0]] * 10 } else { x[[i, 0]] }
            }
        }
    };
}
mixed!(i);

macro_rules! add {
    ($sum:ident, $v:expr) => {
        $sum += $v
    };
}

mod consts {
    pub const K: isize = -1;
}

/// Something else that is indexed as a window is.
#[derive(Clone, Copy)]
struct Other;

impl Index<[isize; 2]> for Other {
    type Output = i32;
    fn index(&self, [i, j]: [isize; 2]) -> &i32 {
        if i + j > 0 { &1000 } else { &2000 }
    }
}

bodies! {
    fn offset_by_a_macro(x: i32) -> i32 {
        let i = 1;
        give!(i, i - 2);
        if x[[0, 0]] > 0 { x[[i, 0]] } else { x[[0, i]] }
    }

    fn offset_in_a_loop_by_a_macro(x: i32) -> i32 {
        let mut sum = 0;
        for i in 0..=1 {
            give!(i, i - 1);
            if x[[0, 0]] > 0 { sum += 3 * x[[i, 0]]; }
            add!(sum, x[[0, i]]);
        }
        sum
    }

    fn window_by_a_macro(x: i32) -> i32 {
        let y = x[[0, 1]];
        give!(x, Other);
        if y > 0 { x[[1, 0]] } else { x[[0, -1]] }
    }

    fn constant_by_a_macro(x: i32) -> i32 {
        const K: isize = 1;
        let y = if x[[0, 0]] > 0 { x[[K, 0]] } else { 5 };
        let z = {
            constants!();
            if y > 0 { x[[K, 0]] } else { 7 }
        };
        y + 3 * z
    }

    fn constant_by_use(x: i32) -> i32 {
        const K: isize = 1;
        let y = if x[[0, 0]] > 0 { x[[K, 0]] } else { 5 };
        let z = {
            use crate::rewrites::consts::K;
            if y > 0 { x[[K, 0]] } else { 7 }
        };
        y + 3 * z
    }

    fn constant_by_a_glob(x: i32) -> i32 {
        const K: isize = 1;
        let y = if x[[0, 0]] > 0 { x[[K, 0]] } else { 5 };
        let z = {
            use crate::rewrites::consts::*;
            if y > 0 { x[[K, 0]] } else { 7 }
        };
        y + 3 * z
    }

    fn float_by_a_macro(x: f32) -> u8 {
        let v = 2.5;
        give!(v, 300_i32 + x[[0, 0]] as i32);
        v as u8
    }

    fn float_by_use(x: f32) -> u8 {
        let v = x[[0, 1]];
        let f = { use std::f32::consts::PI as v; v };
        (f * v) as u8
    }

    fn values_that_are_changed(x: i32) -> i32 {
        if x[[0, 0]] < -5 {
            return 0;
        }
        let m = *x.values().select_nth_unstable(4).1;
        let n = { let mut v = x.values(); v.sort_unstable(); v[2] };
        x.values().iter_mut().for_each(|v| *v += 1);
        let s: i32 = (&mut x.values())[1..3].iter_mut().map(|v| { *v += 1; *v }).sum();
        m * 3 + n + s
    }

    fn cell_as_an_argument(x: i32) -> i32 {
        let mut t = (0, [1, 2]);
        if x[[0, 1]] > 0 {
            t.0 = x[[1, 0]];
            t.1[x[[0, 0]].rem_euclid(2) as usize] += x[[-1, -1]];
            std::mem::swap(&mut t.0, &mut { x[[0, -1]] });
        }
        t.0 + 3 * t.1[0] + 5 * t.1[1]
    }

    fn to_the_largest_offset(x: i32) -> i32 {
        let mut sum = 0;
        for i in 0..=isize::MAX {
            if i > 1 { break; }
            sum += x[[i, 0]];
        }
        sum
    }

    fn items_behind_a_continue(x: i32) -> i32 {
        let mut sum = 0;
        for i in -1..=1 {
            let g = helper;
            if x[[i, 0]] > 3 { continue; }
            helpers!();
            sum += g(x[[i, 1]]);
        }
        sum
    }

    fn iterators_of_one_type(x: i32) -> i32 {
        let n = x[[0, 0]];
        let all = if n > 2 { (0..=3).rev() } else { (0..=n).rev() };
        all.sum()
    }

    fn offsets_of_parts(x: i32) -> i32 {
        let (o, p) = ((1, -1), [[0, 1], [-1, 0]]);
        let mut q = (0, 1);
        let mut sum = 0;
        for (k, [i, j]) in p.into_iter().enumerate() {
            q.0 = i;
            q.1 = -j;
            if x[[i, j]] > x[[o.0, o.1]] {
                sum += x[[q.0, q.1]] * (k as i32 + 1);
            } else {
                sum -= x[[p[1][0], o.1]];
            }
        }
        sum
    }

    fn counters_that_change(x: i32) -> i32 {
        let mut i = -1;
        let mut sum = 0;
        'outer: while i <= 1 {
            for j in -1..=1 {
                if x[[i, j]] == 3 { i += 1; continue 'outer; }
                if x[[j, i]] > 8 { break 'outer; }
                let i = j.min(0);
                sum += x[[i, j]] * (i as i32 + 2);
            }
            i += 1;
        }
        sum * 3 + i as i32
    }
}
