//! Runs a stencil over the last axes of its operands, for each loop element; without loop dimensions, on whole arrays.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::block::OutputInit;
use crate::geometry::{Ranges, Region};
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::loops::LoopAxes;
use crate::gpu::geometry::operand::OperandLayout;
use crate::gpu::geometry::part::Part;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::plan::{Portion, Task};
use crate::gpu::shader::Field;
use crate::gpu::stencil_dispatch::{CoreLayout, StencilDispatch, Step};

/// A stencil's call over loop dimensions. Core axes are the last ones, in order.
pub struct BatchedStencil<'a> {
    pub(crate) sweep: &'a StencilDispatch<'a>,
    /// Inputs, then outputs.
    pub(crate) operands: &'a [OperandLayout],
    pub(crate) inputs: usize,
    pub(crate) loop_shape: &'a [usize],
}

/// Plans some loop elements of operands.
type Visit<'v> = dyn FnMut(usize, &[CoreLayout]) -> Result<(), Error> + 'v;

impl Task for BatchedStencil<'_> {
    type Work = Vec<Step>;

    fn gpu(&self) -> &Gpu {
        &self.sweep.launch.gpu
    }

    fn operands(&self) -> &[OperandLayout] {
        self.operands
    }

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn keeps(&self) -> bool {
        self.sweep.outline.keeps()
    }

    /// The loop dimensions, then the outputs.
    fn whole(&self) -> (Ranges, Vec<usize>) {
        let outline = &self.sweep.outline;
        let whole = self.loop_shape.iter().map(|&n| 0..n).chain(outline.domain.written.ranges()).collect();
        (whole, self.loop_shape.iter().map(|_| 1).chain(outline.units()).collect())
    }

    fn portion(&self, cells: &[Range<usize>]) -> Portion {
        let (loops, part) = self.part(cells);
        let (read, written) = self.operands.split_at(self.inputs);
        let read = read.iter().zip(&part.inputs).map(|(operand, core)| {
            let mut held = Held::of(operand.cells(loops));
            held.0.splice(operand.loops.len().., core.0.iter().cloned());
            held
        });
        let core = part.written(&self.sweep.outline);
        let written = written.iter().map(|operand| {
            let mut cells = operand.cells(loops);
            cells.splice(operand.loops.len().., core.iter().cloned());
            cells
        });
        Portion { read: read.collect(), written: written.collect() }
    }

    fn work(&self, cells: &[Range<usize>], operands: &[OperandLayout], whole: bool) -> Result<Vec<Step>, Error> {
        let shape: Vec<usize> = cells[..self.loop_shape.len()].iter().map(Range::len).collect();
        let part = (!whole).then(|| self.part(cells).1);
        let mut steps = Vec::new();
        // The shader of a plain stencil has no loop axis: each element is a dispatch of its own.
        let batched = self.sweep.launch.shader.params.iter().any(|field| matches!(field, Field::Loop(_)));
        over_loops(operands, &shape, batched, &mut |loops, layouts| {
            match &part {
                None => steps.extend(self.sweep.plan(loops, layouts)?),
                Some(part) => steps.push(self.sweep.alone(part, loops, layouts)),
            }
            Ok(())
        })?;
        Ok(steps)
    }

    fn dispatches(&self, steps: &Vec<Step>) -> usize {
        steps.iter().map(|step| step.dispatches.len()).sum()
    }

    fn record(&self, steps: &Vec<Step>, memory: &[Arc<Memory>], init: OutputInit) -> Result<Vec<Check>, Error> {
        self.sweep.record(steps, memory, init)
    }
}

impl BatchedStencil<'_> {
    /// A part of the loop dimensions and of the outputs.
    fn part<'c>(&self, cells: &'c [Range<usize>]) -> (&'c [Range<usize>], Part) {
        let (loops, written) = cells.split_at(self.loop_shape.len());
        (loops, Part::new(&self.sweep.outline, Region::of(written)))
    }
}

/// Visits the loop elements of operands: several at once where they are `batched`.
fn over_loops(
    operands: &[OperandLayout],
    loop_shape: &[usize],
    batched: bool,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let core = |OperandLayout { form, core, .. }: &OperandLayout| {
        DeviceLayout::new(&form.shape[form.shape.len() - core.len()..], form.scalar)
    };
    let mut layouts: Vec<CoreLayout> = operands.iter().map(|operand| CoreLayout::whole(core(operand))).collect();
    if loop_shape.is_empty() {
        return visit(1, &layouts);
    }
    let words = |operand: &OperandLayout| {
        let packed = operand.form.scalar.packed() as usize;
        operand.steps(loop_shape).into_iter().map(|cells| cells / packed).collect()
    };
    let steps: Vec<Vec<usize>> = operands.iter().map(words).collect();
    let mut loops = LoopAxes::new(loop_shape, &steps).padded(1);
    if !batched {
        loops.shape.push(1);
        loops.steps.iter_mut().for_each(|steps| steps.push(0));
    }
    over_axis(&loops, 0, &mut layouts, visit)
}

/// One loop axis after the other; the last one is part of the dispatches.
fn over_axis(loops: &LoopAxes, axis: usize, layouts: &mut [CoreLayout], visit: &mut Visit<'_>) -> Result<(), Error> {
    let n = loops.shape[axis];
    let step = |operand: usize| loops.steps[operand][axis];
    if axis + 1 == loops.shape.len() {
        (0..layouts.len()).for_each(|number| layouts[number].step = step(number));
        return visit(n, layouts);
    }
    for index in 0..n {
        let mut inner = layouts.to_vec();
        for (number, layout) in inner.iter_mut().enumerate() {
            layout.start += layout.bytes(index * step(number));
        }
        over_axis(loops, axis + 1, &mut inner, visit)?;
    }
    Ok(())
}
