//! Reductions of the values that are not NaN.

use ndarray::ArrayView1;

use super::Number;
use super::cascade::is_nan;
use super::sums::{self, Nanmean, Nanstd, Nansum, Nanvar};
use crate::{Gufunc, Real, gufunc};

/// The number of values that are not NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::count().apply(&array![[1.0, f64::NAN], [2.0, 3.0]])?, array![1, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn count<T: Number>(x: ArrayView1<T>) -> usize {
    let mut count = 0;
    for &v in x {
        count += usize::from(!is_nan(v));
    }
    count
}

/// The sum of the values that are not NaN; 0 without any. As exact as [`sum`](super::sum), in the same types.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nansum().apply(&array![1.0, f64::NAN, 3.0])?.into_scalar(), 4.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nansum<T: Number>() -> Gufunc<Nansum<T, T::Total, T::Sum>> {
    sums::nansum()
}

/// The sum of the values that are not NaN, [`nansum`], in another type of floating-point number: summed in `f64`, and
/// rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![16_777_216.0, f32::NAN, 1.0];
/// assert_eq!(kernels::nansum_as::<f64, _>().apply(&x)?.into_scalar(), 16_777_217.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nansum_as<R: Real, T: Number>() -> Gufunc<Nansum<T, f64, R>> {
    sums::nansum()
}

/// The mean of the values that are not NaN; NaN without any. As exact as [`mean`](super::mean), in the same types.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmean().apply(&array![1.0, f64::NAN, 3.0])?.into_scalar(), 2.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanmean<T: Number>() -> Gufunc<Nanmean<T, T::MeanTotal, T::Mean>> {
    sums::nanmean()
}

/// The mean of the values that are not NaN, [`nanmean`], in another type of floating-point number: computed in `f64`, and
/// rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![1.0f32, f32::NAN, 3.0];
/// assert_eq!(kernels::nanmean_as::<f64, _>().apply(&x)?.into_scalar(), 2.0f64);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanmean_as<R: Real, T: Number>() -> Gufunc<Nanmean<T, f64, R>> {
    sums::nanmean()
}

/// The variance of the values that are not NaN: squared distances from their mean, divided by their number less
/// `ddof`; NaN where that is not positive. As exact as [`var`](super::var), in the same types.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![1.0, 2.0, f64::NAN, 3.0, 6.0];
/// assert_eq!(kernels::nanvar(0).apply(&x)?.into_scalar(), 3.5);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanvar<T: Number>(ddof: usize) -> Gufunc<Nanvar<T, T::MeanTotal, T::Mean>> {
    sums::nanvar(ddof)
}

/// The variance of the values that are not NaN, [`nanvar`], in another type of floating-point number: computed in `f64`,
/// and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![1.0, 2.0, f32::NAN, 3.0, 6.0];
/// assert_eq!(kernels::nanvar_as::<f64, _>(0).apply(&x)?.into_scalar(), 3.5f64);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanvar_as<R: Real, T: Number>(ddof: usize) -> Gufunc<Nanvar<T, f64, R>> {
    sums::nanvar(ddof)
}

/// The standard deviation of the values that are not NaN: the root of [`nanvar`].
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![2.0, 4.0, 4.0, f64::NAN, 4.0, 5.0, 5.0, 7.0, 9.0];
/// assert_eq!(kernels::nanstd(0).apply(&x)?.into_scalar(), 2.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanstd<T: Number>(ddof: usize) -> Gufunc<Nanstd<T, T::MeanTotal, T::Mean>> {
    sums::nanstd(ddof)
}

/// The standard deviation of the values that are not NaN, [`nanstd`], in another type of floating-point number: computed
/// in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![2.0, 4.0, 4.0, f32::NAN, 4.0, 5.0, 5.0, 7.0, 9.0];
/// assert_eq!(kernels::nanstd_as::<f64, _>(0).apply(&x)?.into_scalar(), 2.0f64);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanstd_as<R: Real, T: Number>(ddof: usize) -> Gufunc<Nanstd<T, f64, R>> {
    sums::nanstd(ddof)
}

/// The smallest of the values that are not NaN; NaN without any. That of integers is their minimum.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of no integers, when it is applied: none of them is NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmin().apply(&array![3u8, 1])?.into_scalar(), 1);
/// assert_eq!(kernels::nanmin().apply(&array![3.0, f64::NAN, 1.0])?.into_scalar(), 1.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = T::NAN.is_some() || n > 0, crate = crate)]
pub fn nanmin<T: Number>(x: ArrayView1<T>) -> T {
    let mut least: T = nothing(T::HIGHEST);
    for &v in x {
        least = if (v < least) | is_nan(least) { v } else { least };
    }
    least
}

/// The largest of the values that are not NaN; NaN without any. That of integers is their maximum.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of no integers, when it is applied: none of them is NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmax().apply(&array![3u8, 1])?.into_scalar(), 3);
/// assert_eq!(kernels::nanmax().apply(&array![3.0, f64::NAN, 1.0])?.into_scalar(), 3.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = T::NAN.is_some() || n > 0, crate = crate)]
pub fn nanmax<T: Number>(x: ArrayView1<T>) -> T {
    let mut most: T = nothing(T::LOWEST);
    for &v in x {
        most = if (v > most) | is_nan(most) { v } else { most };
    }
    most
}

/// The index of the smallest of the values that are not NaN, the first one of equals; `None` without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[f64::NAN, 3.0, 1.0], [f64::NAN, f64::NAN, f64::NAN]];
/// assert_eq!(kernels::nanargmin().apply(&array![3u8, 1, 3])?.into_scalar(), Some(1));
/// assert_eq!(kernels::nanargmin().apply(&x)?, array![Some(2), None]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanargmin<T: Number>(x: ArrayView1<T>) -> Option<usize> {
    let mut least = T::default();
    let mut at = usize::MAX;
    for (i, &v) in x.iter().enumerate() {
        let better = (v < least) | (at == usize::MAX);
        let better = better & !is_nan(v);
        least = if better { v } else { least };
        at = if better { i } else { at };
    }
    if at == usize::MAX { None } else { Some(at) }
}

/// The index of the largest of the values that are not NaN, the first one of equals; `None` without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[f64::NAN, 3.0, 1.0], [f64::NAN, f64::NAN, f64::NAN]];
/// assert_eq!(kernels::nanargmax().apply(&array![3u8, 1, 3])?.into_scalar(), Some(0));
/// assert_eq!(kernels::nanargmax().apply(&x)?, array![Some(1), None]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanargmax<T: Number>(x: ArrayView1<T>) -> Option<usize> {
    let mut most = T::default();
    let mut at = usize::MAX;
    for (i, &v) in x.iter().enumerate() {
        let better = (v > most) | (at == usize::MAX);
        let better = better & !is_nan(v);
        most = if better { v } else { most };
        at = if better { i } else { at };
    }
    if at == usize::MAX { None } else { Some(at) }
}

/// NaN, or, of integers, the value that any other one takes the place of.
#[inline(always)]
fn nothing<T: Number>(last: T) -> T {
    T::NAN.unwrap_or(last)
}
