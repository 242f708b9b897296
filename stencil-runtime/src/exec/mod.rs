//! Executors on the processor: how a kernel is applied to whole arrays.
//!
//! There is one model, NumPy's. The loop [`nest`] hands loop elements, one axis of them at a time, to the inner loop of the
//! kernel: for an element function that is [`elements`], one by one or side by side, for a stencil a [`sweep`] over its
//! core. A plain stencil is a sweep without a nest, made by a [`call`].
//!
//! [`reference`] is the plain loop over points against which all of it is tested, and [`split`] an executor for tests
//! that knows parts alone. `README.md` beside this file follows a call from `apply` to the vector loop.

pub(crate) mod call;
mod elements;
pub(crate) mod nest;
pub(crate) mod reference;
mod scratch;
mod split;
pub(crate) mod sweep;

pub use elements::{element_loops, element_plan};
pub use sweep::patch_loops;
