//! The last pass: from the model to the tokens of the kernel.

mod docs;
pub(crate) mod fallback;
mod generics;
pub(crate) mod kernel;
mod rules;
pub(crate) mod text;
