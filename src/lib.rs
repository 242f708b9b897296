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
//! # Whole axes: generalised ufuncs
//!
//! Where the result does not come from a neighbourhood but from all cells along some axes, or from one cell of each input,
//! the attribute is [`#[gufunc]`](macro@gufunc). A signature in NumPy's notation names the *core dimensions*, those that
//! the element function sees; all other axes are *loop dimensions*: the function is called for each of their cells, and
//! they broadcast.
//!
//! ```
//! use ndarray::{Array2, Array3, ArrayView1, ArrayView2, ArrayViewMut2, array};
//! use ndstencil::prelude::*;
//!
//! /// Element by element.
//! #[gufunc("(),()->()")]
//! fn ndvi(nir: f32, red: f32) -> f32 {
//!     (nir - red) / (nir + red)
//! }
//! /// One value of all along an axis.
//! #[gufunc("(n)->()", require = n > 0)]
//! fn span<T: Real>(x: ArrayView1<T>) -> T {
//!     let mut low = x[0];
//!     let mut high = x[0];
//!     for &v in x {
//!         low = low.min(v);
//!         high = high.max(v);
//!     }
//!     high - low
//! }
//! /// Outputs with core dimensions are written.
//! #[gufunc("(m,n),(n,p)->(m,p)")]
//! fn matmul(a: ArrayView2<f64>, b: ArrayView2<f64>, mut c: ArrayViewMut2<f64>) {
//!     for i in 0..a.nrows() {
//!         for j in 0..b.ncols() {
//!             for k in 0..a.ncols() {
//!                 c[[i, j]] += a[[i, k]] * b[[k, j]];
//!             }
//!         }
//!     }
//! }
//! /// A stencil over the last two axes, for each cell of the others.
//! #[gufunc("(n,m)->(n,m)")]
//! #[stencil(boundary = Wrap)]
//! fn left(x: Window2<i32>) -> i32 {
//!     x[[0, -1]]
//! }
//!
//! let (nir, red) = (array![[0.5, 0.3], [0.4, 0.2]], array![0.1, 0.3]);
//! let index: Array2<f32> = ndvi().apply((&nir, &red))?; // `red` broadcasts
//! assert_eq!(index[[1, 0]], (0.4 - 0.1) / (0.4 + 0.1));
//!
//! let stack = Array3::from_shape_fn((4, 2, 3), |(t, i, j)| (10 * t + i + j) as f64);
//! let spans: Array2<f64> = span().axis(0).apply(&stack)?; // the axis that the function sees
//! assert_eq!(spans, Array2::from_elem((2, 3), 30.0));
//!
//! let turn = array![[0.0, -1.0], [1.0, 0.0]];
//! let frames: Array3<f64> = matmul().apply((&turn, &stack))?; // one matrix, four others
//! assert_eq!(frames.dim(), (4, 2, 3));
//! assert_eq!(left().apply(&array![[[1, 2, 3]], [[4, 5, 6]]])?, array![[[3, 1, 2]], [[6, 4, 5]]]);
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! Kernels of two inputs have NumPy's [methods of ufuncs](docs::ufunc): `reduce`, `accumulate`, `reduceat`, `outer`, `at`; those
//! of one have `at`.
//! Reductions, medians, quantiles and moving windows are there already, in [`kernels`], written with the attribute.
//!
//! ```
//! use ndarray::array;
//! use ndstencil::kernels;
//! let x = array![[1.0, 2.0, f64::NAN], [4.0, 8.0, 6.0]];
//! assert_eq!(kernels::nanmedian().axis(0).apply(&x)?, array![2.5, 5.0, 6.0]);
//! assert_eq!(kernels::moving::mean(2, 1).apply(&x)?, array![[1.0, 1.5, 2.0], [4.0, 6.0, 7.0]]);
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! # What there is
//!
//! | | |
//! |---|---|
//! | [`#[stencil]`](macro@stencil) | makes a kernel of an element function: keys, parameters, what a body may contain |
//! | [`Window1`] to [`Window6`] | inputs around the point: `x[[-1, 0]]`, `x.values()`, `x.position()`, `x.contains(..)` |
//! | [`Stencil`] | a kernel with its settings: `apply`, `apply_into`, `apply_in_place`, `boundary`, `halo`, `repeat`, `serial`, with feature `gpu` also `on` |
//! | [`Filter`] | any kernel of a type: `dyn Filter<Array2<u8>, Array2<u8>>` |
//! | [`Job`], [`chunks`] | a kernel over arrays that need not fit memory; sources and sinks of one's own. With a feature for each format, files: `io` |
//! | [`#[gufunc]`](macro@gufunc) | makes a kernel of an element function over core dimensions: signature, keys, parameters, lanes |
//! | [`Gufunc`] | such a kernel with its settings: `apply`, `apply_into`, `axis`, `axes`, `keepdims`, `masked`, `reduce` |
//! | [`kernels`] | kernels that are there: sums, extremes, medians, with and without NaN, moving windows, small products |
//! | [`Boundary`] | what a read outside the array gives: `Nearest`, `Reflect`, `Mirror`, `Wrap`, `Constant`, `With` |
//! | [`Rim`] | what a point gets whose reads leave the array: `Shrink`, `Fill`, `Keep` |
//! | [`network`] | order statistics of a few values without branches, and [`sort_slice`](network::sort_slice), which sorts the scratch memory of a gufunc, side by side with others |
//! | `Gpu`, `DeviceArray`, [`kernel_module`] | with feature `gpu`: kernels with the key `gpu` on a device, `.on(&gpu)` |
//! | [`Real`] | element functions that are generic over `f32`, `f64` and, with feature `f16`, half precision |
//! | [`Error`] | why a call was refused; nothing was written then, but see [`KernelError::ScratchMemory`] |
//! | [`explain`] | plans that can be asked before anything runs: `smooth().explain((4096, 4096))?` |
//! | [`Schedule`], [`SimdLevel`] | threads, tiles and instruction level, for measuring and tests |
//! | [`Halo`], [`Element`], [`Kernel`], [`Rules`] | what signatures of generic code name |
//! | [`GufuncKernel`], [`ElementFunction`], [`Operands`], [`OutOperands`], [`Operand`], [`OutOperand`], [`Binary`], [`Pairwise`], [`Reduce`] | the same for gufuncs |
//! | [`types`] | what compiler messages name and programs rarely do |
//! | [`prelude`] | the names that most programs need |
//!
//! # Where to read on
//!
//! - [`docs::guide`]: weights, rules chosen at run time, several fields, wider arithmetic.
//! - [`docs::semantics`]: what a kernel means, to the last corner.
//! - [`docs::filters`]: kernels that are chosen at run time, in lists and structs.
//! - [`docs::jobs`]: arrays larger than memory, files.
//! - [`docs::ufunc`]: the methods of kernels that combine two elements.
//! - [`docs::internals`]: how the loops are made, and which forms of a body do not become vector code.
//! - Coming from [SciPy](docs::for_scipy_users), [NumPy](docs::for_numpy_users), [Numba](docs::for_numba_users),
//!   [bottleneck](docs::for_bottleneck_users) or [OpenCV](docs::for_opencv_users).
//!
//! # Features
//!
//! | feature | | |
//! |---|---|---|
//! | `rayon` | default | threads; without it every call stays on the caller's thread |
//! | `f16` | | `half::f16` and `half::bf16` as [`Real`] |
//! | `gpu` | | kernels on the GPU: `#[stencil(gpu)]` and `.on(&gpu)` |

