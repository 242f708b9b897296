//! Kernels of one type of arrays, whichever they are: a trait that can be an object.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array, ArrayRef, Dimension};

use crate::gufunc::{Dims, Loop, Operands, OutOperands};
use crate::kernel::{Arrays, Element, GufuncKernel, Kernel, Outputs, Single};
use crate::{Error, Gufunc, Repeat, Stencil};

/// Any kernel that makes arrays `Out` of arrays `In`: a [`Stencil`], a [`Gufunc`], a [`Repeat`], or a reference or box of one.
///
/// `In` and `Out` name owned arrays, a tuple of them where there are several: `Filter<Array2<u8>, Array2<u8>>`,
/// `Filter<(Array2<f32>, Array2<bool>), Array2<f32>>`. What is passed are references, as to the kernels themselves:
/// `&array`, `&view`, `&array.slice(..)`, or a tuple of those.
///
/// There is nothing to implement: a kernel is a filter of all arrays that its `apply` takes. See
/// [the page on filters](https://docs.rs/ndstencil/latest/ndstencil/docs/filters/index.html).
///
/// ```
/// use ndarray::{Array2, array};
/// use ndstencil::prelude::*;
/// use ndstencil::Error;
/// #[stencil(boundary = Nearest)]
/// fn left(x: Window2<u8>) -> u8 { x[[0, -1]] }
/// #[gufunc("()->()")]
/// fn inverted(x: u8) -> u8 { 255 - x }
///
/// type Grey = dyn Filter<Array2<u8>, Array2<u8>>;
/// fn all(filters: &[Box<Grey>], x: Array2<u8>) -> Result<Array2<u8>, Error> {
///     filters.iter().try_fold(x, |x, filter| filter.apply(&x))
/// }
/// let filters: [Box<Grey>; 3] = [Box::new(left()), Box::new(inverted()), Box::new(left().repeat(2))];
/// assert_eq!(all(&filters, array![[1, 2, 3, 4]])?, array![[254, 254, 254, 254]]);
/// assert_eq!(filters.iter().map(|filter| filter.name()).collect::<Vec<_>>(), ["left", "inverted", "left"]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter that makes `{Out}` of `{In}`",
    note = "a kernel is a filter of the arrays that its `apply` takes and gives: `Filter<Array2<u8>, Array2<f32>>`, with a tuple where there are several"
)]
pub trait Filter<In: Arrays, Out: Arrays>: Send + Sync {
    /// The name of the element function.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let filter: &dyn Filter<Array1<i32>, Array1<i32>> = &left();
    /// assert_eq!(filter.name(), "left");
    /// ```
    fn name(&self) -> &'static str;

    /// Applies the kernel and returns new arrays.
    ///
    /// # Errors
    /// Those of the kernel's own `apply`.
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Constant(0))]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> (i32, bool) { (if mask[0] { x[-1] } else { x[1] }, mask[0]) }
    ///
    /// type Two = (Array1<i32>, Array1<bool>);
    /// let filter: Box<dyn Filter<Two, Two>> = Box::new(pick());
    /// let (y, _) = filter.apply((&array![1, 2, 3], &array![true, false, true]))?;
    /// assert_eq!(y, array![0, 3, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    fn apply(&self, x: In::Refs<'_>) -> Result<Out, Error>;

    /// Applies the kernel and writes into existing arrays: no allocation of their size.
    ///
    /// # Errors
    /// Those of the kernel's own `apply_into`.
    ///
    /// # Panics
    /// When the element function panics; the outputs then may be partly written.
    ///
    /// ```
    /// use ndarray::{Array1, array, s};
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let filter: &dyn Filter<Array1<i32>, Array1<i32>> = &left();
    /// let mut out = Array1::zeros(4);
    /// filter.apply_into(&array![1, 2, 3], &mut out.slice_mut(s![1..]))?;
    /// assert_eq!(out, array![0, 3, 1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    fn apply_into(&self, x: In::Refs<'_>, out: Out::Muts<'_>) -> Result<(), Error>;

    /// Applies the kernel in the plainest way: the oracle that every executor agrees with.
    ///
    /// # Errors
    /// As for [`apply`](Filter::apply).
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let filter: &dyn Filter<Array1<i32>, Array1<i32>> = &left();
    /// assert_eq!(filter.reference(&array![1, 2])?, filter.apply(&array![1, 2])?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    fn reference(&self, x: In::Refs<'_>) -> Result<Out, Error>;
}

impl<K, In: Arrays, Out: Arrays> Filter<In, Out> for Stencil<K>
where
    K: for<'w> Kernel<Args<'w> = In::Refs<'w>>,
    K::Out: for<'a> Outputs<Arrays<K::Dim> = Out, Muts<'a, K::Dim> = Out::Muts<'a>>,
{
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn apply(&self, x: In::Refs<'_>) -> Result<Out, Error> {
        Stencil::apply(self, x)
    }

    fn apply_into(&self, x: In::Refs<'_>, out: Out::Muts<'_>) -> Result<(), Error> {
        Stencil::apply_into(self, x, out)
    }

    fn reference(&self, x: In::Refs<'_>) -> Result<Out, Error> {
        Stencil::reference(self, x)
    }
}

impl<K, T: Element, D: Dimension + 'static> Filter<Array<T, D>, Array<T, D>> for Repeat<K>
where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>,
{
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn apply(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, Error> {
        Repeat::apply(self, x)
    }

    fn apply_into(&self, x: &ArrayRef<T, D>, out: &mut ArrayRef<T, D>) -> Result<(), Error> {
        Repeat::apply_into(self, x, out)
    }

    fn reference(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, Error> {
        Repeat::reference(self, x)
    }
}

impl<K, M, In: Arrays, Out: Arrays> Filter<In, Out> for Gufunc<K, M>
where
    K: GufuncKernel,
    K::Inputs: Operands<In::Refs<'static>>,
    K::Outputs: OutOperands<Out::Muts<'static>>,
    M: Dims<K, Arrays<Loop<K, In>> = Out> + Send + Sync,
{
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn apply(&self, x: In::Refs<'_>) -> Result<Out, Error> {
        self.call().apply_arrays::<M, In>(&x)
    }

    fn apply_into(&self, x: In::Refs<'_>, mut out: Out::Muts<'_>) -> Result<(), Error> {
        self.call().apply_arrays_into::<In, Out>(&x, &mut out, M::KEEP)
    }

    fn reference(&self, x: In::Refs<'_>) -> Result<Out, Error> {
        self.reference_call().apply_arrays::<M, In>(&x)
    }
}

macro_rules! filter_for_pointer {
    ($($Pointer:ty)+) => {$(
        impl<F: Filter<In, Out> + ?Sized, In: Arrays, Out: Arrays> Filter<In, Out> for $Pointer {
            fn name(&self) -> &'static str {
                (**self).name()
            }

            fn apply(&self, x: In::Refs<'_>) -> Result<Out, Error> {
                (**self).apply(x)
            }

            fn apply_into(&self, x: In::Refs<'_>, out: Out::Muts<'_>) -> Result<(), Error> {
                (**self).apply_into(x, out)
            }

            fn reference(&self, x: In::Refs<'_>) -> Result<Out, Error> {
                (**self).reference(x)
            }
        }
    )+};
}
filter_for_pointer!(&F Box<F> Arc<F>);

impl<In: Arrays, Out: Arrays> fmt::Debug for dyn Filter<In, Out> + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filter").field(&self.name()).finish()
    }
}
