//! Rules for the edges of the arrays.
//!
//! There are two families. A [`Boundary`] says what a *read* outside the array gives; a [`Rim`] says
//! what an *output* gets where the kernel is not evaluated. [`Rules`] holds one of either kind for each
//! axis and side of one input.

mod erased;
mod into;

use crate::Sealed;
pub(crate) use erased::{Cell, RawRim, RawRule, RawRules};
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
/// let edge = |periodic| if periodic { Rule::Read(Boundary::Wrap) } else { Rule::Rim(Rim::Shrink) };
/// let x = array![1, 2, 3];
/// assert_eq!(left().boundary(edge(true)).apply(&x)?, array![3, 1, 2]);
/// assert_eq!(left().boundary(edge(false)).apply(&x)?, array![1, 2]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Rule<I, O> {
    /// Reads outside give a value.
    Read(Boundary<I>),
    /// Outputs whose footprint leaves the array are not evaluated.
    Rim(Rim<O>),
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
