//! The kernels behind medians and quantiles: the values in order, and what lies between two of them.
//!
//! `T` are the elements, which are sorted as they are; `A` is what is computed in, `R` is the result.

use ndarray::ArrayView1;

use super::cascade::is_nan;
use super::{Cast, Number};
use crate::network::sort_slice;
use crate::{Real, gufunc};

/// A kernel of all values: NaN if there is one among them, and of nothing.
macro_rules! of_all {
    ($name:ident, $Kernel:ident, [$($keys:tt)*], ($($q:ident)?), |$sorted:ident, $count:ident| $result:expr) => {
        #[gufunc("(n)->()", $($keys)* type = $Kernel, crate = crate)]
        pub fn $name<T: Number + Cast<A>, A: Real + Cast<R>, R>(
            x: ArrayView1<T>,
            $($q: f64,)?
            $sorted: &mut Vec<T>,
        ) -> R {
            let $count = x.len();
            if $count == 0 {
                return A::nan().cast();
            }
            $sorted.clear();
            for &v in x {
                $sorted.push(v);
            }
            sort_slice($sorted);
            // NaN is last.
            if is_nan($sorted[$count - 1]) {
                return A::nan().cast();
            }
            let value: A = $result;
            value.cast()
        }
    };
}

/// A kernel of the values that are not NaN: NaN without any.
macro_rules! of_present {
    ($name:ident, $Kernel:ident, [$($keys:tt)*], ($($q:ident)?), |$sorted:ident, $count:ident| $result:expr) => {
        #[gufunc("(n)->()", $($keys)* type = $Kernel, crate = crate)]
        pub fn $name<T: Number + Cast<A>, A: Real + Cast<R>, R>(
            x: ArrayView1<T>,
            $($q: f64,)?
            $sorted: &mut Vec<T>,
        ) -> R {
            $sorted.clear();
            let mut $count = 0usize;
            for &v in x {
                $sorted.push(v);
                $count += usize::from(!is_nan(v));
            }
            sort_slice($sorted);
            if $count == 0 {
                return A::nan().cast();
            }
            let value: A = $result;
            value.cast()
        }
    };
}

of_all!(median, Median, [], (), |sorted, count| middle::<T, A>(sorted[(count - 1) / 2], sorted[count / 2]));
of_present!(nanmedian, Nanmedian, [], (), |sorted, count| middle::<T, A>(sorted[(count - 1) / 2], sorted[count / 2]));
of_all!(quantile, Quantile, [require = (0.0..=1.0).contains(&q),], (q), |sorted, count| blend::<T, A>(
    sorted[below(q, count)],
    sorted[above(q, count)],
    part(q, count)
));
of_present!(nanquantile, Nanquantile, [require = (0.0..=1.0).contains(&q),], (q), |sorted, count| blend::<T, A>(
    sorted[below(q, count)],
    sorted[above(q, count)],
    part(q, count)
));

/// The place of the quantile `q` among `n` values in order.
#[inline(always)]
fn place(q: f64, n: usize) -> f64 {
    q * (n - 1) as f64
}

/// The rank below that place.
#[inline(always)]
fn below(q: f64, n: usize) -> usize {
    place(q, n) as usize
}

/// The rank above it.
#[inline(always)]
fn above(q: f64, n: usize) -> usize {
    (below(q, n) + 1).min(n - 1)
}

/// The distance from the rank below.
#[inline(always)]
fn part(q: f64, n: usize) -> f64 {
    place(q, n) - below(q, n) as f64
}

/// A value in another type. Zeros of either sign are one value: which of them came first is not said.
#[inline(always)]
fn value<T: Cast<A>, A: Real>(value: T) -> A {
    value.cast() + A::zero()
}

/// The mean of two values, also where their sum is beyond the largest number of the type.
#[inline(always)]
pub(super) fn middle<T: Number + Cast<A>, A: Real>(low: T, high: T) -> A {
    let (low, high): (A, A) = (value(low), value(high));
    let (sum, two) = (low + high, A::real(2.0));
    if sum.is_finite() { sum / two } else { low / two + high / two }
}

/// Between two values, as far from the lower one as `part` of their distance says, from 0 to 1.
#[inline(always)]
fn blend<T: Number + Cast<A>, A: Real>(low: T, high: T, part: f64) -> A {
    let (low, high): (A, A) = (value(low), value(high));
    if part == 0.0 || low == high {
        return low;
    }
    let (distance, sum) = (high - low, low + high);
    let (to_high, to_low) = (A::real(part), A::real(1.0 - part));
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
