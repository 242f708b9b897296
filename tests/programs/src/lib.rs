//! Calls random element functions in every way, and compares with the same functions as plain Rust.
//!
//! `ndstencil-generator` writes each function twice: under an attribute, and over the types of [`plain`], which know
//! nothing of `ndstencil`. The tests call the first with [`check`] and compare with a plain loop over the second.

pub mod call;
pub mod cell;
pub mod check;
pub mod held;
pub mod plain;

use ndstencil::{ElementFunction, Gufunc, Halo, Kernel, Stencil};

/// The derived halos of a stencil.
pub fn halos<K: Kernel>(_: &Stencil<K>) -> &'static [Halo] {
    K::HALOS
}

/// Returns true when a gufunc runs side by side.
pub fn has_lanes<K: ElementFunction>(_: &Gufunc<K>) -> bool {
    K::SIDE_BY_SIDE
}

/// One device for all tests of a program.
#[cfg(feature = "gpu")]
pub fn gpu() -> Option<&'static ndstencil::Gpu> {
    use std::sync::LazyLock;

    use ndstencil::{Error, Gpu};

    static GPU: LazyLock<Result<Gpu, Error>> = LazyLock::new(Gpu::new);
    ndstencil_device::required(GPU.as_ref())
}

/// The names that the programs use.
pub mod prelude {
    pub use crate::call::{Call, Collect, Entry, How, Outs, sentinel};
    pub use crate::cell::{Cell, Pixel};
    pub use crate::held::Kind;
    pub use crate::plain::{Cells, Edge, Grid, GridMut, One, Spot, last_cell, scattered};
}
