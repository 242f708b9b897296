//! `reduceat` as a kernel: `reduce` of several stretches of an axis.

use ndarray::{Array, ArrayView1, ArrayViewMut1, Ix1};

use super::binary::{begin, start};
use super::scan::as_many_axes;
use super::{Binary, dim};
use crate::exec::{element_loops, element_plan};
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::{Operand, OutOperand};
use crate::kernel::{
    ByView, Element, ElementFunction, GufuncKernel, InnerLoop, InnerLoops, InnerPlan, Input, LaneView, LaneViewMut,
    Signature, SignatureOperand as Declared,
};
use crate::{Error, ShapeError};

/// The kernel of [`reduceat`](Gufunc::reduceat), `(n)->(m)`.
#[derive(Debug)]
pub struct ReduceAt<'i, K: Binary> {
    kernel: K,
    /// The value that comes before the first element of a stretch, where that is of another type.
    start: Option<K::Value>,
    /// All are below `n`.
    indices: &'i [usize],
}

impl<K: Binary> Clone for ReduceAt<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Binary> Copy for ReduceAt<'_, K> {}

impl<K: Binary> ReduceAt<'_, K> {
    /// The stretch that makes one cell, of `n` elements.
    #[inline(always)]
    fn stretch(&self, cell: usize, n: usize) -> std::ops::Range<usize> {
        let start = self.indices[cell];
        let end = self.indices.get(cell + 1).copied().unwrap_or(n);
        start..end.max(start + 1)
    }
}

impl<K: Binary<Value: Default>> GufuncKernel for ReduceAt<'_, K> {
    type Inputs = (Input<K::Item, Ix1>,);
    type Outputs = (ByView<K::Value, Ix1>,);
    const NAME: &'static str = K::NAME;
    const SIGNATURE: Signature = Signature {
        text: "(n)->(m)",
        dims: &[dim("n", false), dim("m", true)],
        inputs: &[Declared { name: "x", dims: &[0] }],
        outputs: &[Declared { name: "", dims: &[1] }],
        require: "",
    };

    fn sizes(&self, sizes: &mut [isize]) {
        sizes[1] = self.indices.len() as isize;
    }

    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        Ok(element_plan::<Self>(inner))
    }
}

