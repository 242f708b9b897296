//! Ranks of values among those of their axis.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::Number;
use super::cascade::is_nan;
use crate::gufunc;

/// The rank of each value, from 1 for the least one; equal values share the mean of their ranks (`bottleneck.rankdata`,
/// method "average" of SciPy). NaN come last, in the order in which they stand.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::rankdata().apply(&array![0, 2, 3, 2])?, array![1.0, 2.5, 4.0, 2.5]);
/// assert_eq!(kernels::rankdata().apply(&array![f64::NAN, 7.0, f64::NAN, 5.0])?, array![3.0, 2.0, 4.0, 1.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->(n)", lanes = false, crate = crate)]
pub fn rankdata<T: Number>(x: ArrayView1<T>, sorted: &mut Vec<(T, usize)>, mut ranks: ArrayViewMut1<f64>) {
    rank(x, sorted, &mut ranks);
    let mut last = sorted.len();
    for (&value, rank) in x.iter().zip(&mut ranks) {
        if is_nan(value) {
            last += 1;
            *rank = last as f64;
        }
    }
}

/// The rank of each value among those that are not NaN, as [`rankdata`]; that of NaN is NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let ranks = kernels::nanrankdata().apply(&array![f64::NAN, 7.0, 7.0, 5.0])?;
/// assert!(ranks[0].is_nan());
/// assert_eq!(ranks.slice(ndarray::s![1..]), array![2.5, 2.5, 1.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->(n)", lanes = false, crate = crate)]
pub fn nanrankdata<T: Number>(x: ArrayView1<T>, sorted: &mut Vec<(T, usize)>, mut ranks: ArrayViewMut1<f64>) {
    rank(x, sorted, &mut ranks);
    for (&value, rank) in x.iter().zip(&mut ranks) {
        if is_nan(value) {
            *rank = f64::NAN;
        }
    }
}

/// Sorts what is not NaN, with its places, and writes the ranks of it.
fn rank<T: Number>(x: ArrayView1<'_, T>, sorted: &mut Vec<(T, usize)>, ranks: &mut ArrayViewMut1<'_, f64>) {
    sorted.clear();
    sorted.extend(x.iter().copied().zip(0..).filter(|&(value, _)| !is_nan(value)));
    sorted.sort_unstable_by(|a, b| a.0.partial_cmp(&b.0).expect("no NaN"));
    let mut before = 0;
    for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
        // The mean of before + 1 ..= before + equal.len().
        let shared = before as f64 + (equal.len() + 1) as f64 / 2.0;
        before += equal.len();
        for &(_, place) in equal {
            ranks[place] = shared;
        }
    }
}
