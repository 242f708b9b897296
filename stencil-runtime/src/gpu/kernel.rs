//! The form of a kernel that runs on a GPU, and what a call of it dispatches.

use std::fmt;
use std::ops::Range;

use super::Gpu;
use super::batched_stencil::BatchedStencil;
use super::explain::GpuExplanation;
use super::geometry::operand::OperandLayout;
use super::gufunc_dispatch::GufuncDispatch;
use super::plan::{Task, plan};
use super::shader::{Parameters, Shader};
use super::task::{Launch, Source, Target, execute, execute_part, plan_part};
use super::transfer::{HostRead, HostWrite};
use crate::Error;
use crate::block::OutputInit;
use crate::kernel::CallSite;

/// The form of a kernel that runs on a GPU: what `#[stencil(gpu)]` and `#[gufunc(.., gpu)]` implement. Not meant to be
/// implemented by hand.
#[diagnostic::on_unimplemented(
    message = "the kernel `{Self}` has no GPU form",
    note = "write `#[stencil(gpu)]` or `#[gufunc(.., gpu)]` on the element function"
)]
pub trait GpuKernel: Copy + Sync {
    /// The kernel's module and how to call it.
    #[doc(hidden)]
    const SHADER: Shader;

    /// True when the cores of operands have to be their last axes.
    #[doc(hidden)]
    const CORES_LAST: bool = false;

    /// Hands over the parameters bound when the kernel was made, in order: scalars by value, arrays by reference.
    #[doc(hidden)]
    fn parameters(&self, parameters: &mut Parameters<'_>);

    /// Calls `run` with what a call of the kernel over loop elements dispatches: an element function, unless it is a stencil.
    #[doc(hidden)]
    fn with_dispatch<R>(
        &self,
        call: &GpuCall<'_>,
        run: impl FnOnce(Dispatch<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let launch = Launch::new(call.gpu, call.called.kernel, self, false)?;
        run(Dispatch::Elements(GufuncDispatch {
            launch: &launch,
            called: call.called,
            operands: call.operands,
            inputs: call.inputs,
            loop_shape: call.loop_shape,
            sizes: call.sizes.clone(),
        }))
    }
}

/// A call over loop elements whose operands are known.
pub struct GpuCall<'a> {
    pub(crate) gpu: &'a Gpu,
    pub(crate) called: CallSite,
    /// Inputs, then outputs.
    pub(crate) operands: &'a [OperandLayout],
    pub(crate) inputs: usize,
    pub(crate) loop_shape: &'a [usize],
    /// The sizes of the signature's dimensions.
    pub(crate) sizes: Vec<usize>,
    /// The contents of the outputs.
    pub(crate) init: OutputInit,
}

/// The work of a call: a stencil over each core, or an element function for each loop element.
pub enum Dispatch<'a> {
    #[doc(hidden)]
    Stencil(BatchedStencil<'a>),
    #[doc(hidden)]
    Elements(GufuncDispatch<'a>),
}

impl fmt::Debug for Dispatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dispatch::Stencil(_) => "Stencil",
            Dispatch::Elements(_) => "Elements",
        })
    }
}

impl Dispatch<'_> {
    /// Runs the call; `init` is what outputs hold.
    pub(crate) fn execute(
        &self,
        inputs: Vec<Source<'_>>,
        outputs: Vec<Target<'_>>,
        init: OutputInit,
    ) -> Result<(), Error> {
        match self {
            Dispatch::Stencil(stencil) => execute(stencil, inputs, outputs, init),
            Dispatch::Elements(elements) => execute(elements, inputs, outputs, init),
        }
    }

    /// Computes a part of the results of a call on arrays in host memory, into new outputs.
    pub(crate) fn execute_part(
        &self,
        part: &[Range<usize>],
        inputs: &[Box<dyn HostRead + '_>],
        outputs: &mut [Box<dyn HostWrite + '_>],
    ) -> Result<(), Error> {
        match self {
            Dispatch::Stencil(stencil) => execute_part(stencil, part, inputs, outputs),
            Dispatch::Elements(elements) => execute_part(elements, part, inputs, outputs),
        }
    }

    /// Refuses a part that cannot be computed.
    pub(crate) fn check_part(&self, part: &[Range<usize>]) -> Result<(), Error> {
        match self {
            Dispatch::Stencil(stencil) => plan_part(stencil, part).map(drop),
            Dispatch::Elements(elements) => plan_part(elements, part).map(drop),
        }
    }

    /// The plan for operands in host memory, outputs new.
    pub(crate) fn explain(&self, kernel: &'static str) -> Result<GpuExplanation, Error> {
        match self {
            Dispatch::Stencil(stencil) => explain(stencil, kernel),
            Dispatch::Elements(elements) => explain(elements, kernel),
        }
    }
}

fn explain<T: Task>(task: &T, kernel: &'static str) -> Result<GpuExplanation, Error> {
    let host = vec![true; task.operands().len()];
    let plan = plan(task, &host, false)?;
    let dispatches = plan.parts.iter().map(|part| task.dispatches(&part.work)).sum();
    Ok(GpuExplanation::new(kernel, task.gpu(), &plan, dispatches))
}
