//! Rules without their element types: constants are pointers to values that the kernel's call keeps alive.

use super::{Boundary, Rim, Rule, Rules};
use arrayvec::ArrayVec;

use crate::{MAX_INPUTS, MAX_RANK};

/// One rule; `Constant` points to an input element, `Fill` to an output item.
#[derive(Clone, Copy, Debug)]
pub enum RawRule {
    Constant(*const u8),
    Nearest,
    Reflect,
    Mirror,
    Wrap,
    With(fn(isize, usize) -> isize),
    Fill(*const u8),
    Keep,
    Shrink,
}

/// A rule for outputs that are not evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawRim {
    /// Points to an output item.
    Fill(*const u8),
    Keep,
    Shrink,
}

/// The result of a read along an axis.
pub(crate) enum Cell {
    /// The cell of the axis at this index.
    At(usize),
    Constant(*const u8),
}

impl Cell {
    /// The index, `None` for a constant.
    pub(crate) fn index(self) -> Option<usize> {
        match self {
            Cell::At(index) => Some(index),
            Cell::Constant(_) => None,
        }
    }
}

impl RawRule {
    pub(crate) fn from_boundary<T>(boundary: &Boundary<T>) -> RawRule {
        match boundary {
            Boundary::Constant(value) => RawRule::Constant((value as *const T).cast()),
            Boundary::Nearest => RawRule::Nearest,
            Boundary::Reflect => RawRule::Reflect,
            Boundary::Mirror => RawRule::Mirror,
            Boundary::Wrap => RawRule::Wrap,
            Boundary::With(function) => RawRule::With(*function),
        }
    }

    fn from_rule<I, O>(rule: &Rule<I, O>) -> RawRule {
        match rule {
            Rule::Read(boundary) => RawRule::from_boundary(boundary),
            Rule::Rim(Rim::Fill(value)) => RawRule::Fill((value as *const O).cast()),
            Rule::Rim(Rim::Keep) => RawRule::Keep,
            Rule::Rim(Rim::Shrink) => RawRule::Shrink,
        }
    }

    /// The name that users write.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            RawRule::Constant(_) => "Constant",
            RawRule::Nearest => "Nearest",
            RawRule::Reflect => "Reflect",
            RawRule::Mirror => "Mirror",
            RawRule::Wrap => "Wrap",
            RawRule::With(_) => "With",
            RawRule::Fill(_) => "Fill",
            RawRule::Keep => "Keep",
            RawRule::Shrink => "Shrink",
        }
    }

    /// The rule as one for outputs that are not evaluated, if it is one.
    pub(crate) fn rim(&self) -> Option<RawRim> {
        match self {
            RawRule::Fill(item) => Some(RawRim::Fill(*item)),
            RawRule::Keep => Some(RawRim::Keep),
            RawRule::Shrink => Some(RawRim::Shrink),
            RawRule::Constant(_)
            | RawRule::Nearest
            | RawRule::Reflect
            | RawRule::Mirror
            | RawRule::Wrap
            | RawRule::With(_) => None,
        }
    }

    /// The cell that a read at `index` of an axis of `len` cells gives.
    ///
    /// Rim rules read nothing outside; they answer as `Nearest` does.
    pub(crate) fn cell(&self, index: isize, len: usize) -> Cell {
        assert!(len > 0, "an axis without cells has no cell to read");
        let n = len as isize;
        if (0..n).contains(&index) {
            return Cell::At(index as usize);
        }
        let inside = match self {
            RawRule::Constant(value) => return Cell::Constant(*value),
            RawRule::Nearest | RawRule::Fill(_) | RawRule::Keep | RawRule::Shrink => index.clamp(0, n - 1),
            RawRule::Wrap => index.rem_euclid(n),
            RawRule::Reflect => {
                let m = index.rem_euclid(2 * n);
                if m < n { m } else { 2 * n - 1 - m }
            }
            RawRule::Mirror if n == 1 => 0,
            RawRule::Mirror => {
                let m = index.rem_euclid(2 * n - 2);
                if m < n { m } else { 2 * n - 2 - m }
            }
            RawRule::With(function) => {
                let found = function(index, len);
                assert!(
                    (0..n).contains(&found),
                    "the boundary function gave index {found} for index {index} of an axis of {len} cells"
                );
                found
            }
        };
        Cell::At(inside as usize)
    }
}

/// The rules of all inputs of a kernel.
#[derive(Clone, Debug)]
pub struct RawRules {
    pub(crate) inputs: ArrayVec<[[RawRule; 2]; MAX_RANK], MAX_INPUTS>,
    /// The inputs that were given a constant of another type.
    pub(crate) unfit: ArrayVec<bool, MAX_INPUTS>,
}

impl RawRules {
    pub(crate) fn new() -> RawRules {
        RawRules { inputs: ArrayVec::new(), unfit: ArrayVec::new() }
    }

    #[cfg(test)]
    pub(crate) fn all(rule: RawRule) -> RawRules {
        RawRules {
            inputs: ArrayVec::from([[[rule; 2]; MAX_RANK]; MAX_INPUTS]),
            unfit: ArrayVec::from([false; MAX_INPUTS]),
        }
    }

    /// The names of an input's rules before and after each axis.
    pub(crate) fn names(&self, input: usize, rank: usize) -> Vec<[&'static str; 2]> {
        self.inputs[input][..rank].iter().map(|sides| sides.map(|rule| rule.name())).collect()
    }

    pub(super) fn push<I, O, const N: usize>(&mut self, rules: &Rules<I, O, N>) {
        let mut input = [[RawRule::Nearest; 2]; MAX_RANK];
        for (raw, sides) in input.iter_mut().zip(&rules.sides) {
            *raw = [RawRule::from_rule(&sides[0]), RawRule::from_rule(&sides[1])];
        }
        self.inputs.push(input);
        self.unfit.push(rules.unfit);
    }
}
