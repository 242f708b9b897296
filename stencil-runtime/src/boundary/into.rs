//! The arguments of `.boundary(..)`: one rule, one per axis, or one per axis and side.

use super::{Boundary, Rim, Rule, Rules};

/// A rule for one side of one axis: [`Boundary`], [`Rim`] or [`Rule`].
///
/// ```
/// use ndstencil::{Boundary, IntoSide, Rule};
/// let rule: Rule<u8, f32> = Boundary::Constant(3).into_side();
/// assert!(matches!(rule, Rule::Read(Boundary::Constant(3))));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boundary rule for input elements of type `{I}` and outputs of type `{O}`",
    note = "write a `Boundary` (reading rule) or a `Rim` (rule for outputs that are not evaluated)"
)]
pub trait IntoSide<I, O> {
    /// The rule.
    fn into_side(self) -> Rule<I, O>;
}

/// Rules for one axis: one for both sides, or a pair `(before, after)`.
///
/// ```
/// use ndstencil::{Boundary, IntoAxis, Rim, Rule};
/// let [before, after]: [Rule<u8, f32>; 2] = (Boundary::Wrap, Rim::Shrink).into_axis();
/// assert!(matches!((before, after), (Rule::Read(Boundary::Wrap), Rule::Rim(Rim::Shrink))));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boundary of one axis for input elements of type `{I}` and outputs of type `{O}`",
    note = "write one rule, or a pair `(before, after)`"
)]
pub trait IntoAxis<I, O> {
    /// The rules before and after the axis.
    fn into_axis(self) -> [Rule<I, O>; 2];
}

/// Rules for one input of rank `N`: one for all axes, or a tuple with one entry for each axis.
///
/// For `N = 1` a pair means the two sides of the axis.
///
/// A function that takes any boundary hands it on with the types of the kernel's arrays:
///
/// ```
/// use ndarray::{Array2, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, IntoRules};
/// #[stencil(boundary = Nearest)]
/// fn left(x: Window2<i32>) -> i32 { x[[0, -1]] }
///
/// fn shifted(x: &Array2<i32>, boundary: impl IntoRules<i32, i32, 2>) -> Result<Array2<i32>, Error> {
///     left().boundary(boundary).apply(x)
/// }
/// let x = array![[1, 2, 3]];
/// assert_eq!(shifted(&x, Boundary::Wrap)?, array![[3, 1, 2]]);
/// assert_eq!(shifted(&x, (Boundary::Wrap, Rim::Fill(0)))?, array![[0, 1, 2]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boundary for an input of type `{I}` and an output of type `{O}`",
    label = "expected a `Boundary<{I}>`, a `Rim<{O}>`, or a tuple of them",
    note = "a constant has the input's type: `Boundary::Constant(value)` with a value of type `{I}`",
    note = "one rule is for all axes; a tuple has one entry for each of the {N} axes, or one for each side where there is one"
)]
pub trait IntoRules<I, O, const N: usize> {
    /// The rules of all axes.
    fn into_rules(self) -> Rules<I, O, N>;
}

/// Reading rules for one input of rank `N`, as `#[boundary(..)]` on a window takes them.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// const OUTSIDE: Boundary<i32> = Boundary::Constant(0);
/// #[stencil(boundary = Wrap)]
/// fn sum(a: Window1<i32>, #[boundary(OUTSIDE)] b: Window1<i32>) -> i32 { a[-1] + b[-1] }
/// assert_eq!(sum().apply((&array![1, 2], &array![10, 20]))?, array![2, 11]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reading rule for {N} axes and elements of type `{I}`",
    note = "`#[boundary(..)]` on an input takes `Boundary` rules; `Rim` rules belong to the kernel: `#[stencil(boundary = ..)]`"
)]
pub trait IntoReads<I, O, const N: usize> {
    /// The rules of all axes.
    fn into_reads(self) -> Rules<I, O, N>;
}

