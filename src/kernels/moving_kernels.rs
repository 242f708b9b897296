//! The kernels behind [`moving`](super::moving): windows that reach `ahead` cells beyond the cell that is computed.
//!
//! A window reaches no further than the axis, however long it is said to be. Sums are kept in `f64` and counts in integers,
//! so that they are right in every element type.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::Cast;
use crate::{Real, gufunc};

/// The kernel of a sum or an extreme. A window is the end of one block of `window` cells and the beginning of the next:
/// the former is reduced from its end backwards once a block, the latter cell by cell, and neither forgets a cell
/// (M. van Herk, A fast algorithm for local minimum and maximum filters, 1992).
macro_rules! windowed {
    (
        $function:ident, $Kernel:ident, $name:literal,
        in $Wide:ty, wide $wide:path, narrow $narrow:path,
        start $start:expr,
        join |$a:ident, $b:ident| $join:expr,
        finish |$all:ident, $count:ident| $finish:expr
    ) => {
        #[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = $name, type = $Kernel, crate = crate)]
        pub fn $function<T: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ahead: usize,
            ends: &mut Vec<$Wide>,
            end_counts: &mut Vec<i32>,
            mut y: ArrayViewMut1<T>,
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
                    let $b = if x[i].is_nan() { $start } else { $wide(x[i]) };
                    reduced = $join;
                    valid += i32::from(!x[i].is_nan());
                }
                for i in results..cells {
                    let $a = reduced;
                    let $b = if x[i].is_nan() { $start } else { $wide(x[i]) };
                    reduced = $join;
                    valid += i32::from(!x[i].is_nan());
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $narrow($finish) } else { T::nan() };
                }
                for i in results.max(cells)..end {
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $narrow($finish) } else { T::nan() };
                }
                // The ends of this block are what the next one needs of it.
                for k in cells - begin..window {
                    ends[k] = $start;
                    end_counts[k] = 0;
                }
                let mut reduced = $start;
                let mut valid = 0i32;
                for k in (0..cells - begin).rev() {
                    let $a = if x[begin + k].is_nan() { $start } else { $wide(x[begin + k]) };
                    let $b = reduced;
                    reduced = $join;
                    valid += i32::from(!x[begin + k].is_nan());
                    ends[k] = reduced;
                    end_counts[k] = valid;
                }
            }
        }
    };
}

windowed!(moving_sum, MovingSum, "moving::sum", in f64, wide widened, narrow narrowed::<T>, start 0.0f64, join |a, b| a + b, finish |all, count| all);
windowed!(moving_mean, MovingMean, "moving::mean", in f64, wide widened, narrow narrowed::<T>, start 0.0f64, join |a, b| a + b, finish |all, count| all / f64::from(count));
windowed!(moving_min, MovingMin, "moving::min", in T::Wide, wide T::wide, narrow T::narrow, start T::Wide::real(f64::INFINITY), join |a, b| if b < a { b } else { a }, finish |all, count| all);
windowed!(moving_max, MovingMax, "moving::max", in T::Wide, wide T::wide, narrow T::narrow, start T::Wide::real(f64::NEG_INFINITY), join |a, b| if b > a { b } else { a }, finish |all, count| all);

/// A value in the type of sums: an `f32` one by one in `f32` would stop at 16777216.
#[inline(always)]
fn widened<T: Real>(value: T) -> f64 {
    value.cast()
}

#[inline(always)]
fn narrowed<T: Real>(value: f64) -> T {
    value.cast()
}

/// The kernel of a variance or what is made of it: windows as for sums, their parts joined as by T. Chan, G. Golub and
/// R. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
macro_rules! deviations {
    ($function:ident, $Kernel:ident, $name:literal, |$variance:ident| $finish:expr) => {
        #[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = $name, type = $Kernel, crate = crate)]
        pub fn $function<T: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ddof: usize,
            ahead: usize,
            end_means: &mut Vec<f64>,
            end_squares: &mut Vec<f64>,
            end_counts: &mut Vec<i32>,
            mut y: ArrayViewMut1<T>,
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
                        (mean, squares, count) = with_value(mean, squares, count, widened(x[i]));
                    }
                    if i >= ahead {
                        let before = (end_means[i - begin + 1], end_squares[i - begin + 1], end_counts[i - begin + 1]);
                        let (squares, count) = joined(before, (mean, squares, count));
                        let $variance = squares / f64::from(count - lost);
                        let known = (count >= enough) & (count > lost);
                        y[i - ahead] = if known { narrowed::<T>($finish) } else { T::nan() };
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
                    (mean, squares, count) = with_value(mean, squares, count, widened(x[begin + k]));
                    end_means[k] = mean;
                    end_squares[k] = squares;
                    end_counts[k] = count;
                }
            }
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

deviations!(moving_var, MovingVar, "moving::var", |variance| variance);
deviations!(moving_std, MovingStd, "moving::std", |variance| root(variance));
