//! The division of a call into parts and dispatches: integer arithmetic on shapes, without arrays and without a GPU.
//!
//! A stencil is computed in [`part`]s, one where everything fits, from cells that are [`held`]; a part has an [`area`] in
//! coordinates of its own, a box for `near` and what lies beside it for `edge`; [`edges`] are the tables that say what lies
//! outside; [`grid`] are the workgroups of a dispatch. [`loops`] and [`operand`] are the same for gufuncs.

pub(crate) mod area;
pub(crate) mod edges;
pub(crate) mod grid;
pub(crate) mod held;
pub(crate) mod loops;
pub(crate) mod operand;
pub(crate) mod part;

use crate::geometry::{Domain, Reads};

/// The shapes, halos and rules of a stencil's call.
pub(crate) struct StencilGeometry<'a> {
    pub(crate) reads: Reads<'a>,
    pub(crate) domain: Domain,
    /// Cells along the last axis that share a word of the operand with the narrowest elements.
    pub(crate) unit: usize,
}

impl StencilGeometry<'_> {
    /// The units that cuts of the outputs are multiples of, so that no two parts share a word.
    pub(crate) fn units(&self) -> Vec<usize> {
        let last = self.domain.rank - 1;
        (0..=last).map(|axis| if axis == last { self.unit } else { 1 }).collect()
    }

    /// Input coordinate minus output coordinate.
    pub(crate) fn lead(&self, axis: usize) -> usize {
        self.domain.written.start[axis]
    }

    /// Returns true when outputs that are there keep cells.
    pub(crate) fn keeps(&self) -> bool {
        self.reads.keeps()
    }

    /// The shape of the outputs.
    pub(crate) fn written(&self) -> Vec<usize> {
        (0..self.domain.rank).map(|axis| self.domain.written.len(axis)).collect()
    }
}
