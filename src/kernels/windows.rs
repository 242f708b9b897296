//! The kernels behind [`moving`](super::moving): windows that reach `ahead` cells beyond the cell that is computed.

use ndarray::{ArrayView1, ArrayViewMut1};

use crate::{Real, gufunc};

/// Whether a window goes with an axis of `n` cells.
const fn fits(n: isize, window: usize, min_count: usize) -> bool {
    window > 0 && window as isize <= n && min_count > 0 && min_count <= window
}

/// The kernel of a sum or an extreme. A window is the end of one block of `window` cells and the beginning of the next:
/// the former is reduced from its end backwards once a block, the latter cell by cell, and neither forgets a cell
/// (M. van Herk, A fast algorithm for local minimum and maximum filters, 1992).
macro_rules! windowed {
    ($function:ident, $Kernel:ident, start $start:expr, join |$a:ident, $b:ident| $join:expr, finish |$all:ident, $count:ident| $finish:expr) => {
        #[gufunc("(n)->(n)", require = fits(n, window, min_count), type = $Kernel, crate = crate)]
        pub fn $function<T: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ahead: usize,
            ends: &mut Vec<T>,
            end_counts: &mut Vec<usize>,
            mut y: ArrayViewMut1<T>,
        ) {
            let n = x.len();
            ends.clear();
            ends.resize(window + 1, $start);
            end_counts.clear();
            end_counts.resize(window + 1, 0);
            let mut begin = $start;
            let mut begin_count = 0usize;
            for i in 0..n + ahead {
                let inside = i % window;
                if inside == 0 && i > 0 {
                    // A block is complete: its ends, from the last cell backwards.
                    for k in (0..window).rev() {
                        let cell = i - window + k;
                        if cell < n {
                            let $a = if x[cell].is_nan() { $start } else { x[cell] };
                            let $b = ends[k + 1];
                            ends[k] = $join;
                            end_counts[k] = end_counts[k + 1] + usize::from(!x[cell].is_nan());
                        } else {
                            ends[k] = $start;
                            end_counts[k] = 0;
                        }
                    }
                    begin = $start;
                    begin_count = 0;
                }
                if i < n {
                    let $a = begin;
                    let $b = if x[i].is_nan() { $start } else { x[i] };
                    begin = $join;
                    begin_count += usize::from(!x[i].is_nan());
                }
                if i >= ahead {
                    let $a = ends[inside + 1];
                    let $b = begin;
                    let $all = $join;
                    let $count = end_counts[inside + 1] + begin_count;
                    y[i - ahead] = if $count >= min_count { $finish } else { T::nan() };
                }
            }
        }
    };
}

windowed!(sums, MovingSum, start T::zero(), join |a, b| a + b, finish |all, count| all);
windowed!(means, MovingMean, start T::zero(), join |a, b| a + b, finish |all, count| all / T::real(count as f64));
windowed!(mins, MovingMin, start T::infinity(), join |a, b| if b < a { b } else { a }, finish |all, count| all);
windowed!(maxs, MovingMax, start T::neg_infinity(), join |a, b| if b > a { b } else { a }, finish |all, count| all);

/// The kernel of a variance or what is made of it: windows as for sums, their parts joined as by T. Chan, G. Golub and
/// R. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
macro_rules! deviations {
    ($function:ident, $Kernel:ident, |$variance:ident| $finish:expr) => {
        #[gufunc("(n)->(n)", require = fits(n, window, min_count), type = $Kernel, crate = crate)]
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
            end_means.clear();
            end_means.resize(window + 1, T::zero());
            end_squares.clear();
            end_squares.resize(window + 1, T::zero());
            end_counts.clear();
            end_counts.resize(window + 1, T::zero());
            let mut mean = T::zero();
            let mut squares = T::zero();
            let mut count = T::zero();
            for i in 0..n + ahead {
                let inside = i % window;
                if inside == 0 && i > 0 {
                    mean = T::zero();
                    squares = T::zero();
                    count = T::zero();
                    for k in (0..window).rev() {
                        if i - window + k < n {
                            let v = x[i - window + k];
                            let joined = with_value(mean, squares, count, v);
                            mean = joined.0;
                            squares = joined.1;
                            count = joined.2;
                        }
                        end_means[k] = mean;
                        end_squares[k] = squares;
                        end_counts[k] = count;
                    }
                    mean = T::zero();
                    squares = T::zero();
                    count = T::zero();
                }
                if i < n {
                    let joined = with_value(mean, squares, count, x[i]);
                    mean = joined.0;
                    squares = joined.1;
                    count = joined.2;
                }
                if i >= ahead {
                    let end_count = end_counts[inside + 1];
                    let all = end_count + count;
                    let apart = mean - end_means[inside + 1];
                    // Without values on one side, nothing is apart.
                    let between = if all > T::zero() { apart * apart * (end_count * count / all) } else { T::zero() };
                    let $variance = (end_squares[inside + 1] + squares + between) / (all - T::real(ddof as f64));
                    let enough = (all >= T::real(min_count as f64)) & (all > T::real(ddof as f64));
                    y[i - ahead] = if enough { $finish } else { T::nan() };
                }
            }
        }
    };
}

/// Mean, squared distances from it and number of values, with one value more unless that is NaN.
/// (B. Welford, Note on a method for calculating corrected sums of squares and products, 1962.)
#[inline(always)]
fn with_value<T: Real>(mean: T, squares: T, count: T, v: T) -> (T, T, T) {
    let apart = v - mean;
    let more = count + T::one();
    let next = mean + apart / more;
    if v.is_nan() { (mean, squares, count) } else { (next, squares + apart * (v - next), more) }
}

deviations!(vars, MovingVar, |variance| variance);
deviations!(stds, MovingStd, |variance| variance.sqrt());

/// The window's values in order: one pass takes the value that leaves out and puts the new one in.
#[gufunc("(n)->(n)", require = fits(n, window, min_count), type = MovingMedian, crate = crate)]
pub fn medians<T: Real>(
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
