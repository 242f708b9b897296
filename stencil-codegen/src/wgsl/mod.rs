//! The GPU form of a kernel: the body that the user wrote, as a WGSL shader.
#![allow(dead_code)]

pub(crate) mod scalar;
pub(crate) mod text;
