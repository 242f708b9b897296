//! The boundary rules of an exported stencil.

use crate::boundary::{Boundary, IntoRules, RuleSet, Rules};
use crate::kernel::Kernel;
use crate::stencil::Stencil;

/// A reading rule that needs no value, chosen at the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// [`Boundary::Nearest`]
    Nearest,
    /// [`Boundary::Reflect`]
    Reflect,
    /// [`Boundary::Mirror`]
    Mirror,
    /// [`Boundary::Wrap`]
    Wrap,
}

impl Reading {
    /// Every rule.
    pub const ALL: [Reading; 4] = [Reading::Nearest, Reading::Reflect, Reading::Mirror, Reading::Wrap];

    /// The name, as SciPy writes it.
    pub fn name(self) -> &'static str {
        match self {
            Reading::Nearest => "nearest",
            Reading::Reflect => "reflect",
            Reading::Mirror => "mirror",
            Reading::Wrap => "wrap",
        }
    }
}

/// The names of the rules of each input, before and after each axis.
pub type RuleNames = Vec<Vec<[&'static str; 2]>>;

/// The stencil with one rule on every side of every input.
pub fn with_boundary<K: Kernel, I, O, const N: usize>(stencil: Stencil<K>, boundary: Reading) -> Stencil<K>
where
    K::Rules: RuleSet<First = Rules<I, O, N>>,
    Boundary<I>: IntoRules<I, O, N>,
{
    stencil.boundary(match boundary {
        Reading::Nearest => Boundary::Nearest,
        Reading::Reflect => Boundary::Reflect,
        Reading::Mirror => Boundary::Mirror,
        Reading::Wrap => Boundary::Wrap,
    })
}

/// The names of a stencil's own rules.
pub fn rules_of<K: Kernel>(stencil: &Stencil<K>) -> RuleNames {
    use ndarray::Dimension;
    let (rules, rank) = (stencil.call().rules.erase(), K::Dim::NDIM.unwrap_or_default());
    (0..K::INPUTS.len()).map(|input| rules.names(input, rank)).collect()
}
