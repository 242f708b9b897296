//! The operands of a gufunc: arrays of any rank, numbers, and tuples of them.

use ndarray::{ArrayBase, ArrayRef, ArrayViewD, ArrayViewMutD, Data, DataMut, DimMax, Dimension, Ix0, aview0};

use crate::block::RawArray;
use crate::kernel::{CoreRank, CoreView, Element, GufuncOutputs, Input, Inputs, Output};

/// An input of a gufunc with elements `T`: a reference to an array or view, or a number, which is the same for all.
///
/// ```
/// use ndarray::{Array2, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, Operand};
/// #[gufunc("(),()->()")]
/// fn add(a: f64, b: f64) -> f64 { a + b }
///
/// /// Adds a bias to the rows that are named: one number, one for each column, or one for each of their cells.
/// fn biased<A: Operand<f64>>(mut x: Array2<f64>, rows: &[usize], bias: A) -> Result<Array2<f64>, Error> {
///     add().at(&mut x, rows, bias)?;
///     Ok(x)
/// }
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(biased(x.clone(), &[1], 10.0)?, array![[1.0, 2.0], [13.0, 14.0]]);
/// assert_eq!(biased(x, &[0, 1], &array![10.0, 20.0])?, array![[11.0, 22.0], [13.0, 24.0]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operand of element type `{T}`",
    label = "expected a reference to an array of `{T}`",
    note = "elements are not converted: `&x.mapv(f64::from)` makes an array of another type"
)]
pub trait Operand<T> {
    /// The number of axes.
    type Dim: Dimension;

    #[doc(hidden)]
    fn raw(&self) -> RawArray;
    #[doc(hidden)]
    fn elements(&self) -> ArrayViewD<'_, T>;
}

impl<T: 'static, S: Data<Elem = T>, D: Dimension> Operand<T> for &ArrayBase<S, D, T> {
    type Dim = D;

    fn raw(&self) -> RawArray {
        RawArray::input(self)
    }

    fn elements(&self) -> ArrayViewD<'_, T> {
        self.view().into_dyn()
    }
}

impl<T: 'static, D: Dimension> Operand<T> for &ArrayRef<T, D> {
    type Dim = D;

    fn raw(&self) -> RawArray {
        RawArray::input(self)
    }

    fn elements(&self) -> ArrayViewD<'_, T> {
        self.view().into_dyn()
    }
}

macro_rules! numbers {
    ($($T:ty)*) => {
        $(
            impl Operand<$T> for $T {
                type Dim = Ix0;

                fn raw(&self) -> RawArray {
                    RawArray::number(self)
                }

                fn elements(&self) -> ArrayViewD<'_, $T> {
                    aview0(self).into_dyn()
                }
            }
        )*
    };
}
numbers!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 isize usize f32 f64 bool);
#[cfg(feature = "f16")]
numbers!(half::f16 half::bf16);

/// An output of a gufunc with elements `T`: a mutable reference to an array or view.
///
/// ```
/// use ndarray::{Array2, array, s};
/// use ndstencil::prelude::*;
/// #[gufunc("()->()")]
/// fn double(x: i32) -> i32 { 2 * x }
/// let mut table = Array2::zeros((2, 3));
/// double().apply_into(&array![1, 2, 3], &mut table.row_mut(1))?;
/// double().apply_into(&array![4, 5], &mut table.slice_mut(s![0, ..2]))?;
/// assert_eq!(table, array![[8, 10, 0], [2, 4, 6]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an output of element type `{T}`",
    label = "expected a mutable reference to an array of `{T}`"
)]
pub trait OutOperand<T> {
    #[doc(hidden)]
    fn raw_mut(&mut self) -> RawArray;
    #[doc(hidden)]
    fn elements_mut(&mut self) -> ArrayViewMutD<'_, T>;
}

impl<T: 'static, S: DataMut<Elem = T>, D: Dimension> OutOperand<T> for &mut ArrayBase<S, D, T> {
    fn raw_mut(&mut self) -> RawArray {
        RawArray::output(self)
    }

    fn elements_mut(&mut self) -> ArrayViewMutD<'_, T> {
        self.view_mut().into_dyn()
    }
}

