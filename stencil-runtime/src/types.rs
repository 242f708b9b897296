//! Types and traits that signatures and compiler messages mention, and that programs rarely name.
//!
//! A [`GufuncKernel`](crate::GufuncKernel) declares its operands by types, and the numbers of axes of its results follow
//! from these: an `Array3` gives an `Array2` for `(n)->()`.
//!
//! | | |
//! |---|---|
//! | [`Input`], [`ByValue`], [`ByView`] | a declared input; an output that is returned, or written through a view and by a stencil |
//! | [`Inputs`], [`GufuncOutputs`], [`Output`] | tuples of those, and one output |
//! | [`ElementOutputs`], [`ElementOutput`] | the same as the loops of an element function see them |
//! | [`CoreRank`], [`CoreView`], [`FirstInput`] | numbers of core dimensions, added to and taken from the axes of an array |
//! | [`Dims`], [`DropDims`], [`KeepDims`], [`Reduced`] | what becomes of core dimensions in results: the second parameter of [`Gufunc`](crate::Gufunc) |
//! | [`Arrays`] | what a [`Filter`](crate::Filter) takes and gives, as types |
//! | [`Signature`], [`SignatureOperand`], [`Dim`] | a signature, taken apart |
//! | [`Fold`], [`FoldMasked`], [`Accumulate`], [`ReduceAt`], [`WithInitial`], [`Masked`] | kernels made of kernels: `reduce`, `accumulate`, `reduceat`, `initial`, `masked` |
//! | [`Update`], [`Place`] | the kernels and indices of `at` |
//! | [`LaneInput`], [`LaneView`], [`LaneViewMut`], [`LaneRef`], [`LaneMut`], [`LaneVec`] | what an element function sees that runs for several loop elements side by side |
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
    Accumulate, Dims, DropDims, FirstInput, Fold, FoldMasked, KeepDims, Masked, Place, ReduceAt, Reduced, Update,
    WithInitial,
};
pub use crate::kernel::{
    Arrays, ByValue, ByView, CoreRank, CoreView, Dim, ElementOutput, ElementOutputs, GufuncOutputs, InnerLoop,
    InnerLoops, InnerPlan, Input, Inputs, LaneInput, LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut, Output,
    SameType, Signature, SignatureOperand,
};
