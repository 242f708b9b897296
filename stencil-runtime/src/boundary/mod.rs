//! Rules for the edges of the arrays.
//!
//! There are two families. A [`Boundary`] says what a *read* outside the array gives; a [`Rim`] says
//! what an *output* gets where the kernel is not evaluated. [`Rules`] holds one of either kind for each
//! axis and side of one input.

mod erased;
mod into;

use std::any::Any;

use crate::Sealed;
pub(crate) use erased::{Cell, RawRim, RawRule, RawRules};
pub use into::{IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide};

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
#[non_exhaustive]
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
    ///
    /// ```
    /// use ndstencil::Boundary;
    /// assert_eq!(Boundary::<u8>::Wrap.index(4, 4), Some(0));
    /// assert_eq!(Boundary::<u8>::Wrap.index(-9, 4), Some(3));
    /// assert_eq!(Boundary::<u8>::With(|_, len| len as isize / 2).index(-1, 4), Some(2));
    /// assert_eq!(Boundary::Constant(7u8).index(2, 4), Some(2));
    /// ```
    pub fn index(&self, index: isize, len: usize) -> Option<usize> {
        RawRule::from_boundary(self).cell(index, len).index()
    }
}

/// A rule for the outputs whose halo leaves the array: the kernel is not evaluated there.
///
/// Where several axes apply, the first of them decides.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Fill(0))]
/// fn sum(x: Window1<i32>) -> i32 { x[-1] + x[0] + x[1] }
/// let x = array![1, 2, 3, 4];
/// assert_eq!(sum().apply(&x)?, array![0, 6, 9, 0]);
/// assert_eq!(sum().boundary(Rim::Keep).apply(&x)?, array![1, 6, 9, 4]);
/// assert_eq!(sum().boundary(Rim::Shrink).apply(&x)?, array![6, 9]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Rim<O> {
    /// Such outputs get this value (the "constant" of `numba.stencil`).
    Fill(O),
    /// Such outputs keep what they held; with `apply`, they get the value of the first input, whose type must be theirs.
    Keep,
    /// There are no such outputs: the output is smaller than the input by the halo on this side.
    Shrink,
}

/// The rule for one side of one axis: of either family. It is chosen at run time where the families differ.
///
/// ```
/// use ndarray::array;
/// use ndstencil::Rule;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Wrap)]
/// fn left(x: Window1<i32>) -> i32 { x[-1] }
/// let edge = |periodic| -> Rule<i32, i32> { if periodic { Boundary::Wrap.into() } else { Rim::Shrink.into() } };
/// let x = array![1, 2, 3];
/// assert_eq!(left().boundary(edge(true)).apply(&x)?, array![3, 1, 2]);
/// assert_eq!(left().boundary(edge(false)).apply(&x)?, array![1, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Rule<I, O> {
    /// Reads outside give a value.
    Read(Boundary<I>),
    /// Outputs whose footprint leaves the array are not evaluated.
    Rim(Rim<O>),
}

impl<I, O> From<Boundary<I>> for Rule<I, O> {
    fn from(boundary: Boundary<I>) -> Self {
        Rule::Read(boundary)
    }
}

impl<I, O> From<Rim<O>> for Rule<I, O> {
    fn from(rim: Rim<O>) -> Self {
        Rule::Rim(rim)
    }
}

/// The rules of one input: `[before, after]` for each of its `N` axes.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// use ndstencil::{Rule, Rules};
/// #[stencil(boundary = Wrap)]
/// fn sum(x: Window2<i32>) -> i32 { x[[-1, 0]] + x[[0, 1]] }
/// let wrap = Rule::Read(Boundary::Wrap);
/// let rules = Rules::new([[Rule::Rim(Rim::Fill(0)), wrap], [wrap, wrap]]);
/// assert_eq!(sum().boundary(rules).apply(&array![[1, 2], [3, 4]])?, array![[0, 0], [5, 5]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rules<I, O, const N: usize> {
    pub(crate) sides: [[Rule<I, O>; 2]; N],
    /// Made of rules for another input, with a constant of that input's type.
    pub(crate) unfit: bool,
}

