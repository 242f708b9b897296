//! Plans of calls, as values: which parts of the operands come and go, what is computed from them, and why.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::block::OutputInit;
use crate::geometry::{Ranges, split};
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::operand::OperandLayout;
use crate::gpu::layout::DeviceLayout;
use crate::{Error, GpuError};

/// A call whose shapes were checked.
pub(crate) trait Task {
    /// The dispatches on arrays that are on the GPU.
    type Work: fmt::Debug;

    fn gpu(&self) -> &Gpu;
    /// Inputs, then outputs.
    fn operands(&self) -> &[OperandLayout];
    fn inputs(&self) -> usize;
    /// Returns true when outputs that are there keep some of what they hold.
    fn keeps(&self) -> bool;
    /// The box over which the call goes, and what cuts of it are multiples of.
    fn whole(&self) -> (Ranges, Vec<usize>);
    /// The portion of the operands that a part of that box takes.
    fn portion(&self, cells: &[Range<usize>]) -> Portion;
    /// Plans a part of the box, on operands that lie like this: whole arrays, or the part's portion of each.
    fn work(&self, cells: &[Range<usize>], operands: &[OperandLayout], whole: bool) -> Result<Self::Work, Error>;
    /// The number of dispatches in it.
    fn dispatches(&self, work: &Self::Work) -> usize;
    /// Records what was planned, and gives the checks that it has.
    fn record(&self, work: &Self::Work, memory: &[Arc<Memory>], init: OutputInit) -> Result<Vec<Check>, Error>;
}

/// The cells of each operand that a part of a call reads or writes.
#[derive(Debug, Default)]
pub(crate) struct Portion {
    /// Of the inputs.
    pub(crate) read: Vec<Held>,
    /// Of the outputs.
    pub(crate) written: Vec<Ranges>,
}

/// All that a call does on a GPU.
#[derive(Debug)]
pub(crate) struct GpuPlan<'a, W> {
    /// The reason why it comes and goes in parts; none where whole arrays are on the GPU.
    pub(crate) cut: Option<Cut>,
    /// One behind the other.
    pub(crate) parts: Vec<Part<'a, W>>,
}

/// An operand that is too large at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) operand: usize,
    pub(crate) bytes: u64,
    pub(crate) limit: u64,
}

/// A part of a call.
pub(crate) struct Part<'a, W> {
    /// The cells that come and go; empty for whole arrays.
    pub(crate) portion: Portion,
    /// The operands on the GPU.
    pub(crate) operands: Cow<'a, [OperandLayout]>,
    /// Bytes from the host.
    pub(crate) up: u64,
    /// Bytes to the host.
    pub(crate) down: u64,
    pub(crate) work: W,
}

impl<W: fmt::Debug> fmt::Debug for Part<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory: u64 = self.operands.iter().map(|operand| operand.form.bytes()).sum();
        let mut part = f.debug_struct("Part");
        part.field("up", &self.up).field("down", &self.down).field("memory", &memory);
        part.field("portion", &self.portion).field("work", &self.work).finish()
    }
}

/// Plans a call, whose operands are in host memory where `host` says so; outputs may keep some of what they hold.
pub(crate) fn plan<'a, T: Task>(task: &'a T, host: &[bool], keeps: bool) -> Result<GpuPlan<'a, T::Work>, Error> {
    let limit = limit(task);
    let (bytes, operand) = largest(task.operands());
    let (whole, _) = task.whole();
    if bytes > limit && host.iter().all(|host| *host) {
        let cut = Some(Cut { operand, bytes, limit });
        return Ok(GpuPlan { cut, parts: plan_box(task, &whole, keeps)? });
    }
    let operands = Cow::Borrowed(task.operands());
    let work = task.work(&whole, &operands, true)?;
    Ok(GpuPlan { cut: None, parts: vec![Part::new(task, Portion::default(), operands, host, keeps, work)] })
}

/// Plans a box of a call, whose operands are in host memory: what the box takes of them comes and goes, in parts where that is
/// too large at once.
pub(crate) fn plan_box<'a, T: Task>(
    task: &'a T,
    cells: &[Range<usize>],
    keeps: bool,
) -> Result<Vec<Part<'a, T::Work>>, Error> {
    let limit = limit(task);
    let (_, units) = task.whole();
    let load = |cells: &[Range<usize>]| largest(&own(task, &task.portion(cells))).0 as f64 / limit as f64;
    let boxes = split(cells, &units, &load).map_err(|cells| {
        let (bytes, operand) = largest(&own(task, &task.portion(&cells)));
        Error::too_large(&task.operands()[operand].form, bytes, limit)
    })?;
    let host = vec![true; task.operands().len()];
    let part = |cells: Ranges| {
        let portion = task.portion(&cells);
        let operands = own(task, &portion);
        let work = task.work(&cells, &operands, false)?;
        Ok(Part::new(task, portion, Cow::Owned(operands), &host, keeps, work))
    };
    boxes.into_iter().map(part).collect()
}

impl<'a, W> Part<'a, W> {
    fn new<T: Task>(
        task: &T,
        portion: Portion,
        operands: Cow<'a, [OperandLayout]>,
        host: &[bool],
        keeps: bool,
        work: W,
    ) -> Part<'a, W> {
        let bytes = |number: usize| if host[number] { operands[number].form.bytes() } else { 0 };
        let down = (task.inputs()..operands.len()).map(bytes).sum();
        let up = (0..task.inputs()).map(bytes).sum::<u64>() + if keeps { down } else { 0 };
        Part { portion, up, down, work, operands }
    }
}

/// The most bytes of an operand at once.
fn limit<T: Task>(task: &T) -> u64 {
    task.gpu().limits().binding.min(task.gpu().limits().buffer)
}

/// The operands with memory of their own for a portion.
fn own<T: Task>(task: &T, portion: &Portion) -> Vec<OperandLayout> {
    let (read, written) = task.operands().split_at(task.inputs());
    let read = read.iter().zip(&portion.read).map(|(operand, held)| operand.with(held.form(operand.form.scalar)));
    let written = written.iter().zip(&portion.written);
    read.chain(written.map(|(operand, cells)| operand.with(DeviceLayout::of_box(cells, operand.form.scalar)))).collect()
}

/// The bytes of the largest operand, and its number.
fn largest(operands: &[OperandLayout]) -> (u64, usize) {
    operands.iter().map(|operand| operand.form.bytes()).zip(0..).max().unwrap_or_default()
}

impl Error {
    /// An operand of which so many bytes are needed at once.
    pub(crate) fn too_large(form: &DeviceLayout, bytes: u64, limit: u64) -> Error {
        Error::Gpu(GpuError::ArraySize { shape: form.shape.clone(), bytes, limit })
    }
}
