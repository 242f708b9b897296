//! Sums, and what is made of them; extremes.

use ndarray::ArrayView1;

use super::Number;
use super::cascade::is_nan;
use super::sums::{self, Mean, Ss, Std, Sum, Var};
use crate::{Gufunc, Real, gufunc};

/// The sum; 0 of nothing.
///
/// Integers are summed in 64 bits, of which the result is, too; as all arithmetic, that panics in debug builds where it
/// overflows and wraps in release builds. Half precision is summed in `f32`. Sums of floating-point numbers are
/// [exact but for a few units in the last place](super#accuracy).
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::sum().apply(&array![[1.0, 2.0], [3.0, 5.0]])?, array![3.0, 8.0]);
/// assert_eq!(kernels::sum().apply(&array![[200u8, 100], [3, 5]])?, array![300u64, 8]);
/// assert_eq!(kernels::sum().apply(&array![true, false, true])?.into_scalar(), 2);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn sum<T: Number>() -> Gufunc<Sum<T, T::Total, T::Sum>> {
    sums::sum()
}

/// The [`sum`] in another type of floating-point number: summed in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![16_777_216.0f32, 1.0];
/// assert_eq!(kernels::sum_as::<f64, _>().apply(&x)?.into_scalar(), 16_777_217.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn sum_as<R: Real, T: Number>() -> Gufunc<Sum<T, f64, R>> {
    sums::sum()
}

/// The sum of squares; 0 of nothing. In the types of [`sum()`], and as exact.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::ss().apply(&array![[1.0, 2.0, 5.0], [2.0, 5.0, 6.0]])?, array![30.0, 65.0]);
/// assert_eq!(kernels::ss().apply(&array![200u8, 100])?.into_scalar(), 50_000);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn ss<T: Number>() -> Gufunc<Ss<T, T::Total, T::Sum>> {
    sums::ss()
}

/// The sum of squares, [`ss`], in another type of floating-point number: computed in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::ss_as::<f64, _>().apply(&array![4097.0f32])?.into_scalar(), 16_785_409.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn ss_as<R: Real, T: Number>() -> Gufunc<Ss<T, f64, R>> {
    sums::ss()
}

/// The mean; NaN of nothing. That of integers is `f64`.
///
/// The sum is as exact as [`sum`]; that of integers is made in `f64`, that of half precision in `f32`.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::mean().axis(0).apply(&array![[1.0, 2.0], [3.0, 5.0]])?, array![2.0, 3.5]);
/// assert_eq!(kernels::mean().apply(&array![[200u8, 101], [3, 5]])?, array![150.5, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn mean<T: Number>() -> Gufunc<Mean<T, T::MeanTotal, T::Mean>> {
    sums::mean()
}

/// The [`mean`] in another type of floating-point number: computed in `f64`, and rounded once.
///
/// ```
/// use ndarray::{Array1, array};
/// use ndstencil::kernels;
/// let y: Array1<f32> = kernels::mean_as().apply(&array![[200u8, 101], [3, 5]])?;
/// assert_eq!(y, array![150.5, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn mean_as<R: Real, T: Number>() -> Gufunc<Mean<T, f64, R>> {
    sums::mean()
}

/// The variance: squared distances from the mean, divided by `n - ddof`. NaN where that is not positive.
///
/// In two passes, so that no offset is lost from large values, of which the second one also corrects what rounding did to
/// the mean: the variance of a constant is 0 but for the square of that.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![1.0, 2.0, 3.0, 6.0];
/// assert_eq!(kernels::var(0).apply(&x)?.into_scalar(), 3.5);
/// assert_eq!(kernels::var(0).apply(&x.mapv(|v| v as u8))?.into_scalar(), 3.5);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn var<T: Number>(ddof: usize) -> Gufunc<Var<T, T::MeanTotal, T::Mean>> {
    sums::var(ddof)
}

/// The variance, [`var`], in another type of floating-point number: computed in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![1i16, 2, 3, 6];
/// assert_eq!(kernels::var_as::<f32, _>(0).apply(&x)?.into_scalar(), 3.5f32);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn var_as<R: Real, T: Number>(ddof: usize) -> Gufunc<Var<T, f64, R>> {
    sums::var(ddof)
}

/// The standard deviation: the root of [`var`].
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
/// assert_eq!(kernels::std(0).apply(&x)?.into_scalar(), 2.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn std<T: Number>(ddof: usize) -> Gufunc<Std<T, T::MeanTotal, T::Mean>> {
    sums::std(ddof)
}

/// The standard deviation, [`std()`], in another type of floating-point number: computed in `f64`, and rounded once.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![2u8, 4, 4, 4, 5, 5, 7, 9];
/// assert_eq!(kernels::std_as::<f32, _>(0).apply(&x)?.into_scalar(), 2.0f32);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn std_as<R: Real, T: Number>(ddof: usize) -> Gufunc<Std<T, f64, R>> {
    sums::std(ddof)
}

/// The smallest value; NaN if there is one among them.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::min().apply(&array![[3.0, 1.0], [2.0, 4.0]])?, array![1.0, 2.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn min<T: Number>(x: ArrayView1<T>) -> T {
    let mut least = x[0];
    for &v in x {
        least = if (v < least) | is_nan(v) { v } else { least };
    }
    least
}

/// The largest value; NaN if there is one among them.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::max().apply(&array![[3.0, 1.0], [2.0, 4.0]])?, array![3.0, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn max<T: Number>(x: ArrayView1<T>) -> T {
    let mut most = x[0];
    for &v in x {
        most = if (v > most) | is_nan(v) { v } else { most };
    }
    most
}

/// The index of the smallest value, the first one of equals; that of the first NaN if there is one.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::argmin().apply(&array![[3.0, 1.0, 1.0], [2.0, 4.0, 5.0]])?, array![1, 0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn argmin<T: Number>(x: ArrayView1<T>) -> usize {
    let mut least = x[0];
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        let better = (v < least) | (is_nan(v) & !is_nan(least));
        least = if better { v } else { least };
        at = if better { i } else { at };
    }
    at
}

/// The index of the largest value, the first one of equals; that of the first NaN if there is one.
///
/// # Errors
/// [`ShapeError::Requirement`](crate::ShapeError::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::argmax().apply(&array![[3.0, 1.0, 3.0], [2.0, 4.0, 5.0]])?, array![0, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn argmax<T: Number>(x: ArrayView1<T>) -> usize {
    let mut most = x[0];
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        let better = (v > most) | (is_nan(v) & !is_nan(most));
        most = if better { v } else { most };
        at = if better { i } else { at };
    }
    at
}
