//! What most users need: `use ndstencil::prelude::*;`.

pub use crate::{
    Boundary, Gufunc, Real, Rim, Stencil, Window1, Window2, Window3, Window4, Window5, Window6, gufunc, stencil,
};
