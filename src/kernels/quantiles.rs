//! Order statistics of all values.

use super::Number;
use super::ordered::{self, Median, Nanmedian, Nanquantile, Quantile};
use crate::{Gufunc, Real};

/// The median, the mean of the two middle values for an even number; NaN if there is one among them, and of
/// nothing. That of integers and of `bool` is `f64`.
///
/// Sums beyond the largest number do not disturb the mean, nor do infinities: the median of `[1, 2, inf, inf]` is infinite,
/// and NaN only where the two middle values are the two infinities.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::median().apply(&array![[9.0, 1.0, 2.0], [4.0, 4.0, 0.0]])?, array![2.0, 4.0]);
/// assert_eq!(kernels::median().apply(&array![[255u8, 1, 2, 254], [4, 4, 0, 9]])?, array![128.0, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn median<T: Number>() -> Gufunc<Median<T, T::MeanTotal, T::Mean>> {
    ordered::median()
}

/// The [`median`] in another type of floating-point number: computed in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[255u8, 1, 2, 254], [4, 4, 0, 9]];
/// assert_eq!(kernels::median_as::<f32, _>().apply(&x)?, array![128.0f32, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn median_as<R: Real, T: Number>() -> Gufunc<Median<T, f64, R>> {
    ordered::median()
}

/// The quantile `q`, from 0 to 1: between the two values around position `q (n - 1)` in ascending order, in proportion
/// (NumPy's method "linear"; R. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, type 7). NaN if there
/// is one among the values, and of nothing. That of integers and of `bool` is `f64`.
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
/// assert_eq!(kernels::quantile(0.25).apply(&array![[9, 1, 2], [4, 4, 0]])?, array![1.5, 2.0]);
/// let x = array![1.0, 2.0, f64::INFINITY, f64::INFINITY];
/// assert_eq!(kernels::quantile(0.9).apply(&x)?.into_scalar(), f64::INFINITY);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn quantile<T: Number>(q: f64) -> Gufunc<Quantile<T, T::MeanTotal, T::Mean>> {
    ordered::quantile(q)
}

/// The [`quantile`] in another type of floating-point number: computed in `f64`, and rounded once.
///
/// # Errors
/// As of [`quantile`].
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::quantile_as::<f32, _>(0.25).apply(&array![[9u16, 1, 2], [4, 4, 0]])?, array![1.5f32, 2.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn quantile_as<R: Real, T: Number>(q: f64) -> Gufunc<Quantile<T, f64, R>> {
    ordered::quantile(q)
}

/// The median of the values that are not NaN, the mean of the two middle ones for an even number; NaN without any.
/// That of integers, of which none is NaN, is their [`median`].
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[9.0, f64::NAN, 1.0], [2.0, 4.0, 3.0]];
/// assert_eq!(kernels::nanmedian().apply(&x)?, array![5.0, 3.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanmedian<T: Number>() -> Gufunc<Nanmedian<T, T::MeanTotal, T::Mean>> {
    ordered::nanmedian()
}

/// The median of the values that are not NaN, [`nanmedian`], in another type of floating-point number: computed in
/// `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[9.0f32, f32::NAN, 1.0], [2.0, 4.0, 3.0]];
/// assert_eq!(kernels::nanmedian_as::<f64, _>().apply(&x)?, array![5.0f64, 3.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanmedian_as<R: Real, T: Number>() -> Gufunc<Nanmedian<T, f64, R>> {
    ordered::nanmedian()
}

/// The quantile `q`, from 0 to 1, of the values that are not NaN, as [`quantile`]; NaN without any. That of integers,
/// of which none is NaN, is their [`quantile`].
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
pub const fn nanquantile<T: Number>(q: f64) -> Gufunc<Nanquantile<T, T::MeanTotal, T::Mean>> {
    ordered::nanquantile(q)
}

/// The quantile of the values that are not NaN, [`nanquantile`], in another type of floating-point number: computed in
/// `f64`, and rounded once.
///
/// # Errors
/// As of [`nanquantile`].
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![9.0f32, f32::NAN, 1.0, 2.0];
/// assert_eq!(kernels::nanquantile_as::<f64, _>(0.25).apply(&x)?.into_scalar(), 1.5f64);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn nanquantile_as<R: Real, T: Number>(q: f64) -> Gufunc<Nanquantile<T, f64, R>> {
    ordered::nanquantile(q)
}
