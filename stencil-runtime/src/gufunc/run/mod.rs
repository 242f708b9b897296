//! The loops over loop elements: the only unsafe code of gufuncs.
//!
//! [`call`] resolves a call, and [`execute`] splits it into runs of loop elements, on one thread or all; [`sweep`] does so
//! for stencils. [`walk`] holds the loops that are compiled for each kernel. [`inputs`] and [`outputs`] are what a kernel
//! declares, seen through [`views`] one by one, or through [`lane`] side by side, where [`gather`] brings cores together.

pub(crate) mod call;
pub(crate) mod dims;
mod execute;
mod gather;
mod inputs;
mod lane;
pub(crate) mod operand;
mod outputs;
mod split;
pub(crate) mod sweep;
mod views;
mod walk;

pub use dims::{Dims, DropDims, KeepDims};
pub use execute::Whole;
pub use inputs::{In, Inputs, LaneInput};
pub use lane::{LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut};
pub use outputs::{GuOutputs, Output, Returned, Swept, Written, lane_values};
pub use views::lanes_of;
pub use walk::{Loops, loops};
