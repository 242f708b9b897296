//! One number of a whole array: its extremes, sum, mean, variance, histogram, in one pass over the chunks.

use std::ops::Range;
use std::sync::Mutex;

use num_traits::{NumCast, ToPrimitive};

use super::exact_sum::ExactSum;
use super::{Form, Open, Sink, Writer};
use crate::IoError;
use crate::cells::Cells;
use crate::data_type::{DataType, Scalar};

/// The statistics of an array, a sink of a job: nothing of the array is kept.
///
/// Sums are exact until they are rounded once (integers beyond 2⁵³ are rounded to `f64` first; a variance is infinite where the
/// square of a number is), the place of an extreme is that of its first cell in the order of the array,
/// and a histogram counts: so the result is the same bits whatever the chunks and their order.
///
/// NaN makes sums and extremes NaN, as in NumPy, unless it is left out: [`skip_nan`](Statistics::skip_nan).
///
/// ```
/// use ndarray::array;
/// use ndstencil::chunks::Statistics;
/// use ndstencil::prelude::*;
/// let x = array![[3.0, 1.0], [4.0, 8.0]];
/// let statistics = Statistics::<f64>::new().histogram(0.0..10.0, 5);
/// Job::copy(&x, &statistics).run()?;
/// let found = statistics.result();
/// assert_eq!((found.count, found.sum, found.mean, found.variance), (4, 16.0, 4.0, 6.5));
/// assert_eq!((found.min, found.max), (Some((1.0, vec![0, 1])), Some((8.0, vec![1, 1]))));
/// assert_eq!(found.histogram, [1, 1, 1, 0, 1]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub struct Statistics<T> {
    skip_nan: bool,
    bins: Option<(Range<f64>, usize)>,
    state: Mutex<Partial<T>>,
}

/// The statistics that were found: [`Statistics::result`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The number of cells, without those that are left out.
    pub count: u64,
    /// The smallest element, and the index of the first cell that has it.
    pub min: Option<(T, Vec<usize>)>,
    /// The largest element, and the index of the first cell that has it.
    pub max: Option<(T, Vec<usize>)>,
    /// The sum, rounded once.
    pub sum: f64,
    /// The mean; NaN of no cells.
    pub mean: f64,
    /// The mean square of the deviations from the mean; NaN of no cells.
    pub variance: f64,
    /// The number of cells in each bin. Bins are half-open, but for the last one; cells outside are in none.
    pub histogram: Vec<u64>,
}

impl<T> Found<T> {
    /// The standard deviation, the root of the variance.
    ///
    /// ```
    /// use ndstencil::chunks::Statistics;
    /// use ndstencil::prelude::*;
    /// let statistics = Statistics::<u8>::new();
    /// Job::copy(&ndarray::array![2_u8, 6], &statistics).run()?;
    /// assert_eq!(statistics.result().std(), 2.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn std(&self) -> f64 {
        self.variance.sqrt()
    }
}

/// The statistics of some of the cells.
#[derive(Clone)]
struct Partial<T> {
    count: u64,
    min: Option<(T, Vec<usize>)>,
    max: Option<(T, Vec<usize>)>,
    sum: ExactSum,
    squares: ExactSum,
    /// Infinities and NaN, which no exact sum holds.
    special: f64,
    /// True when the square of some number is too large.
    overflown: bool,
    histogram: Vec<u64>,
}

impl<T> Partial<T> {
    fn new(bins: usize) -> Partial<T> {
        Partial {
            count: 0,
            min: None,
            max: None,
            sum: ExactSum::new(),
            squares: ExactSum::new(),
            special: 0.0,
            overflown: false,
            histogram: vec![0; bins],
        }
    }
}

impl<T: Scalar + PartialOrd + NumCast> Default for Statistics<T> {
    fn default() -> Statistics<T> {
        Statistics::new()
    }
}

