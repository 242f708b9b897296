//! The language of element functions, form by form: bodies mean what they say on the processor, side by side in lanes,
//! and on a GPU.

mod footprints;
#[cfg(feature = "gpu")]
mod gpu;
mod gufuncs;
mod lane_forms;
mod lanes;
pub mod pedantic;
mod rewrites;
mod stencils;
mod strides;
