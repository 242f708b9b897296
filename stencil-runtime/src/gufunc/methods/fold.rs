//! `reduce` as a kernel: one element of all elements along an axis, from the first to the last.

use ndarray::{ArrayView1, Ix1};

use super::binary::begin;
use super::{Binary, dim};
use crate::Error;
use crate::exec::{element_loops, element_plan};
use crate::kernel::{
    ByValue, ElementFunction, GufuncKernel, InnerLoop, InnerLoops, InnerPlan, Input, LaneView, Signature,
    SignatureOperand as Declared,
};

/// The kernel of [`reduce`](crate::Gufunc::reduce), `(n)->()`.
#[derive(Debug)]
pub struct Fold<K: Binary> {
    pub(super) kernel: K,
    /// The value that comes before the first element. Without it there is at least one element, of the same type.
    pub(super) start: Option<K::Value>,
}

impl<K: Binary> Clone for Fold<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Binary> Copy for Fold<K> {}

impl<K: Binary> GufuncKernel for Fold<K> {
    type Inputs = (Input<K::Item, Ix1>,);
    type Outputs = (ByValue<K::Value>,);
    const NAME: &'static str = K::NAME;
    const SIGNATURE: Signature = Signature {
        text: "(n)->()",
        dims: &[dim("n", false)],
        inputs: &[Declared { name: "x", dims: &[0] }],
        outputs: &[Declared { name: "", dims: &[] }],
        require: "",
    };

    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        Ok(element_plan::<Self>(inner))
    }
}

impl<K: Binary> ElementFunction for Fold<K> {
    type Results = Self::Outputs;
    type Scratch = K::Scratch;
    type LaneScratch<const L: usize> = K::LaneScratch<L>;
    const SIDE_BY_SIDE: bool = K::SIDE_BY_SIDE;
    const OPERATIONS: usize = K::OPERATIONS;

    #[inline(always)]
    fn core(&self, (x,): (ArrayView1<'_, K::Item>,), _: ((),), scratch: &mut K::Scratch) -> (K::Value,) {
        let (first, from) = match self.start {
            Some(start) => (start, 0),
            None => (begin(&x[0]), 1),
        };
        (x.iter().skip(from).fold(first, |sum, &v| self.kernel.point(sum, v, scratch)),)
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        (x,): (LaneView<'_, K::Item, 1, L>,),
        _: ((),),
        scratch: &mut K::LaneScratch<L>,
    ) -> ([K::Value; L],) {
        let (mut sum, from) = match self.start {
            Some(start) => ([start; L], 0),
            None => (begin(x.row(0)), 1),
        };
        for i in from..x.dim() {
            sum = self.kernel.points(&sum, x.row(i), scratch);
        }
        (sum,)
    }
}

/// The kernel of [`reduce`](crate::Gufunc::reduce) with a mask, `(n),(n)->()`.
#[derive(Debug)]
pub struct FoldMasked<K: Binary> {
    pub(super) kernel: K,
    pub(super) start: K::Value,
}

impl<K: Binary> Clone for FoldMasked<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Binary> Copy for FoldMasked<K> {}

impl<K: Binary> GufuncKernel for FoldMasked<K> {
    type Inputs = (Input<K::Item, Ix1>, Input<bool, Ix1>);
    type Outputs = (ByValue<K::Value>,);
    const NAME: &'static str = K::NAME;
    const SIGNATURE: Signature = Signature {
        text: "(n),(n)->()",
        dims: &[dim("n", false)],
        inputs: &[Declared { name: "x", dims: &[0] }, Declared { name: "mask", dims: &[0] }],
        outputs: &[Declared { name: "", dims: &[] }],
        require: "",
    };

    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        Ok(element_plan::<Self>(inner))
    }
}

impl<K: Binary> ElementFunction for FoldMasked<K> {
    type Results = Self::Outputs;
    type Scratch = K::Scratch;
    // Lanes go different ways, so each is computed for itself.
    type LaneScratch<const L: usize> = K::Scratch;
    const SIDE_BY_SIDE: bool = K::SIDE_BY_SIDE;
    const OPERATIONS: usize = K::OPERATIONS;

    #[inline(always)]
    fn core(
        &self,
        (x, mask): (ArrayView1<'_, K::Item>, ArrayView1<'_, bool>),
        _: ((),),
        scratch: &mut K::Scratch,
    ) -> (K::Value,) {
        let step = |sum, (&v, &used)| if used { self.kernel.point(sum, v, scratch) } else { sum };
        (x.iter().zip(mask).fold(self.start, step),)
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        (x, mask): (LaneView<'_, K::Item, 1, L>, LaneView<'_, bool, 1, L>),
        _: ((),),
        scratch: &mut K::Scratch,
    ) -> ([K::Value; L],) {
        let mut sum = [self.start; L];
        for i in 0..x.dim() {
            let (row, used) = (x.row(i), mask.row(i));
            for lane in 0..L {
                if used[lane] {
                    sum[lane] = self.kernel.point(sum[lane], row[lane], scratch);
                }
            }
        }
        (sum,)
    }
}
