//! Order statistics of all values.

use ndarray::ArrayView1;

use crate::network::sort_slice;
use crate::{Real, gufunc};

/// The median, the mean of the two middle values for an even number; NaN if there is one among them, and of
/// nothing.
///
/// Sums beyond the largest number do not disturb the mean, nor do infinities: the median of `[1, 2, inf, inf]` is infinite,
/// and NaN only where the two middle values are the two infinities.
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
    if n % 2 == 1 { low } else { middle(low, high) }
}

/// The quantile `q`, from 0 to 1: between the two values around position `q (n - 1)` in ascending order, in proportion
/// (NumPy's method "linear"; R. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, type 7). NaN if there
/// is one among the values, and of nothing.
///
/// Between two equal values lies that value, also an infinity; between a finite and an infinite one the infinity;
/// between the two infinities NaN. NumPy gives NaN wherever an infinity takes part.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) for another `q`, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::quantile(0.25).apply(&array![[9.0, 1.0, 2.0], [4.0, 4.0, 0.0]])?, array![1.5, 2.0]);
/// let x = array![1.0, 2.0, f64::INFINITY, f64::INFINITY];
/// assert_eq!(kernels::quantile(0.9).apply(&x)?.into_scalar(), f64::INFINITY);
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

/// The median of the values that are not NaN, the mean of the two middle ones for an even number; NaN without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[9.0, f64::NAN, 1.0], [2.0, 4.0, 3.0]];
/// assert_eq!(kernels::nanmedian().apply(&x)?, array![5.0, 3.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanmedian<T: Real>(x: ArrayView1<T>, sorted: &mut Vec<T>) -> T {
    sorted.clear();
    let mut count = 0usize;
    for &v in x {
        // Zeros of either sign are one value: which of them comes first is not said.
        sorted.push(v + T::zero());
        count += usize::from(!v.is_nan());
    }
    sort_slice(sorted);
    if count == 0 {
        return T::nan();
    }
    let (low, high) = (sorted[(count - 1) / 2], sorted[count / 2]);
    if count % 2 == 1 { low } else { middle(low, high) }
}

/// The quantile `q`, from 0 to 1, of the values that are not NaN, as [`quantile`]; NaN without any.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) for another `q`, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![9.0, f64::NAN, 1.0, 2.0];
/// assert_eq!(kernels::nanquantile(0.25).apply(&x)?.into_scalar(), 1.5);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = (0.0..=1.0).contains(&q), crate = crate)]
pub fn nanquantile<T: Real>(x: ArrayView1<T>, q: f64, sorted: &mut Vec<T>) -> T {
    sorted.clear();
    let mut count = 0usize;
    for &v in x {
        sorted.push(v + T::zero());
        count += usize::from(!v.is_nan());
    }
    sort_slice(sorted);
    if count == 0 {
        return T::nan();
    }
    let (below, above, part) = position(q, count);
    blend(sorted[below], sorted[above], part)
}

/// The ranks around the quantile `q` of `n` values, and how far it is from the lower one.
#[inline(always)]
fn position(q: f64, n: usize) -> (usize, usize, f64) {
    let at = q * (n - 1) as f64;
    let below = at as usize;
    (below, (below + 1).min(n - 1), at - below as f64)
}

/// The mean of two values, also where their sum is beyond the largest number of the type.
#[inline(always)]
pub(super) fn middle<T: Real>(low: T, high: T) -> T {
    T::narrow(middle_of(low.wide(), high.wide()))
}

#[inline(always)]
fn middle_of<W: Real>(low: W, high: W) -> W {
    let (sum, two) = (low + high, W::real(2.0));
    if sum.is_finite() { sum / two } else { low / two + high / two }
}

/// Between two values, as far from the lower one as `part` of their distance says, from 0 to 1.
#[inline(always)]
fn blend<T: Real>(low: T, high: T, part: f64) -> T {
    if part == 0.0 || low == high { low } else { T::narrow(blend_of(low.wide(), high.wide(), part)) }
}

#[inline(always)]
fn blend_of<W: Real>(low: W, high: W, part: f64) -> W {
    let (distance, sum) = (high - low, low + high);
    let (to_high, to_low) = (W::real(part), W::real(1.0 - part));
    if distance.is_finite() {
        // From the nearer one.
        if part < 0.5 { low + distance * to_high } else { high - distance * to_low }
    } else if sum.is_finite() {
        // The distance is beyond the largest number.
        low * to_low + high * to_high
    } else {
        // The infinity, or NaN between both.
        sum
    }
}
