//! The loop nest: all loop elements of a call, handed to the inner loop of the kernel, on one thread or all.
//!
//! It knows no kernel. What it does for every one of them, an element function as well as a stencil: it orders the loop
//! axes and takes them together, leaves out what a mask hides, gives threads their share, and lets results go around the
//! caches.

mod plan;
mod split;

use std::sync::Mutex;

pub(crate) use self::plan::NestPlan;
use crate::kernel::{InnerLoop, InnerLoopFn, InnerOperand, InnerPlan, Order, State};
use crate::memory::{self, NoMemory};
use crate::parallel;
use crate::plan::Threads;
use crate::schedule::Schedule;

/// Masked stretches shorter than this are computed one by one.
const SHORT_STRETCH: usize = 8;

/// A call of a kernel without its types.
pub(crate) struct NestRequest<'a> {
    pub(crate) kernel: *const (),
    pub(crate) inner_loop: InnerLoopFn,
    pub(crate) inner_plan: InnerPlan,
    /// The loop dimensions.
    pub(crate) shape: &'a [usize],
    /// The first loop element.
    pub(crate) first: InnerLoop,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Of each operand along the loop dimensions, in elements, 0 where it broadcasts: inputs, outputs, the mask.
    pub(crate) strides: Vec<Vec<isize>>,
    /// The first cell of the mask: where it is false, loop elements are left out.
    pub(crate) mask: Option<*const bool>,
    pub(crate) schedule: Schedule,
}

// SAFETY: kernels are `Sync`, and so are the elements of inputs; the threads write disjoint parts of the outputs.
unsafe impl Sync for NestRequest<'_> {}

impl NestRequest<'_> {
    /// The operands of a loop: inputs, then outputs.
    fn operands<'l>(&self, inner: &'l InnerLoop) -> impl Iterator<Item = &'l InnerOperand> {
        inner.inputs.iter().chain(&inner.outputs)
    }

    fn operands_mut<'l>(&self, inner: &'l mut InnerLoop) -> impl Iterator<Item = &'l mut InnerOperand> {
        inner.inputs.iter_mut().chain(&mut inner.outputs)
    }

    pub(crate) fn plan(&self) -> NestPlan {
        NestPlan::new(self)
    }

    /// Computes all outputs. Scratch memory may be lacking when outputs are partly written.
    ///
    /// # Safety
    /// `kernel` points to the kernel of `inner_loop`; inputs and outputs are alive, of its types, and have cores of the
    /// first loop element's shapes along the loop dimensions; the outputs alias nothing. The mask is alive.
    pub(crate) unsafe fn run(&self) -> Result<(), NoMemory> {
        if self.shape.contains(&0) {
            return Ok(());
        }
        if let Some(seed) = self.schedule.split {
            // SAFETY: as the caller says.
            return unsafe { split::run(self, seed) };
        }
        let plan = self.plan();
        let first = plan.first_loop(self);
        let tasks = plan.tasks();
        let parallel = matches!(plan.threads, Threads::All { .. });
        let states = Mutex::new(Vec::<State>::new());
        parallel::try_for_each(tasks, parallel, |task| {
            let mut state = states.lock().expect("no panic while it is locked").pop().unwrap_or_default();
            // SAFETY: as the caller says; the pieces are disjoint, and the state is this kernel's.
            plan.pieces_of(task).try_for_each(|piece| unsafe { self.piece(&plan, &first, piece, &mut state) })?;
            states.lock().expect("no panic while it is locked").push(state);
            Ok(())
        })
    }

    /// Computes a piece of an inner loop.
    ///
    /// # Safety
    /// As for `run`; nobody else computes the piece.
    unsafe fn piece(
        &self,
        plan: &NestPlan,
        first: &InnerLoop,
        piece: usize,
        state: &mut State,
    ) -> Result<(), NoMemory> {
        let (number, range) = plan.piece(piece);
        let mut part = first.clone();
        part.count = range.len();
        for (number_of, operand) in self.operands_mut(&mut part).enumerate() {
            let elements = plan.nest.offset(number_of, number) + range.start as isize * operand.step;
            operand.at = operand.at.wrapping_offset(elements * operand.size() as isize);
        }
        if let Some(mask) = self.mask {
            let operands = self.inputs + self.outputs;
            let step = plan.nest.step(operands);
            let at = mask.wrapping_offset(plan.nest.offset(operands, number) + range.start as isize * step);
            // SAFETY: as the caller says; the mask has the loop dimensions.
            return unsafe { self.stretches(&part, Mask { at, step }, state) };
        }
        // SAFETY: as the caller says.
        unsafe { (self.inner_loop)(self.kernel, &part, state)? };
        if part.stream {
            memory::fence();
        }
        Ok(())
    }

    /// Computes the stretches of a loop where the mask is true.
    ///
    /// # Safety
    /// As for `piece`; the mask is along the loop.
    unsafe fn stretches(&self, inner: &InnerLoop, mask: Mask, state: &mut State) -> Result<(), NoMemory> {
        let mut stretch = inner.clone();
        let mut end = 0;
        loop {
            // SAFETY: as the caller says.
            let start = unsafe { mask.end_of(false, end, inner.count) };
            if start == inner.count {
                return Ok(());
            }
            // SAFETY: as the caller says.
            end = unsafe { mask.end_of(true, start, inner.count) };
            for (to, from) in self.operands_mut(&mut stretch).zip(self.operands(inner)) {
                to.at = from.core(start);
            }
            stretch.count = end - start;
            stretch.order = if stretch.count < SHORT_STRETCH { Order::Ascending } else { inner.order };
            // SAFETY: as the caller says; the stretch is a part of the loop.
            unsafe { (self.inner_loop)(self.kernel, &stretch, state)? };
        }
    }
}

/// The mask along an inner loop.
#[derive(Clone, Copy)]
struct Mask {
    at: *const bool,
    step: isize,
}

impl Mask {
    /// The end of the stretch of one value that begins at `start`.
    ///
    /// # Safety
    /// The mask is alive and has `count` values.
    unsafe fn end_of(&self, value: bool, start: usize, count: usize) -> usize {
        let at = |index: usize| self.at.wrapping_offset(index as isize * self.step);
        let mut end = start;
        // SAFETY: as the caller says; with step 1, values are side by side.
        unsafe {
            while self.step == 1 && end + 16 <= count && at(end).cast::<[bool; 16]>().read() == [value; 16] {
                end += 16;
            }
            if self.step == 0 && at(0).read() == value {
                return count;
            }
            while end < count && at(end).read() == value {
                end += 1;
            }
        }
        end
    }
}
