//! The halo with which each input of a stencil is read, and the rules.

use crate::MAX_RANK;
use crate::boundary::{RawRim, RawRule, RawRules};
use crate::halo::Halo;

/// The halos and rules of all inputs of a stencil.
#[derive(Clone, Copy)]
pub(crate) struct Reads<'a> {
    pub(crate) rank: usize,
    /// The number of inputs.
    pub(crate) inputs: usize,
    /// Of each input, or one for all.
    pub(crate) halos: &'a [Halo],
    pub(crate) rules: &'a RawRules,
    /// The distance of the points that are computed along each axis; empty where it is 1.
    pub(crate) stride: &'a [usize],
}

impl<'a> Reads<'a> {
    /// The halo of an input.
    pub(crate) fn halo(&self, input: usize) -> &'a Halo {
        &self.halos[input.min(self.halos.len() - 1)]
    }

    /// The rules of an input.
    pub(crate) fn rules_of(&self, input: usize) -> &'a [[RawRule; 2]; MAX_RANK] {
        &self.rules.inputs[input]
    }

    /// The farthest that any input is read along an axis, on one side.
    pub(crate) fn reach(&self, axis: usize, side: usize) -> usize {
        self.reach_by(axis, side, |_| true)
    }

    /// The same over the inputs whose rule there `counts`.
    pub(super) fn reach_by(&self, axis: usize, side: usize, counts: impl Fn(&RawRule) -> bool) -> usize {
        (0..self.inputs)
            .filter(|&input| counts(&self.rules_of(input)[axis][side]))
            .map(|input| self.halo(input).sides[axis][side])
            .max()
            .unwrap_or(0)
    }

    /// The cells that the widest halo adds along an axis.
    pub(crate) fn width(&self, axis: usize) -> usize {
        self.reach(axis, 0) + self.reach(axis, 1)
    }

    /// The rule for the rim on one axis and side: that of the first input that has one.
    pub(crate) fn rim(&self, axis: usize, side: usize) -> Option<RawRim> {
        (0..self.inputs).map(|input| self.rules_of(input)[axis][side]).find_map(|rule| rule.rim())
    }

    /// Returns true when some output keeps what it holds at a rim.
    pub(crate) fn keeps(&self) -> bool {
        let mut sides = (0..self.rank).flat_map(|axis| [self.rim(axis, 0), self.rim(axis, 1)]);
        sides.any(|rule| matches!(rule, Some(RawRim::Keep)))
    }

    /// The index of an axis of `len` cells that an input is read at for `index`, `None` for a constant.
    pub(crate) fn source(&self, input: usize, axis: usize, index: isize, len: usize) -> Option<usize> {
        self.rules_of(input)[axis][usize::from(index >= 0)].cell(index, len).index()
    }
}
