//! The inner loop of a stencil: a sweep over a core, the whole arrays of a plain call.
//!
//! [`request`] says what is to be computed, and a [`plan`] how; [`job`] runs the plan, tile by tile, a [`part`] at a time;
//! [`pad`] makes the padded copies that take the boundaries out of the loops, and [`wide`] those that threads share;
//! [`loops`] are compiled for each kernel. Cores of a few cells are swept without a plan, [`small`].

mod explain;
pub(crate) mod job;
mod loops;
mod pad;
mod part;
mod plan;
mod request;
mod small;
mod wide;

use self::job::Job;
pub use self::loops::patch_loops;
pub(crate) use self::pad::Edges;
pub(crate) use self::part::copy_element;
pub(crate) use self::request::{Request, Stage};
use crate::Error;
use crate::block::{Block, InputBlocks, OutputBlocks};
use crate::boundary::{RawRules, RuleSet};
use crate::exec::call::{Call, no_memory};
use crate::exec::reference;
use crate::kernel::{InnerLoop, InnerOperand, InnerPlan, Kernel};
use crate::memory::NoMemory;
use crate::plan::Way;

/// The first core of each operand.
fn blocks(inner: &InnerLoop) -> (InputBlocks, OutputBlocks) {
    let block = |operand: &InnerOperand| Block::whole(operand.at, &operand.shape, &operand.strides, operand.element);
    (inner.inputs.iter().map(block).collect(), inner.outputs.iter().map(block).collect())
}

impl<K: Kernel> Call<'_, K> {
    /// Calls `f` with the job of the first core, unless the kernel cannot sweep over such cores.
    pub(crate) fn with_first_job<R>(&self, inner: &InnerLoop, f: impl FnOnce(&Job<'_>) -> R) -> Result<R, Error> {
        let (inputs, mut outputs) = blocks(inner);
        self.with_domain(&inputs, |stage, domain| {
            Self::check(stage, domain, &inputs, &outputs, inner.init)?;
            let request = Request::whole(stage, domain, &inputs, &mut outputs, inner.init);
            Ok(f(&Job::new(Request { regions: inner.elements, ..request })))
        })
    }

    /// The properties of a sweep over these cores that the loop nest has to know; refuses what cannot be swept.
    pub(crate) fn inner_plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        self.with_first_job(inner, |job| InnerPlan {
            way: Way::Sweep,
            nanoseconds: job.plan.nanoseconds,
            together: 1,
            long: 1,
            divisible: true,
            scratch: job.shared_bytes(),
            streams: false,
        })
    }

    /// Sweeps over every core of a loop that nobody has planned; refuses what cannot be swept, before anything is written.
    ///
    /// # Safety
    /// The operands are alive and of the kernel's types; the outputs alias nothing.
    pub(crate) unsafe fn plan_and_sweep(&self, inner: &InnerLoop) -> Result<(), Error> {
        // Filled where it is: to move it takes longer than to make it.
        let mut rules = RawRules::new();
        self.rules.erase_into(&mut rules);
        // SAFETY: as the caller says; where no rule shrinks them, the outputs have the shape of the inputs.
        if unsafe { small::sweep(&self.stage(&rules)?, inner) } {
            return Ok(());
        }
        // SAFETY: as the caller says.
        let swept = self.with_first_job(inner, |job| unsafe { sweep_each(job, inner) })?;
        swept.map_err(no_memory::<K>)
    }

    /// Sweeps over every core of a loop: planned once, since all have one shape.
    ///
    /// # Safety
    /// The operands are alive, of the kernel's types, and were accepted by [`inner_plan`](Call::inner_plan); the outputs
    /// alias nothing.
    pub(crate) unsafe fn sweep(&self, inner: &InnerLoop) -> Result<(), NoMemory> {
        // SAFETY: as the caller says.
        let swept = self.with_first_job(inner, |job| unsafe { sweep_each(job, inner) });
        swept.expect("a plan was made for it")
    }
}

/// # Safety
/// As for [`Call::sweep`]; the job is that of the first core.
unsafe fn sweep_each(first: &Job<'_>, inner: &InnerLoop) -> Result<(), NoMemory> {
    if inner.count == 1 {
        // SAFETY: as the caller says.
        return unsafe { if inner.reference { reference::run(first) } else { first.run() } };
    }
    let (mut inputs, mut outputs) = (first.request.inputs.clone(), first.request.outputs.clone());
    for index in 0..inner.count {
        inputs.iter_mut().zip(&inner.inputs).for_each(|(block, operand)| block.at = operand.core(index));
        outputs.iter_mut().zip(&inner.outputs).for_each(|(block, operand)| block.at = operand.core(index));
        let job = Job { request: Request { inputs: &inputs, outputs: &outputs, ..first.request }, ..*first };
        // SAFETY: as the caller says.
        unsafe { if inner.reference { reference::run(&job)? } else { job.run()? } };
    }
    Ok(())
}
