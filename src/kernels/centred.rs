//! Kernels of windows under the names that they have in [`centred`](super::moving::centred).

use std::fmt::Debug;

use crate::__private::{
    ElementOutputs, InnerLoop, InnerLoops, InnerPlan, Inputs, Signature, element_loops, gufunc as kernel, kernel_of,
};
use crate::{ElementFunction, Error, Gufunc, GufuncKernel};

/// A kernel of windows, trailing or centred ones.
pub trait Windows: ElementFunction {
    /// The name where they are centred.
    const CENTRED: &'static str;
}

/// A kernel whose windows are centred: the same but for the name.
#[derive(Clone, Copy)]
pub struct Centred<K>(K);

impl<K: Windows> Centred<K> {
    pub(super) const fn of(gufunc: Gufunc<K>) -> Gufunc<Centred<K>> {
        kernel(Centred(kernel_of(gufunc)))
    }
}

impl<K: Windows> GufuncKernel for Centred<K> {
    type Inputs = K::Inputs;
    type Outputs = K::Outputs;
    const NAME: &'static str = K::CENTRED;
    const SIGNATURE: Signature = K::SIGNATURE;

    fn accepts(&self, sizes: &[isize]) -> bool {
        self.0.accepts(sizes)
    }

    fn parameters(&self, tell: &mut dyn FnMut(&'static str, &dyn Debug)) {
        self.0.parameters(tell);
    }

    #[inline(never)]
    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        self.0.plan(inner)
    }
}

impl<K: Windows> ElementFunction for Centred<K> {
    type Results = K::Results;
    type Scratch = K::Scratch;
    type LaneScratch<const L: usize> = K::LaneScratch<L>;
    const SIDE_BY_SIDE: bool = K::SIDE_BY_SIDE;
    const OPERATIONS: usize = K::OPERATIONS;

    fn gains(&self, inner: &InnerLoop) -> bool {
        self.0.gains(inner)
    }

    #[inline(always)]
    fn core(
        &self,
        inputs: <Self::Inputs as Inputs>::Views<'_>,
        outputs: <Self::Results as ElementOutputs>::Views<'_>,
        scratch: &mut Self::Scratch,
    ) -> <Self::Results as ElementOutputs>::Values {
        self.0.core(inputs, outputs, scratch)
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        inputs: <Self::Inputs as Inputs>::Lanes<'_, L>,
        outputs: <Self::Results as ElementOutputs>::LaneViews<'_, L>,
        scratch: &mut Self::LaneScratch<L>,
    ) -> <Self::Results as ElementOutputs>::LaneValues<L> {
        self.0.lanes(inputs, outputs, scratch)
    }
}
