//! The cells that a part of the domain reads, and the cutting of regions: integer arithmetic on shapes, without arrays.
//!
//! [`region`] is the box of indices; [`reads`] says how far each input of a stencil is read and by which rules;
//! [`domain`] is the whole that a kernel is applied to; [`needs`] is what of the inputs a part of the outputs takes;
//! [`nest`] takes loop axes together;
//! [`split`](mod@split) cuts what is too large at once.

mod domain;
mod needs;
mod nest;
mod reads;
mod region;
#[cfg(feature = "gpu")]
mod split;

pub(crate) use domain::Domain;
#[cfg(feature = "gpu")]
pub(crate) use needs::needed;
pub(crate) use needs::{needs, needs_along};
pub(crate) use nest::{LoopNest, merged_axes};
pub(crate) use reads::Reads;
pub(crate) use region::Region;
pub use region::each_index;
#[cfg(feature = "gpu")]
pub(crate) use split::{Ranges, split};
