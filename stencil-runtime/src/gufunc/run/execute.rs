//! Runs a resolved call: splits the loop elements into tasks, on one thread or all.

use std::sync::Mutex;

use super::operand::{RawArray, Run, RunOperand};
use super::split;
use super::walk::{LoopFn, State, lane_count};
use crate::gufunc::geometry::Geometry;
use crate::gufunc::nest::Nest;
use crate::gufunc::signature::{Called, Operand};
use crate::memory::STREAM_BYTES;
use crate::parallel;
use crate::schedule::Schedule;
use crate::{Error, MAX_INPUTS, MAX_OUTPUTS};

/// Work below this many cells of inputs and outputs, times operations, stays on the caller's thread: waking another one
/// takes as long.
pub(super) const SERIAL_BELOW: usize = 1 << 18;
/// Stretches between masked loop elements below this are computed one by one.
const SHORT_STRETCH: usize = 8;
/// Tasks for each thread, so that one that is held up does not hold up all.
const TASKS_PER_THREAD: usize = 8;

/// A call, ready to run.
pub struct Task<'a> {
    pub(crate) called: Called,
    pub(crate) geometry: &'a Geometry,
    pub(crate) inputs: &'a [RawArray],
    pub(crate) outputs: &'a [RawArray],
    /// Where it is false, loop elements are left out. It has the loop dimensions.
    pub(crate) mask: Option<&'a RawArray>,
    /// Which outputs the element function writes through views.
    pub(crate) written: [bool; MAX_OUTPUTS],
    pub(crate) operations: usize,
    pub(crate) schedule: Schedule,
    /// Whether loop elements may run side by side.
    pub(crate) lanes: bool,
    /// Whether the outputs are new.
    pub(crate) fresh: bool,
}

