//! Kernels that many programs need, written with [`#[gufunc]`](macro@crate::gufunc) as users write theirs.
//!
//! Reductions work along the last axis unless [`.axis(..)`](crate::Gufunc::axis) says otherwise; all other axes are loop
//! dimensions. Elements are any [`Number`]: integers are summed up in 64 bits, and their means, medians and quantiles are
//! `f64`; floating-point numbers stay what they are. `sum_as`, `mean_as`, `var_as`, `std_as`, `median_as`, `quantile_as` and
//! their like without NaN give results of another type. Of integers, of which none is NaN, kernels without NaN do what
//! those of all values do. What is named of [`Real`](crate::Real), such as [`cross`], takes floating-point numbers alone.
//!
//! | | |
//! |---|---|
//! | [`sum`], [`ss`], [`mean`], [`var`], [`std()`], [`min`], [`max`], [`argmin`], [`argmax`] | of all values; NaN comes through, as in NumPy |
//! | [`median`], [`quantile`] | likewise, by sorting |
//! | [`nansum`], [`nanmean`], [`nanvar`], [`nanstd`], [`nanmin`], [`nanmax`], [`nanargmin`], [`nanargmax`], [`nanmedian`], [`nanquantile`] | of the values that are not NaN |
//! | [`count`] | how many values are not NaN |
//! | [`rankdata`], [`nanrankdata`] | the rank of each value |
//! | [`push`] | NaN replaced by the value before |
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
//!
//! # Accuracy
//!
//! A sum differs from the exact one by at most 50 times the machine epsilon of the sum of magnitudes, mostly by a few,
//! however many values there are: `f32` does not stop at 16777216. The same holds for means, for sums of squares in
//! variances and, with the rounding of each product besides, for [`inner`] and [`matmul`]. Half precision is computed in
//! `f32` and rounded once. No result depends on threads, tiles or instructions.
//!
//! ```
//! use ndarray::Array1;
//! use ndstencil::kernels;
//! let x = Array1::from_elem(3_000_000, 278.62466f32);
//! let mean = kernels::mean().apply(&x)?.into_scalar();
//! assert!((mean - 278.62466).abs() < 50.0 * f32::EPSILON * 278.62466);
//! assert!(kernels::var(0).apply(&x)?.into_scalar() < 1e-8);
//! # Ok::<(), ndstencil::Error>(())
//! ```

mod cascade;
mod centred;
mod imagery;
pub mod moving;
mod moving_kernels;
mod moving_median;
mod moving_places;
mod nan;
mod ordered;
mod products;
mod push;
mod quantiles;
mod rank_set;
mod ranks;
mod reductions;
mod sorted_blocks;
mod sums;
mod tied_blocks;

pub use imagery::{luminosity, ndvi};
pub use nan::{
    count, nanargmax, nanargmin, nanmax, nanmean, nanmean_as, nanmin, nanstd, nanstd_as, nansum, nansum_as, nanvar,
    nanvar_as,
};
pub use products::{cross, inner, matmul};
pub use push::push;
pub use quantiles::{median, median_as, nanmedian, nanmedian_as, nanquantile, nanquantile_as, quantile, quantile_as};
pub use ranks::{nanrankdata, rankdata};
pub use reductions::{argmax, argmin, max, mean, mean_as, min, ss, ss_as, std, std_as, sum, sum_as, var, var_as};
pub use stencil_runtime::{Accumulator, Cast, Number};
