//! The kernels behind [`moving`](super::moving): windows that reach `ahead` cells beyond the cell that is computed.
//!
//! A window reaches no further than the axis, however long it is said to be. Sums are kept in 64 bits and counts in
//! integers, so that they are right in every element type: an `f32` one by one in `f32` would stop at 16777216.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::cascade::is_nan;
use super::centred::Windows;
use super::{Accumulator, Cast, Number};
use crate::{Real, gufunc};

/// The kernel of a sum or an extreme. A window is the end of one block of `window` cells and the beginning of the next:
/// the former is reduced from its end backwards once a block, the latter cell by cell, and neither forgets a cell
/// (M. van Herk, A fast algorithm for local minimum and maximum filters, 1992). A result of a type that is `kept` may have no
/// NaN.
macro_rules! windowed {
    (
        $function:ident, $Kernel:ident, $name:literal, $centred:literal, <$($generics:ident: ($($bounds:tt)*)),*>,
        in $Wide:ident, wide $wide:path, start $start:expr,
        into $Result:ident $(kept $Kept:ident)?, narrow $narrow:path,
        join |$a:ident, $b:ident| $join:expr,
        finish |$all:ident, $count:ident| $finish:expr
    ) => {
        #[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize $(&& ($Kept::NAN.is_some() || min_count <= fewest_cells(n, ahead)))?, name = $name, type = $Kernel, crate = crate)]
        pub fn $function<$($generics: $($bounds)*),*>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ahead: usize,
            ends: &mut Vec<$Wide>,
            end_counts: &mut Vec<i32>,
            mut y: ArrayViewMut1<$Result>,
        ) {
            let n = x.len();
            let behind = (window - 1 - ahead).min(n);
            let ahead = ahead.min(n);
            let window = behind + 1 + ahead;
            let enough = min_count.min(n + 1) as i32;
            ends.clear();
            ends.resize(window + 1, $start);
            end_counts.clear();
            end_counts.resize(window + 1, 0);
            for begin in (0..n + ahead).step_by(window) {
                let end = (n + ahead).min(begin + window);
                let cells = begin.max(n.min(end));
                let results = begin.max(ahead);
                let mut reduced = $start;
                let mut valid = 0i32;
                // Too early for a result, with one for each cell, and behind the last cell.
                for i in begin..ahead.min(cells) {
                    let $a = reduced;
                    let $b = if is_nan(x[i]) { $start } else { $wide(x[i]) };
                    reduced = $join;
                    valid += i32::from(!is_nan(x[i]));
                }
                for i in results..cells {
                    let $a = reduced;
                    let $b = if is_nan(x[i]) { $start } else { $wide(x[i]) };
                    reduced = $join;
                    valid += i32::from(!is_nan(x[i]));
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $narrow($finish) } else { missing::<$Result>() };
                }
                for i in results.max(cells)..end {
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $narrow($finish) } else { missing::<$Result>() };
                }
                // The ends of this block are what the next one needs of it.
                for k in cells - begin..window {
                    ends[k] = $start;
                    end_counts[k] = 0;
                }
                let mut reduced = $start;
                let mut valid = 0i32;
                for k in (0..cells - begin).rev() {
                    let $a = if is_nan(x[begin + k]) { $start } else { $wide(x[begin + k]) };
                    let $b = reduced;
                    reduced = $join;
                    valid += i32::from(!is_nan(x[begin + k]));
                    ends[k] = reduced;
                    end_counts[k] = valid;
                }
            }
        }

        impl<$($generics: $($bounds)*),*> Windows for $Kernel<$($generics),*> {
            const CENTRED: &'static str = $centred;
        }
    };
}

windowed! {
    moving_sum, MovingSum, "moving::sum", "centred::sum", <T: (Number + Cast<A>), A: (Accumulator + Cast<R>), R: (Number)>,
    in A, wide converted::<T, A>, start A::zero(),
    into R kept R, narrow converted::<A, R>,
    join |a, b| a + b,
    finish |all, count| all
}
windowed! {
    moving_mean, MovingMean, "moving::mean", "centred::mean", <T: (Number), R: (Real)>,
    in f64, wide converted::<T, f64>, start 0.0f64,
    into R, narrow converted::<f64, R>,
    join |a, b| a + b,
    finish |all, count| all / f64::from(count)
}
windowed! {
    moving_min, MovingMin, "moving::min", "centred::min", <T: (Number)>,
    in T, wide same::<T>, start T::HIGHEST,
    into T kept T, narrow same::<T>,
    join |a, b| if b < a { b } else { a },
    finish |all, count| all
}
windowed! {
    moving_max, MovingMax, "moving::max", "centred::max", <T: (Number)>,
    in T, wide same::<T>, start T::LOWEST,
    into T kept T, narrow same::<T>,
    join |a, b| if b > a { b } else { a },
    finish |all, count| all
}

