//! The GPU form of a kernel: the body that the user wrote, as a WGSL shader.
#![allow(dead_code)]

pub(crate) mod lower;
pub(crate) mod module;
pub(crate) mod ops;
pub(crate) mod scalar;
pub(crate) mod source;
pub(crate) mod text;
#[cfg(feature = "gpu")]
pub(crate) mod validate;