impl<K: Binary<Value: Default>> ElementFunction for ReduceAt<'_, K> {
    type Results = Self::Outputs;
    type Scratch = K::Scratch;
    type LaneScratch<const L: usize> = K::LaneScratch<L>;
    const SIDE_BY_SIDE: bool = K::SIDE_BY_SIDE;
    const OPERATIONS: usize = K::OPERATIONS;

    #[inline(always)]
    fn core(
        &self,
        (x,): (ArrayView1<'_, K::Item>,),
        (mut y,): (ArrayViewMut1<'_, K::Value>,),
        scratch: &mut K::Scratch,
    ) -> ((),) {
        for (cell, y) in y.iter_mut().enumerate() {
            let mut stretch = self.stretch(cell, x.len());
            let first = match self.start {
                Some(start) => start,
                None => {
                    let first = begin(&x[stretch.start]);
                    stretch.start += 1;
                    first
                }
            };
            *y = stretch.fold(first, |sum, i| self.kernel.point(sum, x[i], scratch));
        }
        ((),)
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        (x,): (LaneView<'_, K::Item, 1, L>,),
        (mut y,): (LaneViewMut<'_, K::Value, 1, L>,),
        scratch: &mut K::LaneScratch<L>,
    ) -> ((),) {
        for cell in 0..y.dim() {
            let stretch = self.stretch(cell, x.dim());
            let (mut sum, from) = match self.start {
                Some(start) => ([start; L], stretch.start),
                None => (begin(x.row(stretch.start)), stretch.start + 1),
            };
            for i in from..stretch.end {
                sum = self.kernel.points(&sum, x.row(i), scratch);
            }
            y.put_row(cell, &sum);
        }
        ((),)
    }
}

impl<K: GufuncKernel> Gufunc<K> {
    /// Reduces stretches of an axis: cell `i` of the result is made of the elements from `indices[i]` up to, not
    /// including, `indices[i + 1]`, the last one of those up to the end. Where `indices[i]` is not below
    /// `indices[i + 1]` it is the element at `indices[i]`.
    ///
    /// The axis is the first one unless [`axis`](Gufunc::axis) says otherwise; in the result it has as many cells as
    /// there are indices.
    ///
    /// Elements may be of another type than the results: then each stretch begins with the identity.
    ///
    /// # Errors
    /// [`ShapeError::Index`](crate::ShapeError::Index) for an index outside of the axis,
    /// [`ShapeError::TooFewDimensions`](crate::ShapeError::TooFewDimensions) without an axis,
    /// [`KernelError::NoIdentity`](crate::KernelError::NoIdentity) for elements of another type without an identity,
    /// [`ShapeError::Axes`](crate::ShapeError::Axes), [`ShapeError::ArrayTooLarge`](crate::ShapeError::ArrayTooLarge),
    /// [`KernelError::Level`](crate::KernelError::Level).
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// let x = array![0, 1, 2, 3, 4];
    /// assert_eq!(add().reduceat(&x, &[0, 4, 2])?, array![0 + 1 + 2 + 3, 4, 2 + 3 + 4]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reduceat<S, T, A>(&self, x: A, indices: &[usize]) -> Result<Array<S, A::Dim>, Error>
    where
        S: Element + Default,
        T: Element,
        A: Operand<T>,
        K: Binary<Value = S, Item = T>,
    {
        Ok(as_many_axes(self.segments(&x, indices)?.apply(x)?))
    }

    /// As [`reduceat`](Gufunc::reduceat), into an existing array, whose axis has a cell for each index; `x` broadcasts to
    /// the other axes.
    ///
    /// # Errors
    /// As for [`reduceat`](Gufunc::reduceat), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops),
    /// [`ShapeError::CoreSize`](crate::ShapeError::CoreSize) for an output of another shape. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; the output then is partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// let mut sums = array![0, 0];
    /// add().reduceat_into(&array![0, 1, 2, 3, 4], &[0, 3], &mut sums)?;
    /// assert_eq!(sums, array![3, 7]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reduceat_into<S, T, A, B>(&self, x: A, indices: &[usize], out: B) -> Result<(), Error>
    where
        S: Element + Default,
        T: Element,
        A: Operand<T>,
        B: OutOperand<S>,
        K: Binary<Value = S, Item = T>,
    {
        self.segments(&x, indices)?.apply_into(x, out)
    }

    fn segments<'i, A>(&self, x: &A, indices: &'i [usize]) -> Result<Gufunc<ReduceAt<'i, K>>, Error>
    where
        K: Binary<Value: Default>,
        A: Operand<K::Item>,
    {
        let (axes, shape) = (self.axes.along(), x.raw().shape);
        // An axis that does not exist is refused with the call.
        let axis = axes.single(shape.len());
        if let Some(axis) = axis {
            check(K::NAME, indices.iter().copied(), axis, shape[axis])?;
        }
        let start = start(&self.kernel, None, false, || axis.unwrap_or(0), &shape)?;
        let mut segments = self.with(ReduceAt { kernel: self.kernel, start, indices });
        segments.axes = axes.twice();
        Ok(segments)
    }
}

/// Refuses indices outside of an axis of `len` cells.
pub(super) fn check(
    kernel: &'static str,
    mut indices: impl Iterator<Item = usize>,
    axis: usize,
    len: usize,
) -> Result<(), Error> {
    match indices.find(|&index| index >= len) {
        None => Ok(()),
        Some(index) => Err(Error::Shape(ShapeError::Index { kernel, index, axis, len })),
    }
}
