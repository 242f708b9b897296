//! Cells of an array, computed anew in place at indices that may repeat.

use ndarray::{
    ArrayRef, ArrayViewD, ArrayViewMutD, Axis, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn, NdIndex, Zip,
    aview0,
};

use super::segments::check;
use crate::gufunc::axes::Axes;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::Operand;
use crate::kernel::{ByValue, Element, ElementFunction, GufuncKernel, Input, Inputs};
use crate::{Error, ShapeError};

/// An element-wise kernel that makes a `T` of a `T`, and of an element of `B` where it has a second input: what
/// [`at`](crate::Gufunc::at) takes, with `()` for `B` of kernels of one input.
///
/// There is nothing to implement: every such kernel is one.
///
/// ```
/// use ndarray::{Array1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::Error;
/// use ndstencil::types::Update;
/// #[gufunc("()->()")]
/// fn negate(a: f64) -> f64 { -a }
/// fn ends<K: Update<f64, ()>>(kernel: Gufunc<K>, mut x: Array1<f64>) -> Result<Array1<f64>, Error> {
///     let last = x.len() - 1;
///     kernel.at(&mut x, &[0, last], ())?;
///     Ok(x)
/// }
/// assert_eq!(ends(negate(), array![1.0, 2.0, 3.0])?, array![-1.0, 2.0, -3.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a `{T}` of a `{T}` and of `{B}`",
    label = "needs an element-wise kernel whose output is of the type of its first input",
    note = "`f(a, b)` takes an array of `b`, or a number: `kernel.at(&mut a, &[2, 0], &b)`; `f(a)` takes `()`: `kernel.at(&mut a, &[2, 0], ())`"
)]
pub trait Update<T: Element, B>:
    ElementFunction<Inputs: UpdateInputs<T, B>, Outputs = (ByValue<T>,), Results = (ByValue<T>,)>
{
}

#[diagnostic::do_not_recommend]
impl<T: Element, B, K> Update<T, B> for K where
    K: ElementFunction<Inputs: UpdateInputs<T, B>, Outputs = (ByValue<T>,), Results = (ByValue<T>,)>
{
}

/// Declared inputs of which the first is a `T`, and the second, if there is one, an element of `B`.
pub trait UpdateInputs<T, B>: Inputs {
    #[doc(hidden)]
    type Other: Copy;

    #[doc(hidden)]
    fn others(b: &B) -> ArrayViewD<'_, Self::Other>;
    #[doc(hidden)]
    fn bind<'v>(a: T, b: Self::Other) -> Self::Views<'v>;
}

impl<T: Element> UpdateInputs<T, ()> for (Input<T, Ix0>,) {
    type Other = ();

    fn others(b: &()) -> ArrayViewD<'_, ()> {
        aview0(b).into_dyn()
    }

    #[inline(always)]
    fn bind<'v>(a: T, (): ()) -> Self::Views<'v> {
        (a,)
    }
}

impl<T: Element, U: Element, B: Operand<U>> UpdateInputs<T, B> for (Input<T, Ix0>, Input<U, Ix0>) {
    type Other = U;

    fn others(b: &B) -> ArrayViewD<'_, U> {
        b.elements()
    }

    #[inline(always)]
    fn bind<'v>(a: T, b: U) -> Self::Views<'v> {
        (a, b)
    }
}

/// An index along the first axes of an array: a number along the first one, `[i, j]` along two.
///
/// ```
/// use ndarray::{Array2, Array3};
/// use ndstencil::prelude::*;
/// use ndstencil::Error;
/// use ndstencil::types::Place;
/// #[gufunc("(),()->()")]
/// fn add(a: u32, b: u32) -> u32 { a + b }
///
/// fn counts<P: Place>(places: &[P]) -> Result<Array3<u32>, Error> {
///     let mut counts = Array3::zeros((2, 2, 1));
///     add().at(&mut counts, places, 1)?;
///     Ok(counts)
/// }
/// assert_eq!(counts(&[1, 1])?.into_raw_vec_and_offset().0, [0, 0, 2, 2]);
/// assert_eq!(counts(&[[1, 1], [0, 1]])?.into_raw_vec_and_offset().0, [0, 1, 0, 1]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an index along the first axes of an array",
    label = "an index is a `usize` or an array of them, `[i, j]`"
)]
pub trait Place: crate::Sealed + Copy + NdIndex<Self::Dim> {
    /// The axes of an array of which it indexes all.
    type Dim: Dimension;
    #[doc(hidden)]
    fn along(&self, axis: usize) -> usize;
}

impl Place for usize {
    type Dim = Ix1;

    #[inline(always)]
    fn along(&self, _: usize) -> usize {
        *self
    }
}

macro_rules! places {
    ($($rank:literal $Ix:ident)*) => {
        $(
            impl crate::Sealed for [usize; $rank] {}

            impl Place for [usize; $rank] {
                type Dim = $Ix;

                #[inline(always)]
                fn along(&self, axis: usize) -> usize {
                    self[axis]
                }
            }
        )*
    };
}
places!(1 Ix1 2 Ix2 3 Ix3 4 Ix4 5 Ix5 6 Ix6);

