//! Runs a stencil over the last axes of its operands, for each loop element; without loop dimensions, on whole arrays.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::geometry::Region;
use crate::gpu::array::Data;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::form::Form;
use crate::gpu::geometry::core::Laid;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::loops::LoopAxes;
use crate::gpu::geometry::part::Part;
use crate::gpu::parts::{Portion, Streamed};
use crate::gpu::sweep::{Operand, Sweep};
use crate::gpu::task::{Place, Task};
use crate::gpu::transfer::{HostRead, HostWrite};

/// A stencil's call over loop dimensions. Core axes are the last ones, in order.
pub(crate) struct Stack<'a> {
    pub(crate) sweep: &'a Sweep<'a>,
    /// Inputs, then outputs.
    pub(crate) operands: &'a [Laid],
    pub(crate) inputs: usize,
    pub(crate) loop_shape: &'a [usize],
}

/// Records some loop elements of inputs and outputs.
type Record<'r> = dyn FnMut(usize, &[Operand], &[Operand]) -> Result<(), Error> + 'r;

impl Task for Stack<'_> {
    fn keeps(&self) -> bool {
        self.sweep.outline.keeps()
    }

    fn fits(&self) -> bool {
        let limits = self.sweep.launch.gpu.limits();
        self.operands.iter().all(|operand| operand.form.bytes() <= limits.binding.min(limits.buffer))
    }

    fn record(&self, inputs: &[Arc<Data>], outputs: &[Place], fresh: bool) -> Result<Vec<Check>, Error> {
        let inputs = inputs.iter().map(|data| &data.memory);
        let memory: Vec<_> = inputs.chain(outputs.iter().map(|place| &place.memory)).cloned().collect();
        let mut checks = Vec::new();
        self.over_loops(self.operands, self.loop_shape, &memory, &mut |loops, inputs, outputs| {
            checks.extend(self.sweep.record(loops, inputs, outputs, fresh)?);
            Ok(())
        })?;
        Ok(checks)
    }

    fn stream(
        &self,
        inputs: &[Box<dyn HostRead + '_>],
        outputs: &mut [Box<dyn HostWrite + '_>],
        fresh: bool,
    ) -> Result<(), Error> {
        let outline = &self.sweep.outline;
        let axes = self.loop_shape.len();
        let part_of = |cells: &[Range<usize>]| Part::new(outline, Region::of(&cells[axes..]));
        let portion = |cells: &[Range<usize>]| {
            let part = part_of(cells);
            let (read, written) = self.operands.split_at(self.inputs);
            let read = read.iter().zip(&part.inputs).map(|(operand, core)| {
                let mut held = Held::of(operand.cells(&cells[..axes]));
                held.0.splice(operand.loops.len().., core.0.iter().cloned());
                held
            });
            let core = part.written(outline);
            let written = written.iter().map(|operand| {
                let mut box_of = operand.cells(&cells[..axes]);
                box_of.splice(operand.loops.len().., core.iter().cloned());
                box_of
            });
            Portion { read: read.collect(), written: written.collect() }
        };
        let record = |cells: &[Range<usize>], forms: &[Form], memory: &[Arc<Memory>]| {
            let part = part_of(cells);
            let shape: Vec<usize> = cells[..axes].iter().map(Range::len).collect();
            let operands: Vec<Laid> =
                self.operands.iter().zip(forms).map(|(operand, form)| operand.with(form.clone())).collect();
            let mut checks = Vec::new();
            self.over_loops(&operands, &shape, memory, &mut |loops, inputs, outputs| {
                checks.extend(self.sweep.alone(&part, loops, inputs, outputs, fresh)?);
                Ok(())
            })?;
            Ok(checks)
        };
        let streamed = Streamed {
            gpu: &self.sweep.launch.gpu,
            whole: self.loop_shape.iter().map(|&n| 0..n).chain(outline.domain.written.ranges()).collect(),
            units: vec![1; axes].into_iter().chain(outline.units()).collect(),
            forms: self.operands.iter().map(|operand| operand.form.clone()).collect(),
            portion: &portion,
            record: &record,
        };
        streamed.run(inputs, outputs, !fresh && self.keeps())
    }
}

impl Stack<'_> {
    fn over_loops(
        &self,
        operands: &[Laid],
        loop_shape: &[usize],
        memory: &[Arc<Memory>],
        record: &mut Record<'_>,
    ) -> Result<(), Error> {
        let mut steps = Vec::new();
        let mut all = Vec::new();
        for (operand, memory) in operands.iter().zip(memory) {
            let Laid { form, core, .. } = operand;
            let packed = form.scalar.packed() as usize;
            steps.push(operand.steps(loop_shape).into_iter().map(|cells| cells / packed).collect());
            let form = Form::new(&form.shape[form.shape.len() - core.len()..], form.scalar);
            all.push(Operand::whole(memory.clone(), form));
        }
        let loops = LoopAxes::new(loop_shape, &steps).padded(1);
        self.axis(&loops, 0, &mut all, record)
    }

    /// One loop axis after the other; the last one is part of the dispatches.
    fn axis(
        &self,
        loops: &LoopAxes,
        axis: usize,
        operands: &mut [Operand],
        record: &mut Record<'_>,
    ) -> Result<(), Error> {
        let n = loops.shape[axis];
        let step = |operand: usize| loops.steps[operand][axis];
        if axis + 1 == loops.shape.len() {
            (0..operands.len()).for_each(|number| operands[number].step = step(number));
            let (inputs, outputs) = operands.split_at(self.inputs);
            return record(n, inputs, outputs);
        }
        for index in 0..n {
            let mut inner = operands.to_vec();
            for (number, operand) in inner.iter_mut().enumerate() {
                operand.start += (index * step(number) * operand.form.scalar.word_bytes()) as u64;
            }
            self.axis(loops, axis + 1, &mut inner, record)?;
        }
        Ok(())
    }
}
