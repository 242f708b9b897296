//! All pairs of the elements of two arrays.

use ndarray::DimAdd;

use super::Pairwise;
use super::reshaped::Reshape;
use crate::Error;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::Operand;
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
    /// [`Error::Level`].
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
}
