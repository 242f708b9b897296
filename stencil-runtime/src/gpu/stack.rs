//! Records a stencil over the last axes of its operands, for each loop element.

use std::sync::Arc;

use crate::Error;
use crate::gpu::array::Data;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::form::Form;
use crate::gpu::geometry::core::Laid;
use crate::gpu::geometry::loops::LoopAxes;
use crate::gpu::parts::stream;
use crate::gpu::sweep::{Operand, Sweep};
use crate::gpu::task::{Place, Task};
use crate::gpu::transfer::{HostRead, HostWrite};
use crate::kernel::CallSite;

/// A stencil's call over loop dimensions.
pub(crate) struct Stack<'a> {
    pub(crate) sweep: &'a Sweep<'a>,
    pub(crate) called: CallSite,
    /// Inputs, then outputs.
    pub(crate) operands: &'a [Laid],
    pub(crate) inputs: usize,
    pub(crate) loop_shape: &'a [usize],
}

impl Task for Stack<'_> {
    fn keeps(&self) -> bool {
        self.sweep.outline.keeps()
    }

    fn fits(&self) -> bool {
        self.operands.iter().all(|operand| operand.form.bytes() <= self.sweep.launch.gpu.limits().buffer)
    }

    fn record(&self, inputs: &[Arc<Data>], outputs: &[Place], fresh: bool) -> Result<Vec<Check>, Error> {
        let inputs = inputs.iter().map(|data| &data.memory);
        let memory: Vec<_> = inputs.chain(outputs.iter().map(|place| &place.memory)).cloned().collect();
        self.over_loops(self.operands, self.loop_shape, &memory, fresh)
    }

    fn stream(
        &self,
        inputs: &[Box<dyn HostRead + '_>],
        outputs: &mut [Box<dyn HostWrite + '_>],
        fresh: bool,
    ) -> Result<(), Error> {
        let record = |operands: &[Laid], shape: &[usize], memory: &[Arc<Memory>]| {
            self.over_loops(operands, shape, memory, fresh)
        };
        let keeps = !fresh && self.keeps();
        stream(&self.sweep.launch.gpu, self.operands, self.loop_shape, inputs, outputs, keeps, &record)
    }
}

impl Stack<'_> {
    fn over_loops(
        &self,
        operands: &[Laid],
        loop_shape: &[usize],
        memory: &[Arc<Memory>],
        fresh: bool,
    ) -> Result<Vec<Check>, Error> {
        let mut steps = Vec::new();
        let mut all = Vec::new();
        for (number, (operand, memory)) in operands.iter().zip(memory).enumerate() {
            let Laid { form, core, .. } = operand;
            let rank = form.shape.len();
            if !core.iter().copied().eq((rank - core.len()..rank).map(Some)) {
                return Err(Error::GpuAxes { kernel: self.called.kernel, operand: self.called.describe(number) });
            }
            let packed = form.scalar.packed() as usize;
            steps.push(operand.steps(loop_shape).into_iter().map(|cells| cells / packed).collect());
            let form = Form::new(&form.shape[rank - core.len()..], form.scalar);
            all.push(Operand::whole(memory.clone(), form));
        }
        let loops = LoopAxes::new(loop_shape, &steps).padded(1);
        let mut checks = Vec::new();
        self.axis(&loops, 0, &mut all, fresh, &mut checks)?;
        Ok(checks)
    }

    /// One loop axis after the other; the last one is part of the dispatches.
    fn axis(
        &self,
        loops: &LoopAxes,
        axis: usize,
        operands: &mut [Operand],
        fresh: bool,
        checks: &mut Vec<Check>,
    ) -> Result<(), Error> {
        let n = loops.shape[axis];
        let step = |operand: usize| loops.steps[operand][axis];
        if axis + 1 == loops.shape.len() {
            (0..operands.len()).for_each(|number| operands[number].step = step(number));
            let (inputs, outputs) = operands.split_at(self.inputs);
            checks.extend(self.sweep.record(n, inputs, outputs, fresh)?);
            return Ok(());
        }
        for index in 0..n {
            let mut inner = operands.to_vec();
            for (number, operand) in inner.iter_mut().enumerate() {
                operand.start += (index * step(number) * operand.form.scalar.word_bytes()) as u64;
            }
            self.axis(loops, axis + 1, &mut inner, fresh, checks)?;
        }
        Ok(())
    }
}
