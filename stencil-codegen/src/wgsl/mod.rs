//! The GPU form of a kernel: the body that the user wrote, as a WGSL shader.
#![allow(dead_code, unused_imports)]

pub(crate) mod ops;
pub(crate) mod scalar;