impl<I, O, const N: usize> Rules<I, O, N> {
    /// Rules from `[before, after]` for each axis.
    ///
    /// ```
    /// use ndstencil::{Boundary, Rule, Rules};
    /// let wrap: Rule<u8, u8> = Rule::Read(Boundary::Wrap);
    /// let rules = Rules::new([[wrap; 2]; 3]); // for three axes
    /// assert!(format!("{rules:?}").contains("Wrap"));
    /// ```
    pub fn new(sides: [[Rule<I, O>; 2]; N]) -> Self {
        Rules { sides, unfit: false }
    }
}

impl<I: Copy + 'static, O: Copy, const N: usize> Rules<I, O, N> {
    /// The same rules for an input of other elements, which has no use for a constant of another type.
    fn of_input<J: Copy + 'static>(&self) -> Rules<J, O, N> {
        let mut unfit = self.unfit;
        let mut rule = |rule: &Rule<I, O>| match rule {
            Rule::Read(boundary) => Rule::Read(boundary.of_input().unwrap_or_else(|| {
                unfit = true;
                Boundary::Nearest
            })),
            Rule::Rim(rim) => Rule::Rim(*rim),
        };
        let sides = std::array::from_fn(|axis| {
            let [before, after] = &self.sides[axis];
            [rule(before), rule(after)]
        });
        Rules { sides, unfit }
    }
}

impl<I: Copy + 'static> Boundary<I> {
    /// The same rule for other elements, unless it is a constant of another type.
    fn of_input<J: Copy + 'static>(&self) -> Option<Boundary<J>> {
        Some(match self {
            Boundary::Constant(value) => Boundary::Constant(*(value as &dyn Any).downcast_ref()?),
            Boundary::Nearest => Boundary::Nearest,
            Boundary::Reflect => Boundary::Reflect,
            Boundary::Mirror => Boundary::Mirror,
            Boundary::Wrap => Boundary::Wrap,
            Boundary::With(function) => Boundary::With(*function),
        })
    }
}

/// The rules of all inputs of a kernel: [`Rules`] for one input, a tuple of them for several.
pub trait RuleSet: Sealed {
    /// The rules of the first input.
    type First;

    /// The same rules for every input. Where a constant is not of an input's type, the call is refused.
    #[doc(hidden)]
    fn for_all(rules: Self::First) -> Self;
    #[doc(hidden)]
    fn erase_into(&self, raw: &mut RawRules);

    #[doc(hidden)]
    fn erase(&self) -> RawRules {
        let mut raw = RawRules::new();
        self.erase_into(&mut raw);
        raw
    }
}

impl<I, O, const N: usize> Sealed for Rules<I, O, N> {}

impl<I, O, const N: usize> RuleSet for Rules<I, O, N> {
    type First = Self;

    fn for_all(rules: Self) -> Self {
        rules
    }

    fn erase_into(&self, raw: &mut RawRules) {
        raw.push(self);
    }
}

macro_rules! rule_set_for_tuple {
    ($First:ident $($I:ident)+) => {
        impl<$First, $($I,)+ O, const N: usize> Sealed for (Rules<$First, O, N>, $(Rules<$I, O, N>,)+) {}

        impl<$First: Copy + 'static, $($I: Copy + 'static,)+ O: Copy, const N: usize> RuleSet
            for (Rules<$First, O, N>, $(Rules<$I, O, N>,)+)
        {
            type First = Rules<$First, O, N>;

            fn for_all(rules: Self::First) -> Self {
                (rules, $(rules.of_input::<$I>(),)+)
            }

            #[allow(non_snake_case)]
            fn erase_into(&self, raw: &mut RawRules) {
                let ($First, $($I,)+) = self;
                raw.push($First);
                $(raw.push($I);)+
            }
        }
    };
}
rule_set_for_tuple!(A B);
rule_set_for_tuple!(A B C);
rule_set_for_tuple!(A B C D);
rule_set_for_tuple!(A B C D E);
rule_set_for_tuple!(A B C D E F);
