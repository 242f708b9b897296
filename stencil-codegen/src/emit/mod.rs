//! The last pass: from the model to the tokens of the kernel.

pub(crate) mod attributes;
pub(crate) mod call;
pub(crate) mod docs;
pub(crate) mod fallback;
pub(crate) mod kernel;
mod points;
mod rules;
pub(crate) mod shell;
mod signature;
mod stacked;