impl<T: Scalar + PartialOrd + NumCast> Statistics<T> {
    /// The statistics of elements of type `T`, of no cells yet.
    ///
    /// ```
    /// use ndstencil::chunks::Statistics;
    /// assert_eq!(Statistics::<i16>::new().result().count, 0);
    /// ```
    pub fn new() -> Statistics<T> {
        Statistics { skip_nan: false, bins: None, state: Mutex::new(Partial::new(0)) }
    }

    /// Leaves out cells that are NaN.
    ///
    /// ```
    /// use ndstencil::chunks::Statistics;
    /// use ndstencil::prelude::*;
    /// let statistics = Statistics::<f32>::new().skip_nan();
    /// Job::copy(&ndarray::array![1.0_f32, f32::NAN, 2.0], &statistics).run()?;
    /// assert_eq!((statistics.result().count, statistics.result().mean), (2, 1.5));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn skip_nan(self) -> Statistics<T> {
        Statistics { skip_nan: true, ..self }
    }

    /// Counts cells in so many bins of one width.
    ///
    /// # Panics
    /// When the range is empty or not finite, or there are no bins.
    ///
    /// ```
    /// use ndstencil::chunks::Statistics;
    /// use ndstencil::prelude::*;
    /// let statistics = Statistics::<u8>::new().histogram(0.0..256.0, 4);
    /// Job::copy(&ndarray::array![0_u8, 63, 64, 255], &statistics).run()?;
    /// assert_eq!(statistics.result().histogram, [2, 1, 0, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn histogram(self, range: Range<f64>, bins: usize) -> Statistics<T> {
        assert!(range.start < range.end && (range.end - range.start).is_finite(), "the range {range:?} of a histogram");
        assert!(bins > 0, "a histogram has bins");
        Statistics { bins: Some((range, bins)), state: Mutex::new(Partial::new(bins)), ..self }
    }

    /// The statistics of all cells so far.
    ///
    /// ```
    /// use ndstencil::chunks::Statistics;
    /// use ndstencil::prelude::*;
    /// let statistics = Statistics::<i32>::new();
    /// Job::copy(&ndarray::array![[5, -7], [5, 0]], &statistics).run()?;
    /// assert_eq!(statistics.result().max, Some((5, vec![0, 0])));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn result(&self) -> Found<T> {
        let state = self.state.lock().expect("no panic while it is locked");
        let count = state.count as f64;
        let (sum, mean, variance) = if state.special != 0.0 || state.special.is_nan() {
            (state.special, state.special, f64::NAN)
        } else {
            let sum = state.sum.two_values();
            let squares = state.squares.two_values();
            let spread = if state.overflown { f64::INFINITY } else { variance(sum, squares, count) };
            (sum[0], quotient(sum, count)[0], spread)
        };
        let (mean, variance) = if state.count == 0 { (f64::NAN, f64::NAN) } else { (mean, variance) };
        Found {
            count: state.count,
            min: state.min.clone(),
            max: state.max.clone(),
            sum,
            mean,
            variance,
            histogram: state.histogram.clone(),
        }
    }

    /// The statistics of a box.
    fn partial(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Option<Partial<T>> {
        let mut partial = Partial::new(self.bins.as_ref().map_or(0, |(_, bins)| *bins));
        let index = |number: usize| {
            let mut rest = number;
            let mut index = vec![0; region.len()];
            for (at, range) in index.iter_mut().zip(region).rev() {
                *at = range.start + rest % range.len();
                rest /= range.len();
            }
            index
        };
        for (number, &x) in cells.array::<T>()?.iter().enumerate() {
            let value = as_f64(x);
            if value.is_nan() && self.skip_nan {
                continue;
            }
            partial.count += 1;
            // The first of equal ones; NaN is beyond all.
            let beyond = |found: &Option<(T, Vec<usize>)>, smaller: bool| match found {
                None => true,
                Some((old, _)) => {
                    let old_is_nan = as_f64(*old).is_nan();
                    !old_is_nan && (value.is_nan() || if smaller { x < *old } else { x > *old })
                }
            };
            if beyond(&partial.min, true) {
                partial.min = Some((x, index(number)));
            }
            if beyond(&partial.max, false) {
                partial.max = Some((x, index(number)));
            }
            if value.is_finite() {
                partial.sum.add(value);
                // The square is two numbers, exactly.
                let square = value * value;
                if square.is_finite() {
                    partial.squares.add(square);
                    partial.squares.add(value.mul_add(value, -square));
                } else {
                    partial.overflown = true;
                }
            } else {
                partial.special += value;
            }
            if let Some((range, bins)) = &self.bins
                && (range.start..=range.end).contains(&value)
            {
                let bin = ((value - range.start) / (range.end - range.start) * *bins as f64) as usize;
                partial.histogram[bin.min(bins - 1)] += 1;
            }
        }
        Some(partial)
    }
}