impl<T: 'static, D: Dimension> OutOperand<T> for &mut ArrayRef<T, D> {
    fn raw_mut(&mut self) -> RawArray {
        RawArray::output(self)
    }

    fn elements_mut(&mut self) -> ArrayViewMutD<'_, T> {
        self.view_mut().into_dyn()
    }
}

/// Declared inputs that operands `A` can be bound to: one operand for one input, a tuple for several, `()` for none.
///
/// ```
/// use ndarray::{Array2, ArrayView1, Ix1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::types::{Input, ByValue};
/// use ndstencil::{Error, GufuncKernel};
/// #[gufunc("(n)->()")]
/// fn sum(x: ArrayView1<f64>) -> f64 { x.sum() }
///
/// /// Any reduction of `f64` along an axis, twice: the inputs that are declared say what it can be bound to.
/// fn of_all<K>(kernel: Gufunc<K>, x: &Array2<f64>) -> Result<f64, Error>
/// where
///     K: GufuncKernel<Inputs = (Input<f64, Ix1>,), Outputs = (ByValue<f64>,)>,
/// {
///     let rows = kernel.apply(x)?;
///     Ok(kernel.apply(&rows)?.into_scalar())
/// }
/// assert_eq!(of_all(sum(), &array![[1.0, 2.0], [3.0, 4.0]])?, 10.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait Operands<A>: Inputs {
    /// The loop dimensions of all operands together.
    type Loop: Dimension;

    #[doc(hidden)]
    fn erase(operands: &A) -> Vec<RawArray>;
}

/// Declared outputs that arrays `B` can be bound to: one for one output, a tuple for several.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[gufunc("()->(),()")]
/// fn parts(x: f64) -> (f64, bool) { (x.abs(), x < 0.0) }
/// let (mut size, mut below) = (array![0.0, 0.0], array![false, false]);
/// parts().apply_into(&array![-1.0, 2.0], (&mut size, &mut below))?;
/// assert_eq!((size, below), (array![1.0, 2.0], array![true, false]));
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait OutOperands<B>: GufuncOutputs {
    #[doc(hidden)]
    fn erase_mut(outputs: &mut B) -> Vec<RawArray>;
}

/// Declared inputs of which the first one has core dimensions `Core`: those that [`keepdims`](crate::Gufunc::keepdims) keeps.
pub trait FirstInput: Inputs {
    /// The core dimensions of the first input.
    type Core: CoreRank;
}

impl Operands<()> for () {
    type Loop = Ix0;

    fn erase((): &()) -> Vec<RawArray> {
        Vec::new()
    }
}

impl<A, T: Element, C: CoreView, R: CoreRank> Operands<A> for (Input<T, C, R>,)
where
    Self: Inputs,
    A: Operand<T>,
{
    type Loop = R::Strip<A::Dim>;

    fn erase(operand: &A) -> Vec<RawArray> {
        vec![operand.raw()]
    }
}

/// The loop dimensions of an operand.
type Strip<R, A, T> = <R as CoreRank>::Strip<<A as Operand<T>>::Dim>;

macro_rules! bind {
    ([$($bounds:tt)*] $loop:ty; $($A:ident $T:ident $C:ident $R:ident $i:tt),+) => {
        impl<$($A, $T: Element, $C: CoreView, $R: CoreRank),+> Operands<($($A,)+)> for ($(Input<$T, $C, $R>,)+)
        where
            Self: Inputs,
            $($A: Operand<$T>,)+
            $($bounds)*
        {
            type Loop = $loop;

            fn erase(operands: &($($A,)+)) -> Vec<RawArray> {
                vec![$(operands.$i.raw()),+]
            }
        }
    };
}

/// The loop dimensions of several operands together.
type Max<A, B> = <A as DimMax<B>>::Output;
type Max2<A0, T0, R0, A1, T1, R1> = Max<Strip<R0, A0, T0>, Strip<R1, A1, T1>>;

