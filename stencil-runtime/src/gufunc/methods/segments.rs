//! `reduceat` as a kernel: `reduce` of several stretches of an axis.

use ndarray::{Array, ArrayView1, ArrayViewMut1, Ix1};

use super::scan::as_many_axes;
use super::{Binary, dim};
use crate::Error;
use crate::exec::{element_loops, element_plan};
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::Operand;
use crate::kernel::{
    ByView, Element, ElementFunction, GufuncKernel, InnerLoop, InnerLoops, InnerPlan, Input, LaneView, LaneViewMut,
    Signature, SignatureOperand as Declared,
};

/// The kernel of [`reduceat`](Gufunc::reduceat), `(n)->(m)`.
#[derive(Clone, Copy, Debug)]
pub struct ReduceAt<'i, K> {
    kernel: K,
    /// All are below `n`.
    indices: &'i [usize],
}

impl<K> ReduceAt<'_, K> {
    /// The stretch that makes one cell, of `n` elements.
    #[inline(always)]
    fn stretch(&self, cell: usize, n: usize) -> std::ops::Range<usize> {
        let start = self.indices[cell];
        let end = self.indices.get(cell + 1).copied().unwrap_or(n);
        start..end.max(start + 1)
    }
}

impl<K: Binary<Value: Default>> GufuncKernel for ReduceAt<'_, K> {
    type Inputs = (Input<K::Value, Ix1>,);
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
        (x,): (ArrayView1<'_, K::Value>,),
        (mut y,): (ArrayViewMut1<'_, K::Value>,),
        scratch: &mut K::Scratch,
    ) -> ((),) {
        for (cell, y) in y.iter_mut().enumerate() {
            let mut stretch = self.stretch(cell, x.len());
            let first = x[stretch.start];
            stretch.start += 1;
            *y = stretch.fold(first, |sum, i| self.kernel.point(sum, x[i], scratch));
        }
        ((),)
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        (x,): (LaneView<'_, K::Value, 1, L>,),
        (mut y,): (LaneViewMut<'_, K::Value, 1, L>,),
        scratch: &mut K::LaneScratch<L>,
    ) -> ((),) {
        for cell in 0..y.dim() {
            let stretch = self.stretch(cell, x.dim());
            let mut sum = *x.row(stretch.start);
            for i in stretch.start + 1..stretch.end {
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
    /// # Errors
    /// [`Error::Index`] for an index outside of the axis, [`Error::TooFewDimensions`] without an axis,
    /// [`Error::Axes`], [`Error::Level`].
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
    pub fn reduceat<T, A>(&self, x: A, indices: &[usize]) -> Result<Array<T, A::Dim>, Error>
    where
        T: Element + Default,
        A: Operand<T>,
        K: Binary<Value = T>,
    {
        let shape = x.raw().shape;
        // An axis that does not exist is refused with the call.
        if let Some(axis) = self.axes.along().single(shape.len()) {
            check(K::NAME, indices, axis, shape[axis])?;
        }
        let mut segments = self.with(ReduceAt { kernel: self.kernel, indices });
        segments.axes = self.axes.along().twice();
        Ok(as_many_axes(segments.apply(x)?))
    }
}

/// Refuses indices outside of an axis of `len` cells.
pub(super) fn check(kernel: &'static str, indices: &[usize], axis: usize, len: usize) -> Result<(), Error> {
    match indices.iter().find(|&&index| index >= len) {
        None => Ok(()),
        Some(&index) => Err(Error::Index { kernel, index, axis, len }),
    }
}
