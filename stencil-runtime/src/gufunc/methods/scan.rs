//! `accumulate` as a kernel: what `reduce` gives for the elements up to each one.

use ndarray::{Array, ArrayView1, ArrayViewMut1, Dimension, Ix1};

use super::{Binary, dim};
use crate::Error;
use crate::exec::{element_loops, element_plan};
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::Operand;
use crate::kernel::{
    ByView, Element, ElementFunction, GufuncKernel, InnerLoop, InnerLoops, InnerPlan, Input, LaneView, LaneViewMut,
    Signature, SignatureOperand as Declared,
};

/// The kernel of [`accumulate`](Gufunc::accumulate), `(n)->(n)`.
#[derive(Clone, Copy, Debug)]
pub struct Accumulate<K> {
    kernel: K,
}

impl<K: Binary<Value: Default>> GufuncKernel for Accumulate<K> {
    type Inputs = (Input<K::Value, Ix1>,);
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
        (x,): (ArrayView1<'_, K::Value>,),
        (mut y,): (ArrayViewMut1<'_, K::Value>,),
        scratch: &mut K::Scratch,
    ) -> ((),) {
        let mut sum = None;
        for (y, &v) in y.iter_mut().zip(x) {
            *y = match sum {
                Some(sum) => self.kernel.point(sum, v, scratch),
                None => v,
            };
            sum = Some(*y);
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
        if x.is_empty() {
            return ((),);
        }
        let mut sum = *x.row(0);
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
    /// # Errors
    /// [`Error::TooFewDimensions`] without an axis, [`Error::Axes`], [`Error::Level`].
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
    pub fn accumulate<T, A>(&self, x: A) -> Result<Array<T, A::Dim>, Error>
    where
        T: Element + Default,
        A: Operand<T>,
        K: Binary<Value = T>,
    {
        let mut scan = self.with(Accumulate { kernel: self.kernel });
        scan.axes = self.axes.along();
        Ok(as_many_axes(scan.apply(x)?))
    }
}

/// Takes an axis away and adds one: the types do not tell that this is `D` again.
pub(super) fn as_many_axes<T, D: Dimension>(array: Array<T, <D::Smaller as Dimension>::Larger>) -> Array<T, D> {
    array.into_dimensionality().expect("one axis was replaced by another")
}
