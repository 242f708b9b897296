//! The loops over loop elements: the only unsafe code of gufuncs.
//!
//! [`call`] resolves a call, and [`execute`] splits it into runs of loop elements, on one thread or all. [`walk`] holds the loops that are compiled for each kernel; [`views`] makes views of operands; [`lane`] is what an
//! element function sees when it runs for several loop elements side by side; [`gather`] brings their cores together.

pub(crate) mod call;
pub(crate) mod dims;
mod execute;
mod gather;
mod lane;
pub(crate) mod operand;
pub(crate) mod views;
mod walk;

pub use dims::{Dims, DropDims, KeepDims};
pub use lane::{LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut};
pub use views::{GuOutputs, In, Inputs, Output, Returned, Written, lane_values, lanes_of};
pub use walk::{Loops, loops};