pub mod docs;
pub mod kernels;
pub mod prelude;
#[cfg(not(feature = "gpu"))]
mod without_gpu;

/// The version of `ndarray` whose arrays kernels take: `ndstencil::ndarray` is the crate that a program has to depend on.
#[doc(no_inline)]
pub use ndarray;
#[cfg(feature = "stencil-io")]
#[doc(inline)]
pub use stencil_io as io;
#[doc(inline)]
#[doc = include_str!("docs/gufunc.md")]
pub use stencil_macros::gufunc;
/// Makes the constants and functions of a module visible to the GPU forms of its kernels.
///
/// A macro sees the item that it stands on and nothing else. On a module with its content this one sees all of it, and hands
/// each kernel what it names; the module stays as it is.
///
/// ```
/// use ndarray::array;
///
/// #[ndstencil::kernel_module]
/// mod filters {
///     use ndstencil::prelude::*;
///
///     const GAIN: f32 = 2.0;
///
///     fn amplified(v: f32) -> f32 {
///         GAIN * v
///     }
///     #[stencil(gpu, boundary = Nearest)]
///     pub fn rise(x: Window1<f32>) -> f32 {
///         amplified(x[1] - x[0])
///     }
/// }
/// assert_eq!(filters::rise().apply(&array![1.0, 2.0, 4.0])?, array![2.0, 4.0, 0.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[doc(inline)]
pub use stencil_macros::kernel_module;
#[doc(inline)]
#[doc = include_str!("docs/stencil.md")]
pub use stencil_macros::stencil;
#[doc(hidden)]
pub use stencil_runtime::__private;
#[cfg(feature = "gpu")]
#[doc(inline)]
pub use stencil_runtime::gpu;
#[cfg(feature = "gpu")]
pub use stencil_runtime::gpu::{DeviceArray, Gpu, GpuOptions};
pub use stencil_runtime::{
    Binary, Boundary, Element, ElementFunction, Error, FailedBy, FailedChunk, Filter, GpuError, Gufunc, GufuncKernel,
    Halo, IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide, IoError, Job, JobError, Kernel, KernelError, Operand,
    Operands, OutOperand, OutOperands, Outputs, Pairwise, Real, Reduce, Repeat, Rim, Rule, Rules, Schedule, ShapeError,
    SimdLevel, Single, Stencil, Window, Window1, Window2, Window3, Window4, Window5, Window6, chunks, explain, network,
    types,
};
#[cfg(not(feature = "gpu"))]
#[doc(hidden)]
pub use without_gpu::Gpu;

/// Compiles and runs the programs of the README.
#[cfg(all(doctest, feature = "gpu"))]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
