//! The way in which the loop elements of a call are computed.

use std::ops::Range;

use super::NestRequest;
use crate::geometry::LoopNest;
use crate::kernel::InnerLoop;
use crate::memory::STREAM_BYTES;
use crate::parallel;
use crate::plan::{Cached, Stores, Threads, Way};

/// Tasks for each thread, so that one that is held up does not hold up all.
const TASKS_PER_THREAD: usize = 8;
/// The scratch memory of a loop element, in bytes, that each thread may have of its own.
const SCRATCH_BYTES: usize = 16 << 20;

/// The way in which the loop elements of a call are computed: the order of the loops, and how threads share them.
///
/// An inner loop is cut into pieces of `length` loop elements; so many pieces in a row are a task, which a thread takes.
#[derive(Clone, Debug)]
pub(crate) struct NestPlan {
    pub(crate) nest: LoopNest,
    pub(crate) threads: Threads,
    pub(crate) stores: Stores,
    length: usize,
    pieces_per_task: usize,
}

impl NestPlan {
    pub(crate) fn new(request: &NestRequest<'_>) -> NestPlan {
        let sizes: Vec<usize> =
            request.operands(&request.first).map(|operand| operand.size()).chain(request.mask.map(|_| 1)).collect();
        let nest = LoopNest::new(request.shape, &request.strides, &sizes);
        let threads = threads(request, nest.count());
        let shared = matches!(threads, Threads::All { .. });
        let far = |(number, input)| nest.step(number) == 1 && request.first.is_large(input);
        let far = request.first.inputs.iter().enumerate().any(far);
        let together = request.inner_plan.together.max(if far { request.inner_plan.long } else { 1 });
        let pieces = if shared { pieces(&nest, together) } else { 1 };
        let length = nest.inner().div_ceil(pieces).next_multiple_of(together).max(1);
        let all = nest.outer() * nest.inner().div_ceil(length);
        let pieces_per_task = if shared { all.div_ceil(TASKS_PER_THREAD * parallel::threads()) } else { all };
        let stores = stores(request, &nest);
        NestPlan { threads, stores, length, pieces_per_task: pieces_per_task.max(1), nest }
    }

    /// The first inner loop, whole.
    pub(crate) fn first_loop(&self, request: &NestRequest<'_>) -> InnerLoop {
        let mut first = request.first.clone();
        first.count = self.nest.inner();
        first.stream = self.stores == Stores::Streamed;
        if !matches!(self.threads, Threads::WithinElements { .. }) {
            first.schedule = first.schedule.parallel(false);
        }
        for (number, operand) in request.operands_mut(&mut first).enumerate() {
            operand.step = self.nest.step(number);
        }
        first
    }

    fn pieces_of_loop(&self) -> usize {
        self.nest.inner().div_ceil(self.length)
    }

    fn pieces(&self) -> usize {
        self.nest.outer() * self.pieces_of_loop()
    }

    /// The number of tasks.
    pub(crate) fn tasks(&self) -> usize {
        self.pieces().div_ceil(self.pieces_per_task)
    }

    /// The pieces of a task.
    pub(super) fn pieces_of(&self, task: usize) -> Range<usize> {
        task * self.pieces_per_task..self.pieces().min((task + 1) * self.pieces_per_task)
    }

    /// The number of the inner loop of a piece, and the loop elements of it.
    pub(super) fn piece(&self, piece: usize) -> (usize, Range<usize>) {
        let (number, piece) = (piece / self.pieces_of_loop(), piece % self.pieces_of_loop());
        (number, piece * self.length..self.nest.inner().min((piece + 1) * self.length))
    }
}

/// Threads share the loop elements, or, where there are few of them or each takes much memory, the work of each.
fn threads(request: &NestRequest<'_>, count: usize) -> Threads {
    let inner = request.inner_plan;
    match Threads::new(request.schedule.parallel, inner.nanoseconds * count as f64) {
        Threads::All { threads } if inner.divisible && (count < 2 * threads || inner.scratch > SCRATCH_BYTES) => {
            Threads::WithinElements { threads }
        }
        threads => threads,
    }
}

/// The number of pieces that each inner loop is cut into for threads.
fn pieces(nest: &LoopNest, together: usize) -> usize {
    let most = nest.inner().div_ceil(together).max(1);
    (parallel::threads() * TASKS_PER_THREAD).div_ceil(nest.outer().max(1)).clamp(1, most)
}

/// Results of element-wise kernels go around the caches where they would not stay in them.
fn stores(request: &NestRequest<'_>, nest: &LoopNest) -> Stores {
    let bytes = nest.count() * request.first.outputs[0].size();
    if request.inner_plan.way == Way::Sweep {
        Stores::Cached(Cached::EachSweep)
    } else if !request.inner_plan.streams || request.mask.is_some() || request.outputs != 1 {
        Stores::Cached(Cached::NotElementWise)
    } else if request.schedule.streaming == Some(false) {
        Stores::Cached(Cached::Scheduled)
    } else if request.schedule.streaming.is_none() && bytes <= STREAM_BYTES {
        Stores::Cached(Cached::Small)
    } else if nest.step(request.inputs) != 1 {
        Stores::Cached(Cached::Layout)
    } else {
        Stores::Streamed
    }
}