fn as_f64<T: ToPrimitive>(x: T) -> f64 {
    x.to_f64().unwrap_or(f64::NAN)
}

/// The quotient of a sum of two numbers, as such a sum.
fn quotient([high, low]: [f64; 2], n: f64) -> [f64; 2] {
    let first = high / n;
    let rest = first.mul_add(-n, high) + low;
    let second = rest / n;
    let all = first + second;
    [all, second - (all - first)]
}

/// `(squares - sum² / n) / n`, in about 100 bits: what is left where both are nearly equal.
fn variance(sum: [f64; 2], squares: [f64; 2], n: f64) -> f64 {
    // sum² / n = sum · mean
    let mean = quotient(sum, n);
    let product = sum[0] * mean[0];
    let rest = sum[0].mul_add(mean[0], -product) + (sum[0] * mean[1] + sum[1] * mean[0]);
    ((squares[0] - product) + (squares[1] - rest)).max(0.0) / n
}

/// The extreme of two parts: the first in the order of the array where they are equal.
fn extreme<T: PartialOrd + Copy + ToPrimitive>(
    one: Option<(T, Vec<usize>)>,
    other: Option<(T, Vec<usize>)>,
    smaller: bool,
) -> Option<(T, Vec<usize>)> {
    let (Some((a, at)), Some((b, bt))) = (one.clone(), other.clone()) else { return one.or(other) };
    let key = |x: T| as_f64(x).is_nan();
    let other_wins = match (key(a), key(b)) {
        (true, true) => bt < at,
        (a_nan, b_nan) if a_nan != b_nan => b_nan,
        _ if a == b => bt < at,
        _ => (b < a) == smaller,
    };
    if other_wins { other } else { one }
}

impl<T: Scalar + PartialOrd + NumCast> Sink for Statistics<T> {
    fn name(&self) -> String {
        "statistics".to_owned()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        if form.data_type == DataType::of::<T>() {
            return Ok(None);
        }
        let reason = format!("they are of elements {}, but the result has {}", DataType::of::<T>(), form.data_type);
        Err(IoError::new("statistics", reason))
    }

    fn lasts(&self) -> bool {
        false
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        *self.state.lock().expect("no panic while it is locked") =
            Partial::new(self.bins.as_ref().map_or(0, |(_, bins)| *bins));
        Ok(Box::new(self))
    }
}

impl<T: Scalar + PartialOrd + NumCast> Writer for &Statistics<T> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let Some(partial) = self.partial(region, cells) else {
            return Err(IoError::new("statistics", "the cells have another type"));
        };
        let mut state = self.state.lock().expect("no panic while it is locked");
        state.count += partial.count;
        state.min = extreme(state.min.take(), partial.min, true);
        state.max = extreme(state.max.take(), partial.max, false);
        state.sum.merge(&partial.sum);
        state.squares.merge(&partial.squares);
        state.special += partial.special;
        state.overflown |= partial.overflown;
        for (bin, own) in state.histogram.iter_mut().zip(partial.histogram) {
            *bin += own;
        }
        Ok(())
    }
}
