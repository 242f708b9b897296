//! The kernels behind [`moving::argmin`](super::moving::argmin), `argmax` and `rank`: places and ranks in windows that reach
//! `ahead` cells beyond the cell that is computed.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::Number;
use super::cascade::is_nan;
use super::centred::Windows;
use crate::{Real, gufunc};

/// The kernel of the place of an extreme: windows in two parts, as those of extremes themselves, each with its place. Of equal
/// values the later one is taken, `$or_equal`, also where a part is reduced backwards, `$beyond`.
macro_rules! places {
    ($function:ident, $Kernel:ident, $name:literal, $centred:literal, $beyond:tt $or_equal:tt) => {
        #[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = $name, type = $Kernel, crate = crate)]
        pub fn $function<T: Number, R: Real>(
            x: ArrayView1<T>,
            window: usize,
            min_count: usize,
            ahead: usize,
            end_values: &mut Vec<T>,
            end_places: &mut Vec<i32>,
            end_counts: &mut Vec<i32>,
            mut y: ArrayViewMut1<R>,
        ) {
            let n = x.len();
            let behind = (window - 1 - ahead).min(n);
            let ahead = ahead.min(n);
            let window = behind + 1 + ahead;
            let enough = min_count.min(n + 1) as i32;
            end_values.clear();
            end_values.resize(window + 1, T::LOWEST);
            end_places.clear();
            end_places.resize(window + 1, 0);
            end_counts.clear();
            end_counts.resize(window + 1, 0);
            for begin in (0..n + ahead).step_by(window) {
                let end = (n + ahead).min(begin + window);
                let cells = begin.max(n.min(end));
                // Places are counted forwards in the new part, and from its end back in the old one.
                let mut found = T::LOWEST;
                let mut place = 0i32;
                let mut valid = 0i32;
                for i in begin..end {
                    if i < n {
                        let better = !is_nan(x[i]) & ((x[i] $or_equal found) | (valid == 0));
                        found = if better { x[i] } else { found };
                        place = if better { (i - begin) as i32 } else { place };
                        valid += i32::from(!is_nan(x[i]));
                    }
                    if i >= ahead {
                        let before = end_values[i - begin + 1];
                        let before_valid = end_counts[i - begin + 1];
                        let newer = (valid > 0) & ((found $or_equal before) | (before_valid == 0));
                        let back = if newer { 0 - place } else { end_places[i - begin + 1] };
                        let back = back + (i - begin) as i32 - ahead as i32;
                        let known = valid + before_valid >= enough;
                        y[i - ahead] = if known { R::real(f64::from(back)) } else { R::nan() };
                    }
                }
                for k in cells - begin..window {
                    end_counts[k] = 0;
                }
                let mut found = T::LOWEST;
                let mut place = 0i32;
                let mut valid = 0i32;
                for k in (0..cells - begin).rev() {
                    let better = !is_nan(x[begin + k]) & ((x[begin + k] $beyond found) | (valid == 0));
                    found = if better { x[begin + k] } else { found };
                    place = if better { (window - k) as i32 } else { place };
                    valid += i32::from(!is_nan(x[begin + k]));
                    end_values[k] = found;
                    end_places[k] = place;
                    end_counts[k] = valid;
                }
            }
        }

        impl<T: Number, R: Real> Windows for $Kernel<T, R> {
            const CENTRED: &'static str = $centred;
        }
    };
}

places!(moving_argmin, MovingArgmin, "moving::argmin", "centred::argmin", < <=);
places!(moving_argmax, MovingArgmax, "moving::argmax", "centred::argmax", > >=);

/// The rank of the cell that is computed: a value greater than all others is 1, one that is less is -1.
#[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = "moving::rank", type = MovingRank, crate = crate)]
pub fn moving_rank<T: Number, R: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    mut y: ArrayViewMut1<R>,
) {
    let n = x.len();
    let behind = (window - 1 - ahead).min(n);
    let ahead = ahead.min(n);
    let enough = min_count.min(n + 1) as i32;
    for i in 0..n {
        let mut less = 0i32;
        let mut more = 0i32;
        let mut count = 0i32;
        for k in i.saturating_sub(behind)..n.min(i + ahead + 1) {
            less += i32::from(x[k] < x[i]);
            more += i32::from(x[k] > x[i]);
            count += i32::from(!is_nan(x[k]));
        }
        let rank = if count > 1 { f64::from(less - more) / f64::from(count - 1) } else { 0.0 };
        let known = !is_nan(x[i]) & (count >= enough);
        y[i] = if known { R::real(rank) } else { R::nan() };
    }
}

impl<T: Number, R: Real> Windows for MovingRank<T, R> {
    const CENTRED: &'static str = "centred::rank";
}
