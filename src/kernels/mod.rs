//! Kernels that many programs need, written with [`#[gufunc]`](macro@crate::gufunc) as users write theirs.
//!
//! Reductions work along the last axis unless [`.axis(..)`](crate::Gufunc::axis) says otherwise; all other axes are loop
//! dimensions. Element types are [`Real`](crate::Real); `f32` stays `f32`.
//!
//! | | |
//! |---|---|
//! | [`sum`], [`mean`], [`var`], [`std()`], [`min`], [`max`], [`argmin`], [`argmax`] | of all values; NaN comes through, as in NumPy |
//! | [`median`], [`quantile`] | likewise, by sorting |
//! | [`nansum`], [`nanmean`], [`nanvar`], [`nanstd`], [`nanmin`], [`nanmax`], [`nanargmin`], [`nanargmax`], [`nanmedian`], [`nanquantile`] | of the values that are not NaN |
//! | [`count`] | how many values are not NaN |
//! | [`moving`] | over windows that move along an axis |
//! | [`ndvi`], [`luminosity`] | of bands and channels |
//! | [`inner`], [`matmul`], [`cross`] | products of small vectors and matrices |
//!
//! ```
//! use ndarray::array;
//! use ndstencil::kernels;
//! let x = array![[1.0f32, 2.0, f32::NAN], [4.0, 8.0, 6.0]];
//! assert_eq!(kernels::nanmean().apply(&x)?, array![1.5, 6.0]);
//! assert_eq!(kernels::nanmax().axis(0).apply(&x)?, array![4.0, 8.0, 6.0]);
//! # Ok::<(), ndstencil::Error>(())
//! ```

mod imagery;
pub mod moving;
mod moving_kernels;
mod moving_median;
mod nan;
mod products;
mod quantiles;
mod rank_set;
mod reductions;
mod sorted_blocks;

pub use imagery::{luminosity, ndvi};
pub use nan::{count, nanargmax, nanargmin, nanmax, nanmean, nanmin, nanstd, nansum, nanvar};
pub use products::{cross, inner, matmul};
pub use quantiles::{median, nanmedian, nanquantile, quantile};
pub use reductions::{argmax, argmin, max, mean, min, std, sum, var};

/// Sums are made of sums of this many values, so that rounding errors grow with the number of blocks.
const BLOCK: usize = 128;
