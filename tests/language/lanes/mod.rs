//! Bodies that run for several loop elements side by side give what they give alone, whatever they look like; and those
//! that can run so do, at every instruction level.

#![allow(unused, clippy::all, clippy::pedantic)]

use ndarray::{
    Array, Array1, Array2, Array3, ArrayView1, ArrayView2, ArrayView3, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2,
    Axis, Dimension, Ix2,
};
use ndstencil::prelude::*;
use ndstencil::{ElementFunction, Schedule, SimdLevel, network::sort_slice};

/// The numbers of loop elements: below, between and above the numbers of lanes.
const COUNTS: [usize; 4] = [1, 7, 40, 100];

fn levels() -> impl Iterator<Item = SimdLevel> {
    SimdLevel::ALL.iter().copied().filter(|level| level.is_available())
}

fn has_lanes<K: ElementFunction>(_: Gufunc<K>) -> bool {
    K::SIDE_BY_SIDE
}

/// Outputs whose bits can be compared.
trait Bits {
    fn bits(&self) -> Vec<u64>;
}

macro_rules! bits {
    ($($T:ty: |$v:ident| $bits:expr;)*) => {
        $(impl<D: Dimension> Bits for Array<$T, D> {
            fn bits(&self) -> Vec<u64> {
                self.iter().map(|&$v| $bits).collect()
            }
        })*
    };
}
bits! {
    f32: |v| if v.is_nan() { u64::MAX } else { u64::from(v.to_bits()) };
    f64: |v| if v.is_nan() { u64::MAX } else { v.to_bits() };
    i32: |v| v as u64;
    u8: |v| u64::from(v);
    usize: |v| v as u64;
    bool: |v| u64::from(v);
    Option<usize>: |v| v.map_or(u64::MAX, |v| v as u64);
}
impl<A: Bits, B: Bits> Bits for (A, B) {
    fn bits(&self) -> Vec<u64> {
        [self.0.bits(), self.1.bits()].concat()
    }
}

fn ints(count: usize, n: usize) -> Array2<i32> {
    Array2::from_shape_fn((count, n), |(i, j)| ((i * 31 + j * 17 + i * j) % 23) as i32 - 9)
}

/// `count` cores of `n` cells, with NaN, zeros of both signs and ties.
fn rows(count: usize, n: usize) -> Array2<f32> {
    Array2::from_shape_fn((count, n), |(i, j)| match (i * 31 + j * 17 + i * j) % 23 {
        3 => f32::NAN,
        4 => -0.0,
        5 => 0.0,
        v => v as f32 / 3.0 - 4.0,
    })
}

macro_rules! case {
    ($gufunc:expr, $lanes:literal, |$count:ident| $inputs:expr) => {{
        assert_eq!(has_lanes($gufunc), $lanes, "lanes of {}", stringify!($gufunc));
        for $count in COUNTS {
            let expected = $gufunc.reference($inputs).unwrap().bits();
            for level in levels() {
                let found = $gufunc.schedule(Schedule::new().level(level)).apply($inputs).unwrap().bits();
                assert_eq!(found, expected, "{} {} {level:?}", stringify!($gufunc), $count);
            }
        }
    }};
}

/// Over cores of each of these lengths.
macro_rules! over_rows {
    ($gufunc:expr, $lanes:literal) => {
        for n in [1, 2, 3, 5, 9] {
            case!($gufunc, $lanes, |count| &rows(count, n));
            case!($gufunc.axis(0), $lanes, |count| &rows(count, n).t().to_owned());
        }
    };
}

mod changes;
mod control;
mod familiar;
mod library;
mod loops;
mod memory;
mod names;
mod parts;
mod places;
mod surroundings;
mod types;
