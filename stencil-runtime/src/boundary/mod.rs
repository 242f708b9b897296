//! What happens at the edges of the arrays.
//!
//! There are two families. A [`Boundary`] says what a *read* outside the array gives; a [`Rim`] says
//! what an *output* gets where the kernel is not evaluated. [`Rules`] holds one of either kind for each
//! axis and side of one input.

mod erased;
mod into;

use crate::Sealed;
pub(crate) use erased::{RawRule, RawRules};
pub use into::{IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide, OneInput};

/// A reading rule: what a read outside an axis `a b c d` gives.
///
/// | rule | before | axis | after | SciPy | NumPy `pad` | OpenCV |
/// |---|---|---|---|---|---|---|
/// | `Constant(k)` | `k k k` | `a b c d` | `k k k` | constant | constant | `CONSTANT` |
/// | `Nearest` | `a a a` | `a b c d` | `d d d` | nearest | edge | `REPLICATE` |
/// | `Reflect` | `c b a` | `a b c d` | `d c b` | reflect | **symmetric** | `REFLECT` |
/// | `Mirror` | `d c b` | `a b c d` | `c b a` | mirror | **reflect** | `REFLECT_101` |
/// | `Wrap` | `b c d` | `a b c d` | `a b c` | wrap | wrap | `WRAP` |
///
/// The rules repeat for halos wider than the axis. Where a point lies outside several axes, the first
/// of them with a constant decides.
///
/// ```
/// use ndstencil::Boundary;
/// assert_eq!(Boundary::<u8>::Mirror.index(-1, 4), Some(1));
/// assert_eq!(Boundary::<u8>::Reflect.index(-1, 4), Some(0));
/// assert_eq!(Boundary::Constant(7u8).index(-1, 4), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Boundary<T> {
    /// Reads outside the array give this value.
    Constant(T),
    /// The nearest cell of the array.
    Nearest,
    /// Mirrored about the outer edge of the last cell: the last cell is repeated.
    Reflect,
    /// Mirrored about the centre of the last cell: the last cell is not repeated.
    Mirror,
    /// Periodic.
    Wrap,
    /// A function of the index outside the axis and the length of the axis, giving an index inside.
    With(fn(index: isize, len: usize) -> isize),
}

impl<T> Boundary<T> {
    /// The cell of an axis of `len` cells that is read at `index`, or `None` for a constant.
    ///
    /// Indices inside the axis are themselves.
    ///
    /// # Panics
    /// When `len` is 0, or when the function of `With` gives an index outside `0..len`.
    pub fn index(&self, index: isize, len: usize) -> Option<usize> {
        RawRule::from_boundary(self).index(index, len)
    }
}

/// A rule for the outputs whose footprint leaves the array: the kernel is not evaluated there.
///
/// Where several axes apply, the first of them decides.
#[derive(Clone, Copy, Debug)]
pub enum Rim<O> {
    /// Such outputs get this value (the "constant" of `numba.stencil`).
    Fill(O),
    /// Such outputs keep what they held; with `apply`, they get the value of the first input.
    Keep,
    /// There are no such outputs: the output is smaller than the input by the halo on this side.
    Shrink,
}

/// The rule for one side of one axis: of either family.
#[derive(Clone, Copy, Debug)]
pub enum Rule<I, O> {
    /// Reads outside give a value.
    Read(Boundary<I>),
    /// Outputs whose footprint leaves the array are not evaluated.
    Rim(Rim<O>),
}

/// The rules of one input: `[before, after]` for each of its `N` axes.
#[derive(Clone, Copy, Debug)]
pub struct Rules<I, O, const N: usize> {
    pub(crate) sides: [[Rule<I, O>; 2]; N],
}

impl<I, O, const N: usize> Rules<I, O, N> {
    /// Rules from `[before, after]` for each axis.
    pub fn new(sides: [[Rule<I, O>; 2]; N]) -> Self {
        Rules { sides }
    }
}

/// The rules of all inputs of a kernel: [`Rules`] for one input, a tuple of them for several.
pub trait RuleSet: Sealed {
    #[doc(hidden)]
    fn erase(&self) -> RawRules;
}

impl<I, O, const N: usize> Sealed for Rules<I, O, N> {}

impl<I, O, const N: usize> RuleSet for Rules<I, O, N> {
    fn erase(&self) -> RawRules {
        let mut raw = RawRules::new();
        raw.push(self);
        raw
    }
}

macro_rules! rule_set_for_tuple {
    ($($I:ident)+) => {
        impl<$($I,)+ O, const N: usize> Sealed for ($(Rules<$I, O, N>,)+) {}

        impl<$($I,)+ O, const N: usize> RuleSet for ($(Rules<$I, O, N>,)+) {
            #[allow(non_snake_case)]
            fn erase(&self) -> RawRules {
                let ($($I,)+) = self;
                let mut raw = RawRules::new();
                $(raw.push($I);)+
                raw
            }
        }
    };
}
rule_set_for_tuple!(A B);
rule_set_for_tuple!(A B C);
rule_set_for_tuple!(A B C D);
rule_set_for_tuple!(A B C D E);
rule_set_for_tuple!(A B C D E F);
