//! A gufunc over blocks of its core axes: the outputs have a cell, or a core, for each block.

use std::ops::Range;

use super::{Along, Layout, OperandLayout, PartInput, Parts, check};
use crate::block::{OutputInit, RawArray};
use crate::cells::CellsMut;
use crate::data_type::DataType;
use crate::geometry::each_index;
use crate::gufunc::{GufuncCall, OperandAxes};
use crate::kernel::{GufuncKernel, GufuncOutputs, Inputs};
use crate::{Error, JobError};

/// A gufunc over blocks.
pub(crate) struct BlockParts<'k, K> {
    call: GufuncCall<'k, K>,
    /// The number of loop dimensions in front of the blocks.
    loops: usize,
    layout: Layout,
}

impl<'k, K: GufuncKernel> BlockParts<'k, K> {
    /// The kernel over blocks of its core axes, which are the last ones of each input.
    pub(crate) fn new(call: GufuncCall<'k, K>, shapes: &[Vec<usize>], block: &[usize]) -> Result<Self, Error> {
        let whole = call.resolve_shapes(shapes, false)?;
        let loops = whole.loop_shape.len();
        // The axes that are cut have one length for all inputs: the core dimensions are the same, or the call was refused.
        let cut: Vec<usize> = whole.inputs[0].core.iter().map(|&axis| shapes[0][axis]).collect();
        let results = results(&call, shapes, &whole.inputs, &block_shapes(&cut, block))?;
        let grid: Vec<usize> = cut.iter().zip(block).map(|(&n, &len)| n.div_ceil(len)).collect();
        let input = |(shape, axes): (&Vec<usize>, &OperandAxes)| {
            let mut layout = OperandLayout::of_loops(shape.clone(), axes, loops);
            for (number, (&axis, &len)) in axes.core.iter().zip(block).enumerate() {
                layout.along[axis] = Along::Blocks { space: loops + number, len };
            }
            layout
        };
        let inputs = shapes.iter().zip(&whole.inputs).map(input).collect();
        // Loop dimensions, blocks, then what each block gives.
        let outputs = results.into_iter().map(|result| {
            let core = &result[loops..];
            let shape = whole.loop_shape.iter().chain(&grid).chain(core).copied().collect();
            let along = (0..loops + grid.len()).map(Along::Loop).chain(core.iter().map(|_| Along::Whole)).collect();
            OperandLayout { shape, along }
        });
        let outputs = outputs.collect();
        let space = whole.loop_shape.iter().chain(&grid).copied().collect();
        Ok(BlockParts { call, loops, layout: Layout { space, inputs, outputs } })
    }
}

/// The shapes that blocks have: those at the far ends may be smaller.
fn block_shapes(cut: &[usize], block: &[usize]) -> Vec<Vec<usize>> {
    let mut shapes = vec![Vec::new()];
    for (&n, &len) in cut.iter().zip(block) {
        let rest = (n > len && n % len != 0).then_some(n % len);
        let lens: Vec<usize> = [len.min(n)].into_iter().chain(rest).collect();
        let longer = |shape: Vec<usize>| lens.iter().map(move |&len| [&shape[..], &[len]].concat()).collect::<Vec<_>>();
        shapes = shapes.into_iter().flat_map(longer).collect();
    }
    shapes
}

/// The shapes of the outputs of a block, whichever of these shapes it has; refuses what the kernel does not take.
fn results<K: GufuncKernel>(
    call: &GufuncCall<'_, K>,
    shapes: &[Vec<usize>],
    axes: &[OperandAxes],
    blocks: &[Vec<usize>],
) -> Result<Vec<Vec<usize>>, Error> {
    let mut results: Option<Vec<Vec<usize>>> = None;
    for core in blocks {
        let mut shapes = shapes.to_vec();
        for (shape, axes) in shapes.iter_mut().zip(axes) {
            axes.core.iter().zip(core).for_each(|(&axis, &len)| shape[axis] = len);
        }
        let inputs = raws(&shapes, K::Inputs::ELEMENTS);
        let geometry = call.resolve(&inputs, None, false)?;
        let outputs = raws(&geometry.output_shapes, K::Outputs::ELEMENTS);
        call.request(&geometry, &inputs, &outputs, OutputInit::Uninit, None)?;
        let first = results.get_or_insert_with(|| geometry.output_shapes.clone());
        if *first != geometry.output_shapes {
            let expected = format!("results of one shape for each block, {first:?}").into();
            let found = format!("blocks of {core:?} cells, which give {:?}", geometry.output_shapes).into();
            return Err(JobError::Operands { kernel: K::NAME.into(), expected, found }.into());
        }
    }
    Ok(results.unwrap_or_default())
}

fn raws(shapes: &[Vec<usize>], elements: &[crate::block::ElementLayout]) -> Vec<RawArray> {
    shapes.iter().zip(elements).map(|(shape, &element)| RawArray::of_shape(shape, element)).collect()
}

impl<K: GufuncKernel> Parts for BlockParts<'_, K> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        let space = self.layout.outputs[output].space(axis)?;
        self.layout.inputs[0].along.iter().enumerate().find_map(|(number, along)| match *along {
            Along::Loop(own) if own == space => Some([number, 0, 1, 1]),
            Along::Blocks { space: own, len } if own == space => Some([number, 0, len, len]),
            Along::Loop(_) | Along::Blocks { .. } | Along::Swept { .. } | Along::Whole => None,
        })
    }

    fn output_type(&self, output: usize) -> DataType {
        DataType::of_layout(K::Outputs::ELEMENTS[output])
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        parallel: bool,
    ) -> Result<(), Error> {
        check(self, [K::Inputs::ELEMENTS, K::Outputs::ELEMENTS], part, inputs, outputs);
        let call = self.call.on_threads(parallel);
        if part.iter().any(Range::is_empty) {
            return Ok(());
        }
        let (loops, grid) = part.split_at(self.loops);
        each_index(grid, |block| {
            let one: Vec<Range<usize>> =
                loops.iter().cloned().chain(block.iter().map(|&index| index..index + 1)).collect();
            let exactly =
                |(number, input): (usize, &PartInput<'_>)| input.exactly(&self.needs(number, &one)).raw().clone();
            let read: Vec<RawArray> = inputs.iter().enumerate().map(exactly).collect();
            let mut written = Vec::new();
            for output in outputs.iter_mut() {
                let mut place: Vec<Range<usize>> = output.shape().iter().map(|&n| 0..n).collect();
                for (number, (&index, range)) in block.iter().zip(grid).enumerate() {
                    let at = index - range.start;
                    place[self.loops + number] = at..at + 1;
                }
                let mut raw = output.slice_mut(&place).raw().clone();
                // The axes of the grid have one cell: the kernel knows nothing of them.
                raw.shape.drain(self.loops..self.loops + grid.len());
                raw.strides.drain(self.loops..self.loops + grid.len());
                written.push(raw);
            }
            // SAFETY: the operands are borrowed for the call, the outputs exclusively, and of the kernel's types.
            unsafe { call.renew(&read, &written, false) }
        })
    }
}