/// Rules for each of the inputs `S`: for one input whatever is [`IntoRules`], for several a tuple with an entry for each.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Wrap)]
/// fn sum(a: Window1<i32>, b: Window1<i32>) -> i32 { a[-1] + b[-1] }
/// let kernel = sum().boundaries((Boundary::Nearest, (Boundary::Constant(0), Boundary::Wrap)));
/// assert_eq!(kernel.apply((&array![1, 2], &array![10, 20]))?, array![1, 11]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boundary for the inputs of this kernel: `{S}`",
    note = "write a tuple with one boundary for each input; `.boundary(..)` takes one for all of them"
)]
pub trait IntoRuleSet<S> {
    /// The rules of all inputs.
    fn into_rule_set(self) -> S;
}

impl<I, O> IntoSide<I, O> for Boundary<I> {
    fn into_side(self) -> Rule<I, O> {
        Rule::Read(self)
    }
}

impl<I, O> IntoSide<I, O> for Rim<O> {
    fn into_side(self) -> Rule<I, O> {
        Rule::Rim(self)
    }
}

impl<I, O> IntoSide<I, O> for Rule<I, O> {
    fn into_side(self) -> Rule<I, O> {
        self
    }
}

macro_rules! one_rule {
    ($Rule:ty) => {
        impl<I: Copy, O: Copy> IntoAxis<I, O> for $Rule {
            fn into_axis(self) -> [Rule<I, O>; 2] {
                [IntoSide::<I, O>::into_side(self); 2]
            }
        }
        impl<I: Copy, O: Copy, const N: usize> IntoRules<I, O, N> for $Rule {
            fn into_rules(self) -> Rules<I, O, N> {
                Rules::new([IntoAxis::<I, O>::into_axis(self); N])
            }
        }
    };
}
one_rule!(Boundary<I>);
one_rule!(Rim<O>);
one_rule!(Rule<I, O>);

impl<I: Copy, O: Copy, const N: usize> IntoReads<I, O, N> for Boundary<I> {
    fn into_reads(self) -> Rules<I, O, N> {
        Rules::new([[Rule::Read(self); 2]; N])
    }
}

impl<I, O, A: IntoSide<I, O>, B: IntoSide<I, O>> IntoAxis<I, O> for (A, B) {
    fn into_axis(self) -> [Rule<I, O>; 2] {
        [self.0.into_side(), self.1.into_side()]
    }
}

impl<I, O, const N: usize> IntoRules<I, O, N> for Rules<I, O, N> {
    fn into_rules(self) -> Rules<I, O, N> {
        self
    }
}

impl<I, O, A: IntoSide<I, O>, B: IntoSide<I, O>> IntoRules<I, O, 1> for (A, B) {
    fn into_rules(self) -> Rules<I, O, 1> {
        Rules::new([self.into_axis()])
    }
}

macro_rules! one_rule_per_axis {
    ($n:literal: $($A:ident)+) => {
        impl<I, O, $($A: IntoAxis<I, O>),+> IntoRules<I, O, $n> for ($($A,)+) {
            #[allow(non_snake_case)]
            fn into_rules(self) -> Rules<I, O, $n> {
                let ($($A,)+) = self;
                Rules::new([$($A.into_axis()),+])
            }
        }
    };
}
one_rule_per_axis!(2: A B);
one_rule_per_axis!(3: A B C);
one_rule_per_axis!(4: A B C D);
one_rule_per_axis!(5: A B C D E);
one_rule_per_axis!(6: A B C D E F);

impl<I, O, const N: usize, B: IntoRules<I, O, N>> IntoRuleSet<Rules<I, O, N>> for B {
    fn into_rule_set(self) -> Rules<I, O, N> {
        self.into_rules()
    }
}

macro_rules! one_boundary_per_input {
    ($($I:ident $B:ident),+) => {
        impl<O, const N: usize, $($I, $B: IntoRules<$I, O, N>),+> IntoRuleSet<($(Rules<$I, O, N>,)+)> for ($($B,)+) {
            #[allow(non_snake_case)]
            fn into_rule_set(self) -> ($(Rules<$I, O, N>,)+) {
                let ($($B,)+) = self;
                ($($B.into_rules(),)+)
            }
        }
    };
}
one_boundary_per_input!(I0 A, I1 B);
one_boundary_per_input!(I0 A, I1 B, I2 C);
one_boundary_per_input!(I0 A, I1 B, I2 C, I3 D);
one_boundary_per_input!(I0 A, I1 B, I2 C, I3 D, I4 E);
one_boundary_per_input!(I0 A, I1 B, I2 C, I3 D, I4 E, I5 F);
