//! The agreement between the two halves of ndstencil.
//!
//! `stencil-codegen` writes loops and shaders while a user's crate compiles, `stencil-runtime` runs them, and neither
//! sees the other. What both have to mean alike stands here, once: the element types and how buffers pack them, the
//! limits, the fields of a shader's uniform block, the layout of the tables that a shader's edges read, and the exchange
//! networks. There is nothing else in this crate, and it depends on nothing.

pub mod edges;
mod element;
mod limits;
pub mod network;
mod shader;

pub use element::ElementType;
pub use limits::{MAX_GPU_AXIS, MAX_GPU_CELLS, MAX_GPU_RANK, MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};
pub use shader::Field;
