//! `Repeat::explain`: the plan of several sweeps.

use std::fmt;

use ndarray::IntoDimension;

use super::StencilExplanation;
use crate::kernel::Kernel;
use crate::plan::text;
use crate::{Error, Repeat};

/// The plan of a repeated stencil for arrays of one shape: what [`Repeat::explain`] gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RepeatExplanation {
    /// The number of sweeps.
    pub sweeps: usize,
    /// The first sweep; the others differ from it where outputs shrink.
    pub sweep: StencilExplanation,
    /// The shape of the last output.
    pub output_shape: Vec<usize>,
    /// The bytes of the arrays that sweeps alternate between.
    pub buffer_bytes: usize,
}

impl<K: Kernel> Repeat<K> {
    /// The plan for an array of a shape, in row-major order, with its reasons. Nothing is computed.
    ///
    /// # Errors
    /// As for [`Stencil::explain`](crate::Stencil::explain).
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Shrink)]
    /// fn rise(x: Window1<f64>) -> f64 { x[1] - x[0] }
    /// let plan = rise().repeat(3).explain(100)?;
    /// assert_eq!((plan.sweeps, plan.output_shape), (3, vec![97]));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shape: impl IntoDimension<Dim = K::Dim>) -> Result<RepeatExplanation, Error> {
        let sweep = self.stencil.explain(shape)?;
        let buffers = self.times.clamp(1, 2);
        Ok(RepeatExplanation {
            sweeps: self.times,
            output_shape: self.shape(&sweep.shape, self.times),
            buffer_bytes: buffers * sweep.output_bytes,
            sweep,
        })
    }
}

impl fmt::Display for RepeatExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sweeps, buffers) = (text::counted(self.sweeps, "sweep"), text::bytes(self.buffer_bytes));
        match self.sweeps {
            0 => return writeln!(f, "no sweep: a copy of {buffers}"),
            1 => writeln!(f, "{sweeps}, into an array of {buffers}:")?,
            _ => writeln!(f, "{sweeps} one after the other, between two arrays of {buffers} together; the first:")?,
        }
        self.sweep.fmt(f)
    }
}
