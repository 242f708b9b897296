//! All pairs of the elements of two arrays.

use ndarray::DimAdd;

use super::Pairwise;
use super::reshaped::Reshaped;
use crate::Error;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::kernel::GufuncKernel;
use crate::gufunc::operand::Operand;
use crate::gufunc::run::{Dims, DropDims};

/// The axes of `A` and then those of `B`.
type Sum<A, B> = <A as DimAdd<B>>::Output;

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
    pub fn outer<A, B>(&self, a: A, b: B) -> Result<<DropDims as Dims<K>>::Arrays<Sum<A::Dim, B::Dim>>, Error>
    where
        K: Pairwise,
        A: Operand<K::First, Dim: DimAdd<B::Dim>>,
        B: Operand<K::Second>,
    {
        let (a, b) = (a.elements(), b.elements());
        let (before, after) = (a.ndim(), b.ndim());
        let a = Reshaped::<K::First, Sum<A::Dim, B::Dim>>::padded(a, 0, after);
        let b = Reshaped::<K::Second, Sum<A::Dim, B::Dim>>::padded(b, before, 0);
        self.apply((a, b))
    }
}
