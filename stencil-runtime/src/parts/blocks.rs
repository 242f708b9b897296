//! A gufunc over blocks of its core axes: the outputs have a cell, or a core, for each block.

use std::ops::Range;

use super::{Along, Layout, OperandLayout, PartInput, Parts, check};
use crate::block::{OutputInit, RawArray, Span};
use crate::cells::CellsMut;
use crate::data_type::DataType;
use crate::gufunc::GufuncCall;
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
        let first = &whole.inputs[0];
        let cut: Vec<usize> = first.core.iter().map(|&axis| shapes[0][axis]).collect();
        // Blocks at the ends are smaller: the kernel must accept those as well, and give results of one shape.
        let mut results: Option<Vec<Vec<usize>>> = None;
        let mut ends = vec![Vec::new()];
        for (&n, &len) in cut.iter().zip(block) {
            let mut lens = vec![len.min(n)];
            if n > len && n % len != 0 {
                lens.push(n % len);
            }
            ends = ends
                .into_iter()
                .flat_map(|core: Vec<usize>| {
                    lens.iter().map(|&len| core.iter().copied().chain([len]).collect::<Vec<_>>()).collect::<Vec<_>>()
                })
                .collect();
        }
        for core in &ends {
            let mut shapes = shapes.to_vec();
            for (shape, axes) in shapes.iter_mut().zip(&whole.inputs) {
                axes.core.iter().zip(core).for_each(|(&axis, &len)| shape[axis] = len);
            }
            let inputs = raws(&shapes, K::Inputs::elements());
            let geometry = call.resolve(&inputs, None, false)?;
            let outputs = raws(&geometry.output_shapes, K::Outputs::elements());
            call.request(&geometry, &inputs, &outputs, OutputInit::Uninit, None)?;
            let shapes = results.get_or_insert_with(|| geometry.output_shapes.clone());
            if *shapes != geometry.output_shapes {
                let kernel = K::NAME.into();
                let expected = format!("results of one shape for each block, {shapes:?}").into();
                let found = format!("blocks of {core:?} cells, which give {:?}", geometry.output_shapes).into();
                return Err(JobError::Operands { kernel, expected, found }.into());
            }
        }
        let grid: Vec<usize> = cut.iter().zip(block).map(|(&n, &len)| n.div_ceil(len)).collect();
        let inputs = shapes.iter().zip(&whole.inputs).map(|(shape, axes)| {
            let mut along = vec![Along::Whole; shape.len()];
            let skip = loops - axes.loops.len();
            axes.loops.iter().enumerate().for_each(|(number, &axis)| along[axis] = Along::Loop(skip + number));
            for (number, (&axis, &len)) in axes.core.iter().zip(block).enumerate() {
                along[axis] = Along::Blocks { space: loops + number, len };
            }
            OperandLayout { shape: shape.clone(), along }
        });
        let inputs = inputs.collect();
        // Loop dimensions, blocks, then what each block gives.
        let outputs = results.unwrap_or_default().into_iter().map(|result| {
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

fn raws(shapes: &[Vec<usize>], elements: crate::block::ElementLayouts) -> Vec<RawArray> {
    shapes.iter().zip(elements).map(|(shape, element)| RawArray::of_shape(shape, element)).collect()
}

impl<K: GufuncKernel> Parts for BlockParts<'_, K> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn swept(&self, _: usize, _: usize, _: Range<usize>) -> Span {
        unreachable!("cores are blocks")
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        let space = self.layout.outputs[output].space(axis)?;
        self.layout.inputs[0].along.iter().enumerate().find_map(|(number, along)| match *along {
            Along::Loop(own) if own == space => Some([number, 0, 1, 1]),
            Along::Blocks { space: own, len } if own == space => Some([number, 0, len, len]),
            _ => None,
        })
    }

    fn output_type(&self, output: usize) -> DataType {
        DataType::of_layout(K::Outputs::elements()[output])
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        parallel: bool,
    ) -> Result<(), Error> {
        check(self, [&K::Inputs::elements(), &K::Outputs::elements()], part, inputs, outputs);
        let mut call = GufuncCall { ..self.call };
        if !parallel {
            call.schedule = call.schedule.parallel(false);
        }
        if part.iter().any(Range::is_empty) {
            return Ok(());
        }
        let grid = &part[self.loops..];
        let mut block: Vec<usize> = grid.iter().map(|range| range.start).collect();
        loop {
            let one: Vec<Range<usize>> =
                part[..self.loops].iter().cloned().chain(block.iter().map(|&index| index..index + 1)).collect();
            let mut read = Vec::new();
            for (number, input) in inputs.iter().enumerate() {
                read.push(input.exactly(&self.needs(number, &one)).raw().clone());
            }
            let mut written = Vec::new();
            for output in outputs.iter_mut() {
                let place = |axis: usize| match axis.checked_sub(self.loops) {
                    Some(number) if number < grid.len() => {
                        let index = block[number] - grid[number].start;
                        index..index + 1
                    }
                    _ => 0..output.shape()[axis],
                };
                let place: Vec<Range<usize>> = (0..output.shape().len()).map(place).collect();
                let mut raw = output.slice_mut(&place).raw().clone();
                // The axes of the grid have one cell: the kernel knows nothing of them.
                raw.shape.drain(self.loops..self.loops + grid.len());
                raw.strides.drain(self.loops..self.loops + grid.len());
                written.push(raw);
            }
            // SAFETY: the operands are borrowed for the call, the outputs exclusively, and of the kernel's types.
            unsafe { call.renew(&read, &written, false)? };
            let Some(axis) = (0..grid.len()).rev().find(|&axis| block[axis] + 1 < grid[axis].end) else {
                return Ok(());
            };
            block[axis] += 1;
            for axis in axis + 1..grid.len() {
                block[axis] = grid[axis].start;
            }
        }
    }
}
