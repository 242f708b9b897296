//! The items that most programs need: `use ndstencil::prelude::*;`.
//!
//! The two attributes, [`stencil`](macro@stencil) and [`gufunc`](macro@gufunc); what their functions return, [`Stencil`]
//! and [`Gufunc`]; [`Filter`], any kernel of a type; [`Job`], a kernel over arrays that need not fit memory; the windows
//! of one to four axes; the rules for edges, [`Boundary`] and [`Rim`]; and [`Real`]
//! for functions that are generic over `f32` and `f64`. `ArrayView1` and its like are `ndarray`'s.

#[cfg_attr(not(feature = "gpu"), doc(hidden))]
pub use crate::Gpu;
pub use crate::{
    Boundary, Filter, Gufunc, Job, Real, Rim, Stencil, Window1, Window2, Window3, Window4, gufunc, stencil,
};
