//! `reduce`, and the value that it begins with.

use ndarray::{Array, Dimension, Ix1};

use super::{Binary, Fold};
use crate::Error;
use crate::gufunc::dims::{Dims, DropDims, KeepDims};
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::{FirstInput, Operand};
use crate::kernel::{ByValue, Element, GufuncKernel};

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
    /// The type of the elements.
    type Value: Element;
    /// The kernel that combines two.
    #[doc(hidden)]
    type Kernel: Binary<Value = Self::Value>;
    /// The kernel that combines all along an axis.
    #[doc(hidden)]
    type Fold: GufuncKernel<Inputs: FirstInput<Core = Ix1>, Outputs = (ByValue<Self::Value>,)>;

    #[doc(hidden)]
    fn kernel(&self) -> Self::Kernel;
    /// The value that comes before the first element.
    #[doc(hidden)]
    fn start(&self) -> Option<Self::Value>;
    /// Combines all elements along the axis of `settings`.
    #[doc(hidden)]
    fn fold<M: Dims<Self::Fold>, A: Operand<Self::Value>>(
        &self,
        start: Option<Self::Value>,
        settings: Gufunc<(), M>,
        x: A,
    ) -> Result<M::Arrays<Less<A::Dim>>, Error>;
}

#[diagnostic::do_not_recommend]
impl<K: Binary> Reduce for K {
    type Value = K::Value;
    type Kernel = K;
    type Fold = Fold<K>;

    fn kernel(&self) -> K {
        *self
    }

    fn start(&self) -> Option<K::Value> {
        None
    }

    fn fold<M: Dims<Fold<K>>, A: Operand<K::Value>>(
        &self,
        mut start: Option<K::Value>,
        settings: Gufunc<(), M>,
        x: A,
    ) -> Result<M::Arrays<Less<A::Dim>>, Error> {
        let shape = x.raw().shape;
        // An axis that does not exist is refused with the call.
        if let Some(axis) = settings.axes.single(shape.len()).filter(|&axis| shape[axis] == 0) {
            start = start.or_else(|| self.neutral());
            if start.is_none() {
                return Err(Error::NoIdentity { kernel: K::NAME, axis, shape });
            }
        }
        settings.with(Fold { kernel: *self, start }).apply(x)
    }
}

impl<K: Reduce> Reduce for WithInitial<K, K::Value> {
    type Value = K::Value;
    type Kernel = K::Kernel;
    type Fold = K::Fold;

    fn kernel(&self) -> K::Kernel {
        self.kernel.kernel()
    }

    fn start(&self) -> Option<K::Value> {
        Some(self.start)
    }

    fn fold<M: Dims<K::Fold>, A: Operand<K::Value>>(
        &self,
        start: Option<K::Value>,
        settings: Gufunc<(), M>,
        x: A,
    ) -> Result<M::Arrays<Less<A::Dim>>, Error> {
        self.kernel.fold(start, settings, x)
    }
}

/// The axes of `D` without one.
pub(super) type Less<D> = <D as Dimension>::Smaller;

/// The rule for the axis that a reduction works along: [`DropDims`] drops it, [`KeepDims`] keeps one cell.
pub trait Reduced: crate::Sealed {
    /// The axes of a reduction of an array with axes `D`.
    type Dim<D: Dimension>: Dimension;
}

impl Reduced for DropDims {
    type Dim<D: Dimension> = D::Smaller;
}

impl Reduced for KeepDims {
    type Dim<D: Dimension> = <D::Smaller as Dimension>::Larger;
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
    /// elements where it is false are left out; what comes before the first one then is the initial value or the identity.
    ///
    /// # Errors
    /// [`Error::NoIdentity`] where there is neither an identity nor an initial value, for an axis without cells and with a
    /// mask; [`Error::Mask`] where the mask does not broadcast, [`Error::TooFewDimensions`] without an axis,
    /// [`Error::Axes`], [`Error::Level`].
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
    pub fn reduce<T, A>(&self, x: A) -> Result<Array<T, M::Dim<A::Dim>>, Error>
    where
        T: Element,
        A: Operand<T>,
        K: Reduce<Value = T>,
        M: Reduced + Dims<K::Fold, Arrays<Less<A::Dim>> = Array<T, <M as Reduced>::Dim<A::Dim>>>,
    {
        let mut settings = self.with(());
        settings.axes = self.axes.along();
        self.kernel.fold(self.kernel.start(), settings, x)
    }
}