/// How a kernel with loops of its own computes a whole call.
pub type Whole<K> = unsafe fn(&K, &Task<'_>) -> Result<(), Error>;

/// The strides of an operand along the loop dimensions, 0 where it is broadcast.
fn loop_strides(array: &RawArray, axes: &[usize], loop_shape: &[usize]) -> Vec<isize> {
    let skip = loop_shape.len() - axes.len();
    let mut strides = vec![0; loop_shape.len()];
    for (stride, &axis) in strides[skip..].iter_mut().zip(axes) {
        *stride = if array.shape[axis] == 1 { 0 } else { array.strides[axis] };
    }
    strides
}

impl Task<'_> {
    /// One operand: its first core.
    pub(super) fn operand(&self, array: &RawArray, axes: &[usize], declared: &Operand) -> RunOperand {
        let mut operand = RunOperand { at: array.at, size: array.element.size, ..RunOperand::NONE };
        let mut axes = axes.iter();
        for (slot, &dim) in declared.dims.iter().enumerate() {
            // An optional dimension that is missing has one cell.
            if !self.geometry.sizes.missing[dim]
                && let Some(&axis) = axes.next()
            {
                operand.shape[slot] = array.shape[axis];
                operand.strides[slot] = array.strides[axis];
            }
        }
        // ndarray takes no zero strides for views to write to, and gives them to arrays without elements.
        if operand.cells() == 0 { operand.in_order(1) } else { operand }
    }

    /// The loop dimensions of all operands: inputs, outputs, the mask.
    pub(super) fn nest(&self) -> Nest {
        let Geometry { loop_shape, inputs, outputs, .. } = self.geometry;
        let axes = inputs.iter().chain(outputs).map(|axes| &axes.loops);
        let operands = || self.inputs.iter().chain(self.outputs);
        let mut strides: Vec<_> =
            operands().zip(axes).map(|(array, loops)| loop_strides(array, loops, loop_shape)).collect();
        strides.extend(self.mask.map(|mask| mask.strides.clone()));
        let sizes: Vec<usize> = operands().chain(self.mask).map(|array| array.element.size).collect();
        Nest::new(loop_shape, &strides, &sizes)
    }

    /// Computes all outputs.
    ///
    /// # Safety
    /// `kernel` points to the kernel of `walk`, which is `Sync`; inputs and outputs are alive, of its types, and have the
    /// shapes that the geometry was made from; the outputs alias nothing. The mask is alive and of `bool`.
    pub(super) unsafe fn run(&self, kernel: *const (), walk: LoopFn) {
        let Geometry { loop_shape, inputs, outputs, .. } = self.geometry;
        if loop_shape.contains(&0) {
            return;
        }
        if let Some(seed) = self.schedule.split {
            // SAFETY: as the caller says.
            return unsafe { split::run(self, seed, kernel, walk) };
        }
        let mut first = Run {
            count: 0,
            inputs: [RunOperand::NONE; MAX_INPUTS],
            outputs: [RunOperand::NONE; MAX_OUTPUTS],
            lanes: self.lanes,
            stream: false,
            poison: self.schedule.poison,
        };
        for (number, (array, axes)) in self.inputs.iter().zip(inputs).enumerate() {
            first.inputs[number] = self.operand(array, &axes.core, &self.called.signature.inputs[number]);
        }
        for (number, (array, axes)) in self.outputs.iter().zip(outputs).enumerate() {
            first.outputs[number] = self.operand(array, &axes.core, &self.called.signature.outputs[number]);
            first.outputs[number].written = self.written[number];
        }
        let nest = self.nest();
        let cells: usize = first
            .inputs
            .iter()
            .chain(&first.outputs)
            .map(|operand| operand.cells() * usize::from(operand.size > 0))
            .sum();
        let work = nest.count().saturating_mul(cells.max(1)).saturating_mul(self.operations);
        first.stream = self.streams(&nest, &first);
        let walk = Walk { kernel, walk };
        self.tasks(&nest, &first, work, &walk);
    }

    /// Whether results go around the caches: element-wise kernels whose outputs would not stay in them.
    fn streams(&self, nest: &Nest, first: &Run) -> bool {
        let elementwise = self.called.operands().all(|operand| operand.dims.is_empty());
        let bytes = nest.count() * first.outputs[0].size;
        let large = self.schedule.streaming.unwrap_or(bytes > STREAM_BYTES);
        elementwise && large && self.mask.is_none() && self.outputs.len() == 1 && nest.step(self.inputs.len()) == 1
    }

    fn tasks(&self, nest: &Nest, first: &Run, work: usize, walk: &Walk) {
        let (run, runs) = (nest.run(), nest.runs());
        let parallel = parallel::AVAILABLE && self.schedule.parallel.unwrap_or(work >= SERIAL_BELOW);
        let pieces = if parallel { pieces(run, runs) } else { 1 };
        let length = run.div_ceil(pieces).next_multiple_of(MAX_LANES);
        let pieces = run.div_ceil(length);
        let (inputs, outputs) = (self.inputs.len(), self.outputs.len());
        let operands = self.inputs.len() + self.outputs.len();
        let states = Mutex::new(Vec::<State>::new());
        let work = |index: usize, state: &mut State| {
            let (number, piece) = (index / pieces, index % pieces);
            let mut all = *first;
            let each = all.inputs[..inputs].iter_mut().chain(&mut all.outputs[..outputs]);
            for (number_of, operand) in each.enumerate() {
                operand.step = nest.step(number_of);
                operand.at = operand.at.wrapping_offset(nest.offset(number_of, number) * operand.size as isize);
            }
            let start = piece * length;
            let part = all.part(start, length.min(run - start));
            if let Some(mask) = self.mask {
                let first = nest.offset(operands, number) + start as isize * nest.step(operands);
                let mask = RunOperand {
                    at: mask.at.wrapping_offset(first),
                    step: nest.step(operands),
                    size: 1,
                    ..RunOperand::NONE
                };
                // SAFETY: as below; the mask has the loop dimensions.
                return unsafe { self.stretches(walk, &part, &mask, state) };
            }
            // SAFETY: as the caller of `run` says; the parts are disjoint, and the state is this kernel's.
            unsafe { walk.run(&part, state) };
            if part.stream {
                crate::memory::fence();
            }
        };
        let with_state = |range: std::ops::Range<usize>| {
            let mut state = states.lock().expect("no panic while it is locked").pop().unwrap_or_default();
            range.for_each(|index| work(index, &mut state));
            states.lock().expect("no panic while it is locked").push(state);
        };
        let count = runs * pieces;
        let chunk = if parallel { count.div_ceil(TASKS_PER_THREAD * parallel::threads()) } else { count };
        let chunks = count.div_ceil(chunk.max(1));
        parallel::for_each(chunks, parallel, |part| with_state(part * chunk..count.min((part + 1) * chunk)));
    }

    /// Computes the stretches of a run where the mask is true.
    ///
    /// # Safety
    /// As for the loops of the kernel; the mask is along the run.
    unsafe fn stretches(&self, walk: &Walk, run: &Run, mask: &RunOperand, state: &mut State) {
        let mut stretch = *run;
        let mut end = 0;
        loop {
            // SAFETY: as the caller says.
            let start = unsafe { alike(mask, end, run.count, false) };
            if start == run.count {
                return;
            }
            // SAFETY: as the caller says.
            end = unsafe { alike(mask, start, run.count, true) };
            let of_run = run.inputs[..self.inputs.len()].iter().chain(&run.outputs[..self.outputs.len()]);
            let of_stretch = stretch.inputs[..self.inputs.len()].iter_mut();
            for (to, from) in of_stretch.chain(&mut stretch.outputs[..self.outputs.len()]).zip(of_run) {
                to.at = from.core(start);
            }
            stretch.count = end - start;
            stretch.lanes = run.lanes && stretch.count >= SHORT_STRETCH;
            // SAFETY: as the caller says; the stretch is a part of the run.
            unsafe { walk.run(&stretch, state) };
        }
    }
}

/// Into how many pieces each run is cut.
fn pieces(run: usize, runs: usize) -> usize {
    (parallel::threads() * TASKS_PER_THREAD).div_ceil(runs).clamp(1, run.div_ceil(MAX_LANES).max(1))
}

/// How far a mask has one value, from `start` on.
///
/// # Safety
/// The mask is alive and has `count` values.
unsafe fn alike(mask: &RunOperand, start: usize, count: usize, value: bool) -> usize {
    let at = |index: usize| mask.core(index).cast::<bool>();
    let mut end = start;
    // SAFETY: as the caller says; with step 1, values are side by side.
    unsafe {
        while mask.step == 1 && end + 16 <= count && at(end).cast::<[bool; 16]>().read() == [value; 16] {
            end += 16;
        }
        if mask.step == 0 && at(0).read() == value {
            return count;
        }
        while end < count && at(end).read() == value {
            end += 1;
        }
    }
    end
}

/// The most loop elements that run side by side: pieces of a run begin at multiples of it.
const MAX_LANES: usize = lane_count(0);

/// A kernel and its loops.
struct Walk {
    kernel: *const (),
    walk: LoopFn,
}

impl Walk {
    /// # Safety
    /// As for the loops.
    unsafe fn run(&self, run: &Run, state: &mut State) {
        // SAFETY: as the caller says.
        unsafe { (self.walk)(self.kernel, run, state) }
    }
}

// SAFETY: kernels are `Sync`, and so are the elements of inputs; the threads write disjoint parts of the outputs.
unsafe impl Sync for Walk {}
// SAFETY: as for `Walk`.
unsafe impl Sync for Task<'_> {}
