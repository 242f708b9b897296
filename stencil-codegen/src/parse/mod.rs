//! The first pass: from tokens to the parts of an element function.

pub(crate) mod boundary;
pub(crate) mod function;
pub(crate) mod halo;
pub(crate) mod item;
pub(crate) mod offset;
pub(crate) mod signature;
pub(crate) mod stride;
pub(crate) mod window;
