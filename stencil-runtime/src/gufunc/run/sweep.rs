//! Runs a stencil over every loop element: planned once, since all cores have one shape.

use super::execute::{SERIAL_BELOW, Task};
use super::operand::RunOperand;
use crate::boundary::RuleSet;
use crate::exec::call::no_memory;
use crate::exec::job::Job;
use crate::exec::plan::{Extent, Facts, threads};
use crate::exec::raw::{RawInput, RawInputs, RawOutput, RawOutputs};
use crate::exec::reference;
use crate::exec::scratch::NoMemory;
use crate::gufunc::nest::Nest;
use crate::kernel::Kernel;
use crate::{Error, Stencil};

/// # Safety
/// The operands of the task are alive, of the kernel's types, and have the shapes of its geometry; the outputs alias
/// nothing.
pub(crate) unsafe fn sweep<K: Kernel>(stencil: &Stencil<K>, task: &Task<'_>) -> Result<(), Error> {
    let mut call = stencil.call();
    call.schedule = task.schedule;
    let nest = task.nest();
    let mut inputs = RawInputs::default();
    let mut outputs = RawOutputs::default();
    for (number, (array, axes)) in task.inputs.iter().zip(&task.geometry.inputs).enumerate() {
        let RunOperand { at, shape, strides, .. } = task.operand(array, &axes.core, task.called.operand(number));
        inputs.push(RawInput { at, shape, strides, layout: array.layout, element: array.element });
    }
    for (number, (array, axes)) in task.outputs.iter().zip(&task.geometry.outputs).enumerate() {
        let declared = task.called.operand(task.inputs.len() + number);
        let RunOperand { at, shape, strides, .. } = task.operand(array, &axes.core, declared);
        outputs.push(RawOutput { at, shape, strides, layout: array.layout, element: array.element });
    }
    let cells: usize = inputs.get(0).shape.iter().product();
    let slices = nest.count();
    let rules = call.rules.erase();
    let mut facts = call.facts(&inputs, &rules)?;
    let extent = Extent::new(&facts);
    call.check(&facts, &extent, &outputs, task.fresh)?;
    let across = task.schedule.parallel != Some(false)
        && slices >= 2 * threads()
        && slices * cells >= SERIAL_BELOW
        && call.job(&facts, extent, &outputs, task.fresh).shared_bytes() <= ACROSS_BYTES;
    if across {
        // The threads take slices, not tiles of them.
        facts.schedule = facts.schedule.parallel(false);
    }
    let slices = Slices {
        first: call.job(&facts, extent, &outputs, task.fresh),
        nest,
        mask: task.mask.map(|mask| mask.at.cast_const().cast()),
        plain: !task.lanes,
    };
    // SAFETY: as the caller says; slices of the outputs are disjoint.
    let run = |slice: usize| unsafe { slices.run(slice) };
    #[cfg(feature = "rayon")]
    if across {
        use rayon::prelude::*;
        return (0..slices.nest.count()).into_par_iter().try_for_each(run).map_err(no_memory::<K>);
    }
    (0..slices.nest.count()).try_for_each(run).map_err(no_memory::<K>)
}

/// What a slice's copies may take so that each thread has some of its own.
const ACROSS_BYTES: usize = 16 << 20;

/// The job for the first loop element, and where the others are.
struct Slices<'a> {
    first: Job<'a>,
    nest: Nest,
    /// The first cell of the mask, the last operand of the nest.
    mask: Option<*const bool>,
    /// Point by point, by the reference executor.
    plain: bool,
}

// SAFETY: threads read the mask; for the job as for `Job` itself.
unsafe impl Sync for Slices<'_> {}

impl Slices<'_> {
    /// # Safety
    /// As for [`Job::run`], of this loop element.
    unsafe fn run(&self, slice: usize) -> Result<(), NoMemory> {
        let moved = |operand: usize, size: usize| {
            let (run, at) = (slice / self.nest.run(), slice % self.nest.run());
            (self.nest.offset(operand, run) + at as isize * self.nest.step(operand)) * size as isize
        };
        if let Some(mask) = self.mask {
            let operands = self.first.facts.inputs.len() + self.first.outputs.len();
            // SAFETY: a cell of the mask, which has the loop dimensions.
            if unsafe { !*mask.wrapping_offset(moved(operands, 1)) } {
                return Ok(());
            }
        }
        let (mut inputs, mut outputs) = (RawInputs::default(), RawOutputs::default());
        for (number, input) in self.first.facts.inputs.iter().enumerate() {
            inputs.push(RawInput { at: input.at.wrapping_offset(moved(number, input.layout.size)), ..*input });
        }
        for (number, output) in self.first.outputs.iter().enumerate() {
            let offset = moved(inputs.len() + number, output.layout.size);
            outputs.push(RawOutput { at: output.at.wrapping_offset(offset), ..*output });
        }
        let facts = Facts { inputs: &inputs, ..*self.first.facts };
        let job = Job { facts: &facts, outputs: &outputs, ..self.first };
        // SAFETY: as the caller says.
        unsafe { if self.plain { reference::run(&job) } else { job.run() } }
    }
}