impl<K: GufuncKernel> Gufunc<K> {
    /// Computes cells of `a` anew in place, one index after the other: `a[i] = f(a[i], b)` for a kernel of two inputs, and
    /// `a[i] = f(a[i])` for one of one input, for which `b` is `()`. An index that comes several times counts each time.
    ///
    /// An index is a number along the first axis, which stands for a whole row, or `[i, j]` along the first two axes, and
    /// so on. `b` broadcasts to the shape of what is indexed: an axis of as many cells as there are indices, and the axes
    /// of `a` that they leave. Stays on the caller's thread.
    ///
    /// # Errors
    /// [`ShapeError::Index`](crate::ShapeError::Index) for an index outside of its axis,
    /// [`ShapeError::Broadcast`](crate::ShapeError::Broadcast) where `b` does not broadcast,
    /// [`ShapeError::IndexEntries`](crate::ShapeError::IndexEntries) where `a` has fewer axes than an index has entries,
    /// [`ShapeError::Axes`](crate::ShapeError::Axes) for [`axis`](Gufunc::axis) and [`axes`](Gufunc::axes), which say
    /// nothing here. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; `a` then is partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: u32, b: u32) -> u32 { a + b }
    /// let mut histogram = array![0, 0, 0];
    /// add().at(&mut histogram, &[2, 0, 2, 2], 1)?;
    /// assert_eq!(histogram, array![1, 0, 3]);
    ///
    /// let mut table = array![[0, 0], [0, 0]];
    /// add().at(&mut table, &[[0, 1], [1, 0], [0, 1]], &array![1, 10, 100])?; // np.add.at(table, ([0, 1, 0], [1, 0, 1]), ..)
    /// assert_eq!(table, array![[0, 101], [10, 0]]);
    ///
    /// #[gufunc("()->()")]
    /// fn double(a: u32) -> u32 { 2 * a }
    /// double().at(&mut histogram, &[0, 0, 2], ())?;
    /// assert_eq!(histogram, array![4, 0, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn at<T, D, P, B>(&self, a: &mut ArrayRef<T, D>, indices: &[P], b: B) -> Result<(), Error>
    where
        T: Element,
        D: Dimension,
        P: Place,
        K: Update<T, B>,
    {
        if !matches!(self.axes, Axes::Last) {
            let reason = "`.at(..)` indexes the first axes, so that `.axis(..)` and `.axes(..)` say nothing; \
                          move the axes of the array, `a.view_mut().reversed_axes()`";
            return Err(Error::Shape(ShapeError::Axes {
                kernel: K::NAME,
                reason: reason.to_owned(),
                signature: K::SIGNATURE.text,
            }));
        }
        let others = K::Inputs::others(&b);
        let others = rows::<P, _>(K::NAME, K::SIGNATURE.text, a.shape(), indices, &others)?;
        let scratch = &mut K::Scratch::default();
        let mut update = |a: &mut T, b: <K::Inputs as UpdateInputs<T, B>>::Other| {
            *a = self.kernel.core(K::Inputs::bind(*a, b), ((),), scratch).0;
        };
        let mut a = a.view_mut().into_dyn();
        let rank = P::Dim::NDIM.unwrap_or(0);
        if a.ndim() == rank {
            // Single cells, without a view for each.
            let mut a = a.into_dimensionality::<P::Dim>().expect("as many axes as an index");
            for (&index, &b) in indices.iter().zip(&others) {
                update(&mut a[index], b);
            }
            return Ok(());
        }
        for (index, b) in indices.iter().zip(others.outer_iter()) {
            let mut row: ArrayViewMutD<'_, T> = a.view_mut();
            for axis in 0..rank {
                row.index_axis_inplace(Axis(0), index.along(axis));
            }
            Zip::from(row).and(b).for_each(|a, &b| update(a, b));
        }
        Ok(())
    }
}

/// The values that are combined at each index, after all indices were checked.
fn rows<'b, P: Place, U>(
    kernel: &'static str,
    signature: &'static str,
    shape: &[usize],
    indices: &[P],
    others: &'b ArrayViewD<'_, U>,
) -> Result<ArrayViewD<'b, U>, Error> {
    let entries = P::Dim::NDIM.unwrap_or(0);
    let Some((indexed, rest)) = shape.split_at_checked(entries) else {
        return Err(Error::Shape(ShapeError::IndexEntries { kernel, entries, shape: shape.to_vec() }));
    };
    for (axis, &len) in indexed.iter().enumerate() {
        check(kernel, indices.iter().map(|index| index.along(axis)), axis, len)?;
    }
    let expected = [&[indices.len()], rest].concat();
    others.broadcast(IxDyn(&expected)).ok_or_else(|| {
        Error::Shape(ShapeError::Broadcast {
            kernel,
            operand: "the second input".into(),
            found: others.shape().to_vec(),
            other: "the indexed cells".into(),
            expected,
            signature,
        })
    })
}
