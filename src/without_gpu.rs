//! The stand-in for the GPU where the feature `gpu` is off: a program that opens one is told what to build.

use std::convert::Infallible;

use crate::Error;

/// The feature `gpu`, which nothing has here.
#[diagnostic::on_unimplemented(
    message = "ndstencil is built without its feature `gpu`",
    label = "needs the feature `gpu`",
    note = "build ndstencil with the feature `gpu`: `cargo add ndstencil --features gpu`"
)]
pub trait Feature {}

/// A GPU, which cannot be opened without the feature `gpu`.
#[derive(Debug)]
pub struct Gpu(Infallible);

impl Gpu {
    /// Not to be called: the bound holds for nothing, and says so.
    pub fn new() -> Result<Gpu, Error>
    where
        for<'a> &'a Self: Feature,
    {
        unreachable!("the bound holds for nothing")
    }
}
