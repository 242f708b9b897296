//! The kernels behind [`moving`](super::moving): windows that reach `ahead` cells beyond the cell that is computed.

use ndarray::{ArrayView1, ArrayViewMut1};

use crate::{Real, gufunc};

/// The kernel of a sum or an extreme. A window is the end of one block of `window` cells and the beginning of the next:
/// the former is reduced from its end backwards once a block, the latter cell by cell, and neither forgets a cell
/// (M. van Herk, A fast algorithm for local minimum and maximum filters, 1992).
macro_rules! windowed {
    (
        $function:ident, $Kernel:ident,
        start $start:expr,
        join |$a:ident, $b:ident| $join:expr,
        finish |$all:ident, $count:ident| $finish:expr
    ) => {
        #[gufunc("(n)->(n)", require = 1 <= window && window as isize <= n && 1 <= min_count && min_count <= window, type = $Kernel, crate = crate)]
        pub fn $function<T: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ahead: usize,
            ends: &mut Vec<T>,
            end_counts: &mut Vec<T>,
            mut y: ArrayViewMut1<T>,
        ) {
            let n = x.len();
            let enough = T::real(min_count as f64);
            ends.clear();
            ends.resize(window + 1, $start);
            end_counts.clear();
            end_counts.resize(window + 1, T::zero());
            for begin in (0..n + ahead).step_by(window) {
                let end = (n + ahead).min(begin + window);
                let cells = begin.max(n.min(end));
                let results = begin.max(ahead);
                let mut reduced = $start;
                let mut valid = T::zero();
                // Too early for a result, with one for each cell, and behind the last cell.
                for i in begin..ahead.min(cells) {
                    let $a = reduced;
                    let $b = if x[i].is_nan() { $start } else { x[i] };
                    reduced = $join;
                    valid += if x[i].is_nan() { T::zero() } else { T::one() };
                }
                for i in results..cells {
                    let $a = reduced;
                    let $b = if x[i].is_nan() { $start } else { x[i] };
                    reduced = $join;
                    valid += if x[i].is_nan() { T::zero() } else { T::one() };
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $finish } else { T::nan() };
                }
                for i in results.max(cells)..end {
                    let $a = ends[i - begin + 1];
                    let $b = reduced;
                    let $all = $join;
                    let $count = end_counts[i - begin + 1] + valid;
                    y[i - ahead] = if $count >= enough { $finish } else { T::nan() };
                }
                // The ends of this block are what the next one needs of it.
                for k in cells - begin..window {
                    ends[k] = $start;
                    end_counts[k] = T::zero();
                }
                let mut reduced = $start;
                let mut valid = T::zero();
                for k in (0..cells - begin).rev() {
                    let $a = if x[begin + k].is_nan() { $start } else { x[begin + k] };
                    let $b = reduced;
                    reduced = $join;
                    valid += if x[begin + k].is_nan() { T::zero() } else { T::one() };
                    ends[k] = reduced;
                    end_counts[k] = valid;
                }
            }
        }
    };
}

windowed!(moving_sum, MovingSum, start T::zero(), join |a, b| a + b, finish |all, count| all);
windowed!(moving_mean, MovingMean, start T::zero(), join |a, b| a + b, finish |all, count| all / count);
windowed!(moving_min, MovingMin, start T::infinity(), join |a, b| if b < a { b } else { a }, finish |all, count| all);
windowed!(moving_max, MovingMax, start T::neg_infinity(), join |a, b| if b > a { b } else { a }, finish |all, count| all);

