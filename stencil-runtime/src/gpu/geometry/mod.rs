//! What is computed where: integer arithmetic on shapes, without arrays and without a GPU.
//!
//! A stencil is computed in [`slab`]s along its first axis, one where everything fits; a slab has an [`area`] in coordinates
//! of its own, a box for `near` and what lies beside it for `edge`; [`edges`] are the tables that say what lies outside;
//! [`split`] cuts boxes into dispatches. [`loops`] and [`core`] are the same for gufuncs.

pub(crate) mod area;
pub(crate) mod core;
pub(crate) mod edges;
pub(crate) mod loops;
pub(crate) mod slab;
pub(crate) mod split;

use crate::boundary::{RawRule, RawRules};
use crate::exec::plan::Extent;
use crate::{Halo, MAX_INPUTS, MAX_RANK};

/// What is known of a stencil's call: its shapes, halos and rules.
pub(crate) struct Outline<'a> {
    pub(crate) rank: usize,
    pub(crate) inputs: usize,
    pub(crate) shape: [usize; MAX_RANK],
    pub(crate) halos: [Halo; MAX_INPUTS],
    pub(crate) rules: &'a RawRules,
    pub(crate) extent: Extent,
}

impl Outline<'_> {
    /// How far any input is read along an axis, on one side.
    pub(crate) fn reach(&self, axis: usize, side: usize) -> usize {
        self.halos[..self.inputs].iter().map(|halo| halo.sides[axis][side]).max().unwrap_or(0)
    }

    /// The cell of an input that is read at an index along an axis, or `None` for a constant.
    pub(crate) fn source(&self, input: usize, axis: usize, index: isize) -> Option<usize> {
        self.rules.inputs[input][axis][usize::from(index >= 0)].index(index, self.shape[axis])
    }

    /// Input coordinate minus output coordinate.
    pub(crate) fn lead(&self, axis: usize) -> usize {
        self.extent.written.start[axis]
    }

    /// Whether outputs that are there keep cells.
    pub(crate) fn keeps(&self) -> bool {
        self.extent.rim.iter().flatten().any(|rule| matches!(rule, Some(RawRule::Keep)))
    }

    /// The shape of the outputs.
    pub(crate) fn written(&self) -> Vec<usize> {
        (0..self.rank).map(|axis| self.extent.written.len(axis)).collect()
    }
}
