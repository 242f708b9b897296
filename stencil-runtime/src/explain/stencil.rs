//! `Stencil::explain`: the plan of a sweep.

use ndarray::{Dimension, IntoDimension};

use super::StencilExplanation;
use crate::kernel::Kernel;
use crate::{Error, Stencil};

impl<K: Kernel> Stencil<K> {
    /// The plan for arrays of a shape, in row-major order, with its reasons. Nothing is computed.
    ///
    /// # Errors
    /// As for [`apply`](Stencil::apply) on such arrays, as far as their shape tells.
    ///
    /// ```
    /// use ndstencil::explain::Threads;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = (Wrap, Nearest))]
    /// fn cross(x: Window2<f32>) -> f32 { x[[-1, 0]] + x[[0, -1]] + x[[0, 1]] + x[[1, 0]] }
    /// let small = cross().explain((8, 8))?;
    /// assert!(matches!(small.threads, Threads::One(_)));
    /// assert_eq!(small.inputs[0].picture, " ·  o  ·\n o (·) o\n ·  o  ·");
    /// assert_eq!(small.inputs[0].rules, [["Wrap", "Wrap"], ["Nearest", "Nearest"]]);
    /// println!("{small}");
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shape: impl IntoDimension<Dim = K::Dim>) -> Result<StencilExplanation, Error> {
        self.call().explain(shape.into_dimension().slice())
    }
}
