//! Types and traits that signatures and compiler messages mention, and that programs rarely name.
//!
//! A [`GufuncKernel`](crate::GufuncKernel) declares its operands by types, and the numbers of axes of its results follow
//! from these: an `Array3` gives an `Array2` for `(n)->()`.
//!
//! | | |
//! |---|---|
//! | [`In`], [`Returned`], [`Written`], [`Swept`] | a declared input; an output that is returned, written through a view, computed by a stencil |
//! | [`Inputs`], [`GuOutputs`], [`Output`] | tuples of those, and one output |
//! | [`Core`], [`CoreView`], [`FirstInput`] | numbers of core dimensions, added to and taken from the axes of an array |
//! | [`Dims`], [`DropDims`], [`KeepDims`], [`Reduced`] | what becomes of core dimensions in results: the second parameter of [`Gufunc`](crate::Gufunc) |
//! | [`Signature`], [`SignatureOperand`], [`Dim`] | a signature, taken apart |
//! | [`Fold`], [`FoldWhere`], [`Scan`], [`Segments`], [`Started`], [`Masked`] | kernels made of kernels: `reduce`, `accumulate`, `reduceat`, `initial`, `where_` |
//! | [`LaneInput`], [`LaneView`], [`LaneViewMut`], [`LaneRef`], [`LaneMut`], [`LaneVec`], [`Loops`] | what an element function sees that runs for several loop elements side by side |
//!
//! ```
//! use ndarray::{ArrayView1, array};
//! use ndstencil::prelude::*;
//! use ndstencil::types::KeepDims;
//!
//! #[gufunc("(n)->()")]
//! fn sum(x: ArrayView1<f64>) -> f64 { x.sum() }
//!
//! /// The type of a kernel with settings can be named.
//! struct Share {
//!     total: Gufunc<Sum, KeepDims>,
//! }
//! let share = Share { total: sum().keepdims() };
//! assert_eq!(share.total.apply(&array![[1.0, 2.0], [3.0, 5.0]])?, array![[3.0], [8.0]]);
//! # Ok::<(), ndstencil::Error>(())
//! ```

pub use crate::gufunc::{
    Core, CoreView, Dim, Dims, DropDims, FirstInput, Fold, FoldWhere, GuOutputs, In, Inputs, KeepDims, LaneInput,
    LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut, Loops, Masked, Output, Reduced, Returned, Scan, Segments,
    Signature, SignatureOperand, Started, Swept, Written,
};
