//! The moving median, a kernel that computes in one of two ways: short windows keep their values in order, which takes time
//! in proportion to the window; other windows are ends of sorted blocks.

use std::fmt::Debug;

use ndarray::{ArrayView1, ArrayViewMut1};

use super::cascade::is_nan;
use super::centred::Windows;
use super::ordered::middle;
use super::sorted_blocks::SortedBlocks;
use super::{Cast, Number};
use crate::__private::{
    ElementOutputs, Identity, InnerLoop, InnerLoops, InnerPlan, Inputs, Signature, element_loops, element_plan,
    gufunc as kernel, kernel_of,
};
use crate::{ElementFunction, Error, Gufunc, GufuncKernel, Real, gufunc};

/// The most bytes of a window that are kept in order at each instruction level: longer windows are found sooner in blocks.
const MOST_IN_ORDER: [usize; 3] = [600, 1400, 1600];

/// The same where loop elements run one by one.
const MOST_ALONE: usize = 256;

/// The window's values in order: one pass takes the value that leaves out and puts the new one in.
#[gufunc("(n)->(n)", require = 1 <= min_count && min_count <= window && window.min(n as usize) < i32::MAX as usize, name = "moving::median", type = InOrder, crate = crate)]
pub fn median_in_order<T: Number + Cast<A>, A: Real + Cast<R>, R: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    sorted: &mut Vec<T>,
    mut y: ArrayViewMut1<R>,
) {
    let n = x.len();
    let behind = (window - 1 - ahead).min(n);
    let ahead = ahead.min(n);
    let window = behind + 1 + ahead;
    // What is missing is the greatest number, and last.
    sorted.clear();
    sorted.resize(window, T::HIGHEST);
    let mut count = 0usize;
    for i in 0..n + ahead {
        let mut new = T::HIGHEST;
        let mut old = T::HIGHEST;
        if i < n {
            new = if is_nan(x[i]) { T::HIGHEST } else { x[i] };
            count += usize::from(!is_nan(x[i]));
        }
        if i >= window {
            old = if is_nan(x[i - window]) { T::HIGHEST } else { x[i - window] };
            count -= usize::from(!is_nan(x[i - window]));
        }
        let mut before = T::LOWEST;
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
            let found: A = middle::<T, A>(low, if count % 2 == 1 { low } else { high });
            y[i - ahead] = if count >= min_count { found.cast() } else { R::nan() };
        }
    }
}

/// A window's values in order, and room for the next one's. In front and behind lie the least and the greatest number.
#[derive(Debug)]
pub struct Ordered<T> {
    now: Vec<T>,
    next: Vec<T>,
}

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered { now: Vec::new(), next: Vec::new() }
    }
}

/// The same of one loop element: the values of a window side by side, and nothing to do where the new one equals the old.
#[gufunc("(n)->(n)", lanes = false, name = "moving::median", type = Alone, crate = crate)]
pub fn median_alone<T: Number + Cast<A>, A: Real + Cast<R>, R: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    ordered: &mut Ordered<T>,
    mut y: ArrayViewMut1<R>,
) {
    let n = x.len();
    let (behind, ahead) = reach(window, ahead, n);
    let window = behind + 1 + ahead;
    let Ordered { now, next } = ordered;
    for values in [&mut *now, &mut *next] {
        values.clear();
        values.resize(window + 2, T::HIGHEST);
        values[0] = T::LOWEST;
    }
    // What is missing is the greatest number, and last.
    let value = |i: usize| x.get(i).copied().filter(|&value| !is_nan(value));
    let mut count = 0;
    for i in 0..n + ahead {
        let (new, old) = (value(i), i.checked_sub(window).and_then(value));
        count = count + usize::from(new.is_some()) - usize::from(old.is_some());
        let (new, old) = (new.unwrap_or(T::HIGHEST), old.unwrap_or(T::HIGHEST));
        if new != old {
            let places = now.iter().zip(&now[1..]).zip(&now[2..]).zip(&mut next[1..]);
            for (((&before, &here), &after), place) in places {
                let lower = if before < old { before } else { here };
                let kept = if here < old { here } else { after };
                let placed = if new < kept { new } else { kept };
                *place = if lower > placed { lower } else { placed };
            }
            std::mem::swap(now, next);
        }
        if i >= ahead {
            let (low, high) = (now[count.max(1).div_ceil(2)], now[count / 2 + 1]);
            let found: A = middle(low, if count % 2 == 1 { low } else { high });
            y[i - ahead] = if count >= min_count { found.cast() } else { R::nan() };
        }
    }
}

