//! The moving median, a kernel that computes in one of two ways: short windows of several loop elements side by side keep
//! their values in order, which takes time in proportion to the window; other windows are ends of sorted blocks.

use std::fmt::Debug;

use ndarray::{ArrayView1, ArrayViewMut1};

use super::quantiles::middle;
use super::sorted_blocks::SortedBlocks;
use crate::__private::{
    ElementOutputs, Identity, InnerLoop, InnerLoops, InnerPlan, Inputs, Signature, element_loops, element_plan,
    gufunc as kernel, kernel_of,
};
use crate::{ElementFunction, Error, Gufunc, GufuncKernel, Real, gufunc};

/// The most bytes of a window that are kept in order at each instruction level: longer windows are found sooner in blocks.
const MOST_IN_ORDER: [usize; 3] = [600, 1400, 1600];

/// The most cells of a window that are kept in order where loop elements run one by one.
const MOST_ALONE: usize = 16;

/// The window's values in order: one pass takes the value that leaves out and puts the new one in.
#[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = "moving::median", type = InOrder, crate = crate)]
pub fn median_in_order<T: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    sorted: &mut Vec<T::Wide>,
    mut y: ArrayViewMut1<T>,
) {
    let n = x.len();
    let behind = (window - 1 - ahead).min(n);
    let ahead = ahead.min(n);
    let window = behind + 1 + ahead;
    // What is missing is infinite, and last. Zeros of either sign are one value: which of them comes first is not said.
    let (missing, zero) = (T::Wide::real(f64::INFINITY), T::Wide::real(0.0));
    sorted.clear();
    sorted.resize(window, missing);
    let mut count = 0usize;
    for i in 0..n + ahead {
        let mut new = missing;
        let mut old = missing;
        if i < n {
            new = if x[i].is_nan() { missing } else { T::wide(x[i]) + zero };
            count += usize::from(!x[i].is_nan());
        }
        if i >= window {
            old = if x[i - window].is_nan() { missing } else { T::wide(x[i - window]) + zero };
            count -= usize::from(!x[i - window].is_nan());
        }
        let mut before = T::Wide::real(f64::NEG_INFINITY);
        for k in 0..window - 1 {
            let (here, next) = (sorted[k], sorted[k + 1]);
            let kept = if here < old { here } else { next };
            let placed = if new < kept { new } else { kept };
            sorted[k] = if before > placed { before } else { placed };
            before = kept;
        }
        sorted[window - 1] = if before > new { before } else { new };
        if i >= ahead {
            let low = sorted[count.max(1).div_ceil(2) - 1];
            let high = sorted[(count / 2).min(window - 1)];
            let middle = if count % 2 == 1 { low } else { middle(low, high) };
            y[i - ahead] = if count >= min_count { T::narrow(middle) } else { T::nan() };
        }
    }
}

/// The middle of each window between two sorted blocks.
#[gufunc("(n)->(n)", lanes = false, name = "moving::median", type = InBlocks, crate = crate)]
pub fn median_in_blocks<T: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    blocks: &mut SortedBlocks<T::Wide>,
    mut y: ArrayViewMut1<T>,
) {
    let n = x.len();
    let cell = |i: usize| x[i].wide() + T::Wide::real(0.0);
    blocks.middles(n, reach(window, ahead, n), min_count, cell, |i, found| {
        y[i] = found.map_or(T::nan(), |(low, high)| T::narrow(middle(low, high)));
    });
}

/// The cells of a window behind the one that is computed and ahead of it, of an axis of `n` cells.
fn reach(window: usize, ahead: usize, n: usize) -> (usize, usize) {
    (window.saturating_sub(ahead + 1).min(n), ahead.min(n))
}

/// The kernel of the moving median.
#[derive(Clone, Copy)]
pub struct MovingMedian<T: Real> {
    in_order: InOrder<T>,
    in_blocks: InBlocks<T>,
    window: usize,
    ahead: usize,
}

/// The moving median, of windows that reach `ahead` cells beyond the one that is computed.
pub fn moving_median<T: Real>(window: usize, min_count: usize, ahead: usize) -> Gufunc<MovingMedian<T>> {
    kernel(MovingMedian {
        in_order: kernel_of(median_in_order(window, min_count, ahead)),
        in_blocks: kernel_of(median_in_blocks(window, min_count, ahead)),
        window,
        ahead,
    })
}

impl<T: Real> MovingMedian<T> {
    /// The cells of a window, of an axis of `n` cells.
    fn cells(&self, n: usize) -> usize {
        let (behind, ahead) = reach(self.window, self.ahead, n);
        behind + 1 + ahead
    }
}

impl<T: Real> GufuncKernel for MovingMedian<T> {
    type Inputs = <InOrder<T> as GufuncKernel>::Inputs;
    type Outputs = <InOrder<T> as GufuncKernel>::Outputs;
    const NAME: &'static str = "moving::median";
    const SIGNATURE: Signature = InOrder::<T>::SIGNATURE;

    fn accepts(&self, sizes: &[isize]) -> bool {
        self.in_order.accepts(sizes)
    }

    fn parameters(&self, tell: &mut dyn FnMut(&'static str, &dyn Debug)) {
        self.in_order.parameters(tell);
    }

    fn identify(&self, identity: &mut Identity) {
        self.in_order.identify(identity);
    }

    #[inline(never)]
    fn loops() -> InnerLoops<Self> {
        element_loops::<Self>()
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        if self.gains(inner) { self.in_order.plan(inner) } else { self.in_blocks.plan(inner) }
    }
}

/// The two ways find the same values.
impl<T: Real> ElementFunction for MovingMedian<T> {
    type Results = <InOrder<T> as ElementFunction>::Results;
    type Scratch = (<InOrder<T> as ElementFunction>::Scratch, <InBlocks<T> as ElementFunction>::Scratch);
    type LaneScratch<const L: usize> = <InOrder<T> as ElementFunction>::LaneScratch<L>;
    const SIDE_BY_SIDE: bool = InOrder::<T>::SIDE_BY_SIDE;
    const OPERATIONS: usize = InOrder::<T>::OPERATIONS;

    /// A cell of a window takes a group of loop elements the same time however few of them there are.
    fn gains(&self, inner: &InnerLoop) -> bool {
        let lanes = element_plan::<InOrder<T>>(inner).lanes();
        let most = MOST_IN_ORDER[inner.level() as usize] / size_of::<T::Wide>();
        lanes > 1 && self.cells(inner.cells(0)).saturating_mul(lanes) <= most * inner.count().min(lanes)
    }

    #[inline(always)]
    fn core(
        &self,
        inputs: <Self::Inputs as Inputs>::Views<'_>,
        outputs: <Self::Results as ElementOutputs>::Views<'_>,
        scratch: &mut Self::Scratch,
    ) -> <Self::Results as ElementOutputs>::Values {
        if self.cells(inputs.0.len()) <= MOST_ALONE {
            self.in_order.core(inputs, outputs, &mut scratch.0)
        } else {
            self.in_blocks.core(inputs, outputs, &mut scratch.1)
        }
    }

    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        inputs: <Self::Inputs as Inputs>::Lanes<'_, L>,
        outputs: <Self::Results as ElementOutputs>::LaneViews<'_, L>,
        scratch: &mut Self::LaneScratch<L>,
    ) -> <Self::Results as ElementOutputs>::LaneValues<L> {
        self.in_order.lanes(inputs, outputs, scratch)
    }
}
