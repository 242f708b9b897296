//! Generalized universal functions: kernels over core dimensions, applied to every loop element.
//!
//! [`axes`] and [`geometry`] are NumPy's rules, integer arithmetic on shapes without arrays; [`operand`] ties arrays to a
//! kernel's declaration by types, [`dims`] says what becomes of core dimensions, and [`order`] how new outputs lie in
//! memory. A [`call`] is resolved by them and
//! handed to the loop nest. [`methods`] are those of NumPy's ufuncs, and [`stacked`] is a stencil as a gufunc.

mod axes;
#[allow(unsafe_code)]
mod call;
#[allow(unsafe_code)]
mod dims;
mod geometry;
// The type has the module's name.
#[allow(clippy::module_inception)]
mod gufunc;
mod methods;
mod operand;
mod order;
#[allow(unsafe_code)]
mod stacked;

pub use self::gufunc::{Gufunc, gufunc, kernel_of};
pub(crate) use axes::OperandAxes;
pub(crate) use call::Call as GufuncCall;
pub(crate) use dims::Loop;
pub use dims::{Dims, DropDims, KeepDims};
#[cfg(feature = "gpu")]
pub(crate) use geometry::Geometry;
pub(crate) use geometry::require;
pub use methods::{
    Accumulate, Binary, Fold, FoldMasked, Masked, Pairwise, Place, Reduce, ReduceAt, Reduced, Update, WithInitial,
};
pub use operand::{FirstInput, Operand, Operands, OutOperand, OutOperands};