/// The middle of each window between two sorted blocks.
#[gufunc("(n)->(n)", lanes = false, name = "moving::median", type = InBlocks, crate = crate)]
pub fn median_in_blocks<T: Number + Cast<A>, A: Real + Cast<R>, R: Real>(
    x: ArrayView1<T>,
    window: usize,
    min_count: usize,
    ahead: usize,
    blocks: &mut SortedBlocks<T>,
    mut y: ArrayViewMut1<R>,
) {
    let n = x.len();
    blocks.middles(
        n,
        reach(window, ahead, n),
        min_count,
        |i| x[i],
        |i, found| {
            y[i] = found.map_or(R::nan(), |(low, high)| middle::<T, A>(low, high).cast());
        },
    );
}

/// The cells of a window behind the one that is computed and ahead of it, of an axis of `n` cells.
fn reach(window: usize, ahead: usize, n: usize) -> (usize, usize) {
    (window.saturating_sub(ahead + 1).min(n), ahead.min(n))
}

/// The kernel of the moving median.
#[derive(Clone, Copy)]
pub struct MovingMedian<T: Number + Cast<A>, A: Real + Cast<R>, R: Real> {
    in_order: InOrder<T, A, R>,
    alone: Alone<T, A, R>,
    in_blocks: InBlocks<T, A, R>,
    window: usize,
    ahead: usize,
}

/// The moving median, of windows that reach `ahead` cells beyond the one that is computed.
pub const fn moving_median<T: Number + Cast<A>, A: Real + Cast<R>, R: Real>(
    window: usize,
    min_count: usize,
    ahead: usize,
) -> Gufunc<MovingMedian<T, A, R>> {
    kernel(MovingMedian {
        in_order: kernel_of(median_in_order(window, min_count, ahead)),
        alone: kernel_of(median_alone(window, min_count, ahead)),
        in_blocks: kernel_of(median_in_blocks(window, min_count, ahead)),
        window,
        ahead,
    })
}

impl<T: Number + Cast<A>, A: Real + Cast<R>, R: Real> MovingMedian<T, A, R> {
    /// The cells of a window, of an axis of `n` cells.
    fn cells(&self, n: usize) -> usize {
        let (behind, ahead) = reach(self.window, self.ahead, n);
        behind + 1 + ahead
    }
}

impl<T: Number + Cast<A>, A: Real + Cast<R>, R: Real> GufuncKernel for MovingMedian<T, A, R> {
    type Inputs = <InOrder<T, A, R> as GufuncKernel>::Inputs;
    type Outputs = <InOrder<T, A, R> as GufuncKernel>::Outputs;
    const NAME: &'static str = "moving::median";
    const SIGNATURE: Signature = InOrder::<T, A, R>::SIGNATURE;

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
impl<T: Number + Cast<A>, A: Real + Cast<R>, R: Real> ElementFunction for MovingMedian<T, A, R> {
    type Results = <InOrder<T, A, R> as ElementFunction>::Results;
    type Scratch = (<Alone<T, A, R> as ElementFunction>::Scratch, <InBlocks<T, A, R> as ElementFunction>::Scratch);
    type LaneScratch<const L: usize> = <InOrder<T, A, R> as ElementFunction>::LaneScratch<L>;
    const SIDE_BY_SIDE: bool = InOrder::<T, A, R>::SIDE_BY_SIDE;
    const OPERATIONS: usize = InOrder::<T, A, R>::OPERATIONS;

    /// A cell of a window takes a group of loop elements the same time however few of them there are.
    fn gains(&self, inner: &InnerLoop) -> bool {
        let lanes = element_plan::<InOrder<T, A, R>>(inner).lanes();
        // The medians of smaller types are no smaller, and have no more lanes.
        let most = MOST_IN_ORDER[inner.level() as usize] / size_of::<T>().max(4);
        lanes > 1 && self.cells(inner.cells(0)).saturating_mul(lanes) <= most * inner.count().min(lanes)
    }

    #[inline(always)]
    fn core(
        &self,
        inputs: <Self::Inputs as Inputs>::Views<'_>,
        outputs: <Self::Results as ElementOutputs>::Views<'_>,
        scratch: &mut Self::Scratch,
    ) -> <Self::Results as ElementOutputs>::Values {
        if self.cells(inputs.0.len()) <= MOST_ALONE / size_of::<T>() {
            self.alone.core(inputs, outputs, &mut scratch.0)
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

impl<T: Number + Cast<A>, A: Real + Cast<R>, R: Real> Windows for MovingMedian<T, A, R> {
    const CENTRED: &'static str = "centred::median";
}
