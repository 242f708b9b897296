//! Sums, and what is made of them; extremes.

use ndarray::ArrayView1;

use super::BLOCK;
use crate::{Real, gufunc};

/// The sum; 0 of nothing.
///
/// Summed in blocks of 128, so that the rounding error of `n` values grows with `n / 128` (pairwise summation with one
/// level; N. Higham, The accuracy of floating point summation, SIAM J. Sci. Comput. 14, 1993).
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::sum().apply(&array![[1.0, 2.0], [3.0, 5.0]])?, array![3.0, 8.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn sum<T: Real>(x: ArrayView1<T>) -> T {
    let n = x.len();
    let mut sum = T::zero();
    for start in (0..n).step_by(BLOCK) {
        let mut block = T::zero();
        for i in start..n.min(start + BLOCK) {
            block += x[i];
        }
        sum += block;
    }
    sum
}

/// The mean; NaN of nothing.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::mean().axis(0).apply(&array![[1.0, 2.0], [3.0, 5.0]])?, array![2.0, 3.5]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", crate = crate)]
pub fn mean<T: Real>(x: ArrayView1<T>) -> T {
    let n = x.len();
    let mut sum = T::zero();
    for start in (0..n).step_by(BLOCK) {
        let mut block = T::zero();
        for i in start..n.min(start + BLOCK) {
            block += x[i];
        }
        sum += block;
    }
    sum / T::real(n as f64)
}

/// A kernel of the variance, and of what is made of it.
macro_rules! deviations {
    ($(#[$attribute:meta])* $name:ident: |$variance:ident| $finish:expr) => {
        $(#[$attribute])*
        #[gufunc("(n)->()", crate = crate)]
        pub fn $name<T: Real>(x: ArrayView1<T>, ddof: usize) -> T {
            let n = x.len();
            let mut sum = T::zero();
            for start in (0..n).step_by(BLOCK) {
                let mut block = T::zero();
                for i in start..n.min(start + BLOCK) {
                    block += x[i];
                }
                sum += block;
            }
            let mean = sum / T::real(n as f64);
            let mut squares = T::zero();
            for start in (0..n).step_by(BLOCK) {
                let mut block = T::zero();
                for i in start..n.min(start + BLOCK) {
                    let apart = x[i] - mean;
                    block += apart * apart;
                }
                squares += block;
            }
            if n <= ddof {
                return T::nan();
            }
            let $variance = squares / T::real((n - ddof) as f64);
            $finish
        }
    };
}

deviations! {
    /// The variance: squared distances from the mean, divided by `n - ddof`. NaN where that is not positive.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::kernels;
    /// let x = array![1.0, 2.0, 3.0, 6.0];
    /// assert_eq!(kernels::var(0).apply(&x)?.into_scalar(), 3.5);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    var: |variance| variance
}

deviations! {
    /// The standard deviation: the root of [`var`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::kernels;
    /// let x = array![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
    /// assert_eq!(kernels::std(0).apply(&x)?.into_scalar(), 2.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    std: |variance| variance.sqrt()
}

/// The smallest value; NaN if there is one among them.
///
/// # Errors
/// [`Error::Requirement`](crate::Error::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::min().apply(&array![[3.0, 1.0], [2.0, 4.0]])?, array![1.0, 2.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn min<T: Real>(x: ArrayView1<T>) -> T {
    let mut least = T::infinity();
    for &v in x {
        least = if (v < least) | v.is_nan() { v } else { least };
    }
    least
}

/// The largest value; NaN if there is one among them.
///
/// # Errors
/// [`Error::Requirement`](crate::Error::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::max().apply(&array![[3.0, 1.0], [2.0, 4.0]])?, array![3.0, 4.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn max<T: Real>(x: ArrayView1<T>) -> T {
    let mut most = T::neg_infinity();
    for &v in x {
        most = if (v > most) | v.is_nan() { v } else { most };
    }
    most
}

/// The index of the smallest value, the first one of equals; that of the first NaN if there is one.
///
/// # Errors
/// [`Error::Requirement`](crate::Error::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::argmin().apply(&array![[3.0, 1.0, 1.0], [2.0, 4.0, 5.0]])?, array![1, 0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn argmin<T: Real>(x: ArrayView1<T>) -> usize {
    let mut least = T::infinity();
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        let better = (v < least) | (v.is_nan() & !least.is_nan());
        least = if better { v } else { least };
        at = if better { i } else { at };
    }
    at
}

/// The index of the largest value, the first one of equals; that of the first NaN if there is one.
///
/// # Errors
/// [`Error::Requirement`](crate::Error::Requirement) of nothing, when it is applied.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::argmax().apply(&array![[3.0, 1.0, 3.0], [2.0, 4.0, 5.0]])?, array![0, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->()", require = n > 0, crate = crate)]
pub fn argmax<T: Real>(x: ArrayView1<T>) -> usize {
    let mut most = T::neg_infinity();
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        let better = (v > most) | (v.is_nan() & !most.is_nan());
        most = if better { v } else { most };
        at = if better { i } else { at };
    }
    at
}
