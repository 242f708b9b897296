//! `reduce`, and what it begins with.

use std::fmt;

use ndarray::{Array, Dimension};

use super::Binary;
use super::folded::Folded;
use crate::Error;
use crate::gufunc::dims::{DropDims, KeepDims};
use crate::gufunc::gufunc::{Gufunc, Told};
use crate::gufunc::operand::{Operand, OutOperand};
use crate::kernel::Element;

/// A kernel with the value that its reductions begin with: what [`initial`](Gufunc::initial) makes.
#[derive(Clone, Copy, Debug)]
pub struct WithInitial<K, T> {
    kernel: K,
    start: T,
}

/// A kernel that reduces: a [`Binary`] kernel, with or without an initial value.
///
/// There is nothing to implement.
///
/// ```
/// use ndarray::{Array0, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, Reduce};
/// #[gufunc("(),()->()")]
/// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
/// fn of_two<K: Reduce<Value = f64, Item = f64>>(kernel: Gufunc<K>) -> Result<Array0<f64>, Error> {
///     kernel.reduce(&array![1.0, 2.0])
/// }
/// assert_eq!(of_two(larger())?.into_scalar(), 2.0);
/// assert_eq!(of_two(larger().initial(5.0))?.into_scalar(), 5.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not reduce: it does not combine a value with one more element",
    label = "needs an element-wise kernel of two inputs, and one output of the type of the first",
    note = "such as `#[gufunc(\"(),()->()\")] fn add(a: f64, b: f64) -> f64 {{ a + b }}`"
)]
pub trait Reduce: Copy {
    /// The type of the results.
    type Value: Element;
    /// The type of the elements.
    type Item: Element;
    /// The kernel that combines two.
    #[doc(hidden)]
    type Kernel: Binary<Value = Self::Value, Item = Self::Item>;

    #[doc(hidden)]
    fn kernel(&self) -> Self::Kernel;
    /// Hands over the initial value and masks.
    #[doc(hidden)]
    fn settle<'a>(&'a self, fold: &mut Folded<'a, Self::Value, Self::Item>);
}

#[diagnostic::do_not_recommend]
impl<K: Binary> Reduce for K {
    type Value = K::Value;
    type Item = K::Item;
    type Kernel = K;

    fn kernel(&self) -> K {
        *self
    }

    fn settle<'a>(&'a self, _: &mut Folded<'a, K::Value, K::Item>) {}
}

impl<K: Reduce> Reduce for WithInitial<K, K::Value> {
    type Value = K::Value;
    type Item = K::Item;
    type Kernel = K::Kernel;

    fn kernel(&self) -> K::Kernel {
        self.kernel.kernel()
    }

    fn settle<'a>(&'a self, fold: &mut Folded<'a, K::Value, K::Item>) {
        self.kernel.settle(fold);
        fold.start = Some(self.start);
    }
}

impl<K: Told, T: fmt::Debug> Told for WithInitial<K, T> {
    fn tell(&self, gufunc: &mut fmt::DebugStruct<'_, '_>) {
        self.kernel.tell(gufunc);
        gufunc.field("initial", &self.start);
    }
}

/// The rule for the axis that a reduction works along: [`DropDims`] drops it, [`KeepDims`] keeps one cell.
pub trait Reduced: crate::Sealed {
    /// The axes of a reduction of an array with axes `D`.
    type Dim<D: Dimension>: Dimension;
    #[doc(hidden)]
    const KEEP: bool;
}

impl Reduced for DropDims {
    type Dim<D: Dimension> = D::Smaller;
    const KEEP: bool = false;
}

impl Reduced for KeepDims {
    type Dim<D: Dimension> = D;
    const KEEP: bool = true;
}

impl<K, M> Gufunc<K, M> {
    /// Sets the value that [`reduce`](Gufunc::reduce) begins with, before the first element.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
    /// let x = array![[1.0, -2.0], [3.0, -4.0]];
    /// assert_eq!(larger().initial(0.0).reduce(&x)?, array![3.0, 0.0]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn initial<T>(self, value: T) -> Gufunc<WithInitial<K, T>, M>
    where
        K: Reduce<Value = T>,
    {
        self.with(WithInitial { kernel: self.kernel, start: value })
    }

