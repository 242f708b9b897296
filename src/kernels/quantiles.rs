//! Order statistics of all values.

use ndarray::ArrayView1;

use crate::network::sort_slice;
use crate::{Real, gufunc};

/// The median, the mean of the two middle values for an even number; NaN if there is one among them, and of
/// nothing.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::median().apply(&array![[9.0, 1.0, 2.0], [4.0, 4.0, 0.0]])?, array![2.0, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn median<T: Real>(x: ArrayView1<T>, sorted: &mut Vec<T>) -> T {
    let n = x.len();
    if n == 0 {
        return T::nan();
    }
    sorted.clear();
    for &v in x {
        // Zeros of either sign are one value: which of them comes first is not said.
        sorted.push(v + T::zero());
    }
    sort_slice(sorted);
    // NaN is last.
    if sorted[n - 1].is_nan() {
        return T::nan();
    }
    let (low, high) = (sorted[(n - 1) / 2], sorted[n / 2]);
    if n % 2 == 1 { low } else { (low + high) / T::real(2.0) }
}

/// The quantile `q`, from 0 to 1: between the two values around position `q (n - 1)` in ascending order, in proportion
/// (NumPy's method "linear"; R. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, type 7). NaN if there
/// is one among the values, and of nothing.
///
/// # Errors
/// [`Error::Requirement`](crate::Error::Requirement) for another `q`, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::quantile(0.25).apply(&array![[9.0, 1.0, 2.0], [4.0, 4.0, 0.0]])?, array![1.5, 2.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = (0.0..=1.0).contains(&q), crate = crate)]
pub fn quantile<T: Real>(x: ArrayView1<T>, q: f64, sorted: &mut Vec<T>) -> T {
    let n = x.len();
    if n == 0 {
        return T::nan();
    }
    sorted.clear();
    for &v in x {
        sorted.push(v + T::zero());
    }
    sort_slice(sorted);
    if sorted[n - 1].is_nan() {
        return T::nan();
    }
    let (below, above, part) = position(q, n);
    blend(sorted[below], sorted[above], part)
}

/// The ranks around the quantile `q` of `n` values, and how far it is from the lower one.
#[inline(always)]
pub(super) fn position(q: f64, n: usize) -> (usize, usize, f64) {
    let at = q * (n - 1) as f64;
    let below = at as usize;
    (below, (below + 1).min(n - 1), at - below as f64)
}

/// Between two values: from the nearer one, so that equal values give that value.
#[inline(always)]
pub(super) fn blend<T: Real>(low: T, high: T, part: f64) -> T {
    let step = high - low;
    if part == 0.0 {
        low
    } else if part < 0.5 {
        low + step * T::real(part)
    } else {
        high - step * T::real(1.0 - part)
    }
}