/// The kernel of a variance or what is made of it: windows as for sums, their parts joined as by T. Chan, G. Golub and
/// R. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
macro_rules! deviations {
    ($function:ident, $Kernel:ident, |$variance:ident| $finish:expr) => {
        #[gufunc("(n)->(n)", require = 1 <= window && window as isize <= n && 1 <= min_count && min_count <= window, type = $Kernel, crate = crate)]
        pub fn $function<T: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ddof: usize,
            ahead: usize,
            end_means: &mut Vec<T>,
            end_squares: &mut Vec<T>,
            end_counts: &mut Vec<T>,
            mut y: ArrayViewMut1<T>,
        ) {
            let n = x.len();
            let (enough, lost) = (T::real(min_count as f64), T::real(ddof as f64));
            end_means.clear();
            end_means.resize(window + 1, T::zero());
            end_squares.clear();
            end_squares.resize(window + 1, T::zero());
            end_counts.clear();
            end_counts.resize(window + 1, T::zero());
            for begin in (0..n + ahead).step_by(window) {
                let end = (n + ahead).min(begin + window);
                let cells = begin.max(n.min(end));
                let mut mean = T::zero();
                let mut squares = T::zero();
                let mut count = T::zero();
                for i in begin..end {
                    if i < n {
                        (mean, squares, count) = with_value(mean, squares, count, x[i]);
                    }
                    if i >= ahead {
                        let before = (end_means[i - begin + 1], end_squares[i - begin + 1], end_counts[i - begin + 1]);
                        let (squares, count) = joined(before, (mean, squares, count));
                        let $variance = squares / (count - lost);
                        let known = (count >= enough) & (count > lost);
                        y[i - ahead] = if known { $finish } else { T::nan() };
                    }
                }
                for k in cells - begin..window {
                    end_means[k] = T::zero();
                    end_squares[k] = T::zero();
                    end_counts[k] = T::zero();
                }
                let mut mean = T::zero();
                let mut squares = T::zero();
                let mut count = T::zero();
                for k in (0..cells - begin).rev() {
                    (mean, squares, count) = with_value(mean, squares, count, x[begin + k]);
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
fn with_value<T: Real>(mean: T, squares: T, count: T, v: T) -> (T, T, T) {
    let more = count + T::one();
    let next = mean + (v - mean) / more;
    if v.is_nan() { (mean, squares, count) } else { (next, squares + (v - mean) * (v - next), more) }
}

/// Squared distances from the common mean, and number, of two sets of values.
#[inline(always)]
fn joined<T: Real>(a: (T, T, T), b: (T, T, T)) -> (T, T) {
    let count = a.2 + b.2;
    let apart = b.0 - a.0;
    // Without values nothing is apart.
    let between = if count > T::zero() { apart * apart * (a.2 * b.2 / count) } else { T::zero() };
    (a.1 + b.1 + between, count)
}

deviations!(moving_var, MovingVar, |variance| variance);
deviations!(moving_std, MovingStd, |variance| variance.sqrt());

/// The window's values in order: one pass takes the value that leaves out and puts the new one in.
#[gufunc("(n)->(n)", require = 1 <= window && window as isize <= n && 1 <= min_count && min_count <= window, type = MovingMedian, crate = crate)]
pub fn moving_median<T: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    sorted: &mut Vec<T>,
    mut y: ArrayViewMut1<T>,
) {
    let n = x.len();
    // What is missing is infinite, and last.
    sorted.clear();
    sorted.resize(window, T::infinity());
    let mut count = 0usize;
    for i in 0..n + ahead {
        let mut new = T::infinity();
        let mut old = T::infinity();
        if i < n {
            new = if x[i].is_nan() { T::infinity() } else { x[i] + T::zero() };
            count += usize::from(!x[i].is_nan());
        }
        if i >= window {
            old = if x[i - window].is_nan() { T::infinity() } else { x[i - window] + T::zero() };
            count -= usize::from(!x[i - window].is_nan());
        }
        let mut before = T::neg_infinity();
        for k in 0..window - 1 {
            let (here, next) = (sorted[k], sorted[k + 1]);
            let kept = if here < old { here } else { next };
            let placed = if new < kept { new } else { kept };
            sorted[k] = if before > placed { before } else { placed };
            before = kept;
        }
        sorted[window - 1] = if before > new { before } else { new };
        if i >= ahead {
            let low = sorted[count.max(1).div_ceil(2) - 1];
            let high = sorted[(count / 2).min(window - 1)];
            let middle = if count % 2 == 1 { low } else { (low + high) / T::real(2.0) };
            y[i - ahead] = if count >= min_count { middle } else { T::nan() };
        }
    }
}
