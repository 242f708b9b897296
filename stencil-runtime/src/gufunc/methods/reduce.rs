//! `reduce`, and the value that it begins with.

use ndarray::Dimension;

use super::{Binary, Fold};
use crate::Error;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::kernel::GufuncKernel;
use crate::gufunc::operand::Operand;
use crate::gufunc::run::Dims;
use crate::kernel::Element;

/// A kernel with the value that its reductions begin with: what [`initial`](Gufunc::initial) makes.
#[derive(Debug)]
pub struct Started<K: Binary> {
    pub(super) kernel: K,
    pub(super) start: K::Value,
}

impl<K: Binary> Clone for Started<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Binary> Copy for Started<K> {}

/// What reduces: a [`Binary`] kernel, with or without an initial value.
///
/// There is nothing to implement.
///
/// ```
/// use ndarray::{Array0, Array1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, Fold, Reduce};
/// #[gufunc("(),()->()")]
/// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
/// fn of_two<K: Reduce<Value = f64>>(kernel: Gufunc<K>) -> Result<Array0<f64>, Error> {
///     kernel.reduce(&array![1.0, 2.0])
/// }
/// assert_eq!(of_two(larger())?.into_scalar(), 2.0);
/// assert_eq!(of_two(larger().initial(5.0))?.into_scalar(), 5.0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not reduce: it does not make one element of two of the same type",
    label = "needs an element-wise kernel of two inputs and one output, all of one type",
    note = "such as `#[gufunc(\"(),()->()\")] fn add(a: f64, b: f64) -> f64 {{ a + b }}`"
)]
pub trait Reduce: Copy {
    /// The kernel.
    type Kernel: Binary<Value = Self::Value>;
    /// The type of its elements.
    type Value: Element;

    #[doc(hidden)]
    fn kernel(&self) -> Self::Kernel;
    #[doc(hidden)]
    fn start(&self) -> Option<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<K: Binary> Reduce for K {
    type Kernel = K;
    type Value = K::Value;

    fn kernel(&self) -> K {
        *self
    }

    fn start(&self) -> Option<K::Value> {
        None
    }
}

impl<K: Binary> Reduce for Started<K> {
    type Kernel = K;
    type Value = K::Value;

    fn kernel(&self) -> K {
        self.kernel
    }

    fn start(&self) -> Option<K::Value> {
        Some(self.start)
    }
}

/// The axes of `D` without one.
pub(super) type Less<D> = <D as Dimension>::Smaller;

impl<K: Reduce, M> Gufunc<K, M> {
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
    pub fn initial(self, value: K::Value) -> Gufunc<Started<K::Kernel>, M> {
        self.with(Started { kernel: self.kernel.kernel(), start: value })
    }

    /// Combines all elements along an axis, from the first to the last: `f(f(x0, x1), x2)`. The result has one axis less
    /// than `x`, or an axis of one cell there with [`keepdims`](Gufunc::keepdims).
    ///
    /// The axis is the first one unless [`axis`](Gufunc::axis) says otherwise. The order is always this one, so that the
    /// result of floating-point additions does not depend on the machine; several results are computed side by side.
    ///
    /// An axis without cells gives the kernel's identity, `#[gufunc("(),()->()", identity = 0.0)]`, or the
    /// [`initial`](Gufunc::initial) value. With a mask, [`where_`](Gufunc::where_), elements where it is false are left out.
    ///
    /// # Errors
    /// [`Error::NoIdentity`] for an axis without cells where there is neither an identity nor an initial value,
    /// [`Error::TooFewDimensions`] without an axis, [`Error::Axes`], [`Error::Level`].
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
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reduce<A>(&self, x: A) -> Result<M::Arrays<Less<A::Dim>>, Error>
    where
        A: Operand<K::Value>,
        M: Dims<Fold<K::Kernel>>,
    {
        let kernel = self.kernel.kernel();
        let shape = x.raw().shape;
        let mut start = self.kernel.start();
        // An axis that does not exist is refused with the call.
        if let Some(axis) = self.axes.along().single(shape.len()).filter(|&axis| shape[axis] == 0) {
            start = start.or_else(|| kernel.neutral());
            if start.is_none() {
                return Err(Error::NoIdentity { kernel: K::Kernel::NAME, axis, shape });
            }
        }
        let mut fold = self.with(Fold { kernel, start });
        fold.axes = self.axes.along();
        fold.apply(x)
    }
}
