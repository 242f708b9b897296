//! Runs a stencil over every loop element: planned once, since all cores have one shape.

use super::execute::{SERIAL_BELOW, Task};
use super::operand::{RawArray, RunOperand};
use crate::block::{Block, InputBlocks, OutputBlocks};
use crate::boundary::RuleSet;
use crate::exec::call::{Call, no_memory, place};
use crate::exec::job::Job;
use crate::exec::reference;
use crate::exec::request::Request;
use crate::gufunc::axes::OperandAxes;
use crate::gufunc::nest::Nest;
use crate::kernel::Kernel;
use crate::memory::NoMemory;
use crate::parallel;
use crate::{Error, Stencil};

/// # Safety
/// The operands of the task are alive, of the kernel's types, and have the shapes of its geometry; the outputs alias
/// nothing.
pub(crate) unsafe fn sweep<K: Kernel>(stencil: &Stencil<K>, task: &Task<'_>) -> Result<(), Error> {
    let mut call = stencil.call();
    call.schedule = task.schedule;
    let nest = task.nest();
    let first = |number: usize, array: &RawArray, axes: &OperandAxes| {
        let RunOperand { at, shape, strides, .. } = task.operand(array, &axes.core, task.called.operand(number));
        Block::whole(at, &shape, &strides, array.element)
    };
    let arrays = task.inputs.iter().zip(&task.geometry.inputs);
    let inputs: InputBlocks = arrays.enumerate().map(|(number, (array, axes))| first(number, array, axes)).collect();
    let arrays = task.outputs.iter().zip(&task.geometry.outputs);
    let number = |number| task.inputs.len() + number;
    let mut outputs: OutputBlocks =
        arrays.enumerate().map(|(output, (array, axes))| first(number(output), array, axes)).collect();
    let cells: usize = inputs[0].shape().iter().product();
    let count = nest.count();
    let rules = call.rules.erase();
    let stage = call.stage(&rules)?;
    // The threads take slices, not tiles of them.
    let mut alone = stage;
    alone.schedule = alone.schedule.parallel(false);
    let domain = Call::<K>::domain(&stage, &inputs)?;
    Call::<K>::check(&domain, &inputs, &outputs, task.fresh)?;
    place(&mut outputs, &domain);
    let region = domain.written;
    let request =
        Request { stage: &stage, domain: &domain, region, inputs: &inputs, outputs: &outputs, fresh: task.fresh };
    let across = task.schedule.parallel != Some(false)
        && count.saturating_mul(cells) >= SERIAL_BELOW
        && count >= 2 * parallel::threads()
        && Job::new(request).shared_bytes() <= ACROSS_BYTES;
    let slices = Slices {
        first: Job::new(if across { Request { stage: &alone, ..request } } else { request }),
        nest,
        mask: task.mask.map(|mask| mask.at.cast_const().cast()),
        plain: !task.lanes,
    };
    // SAFETY: as the caller says; slices of the outputs are disjoint.
    let run = |slice: usize| unsafe { slices.run(slice) };
    parallel::try_for_each(count, across, run).map_err(no_memory::<K>)
}

/// The size that a slice's copies may have, in bytes, so that each thread has some of its own.
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
        let request = self.first.request;
        let (run, at) = (slice / self.nest.run(), (slice % self.nest.run()) as isize);
        let moved = |operand: usize, size: usize| {
            (self.nest.offset(operand, run) + at * self.nest.step(operand)) * size as isize
        };
        if let Some(mask) = self.mask {
            let operands = request.inputs.len() + request.outputs.len();
            // SAFETY: a cell of the mask, which has the loop dimensions.
            if unsafe { !*mask.wrapping_offset(moved(operands, 1)) } {
                return Ok(());
            }
        }
        let block =
            |number: usize, block: &Block| block.at(block.at.wrapping_offset(moved(number, block.element.size)));
        let inputs = request.inputs.iter().enumerate().map(|(number, input)| block(number, input)).collect();
        let number = |output: usize| request.inputs.len() + output;
        let outputs = request.outputs.iter().enumerate().map(|(output, one)| block(number(output), one)).collect();
        let job = Job { request: Request { inputs: &inputs, outputs: &outputs, ..request }, ..self.first };
        // SAFETY: as the caller says.
        unsafe { if self.plain { reference::run(&job) } else { job.run() } }
    }
}
