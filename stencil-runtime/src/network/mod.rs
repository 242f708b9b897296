//! Order statistics of a few values by exchange networks: no branches, so that they vectorise.
//!
//! For floating-point values, NaN compares with nothing: with one among the values the result is one of
//! them, the same on every executor, but not said which.

mod slice;
mod straight;

pub use slice::{SortSlice, sort_slice};

/// Puts the smaller of two values first.
#[inline(always)]
fn exchange<T: PartialOrd + Copy>(values: &mut [T], i: usize, j: usize) {
    let (a, b) = (values[i], values[j]);
    let swap = b < a;
    values[i] = if swap { b } else { a };
    values[j] = if swap { a } else { b };
}

/// Sorts whatever there is no network for: Batcher's merge exchange (Knuth, TAOCP 3, algorithm 5.2.2M).
#[inline(always)]
fn merge_exchange<T: PartialOrd + Copy>(values: &mut [T]) {
    let n = values.len();
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            for i in 0..n - d {
                if i & p == r {
                    exchange(values, i, i + d);
                }
            }
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
}

/// The values in ascending order.
///
/// ```
/// assert_eq!(ndstencil::network::sort([3, 1, 2]), [1, 2, 3]);
/// ```
#[inline(always)]
#[must_use]
pub fn sort<T: PartialOrd + Copy, const P: usize>(mut values: [T; P]) -> [T; P] {
    if !straight::sort(&mut values) {
        merge_exchange(&mut values);
    }
    values
}

/// The median: the middle value in ascending order, for an even number of values the upper of the two.
///
/// ```
/// use ndstencil::prelude::*;
/// use ndarray::array;
/// #[stencil(boundary = Nearest, halo = 1)]
/// fn despike(x: Window1<u8>) -> u8 { ndstencil::network::median(x.values()) }
/// assert_eq!(despike().apply(&array![1, 2, 99, 3, 4])?, array![1, 2, 3, 4, 4]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
///
/// # Panics
/// Without values.
#[inline(always)]
#[must_use]
pub fn median<T: PartialOrd + Copy, const P: usize>(mut values: [T; P]) -> T {
    if !straight::median(&mut values) {
        merge_exchange(&mut values);
    }
    values[P / 2]
}

/// The smallest value.
///
/// ```
/// assert_eq!(ndstencil::network::min([3, 1, 2]), 1);
/// ```
///
/// # Panics
/// Without values.
#[inline(always)]
#[must_use]
pub fn min<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> T {
    let mut least = values[0];
    let mut i = 1;
    while i < P {
        least = if values[i] < least { values[i] } else { least };
        i += 1;
    }
    least
}

/// The largest value.
///
/// ```
/// assert_eq!(ndstencil::network::max([3, 1, 2]), 3);
/// ```
///
/// # Panics
/// Without values.
#[inline(always)]
#[must_use]
pub fn max<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> T {
    let mut most = values[0];
    let mut i = 1;
    while i < P {
        most = if values[i] > most { values[i] } else { most };
        i += 1;
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random<const P: usize>(state: &mut u64) -> [u16; P] {
        std::array::from_fn(|_| {
            *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (*state >> 56) as u16
        })
    }

    fn agrees<const P: usize>() {
        let mut state = P as u64;
        for _ in 0..300 {
            let values: [u16; P] = random(&mut state);
            let mut expected = values;
            expected.sort_unstable();
            assert_eq!(sort(values), expected);
            assert_eq!(median(values), expected[P / 2]);
            assert_eq!(min(values), expected[0]);
            assert_eq!(max(values), expected[P - 1]);
        }
    }

    #[test]
    fn networks_sort() {
        macro_rules! all {
            ($($n:literal)+) => { $(agrees::<$n>();)+ };
        }
        all!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 33 49 64 81 125);
    }
}
