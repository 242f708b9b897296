//! `accumulate` as a kernel: what `reduce` gives for the elements up to each one.

use ndarray::{Array, ArrayView1, ArrayViewMut1, Dimension, Ix1};

use super::binary::{begin, start};
use super::{Binary, dim};
use crate::Error;
use crate::exec::{element_loops, element_plan};
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::{Operand, OutOperand};
use crate::kernel::{
    ByView, Element, ElementFunction, GufuncKernel, InnerLoop, InnerLoops, InnerPlan, Input, LaneView, LaneViewMut,
    Signature, SignatureOperand as Declared,
};

/// The kernel of [`accumulate`](Gufunc::accumulate), `(n)->(n)`.
#[derive(Debug)]
pub struct Accumulate<K: Binary> {
    kernel: K,
    /// The value that comes before the first element, where that is of another type.
    start: Option<K::Value>,
}

impl<K: Binary> Clone for Accumulate<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Binary> Copy for Accumulate<K> {}

impl<K: Binary<Value: Default>> GufuncKernel for Accumulate<K> {
    type Inputs = (Input<K::Item, Ix1>,);
    type Outputs = (ByView<K::Value, Ix1>,);
    const NAME: &'static str = K::NAME;
    const SIGNATURE: Signature = Signature {
        text: "(n)->(n)",
        dims: &[dim("n", false)],
        inputs: &[Declared { name: "x", dims: &[0] }],
        outputs: &[Declared { name: "", dims: &[0] }],
        require: "",
    };

    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        Ok(element_plan::<Self>(inner))
    }
}

impl<K: Binary<Value: Default>> ElementFunction for Accumulate<K> {
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
        let mut sum = self.start;
        for (y, v) in y.iter_mut().zip(x) {
            *y = match sum {
                Some(sum) => self.kernel.point(sum, *v, scratch),
                None => begin(v),
            };
            sum = Some(*y);
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
        if x.is_empty() {
            return ((),);
        }
        let mut sum = match self.start {
            Some(start) => self.kernel.points(&[start; L], x.row(0), scratch),
            None => begin(x.row(0)),
        };
        y.put_row(0, &sum);
        for i in 1..x.dim() {
            sum = self.kernel.points(&sum, x.row(i), scratch);
            y.put_row(i, &sum);
        }
        ((),)
    }
}

impl<K: GufuncKernel> Gufunc<K> {
    /// Combines the elements along an axis one after the other and returns every step: `x0`, `f(x0, x1)`,
    /// `f(f(x0, x1), x2)`, .. The result has the shape of `x`.
    ///
    /// The axis is the first one unless [`axis`](Gufunc::axis) says otherwise.
    ///
    /// Elements may be of another type than the results: then the first step is `f(identity, x0)`.
    ///
    /// # Errors
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
    /// fn subtract(a: i32, b: i32) -> i32 { a - b }
    /// let x = array![[9, 8, 7], [3, 2, 1]];
    /// assert_eq!(subtract().accumulate(&x)?, array![[9, 8, 7], [6, 6, 6]]);
    /// assert_eq!(subtract().axis(1).accumulate(&x)?, array![[9, 1, -6], [3, 1, 0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn accumulate<S, T, A>(&self, x: A) -> Result<Array<S, A::Dim>, Error>
    where
        S: Element + Default,
        T: Element,
        A: Operand<T>,
        K: Binary<Value = S, Item = T>,
    {
        Ok(as_many_axes(self.scan(&x)?.apply(x)?))
    }

    /// As [`accumulate`](Gufunc::accumulate), into an existing array of the shape of `x`, or of a larger one that `x`
    /// broadcasts to.
    ///
    /// # Errors
    /// As for [`accumulate`](Gufunc::accumulate), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops),
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
    /// let mut sums = array![[0, 0], [0, 0]];
    /// add().axis(1).accumulate_into(&array![[1, 2], [3, 4]], &mut sums)?;
    /// assert_eq!(sums, array![[1, 3], [3, 7]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn accumulate_into<S, T, A, B>(&self, x: A, out: B) -> Result<(), Error>
    where
        S: Element + Default,
        T: Element,
        A: Operand<T>,
        B: OutOperand<S>,
        K: Binary<Value = S, Item = T>,
    {
        self.scan(&x)?.apply_into(x, out)
    }

    fn scan<A>(&self, x: &A) -> Result<Gufunc<Accumulate<K>>, Error>
    where
        K: Binary<Value: Default>,
        A: Operand<K::Item>,
    {
        let (axes, shape) = (self.axes.along(), x.raw().shape);
        let start = start(&self.kernel, None, false, || axes.single(shape.len()).unwrap_or(0), &shape)?;
        let mut scan = self.with(Accumulate { kernel: self.kernel, start });
        scan.axes = axes.twice();
        Ok(scan)
    }
}

/// Takes an axis away and adds one: the types do not tell that this is `D` again.
pub(super) fn as_many_axes<T, D: Dimension>(array: Array<T, <D::Smaller as Dimension>::Larger>) -> Array<T, D> {
    array.into_dimensionality().expect("one axis was replaced by another")
}
