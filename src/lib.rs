//! Write what happens at one point; the loops, the edges, SIMD and threads are generated.
//!
//! ```
//! use ndarray::array;
//! use ndstencil::prelude::*;
//!
//! #[stencil(boundary = Nearest)]
//! fn smooth(x: Window2<u8>) -> u8 {
//!     let mut sum = 0;
//!     for i in -1..=1 {
//!         for j in -1..=1 {
//!             sum += u32::from(x[[i, j]]);
//!         }
//!     }
//!     (sum / 9) as u8
//! }
//!
//! let image = array![[0, 9, 18], [27, 36, 45]];
//! assert_eq!(smooth().apply(&image)?, array![[12, 18, 24], [21, 27, 33]]);
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! `smooth` is an *element function*: indices are relative to the point that is computed. The attribute derives from
//! them how far the function reads around a point, the *halo*, and makes a *kernel* of it. A function that reads beyond
//! the point itself does not compile until it names a boundary.
//!
//! # Calling a kernel
//!
//! The function that is left takes the parameters which are not windows and returns a [`Stencil`], a plain `Copy` value.
//!
//! ```
//! use ndarray::{Array2, array, s};
//! use ndstencil::prelude::*;
//!
//! #[stencil(boundary = Nearest)]
//! fn heat(u: Window2<f64>, alpha: f64) -> f64 {
//!     u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
//! }
//! #[stencil(boundary = Shrink)]
//! fn gradient(u: Window2<f64>, mask: Window2<bool>) -> (f64, f64) {
//!     if mask[[0, 0]] { (u[[1, 0]] - u[[0, 0]], u[[0, 1]] - u[[0, 0]]) } else { (0.0, 0.0) }
//! }
//!
//! let u = array![[0.0, 4.0, 0.0], [0.0, 0.0, 0.0]];
//! let v: Array2<f64> = heat(0.25).apply(&u)?; // a new array
//! assert_eq!(v, array![[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]]);
//!
//! let mut out = Array2::zeros((2, 3));
//! heat(0.25).apply_into(&u, &mut out)?; // an array that is there
//! assert_eq!(out, v);
//!
//! let column = heat(0.25).boundary(Boundary::Wrap).apply(&u.slice(s![.., 1..2]))?; // a view, another boundary
//! assert_eq!(column, array![[2.0], [2.0]]);
//!
//! let mask = array![[true, false, true], [true, true, true]];
//! let (down, right) = gradient().serial().apply((&u, &mask))?; // several inputs and outputs, on this thread
//! assert_eq!((down, right), (array![[0.0, 0.0]], array![[4.0, 0.0]]));
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! # What there is
//!
//! | | |
//! |---|---|
//! | [`#[stencil]`](macro@stencil) | makes a kernel of an element function: keys, parameters, what a body may contain |
//! | [`Window1`] to [`Window6`] | inputs around the point: `x[[-1, 0]]`, `x.values()`, `x.position()`, `x.contains(..)` |
//! | [`Stencil`] | a kernel with its settings: `apply`, `apply_into`, `boundary`, `halo`, `serial` |
//! | [`Boundary`] | what a read outside the array gives: `Nearest`, `Reflect`, `Mirror`, `Wrap`, `Constant`, `With` |
//! | [`Rim`] | what a point gets whose reads leave the array: `Shrink`, `Fill`, `Keep` |
//! | [`median`], [`sort`], [`min`], [`max`] | order statistics of a few values, without branches |
//! | [`Real`] | element functions that are generic over `f32`, `f64` and, with feature `f16`, half precision |
//! | [`Error`] | why a call was refused; nothing was written then |
//! | [`Schedule`], [`Level`] | threads, tiles and instruction level, for measuring and tests |
//! | [`Halo`], [`Element`], [`Kernel`], [`Rules`] | what signatures of generic code name |
//! | [`prelude`] | the names that most programs need |
//!
//! # Where to read on
//!
//! - [`docs::semantics`]: what a kernel means, to the last corner.
//! - [`docs::internals`]: how the loops are made, and which forms of a body do not become vector code.
//! - Coming from [SciPy](docs::for_scipy_users), [NumPy](docs::for_numpy_users), [Numba](docs::for_numba_users) or
//!   [OpenCV](docs::for_opencv_users).
//!
//! # Features
//!
//! | feature | | |
//! |---|---|---|
//! | `rayon` | default | threads; without it every call stays on the caller's thread |
//! | `f16` | | `half::f16` and `half::bf16` as [`Real`] |

pub mod docs;
pub mod kernels;
pub mod prelude;

#[doc(inline)]
pub use stencil_macros::gufunc;
#[doc(inline)]
#[doc = include_str!("docs/stencil.md")]
pub use stencil_macros::stencil;
#[doc(hidden)]
pub use stencil_runtime::__private;
pub use stencil_runtime::{
    Binary, Bind, BindOut, Boundary, Core, CoreView, Dim, Dims, DropDims, Element, Error, FirstInput, Fold, FoldWhere,
    GuOutputs, Gufunc, GufuncKernel, Halo, In, Inputs, IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide, KeepDims,
    Kernel, Level, Masked, One, Operand, OutOperand, Output, Outputs, Pairwise, Real, Reduce, Reduced, Returned, Rim,
    Rule, Rules, Scan, Schedule, Segments, Signature, SignatureOperand, SortSlice, Started, Stencil, Window, Window1,
    Window2, Window3, Window4, Window5, Window6, Written, max, median, min, sort, sort_slice,
};

/// Compiles and runs the program of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
