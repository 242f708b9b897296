//! Kernels on a GPU that a job computes in parts.
//!
//! The axes of the operands, and what a part needs of them, are those of the same kernel on the processor. Each part is a box
//! of the call on whole arrays: its cells come to the GPU and go back, as those of arrays do that are too large for it.

use std::ops::Range;

use super::Gpu;
use super::chunk;
use super::device::recorder::STAGED;
use super::gufunc::GpuGufunc;
use super::kernel::{Dispatch, GpuKernel};
use super::rules::GpuRules;
use super::stencil::GpuStencil;
use super::transfer::PIECE;
use crate::Error;
use crate::block::Span;
use crate::cells::CellsMut;
use crate::chunks::{ErasedKernel, JobKernel};
use crate::data_type::DataType;
use crate::gufunc::Dims;
use crate::kernel::{GufuncKernel, Identity, Kernel};
use crate::parts::{Layout, OperandType, PartInput, Parts};

/// The work on a call, which takes the axes of its operands, inputs first, in these orders.
pub(crate) type Visit<'v> = dyn FnMut(&Dispatch<'_>, &[Vec<usize>]) -> Result<(), Error> + 'v;

/// A kernel on a GPU whose operands are known by their shapes.
pub(crate) trait GpuCalls: Send + Sync {
    /// Calls `visit` with the call on whole operands in host memory, into new outputs.
    fn with_call(&self, layout: &Layout, visit: &mut Visit<'_>) -> Result<(), Error>;
}

/// A kernel on a GPU, which is computed in parts.
struct GpuParts<'k> {
    /// The same kernel on the processor.
    model: Box<dyn Parts + 'k>,
    calls: &'k dyn GpuCalls,
    /// The bytes of an element of each input.
    sizes: Vec<usize>,
}

impl<'k> GpuParts<'k> {
    /// Refuses what the GPU cannot do at any point.
    fn new(model: Box<dyn Parts + 'k>, calls: &'k dyn GpuCalls, inputs: &[OperandType]) -> Result<GpuParts<'k>, Error> {
        let point: Vec<Range<usize>> = model.layout().space.iter().map(|&n| 0..n.min(1)).collect();
        calls.with_call(model.layout(), &mut |dispatch, _| dispatch.check_part(&point))?;
        Ok(GpuParts { model, calls, sizes: inputs.iter().map(|input| input.data_type.size()).collect() })
    }
}

impl Parts for GpuParts<'_> {
    fn layout(&self) -> &Layout {
        self.model.layout()
    }

    fn needs(&self, input: usize, part: &[Range<usize>]) -> Vec<Span> {
        self.model.needs(input, part)
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        self.model.origin(output, axis)
    }

    fn output_type(&self, output: usize) -> DataType {
        self.model.output_type(output)
    }

    /// Operands come and go through memory of the driver, a piece of them at a time.
    fn scratch_bytes(&self, block: &[usize]) -> usize {
        let layout = self.layout();
        let part: Vec<Range<usize>> = block.iter().map(|&len| 0..len).collect();
        let bytes = |cells: usize, size: usize| cells.saturating_mul(size);
        let product = |lens: &mut dyn Iterator<Item = usize>| lens.fold(1, usize::saturating_mul);
        let read = (0..layout.inputs.len())
            .map(|input| bytes(product(&mut self.needs(input, &part).iter().map(Span::len)), self.sizes[input]));
        let written = layout.outputs.iter().enumerate().map(|(output, operand)| {
            let cells = product(&mut operand.written(&part).iter().map(Range::len));
            bytes(cells, self.output_type(output).size())
        });
        let staged = |operands: usize, most: u64| operands.min(most as usize);
        staged(read.fold(0, usize::saturating_add), STAGED + PIECE)
            + staged(written.fold(0, usize::saturating_add), PIECE)
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        _: bool,
    ) -> Result<(), Error> {
        let layout = self.layout();
        self.calls.with_call(layout, &mut |dispatch, orders| {
            let (read, written) = orders.split_at(inputs.len());
            let read = inputs.iter().zip(&layout.inputs).zip(read);
            let read: Vec<_> =
                read.map(|((input, layout), order)| chunk::read(input, &layout.shape).reordered(order)).collect();
            let written = outputs.iter_mut().zip(&layout.outputs).zip(written);
            let mut written: Vec<_> = written
                .map(|((output, layout), order)| {
                    chunk::write(output, &layout.written(part), &layout.shape).reordered(order)
                })
                .collect();
            dispatch.execute_part(part, &read, &mut written)
        })
    }
}

/// The device is a fact of a job: floats may be other bits on another one.
fn tell(gpu: &Gpu, identity: &mut Identity) {
    identity.add("GPU", format!("{}{}", gpu.name(), if gpu.limits().f16 { ", with f16" } else { "" }));
}

impl<K: Kernel + GpuKernel> JobKernel for GpuStencil<K>
where
    K::Rules: GpuRules,
{
    fn erased(&self) -> &dyn ErasedKernel {
        self
    }
}

impl<K: Kernel + GpuKernel> ErasedKernel for GpuStencil<K>
where
    K::Rules: GpuRules,
{
    fn name(&self) -> String {
        self.stencil().name()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        self.stencil().operands()
    }

    fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        Ok(Box::new(GpuParts::new(self.stencil().parts(shapes, places)?, self, &self.operands()[0])?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.stencil().identify(shapes, identity);
        tell(self.gpu(), identity);
    }
}

impl<K: GufuncKernel + GpuKernel, M: Dims<K> + Send + Sync> JobKernel for GpuGufunc<K, M> {
    fn erased(&self) -> &dyn ErasedKernel {
        self
    }
}

impl<K: GufuncKernel + GpuKernel, M: Dims<K> + Send + Sync> ErasedKernel for GpuGufunc<K, M> {
    fn name(&self) -> String {
        self.gufunc().name()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        self.gufunc().operands()
    }

    fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        Ok(Box::new(GpuParts::new(self.gufunc().parts(shapes, places)?, self, &self.operands()[0])?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.gufunc().identify(shapes, identity);
        tell(self.gpu(), identity);
    }
}
