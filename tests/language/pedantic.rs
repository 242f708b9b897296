//! A crate that denies all it can: kernels add nothing to what its author hears.

#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, dead_code)]
#![deny(rust_2018_idioms, unsafe_code, elided_lifetimes_in_paths, single_use_lifetimes, unused_qualifications)]
#![deny(clippy::all, clippy::pedantic)]

use ndarray::{Array2, ArrayView2};
use ndstencil::prelude::*;

/// One input, a parameter, a public name.
#[stencil(boundary = Nearest)]
pub fn heat(u: Window2<f64>, alpha: f64) -> f64 {
    u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

/// Generics, borrowed parameters, a boundary from a parameter that the body does not use.
#[stencil(boundary = (Constant(edge), Wrap))]
pub fn weighted<T: Real>(x: Window2<T>, edge: T, weights: ArrayView2<'_, T>, table: &[T]) -> T {
    let mut sum = table[0];
    for i in -1..=1 {
        for j in -1..=1 {
            let value = x[[i, j]];
            if value > edge {
                continue;
            }
            sum += weights[[0, 0]] * value;
        }
    }
    sum
}

/// Rewritten bodies: an early return, branches, a loop that may end early.
#[stencil(boundary = Shrink, type = FirstAbove)]
pub fn first(x: Window2<f32>, mask: Window2<bool>, limit: f32) -> (f32, bool) {
    let k = 1;
    if mask[[0, 0]] {
        return (x[[-k, 0]], false);
    }
    for i in -1..=1 {
        for j in -1..=1 {
            if x[[i, j]] > limit && mask[[0, 1]] {
                return (x[[i, j]], true);
            }
        }
    }
    (x[[0, 0]], false)
}

/// Reads that are moved in front of branches: what clippy says of them it says of the user's code, once.
#[stencil(boundary = Nearest)]
pub fn moved(x: Window1<f32>, mask: Window1<bool>) -> f64 {
    let k = 1;
    #[expect(clippy::cast_lossless)]
    let wide = if mask[0] { x[1] as f64 } else { f64::from(x[-k]) };
    #[expect(clippy::clone_on_copy)]
    let copy = if mask[1] { x[1].clone() } else { 0.5 };
    let mut sum = wide + f64::from(copy);
    for i in -2..=2 {
        if mask[i] && x[i] > 0.0 {
            sum += f64::from(x[i]) * 0.5;
        }
    }
    sum
}

/// All values of the box, with constants for a halo.
#[stencil(boundary = Nearest, halo = (0, WIDTH))]
pub fn widest(x: Window2<u8>) -> u8 {
    ndstencil::network::max(x.values())
}

/// The halo of [`widest()`].
pub const WIDTH: usize = 2;

mod private {
    use ndstencil::prelude::*;

    /// Casts that clippy warns of, and is expected to.
    #[stencil]
    pub(super) fn rounded(x: Window1<f32>, gain: f64) -> (u8, i16) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let byte = (x[0].round() * 2.0) as u8;
        #[expect(clippy::cast_possible_truncation)]
        let short = (f64::from(x[0]) * gain) as i16;
        (byte, short)
    }

    #[stencil]
    pub(super) fn double(x: Window1<i32>) -> i32 {
        2 * x[0]
    }
}

#[test]
fn kernels_run() {
    let x = Array2::from_elem((4, 5), 1.0);
    assert_eq!(heat(0.1).apply(&x), Ok(x.clone()));
    let weights = ndarray::array![[1.0]];
    assert!(weighted(2.0, weights.view(), &[0.5]).apply(&x).is_ok());
    assert!(first(0.5).apply((&x.mapv(|_| 1.0), &x.mapv(|_| true))).is_ok());
    assert_eq!(moved().apply((&ndarray::array![2.0], &ndarray::array![true])), Ok(ndarray::array![9.0]));
    assert_eq!(widest().apply(&x.mapv(|_| 3)), Ok(Array2::from_elem((4, 5), 3)));
    let (bytes, shorts) = private::rounded(2.5).apply(&ndarray::array![1.4, -1.0, f32::NAN, 1e9]).unwrap();
    assert_eq!((bytes, shorts), (ndarray::array![2, 0, 0, 255], ndarray::array![3, -2, 0, i16::MAX]));
    assert_eq!(private::double().apply(&ndarray::array![1, 2]), Ok(ndarray::array![2, 4]));
}