bind!(
    [Strip<R0, A0, T0>: DimMax<Strip<R1, A1, T1>>,]
    Max2<A0, T0, R0, A1, T1, R1>;
    A0 T0 C0 R0 0, A1 T1 C1 R1 1
);
bind!(
    [
        Strip<R0, A0, T0>: DimMax<Strip<R1, A1, T1>>,
        Max2<A0, T0, R0, A1, T1, R1>: DimMax<Strip<R2, A2, T2>>,
    ]
    Max<Max2<A0, T0, R0, A1, T1, R1>, Strip<R2, A2, T2>>;
    A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2
);
bind!(
    [
        Strip<R0, A0, T0>: DimMax<Strip<R1, A1, T1>>,
        Strip<R2, A2, T2>: DimMax<Strip<R3, A3, T3>>,
        Max2<A0, T0, R0, A1, T1, R1>: DimMax<Max2<A2, T2, R2, A3, T3, R3>>,
    ]
    Max<Max2<A0, T0, R0, A1, T1, R1>, Max2<A2, T2, R2, A3, T3, R3>>;
    A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3
);
bind!(
    [
        Strip<R0, A0, T0>: DimMax<Strip<R1, A1, T1>>,
        Strip<R2, A2, T2>: DimMax<Strip<R3, A3, T3>>,
        Max2<A0, T0, R0, A1, T1, R1>: DimMax<Max2<A2, T2, R2, A3, T3, R3>>,
        Max<Max2<A0, T0, R0, A1, T1, R1>, Max2<A2, T2, R2, A3, T3, R3>>: DimMax<Strip<R4, A4, T4>>,
    ]
    Max<Max<Max2<A0, T0, R0, A1, T1, R1>, Max2<A2, T2, R2, A3, T3, R3>>, Strip<R4, A4, T4>>;
    A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3, A4 T4 C4 R4 4
);
bind!(
    [
        Strip<R0, A0, T0>: DimMax<Strip<R1, A1, T1>>,
        Strip<R2, A2, T2>: DimMax<Strip<R3, A3, T3>>,
        Strip<R4, A4, T4>: DimMax<Strip<R5, A5, T5>>,
        Max2<A0, T0, R0, A1, T1, R1>: DimMax<Max2<A2, T2, R2, A3, T3, R3>>,
        Max<Max2<A0, T0, R0, A1, T1, R1>, Max2<A2, T2, R2, A3, T3, R3>>: DimMax<Max2<A4, T4, R4, A5, T5, R5>>,
    ]
    Max<Max<Max2<A0, T0, R0, A1, T1, R1>, Max2<A2, T2, R2, A3, T3, R3>>, Max2<A4, T4, R4, A5, T5, R5>>;
    A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3, A4 T4 C4 R4 4, A5 T5 C5 R5 5
);

macro_rules! first_input {
    ($T:ident $C:ident $R:ident $(, $Ts:ident $Cs:ident $Rs:ident)*) => {
        impl<$T, $C, $R: CoreRank, $($Ts, $Cs, $Rs),*> FirstInput for (Input<$T, $C, $R>, $(Input<$Ts, $Cs, $Rs>,)*)
        where
            Self: Inputs,
        {
            type Core = $R;
        }
    };
}
first_input!(T C R);
first_input!(T C R, T1 C1 R1);
first_input!(T C R, T1 C1 R1, T2 C2 R2);
first_input!(T C R, T1 C1 R1, T2 C2 R2, T3 C3 R3);
first_input!(T C R, T1 C1 R1, T2 C2 R2, T3 C3 R3, T4 C4 R4);
first_input!(T C R, T1 C1 R1, T2 C2 R2, T3 C3 R3, T4 C4 R4, T5 C5 R5);

impl<B, O: Output> OutOperands<B> for (O,)
where
    Self: GufuncOutputs,
    B: OutOperand<O::Element>,
{
    fn erase_mut(output: &mut B) -> Vec<RawArray> {
        vec![output.raw_mut()]
    }
}

macro_rules! bind_out {
    ($($B:ident $O:ident $i:tt),+) => {
        impl<$($B, $O: Output),+> OutOperands<($($B,)+)> for ($($O,)+)
        where
            Self: GufuncOutputs,
            $($B: OutOperand<$O::Element>,)+
        {
            fn erase_mut(outputs: &mut ($($B,)+)) -> Vec<RawArray> {
                vec![$(outputs.$i.raw_mut()),+]
            }
        }
    };
}
bind_out!(B0 O0 0, B1 O1 1);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3, B4 O4 4);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3, B4 O4 4, B5 O5 5);
