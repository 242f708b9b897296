//! Reductions over windows that move along an axis.
//!
//! A *trailing* window of `window` cells ends at the cell that is computed; a [`centred`] one reaches `window / 2` cells
//! back and `(window - 1) / 2` cells ahead, as in pandas, xarray, SciPy and OpenCV. NaN cells and cells outside of the axis
//! are missing; a window may be longer than the axis. Where fewer than `min_count` values are there, the result is NaN. These
//! are the results of bottleneck's `move_*` functions; sums are made anew for each window, so that no rounding error,
//! infinity or NaN stays behind when it has left the window.
//!
//! Elements are any [`Number`]. Means, variances, deviations and medians of integers and of `bool` are `f64`; `mean_as` and
//! its like give another type. Sums of integers are integers of 64 bits, and extremes keep the type: there is no NaN
//! among these, so that windows at the ends of the axis must hold `min_count` cells, too, or the call is an error. That
//! always holds for a `min_count` of 1; otherwise `sum_as::<f64, _>`, or `x.mapv(f64::from)`, has results that may be
//! missing.
//!
//! Sums are kept in 64 bits, and counts are integers. The cost of a cell does not grow with the window; that of
//! a median grows with the window's logarithm, that of a rank with the window.
//!
//! The axis is the last one unless [`.axis(..)`](crate::Gufunc::axis) says otherwise.
//!
//! ```
//! use ndarray::array;
//! use ndstencil::kernels::moving;
//! let x = array![1.0, 2.0, 6.0, f64::NAN, 4.0];
//! let y = moving::mean(2, 1).apply(&x)?;
//! assert_eq!(y, array![1.0, 1.5, 4.0, 6.0, 4.0]);
//! let y = moving::centred::max(3, 1).apply(&x)?;
//! assert_eq!(y, array![2.0, 6.0, 6.0, 6.0, 4.0]);
//! # Ok::<(), ndstencil::Error>(())
//! ```

use super::Number;
use super::centred::Centred;
use super::moving_kernels::*;
use super::moving_median::{MovingMedian, moving_median};
use super::moving_places::*;
use crate::{Gufunc, Real};

