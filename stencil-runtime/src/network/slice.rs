//! Sorting scratch memory, whose length is known at run time only: of one loop element, or of several side by side.

use std::cmp::Ordering;

use crate::kernel::Element;
use crate::kernel::LaneVec;

/// Values that [`sort_slice`] sorts: a slice or vector. Where loop elements run side by side, each has its own values, and
/// a network sorts them together.
pub trait SortSlice: crate::Sealed {
    #[doc(hidden)]
    fn sort_slice(&mut self);
}

/// Sorts in ascending order, NaN last; which of two equal values comes first, such as -0.0 and 0.0, is not said.
///
/// Made for the scratch memory of a gufunc: unlike the methods of slices, it leaves the element function able to run for
/// several loop elements at once in SIMD lanes. There it is Batcher's merge exchange (Knuth, TAOCP 3, algorithm 5.2.2M).
///
/// ```
/// use ndarray::{ArrayView1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::network::sort_slice;
/// /// The mean without the smallest and the largest value.
/// #[gufunc("(n)->()", require = n > 2)]
/// fn trimmed(x: ArrayView1<f32>, sorted: &mut Vec<f32>) -> f32 {
///     sorted.clear();
///     for &v in x {
///         sorted.push(v);
///     }
///     sort_slice(sorted);
///     let mut sum = 0.0;
///     for i in 1..x.len() - 1 {
///         sum += sorted[i];
///     }
///     sum / (x.len() - 2) as f32
/// }
/// assert_eq!(trimmed().apply(&array![[9.0, 1.0, 2.0, 3.0], [5.0, 5.0, 0.0, 7.0]])?, array![2.5, 5.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[inline(always)]
pub fn sort_slice<S: SortSlice + ?Sized>(values: &mut S) {
    values.sort_slice();
}

impl<T> crate::Sealed for [T] {}
impl<T> crate::Sealed for Vec<T> {}
impl<T, const L: usize> crate::Sealed for LaneVec<T, L> {}

impl<T: PartialOrd + Copy> SortSlice for [T] {
    fn sort_slice(&mut self) {
        self.sort_unstable_by(nan_last);
    }
}

impl<T: PartialOrd + Copy> SortSlice for Vec<T> {
    fn sort_slice(&mut self) {
        self.as_mut_slice().sort_slice();
    }
}

impl<T: PartialOrd + Element, const L: usize> SortSlice for LaneVec<T, L> {
    #[inline(always)]
    fn sort_slice(&mut self) {
        sort_rows(self.rows_mut());
    }
}

fn nan_last<T: PartialOrd>(a: &T, b: &T) -> Ordering {
    let is_nan = |value: &T| value.partial_cmp(value).is_none();
    a.partial_cmp(b).unwrap_or_else(|| is_nan(a).cmp(&is_nan(b)))
}

/// Sorts each lane by merge exchange: the same exchanges for all of them.
#[inline(always)]
fn sort_rows<T: PartialOrd + Copy, const L: usize>(rows: &mut [[T; L]]) {
    let n = rows.len();
    if n < 2 {
        return;
    }
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            // All i below n - d of which bit p is that of r.
            let mut start = r;
            while start < n - d {
                for i in start..(start + p).min(n - d) {
                    exchange_rows(rows, i, i + d);
                }
                start += 2 * p;
            }
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
}

/// Puts the smaller value first in each lane; NaN is larger than all others.
#[inline(always)]
fn exchange_rows<T: PartialOrd + Copy, const L: usize>(rows: &mut [[T; L]], i: usize, j: usize) {
    let (a, b) = (rows[i], rows[j]);
    let (mut low, mut high) = (a, b);
    let mut lane = 0;
    while lane < L {
        let (a, b) = (a[lane], b[lane]);
        // Without `||`, which is a branch.
        #[expect(clippy::eq_op, reason = "NaN is what differs from itself")]
        let swap = (b < a) | (a != a);
        low[lane] = if swap { b } else { a };
        high[lane] = if swap { a } else { b };
        lane += 1;
    }
    rows[i] = low;
    rows[j] = high;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_sort_as_slices_do() {
        for n in 0..70 {
            let value = |i: usize, lane: usize| match (i * 7919 + lane * 104_729) % 13 {
                0 => f32::NAN,
                r => ((i * 31 + lane * 17) % 29) as f32 - r as f32,
            };
            let mut rows: Vec<[f32; 16]> = (0..n).map(|i| std::array::from_fn(|lane| value(i, lane))).collect();
            sort_rows(&mut rows);
            for lane in 0..16 {
                let mut expected: Vec<f32> = (0..n).map(|i| value(i, lane)).collect();
                sort_slice(&mut expected);
                let bits = |v: f32| if v.is_nan() { None } else { Some(v.to_bits()) };
                assert!(rows.iter().zip(&expected).all(|(row, v)| bits(row[lane]) == bits(*v)), "{n} {lane}");
            }
        }
    }
}
