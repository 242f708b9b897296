//! All pairs of the elements of two arrays.

use ndarray::{ArrayViewD, DimAdd, IxDyn};

use super::Pairwise;
use super::reshaped::Reshape;
use crate::Error;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::{Operand, OutOperands};
use crate::kernel::{Element, GufuncKernel, GufuncOutputs};

/// The axes of `A` and then those of `B`.
type Sum<A, B> = <A as DimAdd<B>>::Output;
/// The arrays that a kernel makes of all pairs of operands with axes `A` and `B`.
type Pairs<K, A, B> = <<K as GufuncKernel>::Outputs as GufuncOutputs>::Arrays<Sum<A, B>>;

impl<K: GufuncKernel> Gufunc<K> {
    /// Applies a kernel of two inputs to all pairs of an element of `a` and one of `b`. The result has the axes of `a`
    /// and then those of `b`; their number is known while compiling up to six, and beyond it is an `ArrayD`.
    ///
    /// # Errors
    /// [`ShapeError::Axes`](crate::ShapeError::Axes), also for [`axis`](Gufunc::axis), since no operand has a core
    /// dimension; [`ShapeError::ArrayTooLarge`](crate::ShapeError::ArrayTooLarge),
    /// [`KernelError::Level`](crate::KernelError::Level).
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn multiply(a: i32, b: i32) -> i32 { a * b }
    /// let table: Array2<i32> = multiply().outer(&array![1, 2, 3], &array![1, 10])?;
    /// assert_eq!(table, array![[1, 10], [2, 20], [3, 30]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn outer<T0, T1, A, B>(&self, a: A, b: B) -> Result<Pairs<K, A::Dim, B::Dim>, Error>
    where
        T0: Element,
        T1: Element,
        A: Operand<T0, Dim: DimAdd<B::Dim>>,
        B: Operand<T1>,
        K: Pairwise<First = T0, Second = T1>,
    {
        let (a, b) = (a.elements(), b.elements());
        let (before, after) = (a.ndim(), b.ndim());
        let a = Reshape::<T0, Sum<A::Dim, B::Dim>>::padded(a, 0, after);
        let b = Reshape::<T1, Sum<A::Dim, B::Dim>>::padded(b, before, 0);
        self.apply((a, b))
    }

    /// As [`outer`](Gufunc::outer), into existing arrays: one, or a tuple for several outputs.
    ///
    /// # Errors
    /// As for [`outer`](Gufunc::outer), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops) for an output
    /// without the axes of `a` and then those of `b`. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; the outputs then are partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn multiply(a: i32, b: i32) -> i32 { a * b }
    /// let mut table = array![[0, 0], [0, 0], [0, 0]];
    /// multiply().outer_into(&array![1, 2, 3], &array![1, 10], &mut table)?;
    /// assert_eq!(table, array![[1, 10], [2, 20], [3, 30]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn outer_into<T0, T1, A, B, C>(&self, a: A, b: B, out: C) -> Result<(), Error>
    where
        T0: Element,
        T1: Element,
        A: Operand<T0>,
        B: Operand<T1>,
        K: Pairwise<First = T0, Second = T1>,
        K::Outputs: OutOperands<C>,
    {
        let (a, b): (ArrayViewD<'_, T0>, ArrayViewD<'_, T1>) = (a.elements(), b.elements());
        let (before, after) = (a.ndim(), b.ndim());
        let a = Reshape::<T0, IxDyn>::padded(a, 0, after);
        let b = Reshape::<T1, IxDyn>::padded(b, before, 0);
        self.apply_into((a, b), out)
    }
}