/// Trailing windows: the public functions, and those of [`centred`].
macro_rules! public {
    ($(
        $(#[doc = $what:literal])+
        $name:ident<$($R:ident)?> ($($extra:ident),*) $inner:ident -> $Kernel:ty;
        $(errors $errors:literal;)?
        $trailing:literal;
        $around:literal;
    )*) => {
        $(
            $(#[doc = $what])+
            /// of the `window` cells that end at each cell, where at least `min_count` of them are not NaN.
            ///
            /// # Errors
            /// [`ShapeError::Requirement`](crate::ShapeError::Requirement) when it is applied, unless `1 <= min_count <= window`; and for
            /// windows of 2³¹ cells on an axis as long.
            $(#[doc = $errors])?
            ///
            /// ```
            /// use ndarray::array;
            /// use ndstencil::kernels::moving;
            #[doc = $trailing]
            /// # Ok::<(), ndstencil::Error>(())
            /// ```
            pub const fn $name<$($R: Real,)? T: Number>(window: usize, min_count: usize $(, $extra: usize)*) -> Gufunc<$Kernel> {
                $inner(window, min_count, $($extra,)* 0)
            }
        )*

        /// Windows that reach as far ahead as back, or, of an even number of cells, one cell further back.
        pub mod centred {
            use super::*;

            $(
                $(#[doc = $what])+
                /// of the cells from `window / 2` before to `(window - 1) / 2` behind each cell, where at least `min_count`
                /// of them are there and not NaN.
                ///
                /// # Errors
                /// [`ShapeError::Requirement`](crate::ShapeError::Requirement) when it is applied, unless `1 <= min_count <= window`;
                /// and for windows of 2³¹ cells on an axis as long.
                $(#[doc = $errors])?
                ///
                /// ```
                /// use ndarray::array;
                /// use ndstencil::kernels::moving::centred;
                #[doc = $around]
                /// # Ok::<(), ndstencil::Error>(())
                /// ```
                pub const fn $name<$($R: Real,)? T: Number>(
                    window: usize,
                    min_count: usize
                    $(, $extra: usize)*
                ) -> Gufunc<Centred<$Kernel>> {
                    Centred::of($inner(window, min_count, $($extra,)* window.saturating_sub(1) / 2))
                }
            )*
        }
    };
}

public! {
    /// The sum
    sum<>() moving_sum -> MovingSum<T, T::Running, T::Sum>;
    errors "Of integers, for a window at an end of the axis that holds fewer than `min_count` cells.";
    "assert_eq!(moving::sum(2, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![1.0, 3.0, 2.0]);
assert_eq!(moving::sum(2, 1).apply(&array![200u8, 100, 3])?, array![200u64, 300, 103]);
assert!(moving::sum(2, 2).apply(&array![200u8, 100, 3]).is_err());";
    "assert_eq!(centred::sum(3, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![3.0, 3.0, 2.0]);
assert_eq!(centred::sum(3, 2).apply(&array![200u8, 100, 3])?, array![300u64, 303, 103]);";
    /// The sum, in another type of floating-point number: computed in `f64`, and rounded once,
    sum_as<R>() moving_sum -> MovingSum<T, f64, R>;
    "let y = moving::sum_as::<f32, _>(2, 2).apply(&array![200u8, 100, 3])?;
assert!(y[0].is_nan() && y[1] == 300.0 && y[2] == 103.0);";
    "assert_eq!(centred::sum_as::<f32, _>(3, 1).apply(&array![200u8, 100, 3])?, array![300.0f32, 303.0, 103.0]);";
    /// The mean
    mean<>() moving_mean -> MovingMean<T, T::Mean>;
    "assert_eq!(moving::mean(2, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![1.0, 1.5, 2.0]);
assert_eq!(moving::mean(2, 1).apply(&array![200u8, 101, 3])?, array![200.0, 150.5, 52.0]);";
    "assert_eq!(centred::mean(4, 1).apply(&array![1.0, 2.0, f64::NAN, 3.0, 4.0])?, array![1.5, 1.5, 2.0, 3.0, 3.5]);
assert_eq!(centred::mean(3, 1).apply(&array![true, false, false, true])?, array![0.5, 1.0 / 3.0, 1.0 / 3.0, 0.5]);";
    /// The mean, in another type of floating-point number: computed in `f64`, and rounded once,
    mean_as<R>() moving_mean -> MovingMean<T, R>;
    "assert_eq!(moving::mean_as::<f32, _>(2, 1).apply(&array![200u8, 101, 3])?, array![200.0f32, 150.5, 52.0]);";
    "assert_eq!(centred::mean_as::<f32, _>(3, 1).apply(&array![200u8, 100, 3])?, array![150.0f32, 101.0, 51.5]);";
    /// The variance, with `ddof` taken off the number of values it is divided by,
    var<>(ddof) moving_var -> MovingVar<T, T::Mean>;
    "assert_eq!(moving::var(2, 1, 0).apply(&array![1.0, 3.0, 3.0])?, array![0.0, 1.0, 0.0]);
assert_eq!(moving::var(2, 1, 0).apply(&array![1, 3, 3])?, array![0.0, 1.0, 0.0]);";
    "assert_eq!(centred::var(3, 1, 1).apply(&array![1.0, 3.0, 5.0])?, array![2.0, 4.0, 2.0]);
assert_eq!(centred::var(3, 1, 1).apply(&array![1u16, 3, 5])?, array![2.0, 4.0, 2.0]);";
    /// The variance, in another type of floating-point number: computed in `f64`, and rounded once,
    var_as<R>(ddof) moving_var -> MovingVar<T, R>;
    "assert_eq!(moving::var_as::<f32, _>(2, 1, 0).apply(&array![1, 3, 3])?, array![0.0f32, 1.0, 0.0]);";
    "assert_eq!(centred::var_as::<f32, _>(3, 1, 1).apply(&array![1, 3, 5])?, array![2.0f32, 4.0, 2.0]);";
    /// The standard deviation, with `ddof` taken off the number of values,
    std<>(ddof) moving_std -> MovingStd<T, T::Mean>;
    "assert_eq!(moving::std(2, 1, 0).apply(&array![1.0, 3.0, 3.0])?, array![0.0, 1.0, 0.0]);
assert_eq!(moving::std(2, 1, 0).apply(&array![1, 3, 3])?, array![0.0, 1.0, 0.0]);";
    "assert_eq!(centred::std(3, 2, 1).apply(&array![1.0, 3.0, 5.0])?[1], 2.0);
assert_eq!(centred::std(3, 2, 1).apply(&array![1i8, 3, 5])?[1], 2.0);";
    /// The standard deviation, in another type of floating-point number: computed in `f64`, and rounded once,
    std_as<R>(ddof) moving_std -> MovingStd<T, R>;
    "assert_eq!(moving::std_as::<f32, _>(2, 1, 0).apply(&array![1, 3, 3])?, array![0.0f32, 1.0, 0.0]);";
    "assert_eq!(centred::std_as::<f32, _>(3, 2, 1).apply(&array![1, 3, 5])?[1], 2.0f32);";
    /// The smallest value
    min<>() moving_min -> MovingMin<T>;
    errors "Of integers, for a window at an end of the axis that holds fewer than `min_count` cells.";
    "assert_eq!(moving::min(2, 1).apply(&array![1.0, 2.0, 3.0])?, array![1.0, 1.0, 2.0]);
assert_eq!(moving::min(2, 1).apply(&array![1u8, 2, 3])?, array![1, 1, 2]);";
    "assert_eq!(centred::min(3, 1).apply(&array![3.0, 2.0, 1.0])?, array![2.0, 1.0, 1.0]);
assert_eq!(centred::min(3, 1).apply(&array![true, true, false])?, array![true, false, false]);";
    /// The largest value
    max<>() moving_max -> MovingMax<T>;
    errors "Of integers, for a window at an end of the axis that holds fewer than `min_count` cells.";
    "assert_eq!(moving::max(2, 1).apply(&array![3.0, 2.0, 1.0])?, array![3.0, 3.0, 2.0]);
assert_eq!(moving::max(2, 1).apply(&array![3i16, 2, 1])?, array![3, 3, 2]);";
    "assert_eq!(centred::max(3, 1).apply(&array![3.0, 2.0, 1.0])?, array![3.0, 3.0, 2.0]);
assert_eq!(centred::max(3, 1).apply(&array![false, true, false])?, array![true, true, true]);";
    /// The median
    median<>() moving_median -> MovingMedian<T, T::MeanTotal, T::Mean>;
    "assert_eq!(moving::median(3, 1).apply(&array![1.0, 9.0, 2.0, 3.0])?, array![1.0, 5.0, 2.0, 3.0]);
assert_eq!(moving::median(3, 1).apply(&array![1u8, 8, 2, 3])?, array![1.0, 4.5, 2.0, 3.0]);";
    "assert_eq!(centred::median(3, 1).apply(&array![1.0, 9.0, 2.0, 3.0])?, array![5.0, 2.0, 3.0, 2.5]);
assert_eq!(centred::median(3, 1).apply(&array![1u8, 8, 2, 3])?, array![4.5, 2.0, 3.0, 2.5]);";
    /// The median, in another type of floating-point number: computed in `f64`, and rounded once,
    median_as<R>() moving_median -> MovingMedian<T, f64, R>;
    "assert_eq!(moving::median_as::<f32, _>(3, 1).apply(&array![1u8, 8, 2, 3])?, array![1.0f32, 4.5, 2.0, 3.0]);";
    "assert_eq!(centred::median_as::<f32, _>(3, 1).apply(&array![1u8, 8, 2, 3])?, array![4.5f32, 2.0, 3.0, 2.5]);";
    /// The place of the smallest value, the last one of equals, as the number of cells that it lies before the cell that is computed,
    argmin<>() moving_argmin -> MovingArgmin<T, T::Mean>;
    "assert_eq!(moving::argmin(3, 1).apply(&array![2.0, 3.0, 4.0, 1.0, 1.0])?, array![0.0, 1.0, 2.0, 0.0, 0.0]);
assert_eq!(moving::argmin(2, 1).apply(&array![1u8, 2, 2])?, array![0.0, 1.0, 0.0]);";
    "assert_eq!(centred::argmin(3, 1).apply(&array![2.0, 3.0, 4.0, 1.0])?, array![0.0, 1.0, -1.0, 0.0]);
assert_eq!(centred::argmin(3, 1).apply(&array![1u8, 2, 2])?, array![0.0, 1.0, 0.0]);";
    /// The place of the largest value, the last one of equals, as the number of cells that it lies before the cell that is computed,
    argmax<>() moving_argmax -> MovingArgmax<T, T::Mean>;
    "assert_eq!(moving::argmax(3, 1).apply(&array![3.0, 2.0, 1.0, 1.0])?, array![0.0, 1.0, 2.0, 2.0]);
assert_eq!(moving::argmax(2, 1).apply(&array![2i16, 1, 1])?, array![0.0, 1.0, 0.0]);";
    "assert_eq!(centred::argmax(3, 1).apply(&array![2.0, 3.0, 4.0, 1.0])?, array![-1.0, -1.0, 0.0, 1.0]);
assert_eq!(centred::argmax(3, 1).apply(&array![true, false, false])?, array![0.0, 1.0, 0.0]);";
    /// The rank of the cell that is computed, from -1 of the smallest to 1 of the largest value, the mean rank for equals, NaN for NaN,
    rank<>() moving_rank -> MovingRank<T, T::Mean>;
    "assert_eq!(moving::rank(3, 1).apply(&array![1.0, 2.0, 2.0, 1.0])?, array![0.0, 1.0, 0.5, -1.0]);
assert_eq!(moving::rank(3, 1).apply(&array![1u8, 2, 2, 1])?, array![0.0, 1.0, 0.5, -1.0]);";
    "assert_eq!(centred::rank(3, 1).apply(&array![1.0, 2.0, 3.0])?, array![-1.0, 0.0, 1.0]);
assert_eq!(centred::rank(3, 1).apply(&array![false, true, true])?, array![-1.0, 0.5, 0.0]);";
}
