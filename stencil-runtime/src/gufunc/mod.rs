//! Generalized universal functions: an element function over core dimensions, applied to every loop element.
//!
//! [`signature`], [`axes`], [`geometry`] and [`nest`] are NumPy's rules, integer arithmetic on shapes and strides without
//! arrays; [`operand`] and [`core`] tie arrays to a kernel's declaration by types; [`run`] executes. [`methods`] are
//! those of NumPy's ufuncs.

mod axes;
mod core;
mod geometry;
// The type has the module's name.
#[allow(clippy::module_inception)]
mod gufunc;
mod kernel;
mod methods;
mod nest;
mod operand;
#[allow(unsafe_code)]
pub(crate) mod run;
mod signature;
mod stacked;

pub use self::core::{Core, CoreView};
pub use self::gufunc::{Gufunc, gufunc};
#[cfg(feature = "gpu")]
pub(crate) use axes::OperandAxes;
#[cfg(feature = "gpu")]
pub(crate) use geometry::Geometry;
pub use kernel::{GufuncKernel, Stacked};
pub use methods::{Binary, Fold, FoldWhere, Masked, Pairwise, Reduce, Reduced, Scan, Segments, Started};
pub use operand::{Bind, BindOut, FirstInput, Operand, OutOperand};
pub use run::{
    Dims, DropDims, GuOutputs, In, Inputs, KeepDims, LaneInput, LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut,
    Loops, Output, Returned, Swept, Written, lane_values, lanes_of, loops,
};
#[cfg(feature = "gpu")]
pub(crate) use signature::Called;
pub use signature::{Dim, Operand as SignatureOperand, Signature};
