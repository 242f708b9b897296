//! The halo with which each input of a stencil is read, and the rules.

use crate::boundary::{RawRule, RawRules};
use crate::halo::Halo;
use crate::{MAX_INPUTS, MAX_RANK};

/// The halos and rules of all inputs of a stencil.
#[derive(Clone, Copy)]
pub(crate) struct Reads<'a> {
    pub(crate) rank: usize,
    /// The number of inputs.
    pub(crate) inputs: usize,
    pub(crate) halos: [Halo; MAX_INPUTS],
    pub(crate) rules: &'a RawRules,
}

impl Reads<'_> {
    /// The rules of an input.
    pub(crate) fn rules_of(&self, input: usize) -> &[[RawRule; 2]; MAX_RANK] {
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
            .map(|input| self.halos[input].sides[axis][side])
            .max()
            .unwrap_or(0)
    }

    /// The cells that the widest halo adds along an axis.
    pub(crate) fn width(&self, axis: usize) -> usize {
        self.reach(axis, 0) + self.reach(axis, 1)
    }

    /// The rule for the rim on one axis and side: that of the first input that has one.
    pub(super) fn rim(&self, axis: usize, side: usize) -> Option<RawRule> {
        (0..self.inputs).map(|input| self.rules_of(input)[axis][side]).find(RawRule::is_rim)
    }

    /// The index of an axis of `len` cells that an input is read at for `index`, `None` for a constant.
    pub(crate) fn source(&self, input: usize, axis: usize, index: isize, len: usize) -> Option<usize> {
        self.rules_of(input)[axis][usize::from(index >= 0)].cell(index, len).index()
    }
}
