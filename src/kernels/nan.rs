//! Reductions of the values that are not NaN.

use ndarray::ArrayView1;

use super::BLOCK;
use crate::{Real, gufunc};

/// The number of values that are not NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::count().apply(&array![[1.0, f64::NAN], [2.0, 3.0]])?, array![1, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn count<T: Real>(x: ArrayView1<T>) -> usize {
    let mut count = 0;
    for &v in x {
        count += usize::from(!v.is_nan());
    }
    count
}

/// The sum of the values that are not NaN; 0 without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nansum().apply(&array![1.0, f64::NAN, 3.0])?.into_scalar(), 4.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nansum<T: Real>(x: ArrayView1<T>) -> T {
    let n = x.len();
    let mut sum = T::zero();
    for start in (0..n).step_by(BLOCK) {
        let mut block = T::zero();
        for i in start..n.min(start + BLOCK) {
            let v = x[i];
            block += if v.is_nan() { T::zero() } else { v };
        }
        sum += block;
    }
    sum
}

/// The mean of the values that are not NaN; NaN without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmean().apply(&array![1.0, f64::NAN, 3.0])?.into_scalar(), 2.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanmean<T: Real>(x: ArrayView1<T>) -> T {
    let n = x.len();
    let mut sum = T::zero();
    let mut count = 0usize;
    for start in (0..n).step_by(BLOCK) {
        let mut block = T::zero();
        // As exact as any integer, in as many lanes as the values.
        let mut valid = T::zero();
        for i in start..n.min(start + BLOCK) {
            let v = x[i];
            block += if v.is_nan() { T::zero() } else { v };
            valid += if v.is_nan() { T::zero() } else { T::one() };
        }
        sum += block;
        count += valid.to_usize().unwrap_or(0);
    }
    sum / T::real(count as f64)
}

/// A kernel of the variance of the values that are not NaN, and of what is made of it.
macro_rules! deviations {
    ($(#[$attribute:meta])* $name:ident: |$variance:ident| $finish:expr) => {
        $(#[$attribute])*
        #[gufunc("(n)->()", crate = crate)]
        pub fn $name<T: Real>(x: ArrayView1<T>, ddof: usize) -> T {
            let n = x.len();
            let mut sum = T::zero();
            let mut count = 0usize;
            for start in (0..n).step_by(BLOCK) {
                let mut block = T::zero();
                let mut valid = T::zero();
                for i in start..n.min(start + BLOCK) {
                    let v = x[i];
                    block += if v.is_nan() { T::zero() } else { v };
                    valid += if v.is_nan() { T::zero() } else { T::one() };
                }
                sum += block;
                count += valid.to_usize().unwrap_or(0);
            }
            let mean = sum / T::real(count as f64);
            let mut squares = T::zero();
            for start in (0..n).step_by(BLOCK) {
                let mut block = T::zero();
                for i in start..n.min(start + BLOCK) {
                    let apart = x[i] - mean;
                    // Of an infinity, NaN is the answer.
                    block += if x[i].is_nan() { T::zero() } else { apart * apart };
                }
                squares += block;
            }
            if count <= ddof {
                return T::nan();
            }
            let $variance = squares / T::real((count - ddof) as f64);
            $finish
        }
    };
}

deviations! {
    /// The variance of the values that are not NaN: squared distances from their mean, divided by their number less
    /// `ddof`; NaN where that is not positive.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::kernels;
    /// let x = array![1.0, 2.0, f64::NAN, 3.0, 6.0];
    /// assert_eq!(kernels::nanvar(0).apply(&x)?.into_scalar(), 3.5);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    nanvar: |variance| variance
}

deviations! {
    /// The standard deviation of the values that are not NaN: the root of [`nanvar`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::kernels;
    /// let x = array![2.0, 4.0, 4.0, f64::NAN, 4.0, 5.0, 5.0, 7.0, 9.0];
    /// assert_eq!(kernels::nanstd(0).apply(&x)?.into_scalar(), 2.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    nanstd: |variance| variance.sqrt()
}

/// The smallest of the values that are not NaN; NaN without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmin().apply(&array![3.0, f64::NAN, 1.0])?.into_scalar(), 1.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanmin<T: Real>(x: ArrayView1<T>) -> T {
    let mut least = T::nan();
    for &v in x {
        least = if (v < least) | least.is_nan() { v } else { least };
    }
    least
}

/// The largest of the values that are not NaN; NaN without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::nanmax().apply(&array![3.0, f64::NAN, 1.0])?.into_scalar(), 3.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanmax<T: Real>(x: ArrayView1<T>) -> T {
    let mut most = T::nan();
    for &v in x {
        most = if (v > most) | most.is_nan() { v } else { most };
    }
    most
}

/// The index of the smallest of the values that are not NaN, the first one of equals; `None` without any.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![[f64::NAN, 3.0, 1.0], [f64::NAN, f64::NAN, f64::NAN]];
/// assert_eq!(kernels::nanargmin().apply(&x)?, array![Some(2), None]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanargmin<T: Real>(x: ArrayView1<T>) -> Option<usize> {
    let mut least = T::nan();
    let mut at = usize::MAX;
    for (i, &v) in x.iter().enumerate() {
        let better = (v < least) | (least.is_nan() & !v.is_nan());
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
/// assert_eq!(kernels::nanargmax().apply(&x)?, array![Some(1), None]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn nanargmax<T: Real>(x: ArrayView1<T>) -> Option<usize> {
    let mut most = T::nan();
    let mut at = usize::MAX;
    for (i, &v) in x.iter().enumerate() {
        let better = (v > most) | (most.is_nan() & !v.is_nan());
        most = if better { v } else { most };
        at = if better { i } else { at };
    }
    if at == usize::MAX { None } else { Some(at) }
}