    /// Combines all elements along an axis, from the first to the last: `f(f(x0, x1), x2)`. The result has one axis less
    /// than `x`, or an axis of one cell there with [`keepdims`](Gufunc::keepdims).
    ///
    /// The axis is the first one unless [`axis`](Gufunc::axis) says otherwise. The order is always this one, so that the
    /// result of floating-point additions does not depend on the machine; several results are computed side by side.
    ///
    /// An axis without cells gives the kernel's identity, `#[gufunc("(),()->()", identity = 0.0)]`, or the
    /// [`initial`](Gufunc::initial) value. With a mask, [`masked`](Gufunc::masked), which broadcasts to the shape of `x`,
    /// elements where it is false are left out; what comes before the first one then is the initial value or the identity,
    /// and so it is for elements of another type than the result.
    ///
    /// An array without axes is one element, whose axis is 0; the result has none either.
    ///
    /// # Errors
    /// [`KernelError::NoIdentity`](crate::KernelError::NoIdentity) where there is neither an identity nor an initial
    /// value, for an axis without cells, with a mask, and for elements of another type;
    /// [`ShapeError::Mask`](crate::ShapeError::Mask) where the mask does not broadcast,
    /// [`ShapeError::Axes`](crate::ShapeError::Axes), [`ShapeError::ArrayTooLarge`](crate::ShapeError::ArrayTooLarge),
    /// [`KernelError::Level`](crate::KernelError::Level).
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndarray::{Array1, Array2, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()", identity = 0.0)]
    /// fn add(a: f64, b: f64) -> f64 { a + b }
    /// let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    /// let columns: Array1<f64> = add().reduce(&x)?;
    /// assert_eq!(columns, array![9.0, 12.0]);
    /// assert_eq!(add().axis(1).reduce(&x)?, array![3.0, 7.0, 11.0]);
    /// let kept: Array2<f64> = add().axis(-1).keepdims().reduce(&x)?;
    /// assert_eq!(kept, array![[3.0], [7.0], [11.0]]);
    /// assert_eq!(add().reduce(&Array2::zeros((0, 2)))?, array![0.0, 0.0]);
    /// let gaps = array![[1.0, f64::NAN], [3.0, 4.0]];
    /// assert_eq!(add().masked(&gaps.mapv(|v| !v.is_nan())).reduce(&gaps)?, array![4.0, 4.0]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reduce<S, T, A>(&self, x: A) -> Result<Array<S, M::Dim<A::Dim>>, Error>
    where
        S: Element,
        T: Element,
        A: Operand<T>,
        K: Reduce<Value = S, Item = T>,
        M: Reduced,
    {
        let mut fold = Folded::new(self, x.elements());
        self.kernel.settle(&mut fold);
        let reduced = fold.run(self.kernel.kernel())?;
        Ok(reduced.into_dimensionality().expect("types follow the numbers of axes"))
    }

    /// As [`reduce`](Gufunc::reduce), into an existing array of the shape of the result, or of a larger one that `x`
    /// broadcasts to.
    ///
    /// # Errors
    /// As for [`reduce`](Gufunc::reduce), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops) for an output
    /// of another shape. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; the output then is partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f64, b: f64) -> f64 { a + b }
    /// let x = array![[1.0, 2.0], [3.0, 4.0]];
    /// let mut columns = array![0.0, 0.0];
    /// add().reduce_into(&x, &mut columns)?;
    /// assert_eq!(columns, array![4.0, 6.0]);
    /// let mut rows = array![[0.0], [0.0]];
    /// add().axis(1).keepdims().reduce_into(&x, &mut rows)?;
    /// assert_eq!(rows, array![[3.0], [7.0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reduce_into<S, T, A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        S: Element,
        T: Element,
        A: Operand<T>,
        B: OutOperand<S>,
        K: Reduce<Value = S, Item = T>,
        M: Reduced,
    {
        let mut fold = Folded::new(self, x.elements());
        self.kernel.settle(&mut fold);
        fold.run_into(self.kernel.kernel(), out.elements_mut())
    }
}