#[inline(always)]
fn converted<T: Cast<To>, To>(value: T) -> To {
    value.cast()
}

#[inline(always)]
fn same<T>(value: T) -> T {
    value
}

/// The result of a window with too few values. Integers have no NaN: the requirement keeps them from it.
#[inline(always)]
fn missing<T: Number>() -> T {
    T::NAN.unwrap_or_default()
}

/// The cells on the axis of the window that has the fewest of them there: those at the ends, and the first reaches
/// no further on than the last reaches back.
fn fewest_cells(n: isize, ahead: usize) -> usize {
    (n as usize).checked_sub(1).map_or(usize::MAX, |others| 1 + ahead.min(others))
}

/// The kernel of a variance or what is made of it: windows as for sums, their parts joined as by T. Chan, G. Golub and
/// R. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
macro_rules! deviations {
    ($function:ident, $Kernel:ident, $name:literal, $centred:literal, |$variance:ident| $finish:expr) => {
        #[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = $name, type = $Kernel, crate = crate)]
        pub fn $function<T: Number, R: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ddof: usize,
            ahead: usize,
            end_means: &mut Vec<f64>,
            end_squares: &mut Vec<f64>,
            end_counts: &mut Vec<i32>,
            mut y: ArrayViewMut1<R>,
        ) {
            let n = x.len();
            let behind = (window - 1 - ahead).min(n);
            let ahead = ahead.min(n);
            let window = behind + 1 + ahead;
            // More than there can be is as good as one more.
            let (enough, lost) = (min_count.min(n + 1) as i32, ddof.min(i32::MAX as usize) as i32);
            end_means.clear();
            end_means.resize(window + 1, 0.0f64);
            end_squares.clear();
            end_squares.resize(window + 1, 0.0f64);
            end_counts.clear();
            end_counts.resize(window + 1, 0);
            for begin in (0..n + ahead).step_by(window) {
                let end = (n + ahead).min(begin + window);
                let cells = begin.max(n.min(end));
                let mut mean = 0.0f64;
                let mut squares = 0.0f64;
                let mut count = 0i32;
                for i in begin..end {
                    if i < n {
                        (mean, squares, count) = with_value(mean, squares, count, converted::<T, f64>(x[i]));
                    }
                    if i >= ahead {
                        let before = (end_means[i - begin + 1], end_squares[i - begin + 1], end_counts[i - begin + 1]);
                        let (squares, count) = joined(before, (mean, squares, count));
                        let $variance = squares / f64::from(count - lost);
                        let known = (count >= enough) & (count > lost);
                        y[i - ahead] = if known { converted::<f64, R>($finish) } else { R::nan() };
                    }
                }
                for k in cells - begin..window {
                    end_means[k] = 0.0f64;
                    end_squares[k] = 0.0f64;
                    end_counts[k] = 0;
                }
                let mut mean = 0.0f64;
                let mut squares = 0.0f64;
                let mut count = 0i32;
                for k in (0..cells - begin).rev() {
                    (mean, squares, count) = with_value(mean, squares, count, converted::<T, f64>(x[begin + k]));
                    end_means[k] = mean;
                    end_squares[k] = squares;
                    end_counts[k] = count;
                }
            }
        }

        impl<T: Number, R: Real> Windows for $Kernel<T, R> {
            const CENTRED: &'static str = $centred;
        }
    };
}

/// Mean, squared distances from it, and number of values, with one value more unless that is NaN.
/// (B. Welford, Note on a method for calculating corrected sums of squares and products, 1962.)
#[inline(always)]
fn with_value(mean: f64, squares: f64, count: i32, v: f64) -> (f64, f64, i32) {
    let more = count + 1;
    let next = mean + (v - mean) / f64::from(more);
    if v.is_nan() { (mean, squares, count) } else { (next, squares + (v - mean) * (v - next), more) }
}

/// Squared distances from the common mean, and number, of two sets of values.
#[inline(always)]
fn joined(a: (f64, f64, i32), b: (f64, f64, i32)) -> (f64, i32) {
    let count = a.2 + b.2;
    let apart = b.0 - a.0;
    // A set without values has no mean that anything could be apart from.
    let between =
        if (a.2 > 0) & (b.2 > 0) { apart * apart * (f64::from(a.2) * f64::from(b.2) / f64::from(count)) } else { 0.0 };
    (a.1 + b.1 + between, count)
}

#[inline(always)]
fn root(variance: f64) -> f64 {
    variance.sqrt()
}

deviations!(moving_var, MovingVar, "moving::var", "centred::var", |variance| variance);
deviations!(moving_std, MovingStd, "moving::std", "centred::std", |variance| root(variance));
