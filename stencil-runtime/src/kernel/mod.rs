//! Kernels: what the attributes generate for an element function, and the arrays that it reads and writes.
//!
//! [`stencil`] is what `#[stencil]` implements, [`gufunc`] what `#[gufunc]` implements. Both have `loops()`, the code that
//! is compiled for each kernel and instruction level; everything else is compiled once.

mod arrays;
mod element;
mod gufunc;
mod identity;
mod multiversioned;
mod stencil;
mod sweep;

pub use arrays::Arrays;
pub use element::{Element, Param, Scratch};
pub use gufunc::*;
pub(crate) use gufunc::{CallSite, InnerOperand, InnerOperands, LaneOperand, LaneOperands, MAX_LANES, Order, Sizes};
pub use identity::{Identity, Parameter, TellDebug, TellType};
pub use multiversioned::Multiversioned;
pub use stencil::{Args, DynamicHalo, Kernel, Outputs, PatchLoops, Points, Pointwise, SameType, Single, point_values};
pub(crate) use stencil::{Columns, largest};
pub use sweep::Sweep;
