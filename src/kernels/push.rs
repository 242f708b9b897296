//! Gaps filled with what stands before them.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::Number;
use super::cascade::is_nan;
use crate::gufunc;

/// Each NaN replaced by the last value before it that is none, which lies at most `limit` cells away: `bottleneck.push`,
/// `ffill` of pandas. `usize::MAX` is no limit. What has no such value stays NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let x = array![5.0, f64::NAN, f64::NAN, 6.0, f64::NAN];
/// assert_eq!(kernels::push(usize::MAX).apply(&x)?, array![5.0, 5.0, 5.0, 6.0, 6.0]);
/// assert!(kernels::push(1).apply(&x)?[2].is_nan());
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n)->(n)", crate = crate)]
pub fn push<T: Number>(x: ArrayView1<T>, limit: usize, mut y: ArrayViewMut1<T>) {
    let mut last: T = nothing();
    let mut since = 0usize;
    for i in 0..x.len() {
        since = if is_nan(x[i]) { since + 1 } else { 0usize };
        last = if is_nan(x[i]) { last } else { x[i] };
        y[i] = if since > limit { nothing::<T>() } else { last };
    }
}

/// NaN, which integers neither have nor need.
#[inline(always)]
fn nothing<T: Number>() -> T {
    T::NAN.unwrap_or_default()
}
