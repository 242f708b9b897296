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

use crate::geometry::{Domain, Reads};

/// What is known of a stencil's call: its shapes, halos and rules.
pub(crate) struct Outline<'a> {
    pub(crate) reads: Reads<'a>,
    pub(crate) domain: Domain,
}

impl Outline<'_> {
    /// Input coordinate minus output coordinate.
    pub(crate) fn lead(&self, axis: usize) -> usize {
        self.domain.written.start[axis]
    }

    /// Whether outputs that are there keep cells.
    pub(crate) fn keeps(&self) -> bool {
        self.reads.keeps()
    }

    /// The shape of the outputs.
    pub(crate) fn written(&self) -> Vec<usize> {
        (0..self.domain.rank).map(|axis| self.domain.written.len(axis)).collect()
    }
}
