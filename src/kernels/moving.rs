//! Reductions over windows that move along an axis.
//!
//! A *trailing* window of `window` cells ends at the cell that is computed; a [`centred`] one reaches `window / 2` cells
//! back and `(window - 1) / 2` cells ahead, as in pandas, xarray, SciPy and OpenCV. NaN cells and cells outside of the axis
//! are missing; a window may be longer than the axis. Where fewer than `min_count` values are there, the result is NaN. These
//! are the results of bottleneck's `move_*` functions; sums are made anew for each window, so that no rounding error,
//! infinity or NaN stays behind when it has left the window.
//!
//! Sums are kept in `f64`, and counts are integers. The cost of a cell does not grow with the window; that of
//! a median grows with the window's logarithm.
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

use super::moving_kernels::*;
use super::moving_median::{MovingMedian, moving_median};
use crate::{Gufunc, Real};

/// Trailing windows: the public functions, and those of [`centred`].
macro_rules! public {
    ($($(#[doc = $what:literal])+ $name:ident ($($extra:ident),*) $inner:ident $Kernel:ident $trailing:literal $around:literal;)*) => {
        $(
            $(#[doc = $what])+
            /// of the `window` cells that end at each cell, where at least `min_count` of them are not NaN.
            ///
            /// # Errors
            /// [`ShapeError::Requirement`](crate::ShapeError::Requirement) when it is applied, unless `1 <= min_count <= window`; and for
            /// windows of 2³¹ cells on an axis as long.
            ///
            /// ```
            /// use ndarray::array;
            /// use ndstencil::kernels::moving;
            #[doc = $trailing]
            /// # Ok::<(), ndstencil::Error>(())
            /// ```
            pub fn $name<T: Real>(window: usize, min_count: usize $(, $extra: usize)*) -> Gufunc<$Kernel<T>> {
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
                ///
                /// ```
                /// use ndarray::array;
                /// use ndstencil::kernels::moving::centred;
                #[doc = $around]
                /// # Ok::<(), ndstencil::Error>(())
                /// ```
                pub fn $name<T: Real>(window: usize, min_count: usize $(, $extra: usize)*) -> Gufunc<$Kernel<T>> {
                    $inner(window, min_count, $($extra,)* window.saturating_sub(1) / 2)
                }
            )*
        }
    };
}

public! {
    /// The sum
    sum() moving_sum MovingSum
        "assert_eq!(moving::sum(2, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![1.0, 3.0, 2.0]);"
        "assert_eq!(centred::sum(3, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![3.0, 3.0, 2.0]);";
    /// The mean
    mean() moving_mean MovingMean
        "assert_eq!(moving::mean(2, 1).apply(&array![1.0, 2.0, f64::NAN])?, array![1.0, 1.5, 2.0]);"
        "assert_eq!(centred::mean(4, 1).apply(&array![1.0, 2.0, f64::NAN, 3.0, 4.0])?, array![1.5, 1.5, 2.0, 3.0, 3.5]);";
    /// The variance, with `ddof` taken off the number of values it is divided by,
    var(ddof) moving_var MovingVar
        "assert_eq!(moving::var(2, 1, 0).apply(&array![1.0, 3.0, 3.0])?, array![0.0, 1.0, 0.0]);"
        "assert_eq!(centred::var(3, 1, 1).apply(&array![1.0, 3.0, 5.0])?, array![2.0, 4.0, 2.0]);";
    /// The standard deviation, with `ddof` taken off the number of values,
    std(ddof) moving_std MovingStd
        "assert_eq!(moving::std(2, 1, 0).apply(&array![1.0, 3.0, 3.0])?, array![0.0, 1.0, 0.0]);"
        "assert_eq!(centred::std(3, 2, 1).apply(&array![1.0, 3.0, 5.0])?[1], 2.0);";
    /// The smallest value
    min() moving_min MovingMin
        "assert_eq!(moving::min(2, 1).apply(&array![1.0, 2.0, 3.0])?, array![1.0, 1.0, 2.0]);"
        "assert_eq!(centred::min(3, 1).apply(&array![3.0, 2.0, 1.0])?, array![2.0, 1.0, 1.0]);";
    /// The largest value
    max() moving_max MovingMax
        "assert_eq!(moving::max(2, 1).apply(&array![3.0, 2.0, 1.0])?, array![3.0, 3.0, 2.0]);"
        "assert_eq!(centred::max(3, 1).apply(&array![3.0, 2.0, 1.0])?, array![3.0, 3.0, 2.0]);";
    /// The median
    median() moving_median MovingMedian
        "assert_eq!(moving::median(3, 1).apply(&array![1.0, 9.0, 2.0, 3.0])?, array![1.0, 5.0, 2.0, 3.0]);"
        "assert_eq!(centred::median(3, 1).apply(&array![1.0, 9.0, 2.0, 3.0])?, array![5.0, 2.0, 3.0, 2.5]);";
}
