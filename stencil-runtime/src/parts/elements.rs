//! Gufuncs in parts: each is a call on arrays that are shorter along the loop dimensions.

use std::ops::Range;

use super::{Along, Layout, OperandLayout, PartInput, Parts, check};
use crate::Error;
use crate::block::RawArray;
use crate::cells::CellsMut;
use crate::data_type::DataType;
use crate::gufunc::{GufuncCall, OperandAxes};
use crate::kernel::{GufuncKernel, GufuncOutputs, Inputs};

/// A gufunc over whole cores.
pub(crate) struct ElementParts<'k, K> {
    call: GufuncCall<'k, K>,
    keepdims: bool,
    layout: Layout,
}

impl<'k, K: GufuncKernel> ElementParts<'k, K> {
    pub(crate) fn new(call: GufuncCall<'k, K>, keepdims: bool, shapes: &[Vec<usize>]) -> Result<Self, Error> {
        let inputs: Vec<RawArray> = shapes
            .iter()
            .zip(K::Inputs::ELEMENTS)
            .map(|(shape, &element)| RawArray::of_shape(shape, element))
            .collect();
        let geometry = call.resolve(&inputs, None, keepdims)?;
        let outputs: Vec<RawArray> = geometry
            .output_shapes
            .iter()
            .zip(K::Outputs::ELEMENTS)
            .map(|(shape, &element)| RawArray::of_shape(shape, element))
            .collect();
        // What the kernel refuses, it refuses now.
        call.request(&geometry, &inputs, &outputs, crate::block::OutputInit::Uninit, None)?;
        let loops = geometry.loop_shape.len();
        let layout = |arrays: &[RawArray], axes: &[OperandAxes]| {
            arrays
                .iter()
                .zip(axes)
                .map(|(array, axes)| OperandLayout::of_loops(array.shape.clone(), axes, loops))
                .collect()
        };
        let layout = Layout {
            inputs: layout(&inputs, &geometry.inputs),
            outputs: layout(&outputs, &geometry.outputs),
            space: geometry.loop_shape,
        };
        Ok(ElementParts { call, keepdims, layout })
    }
}

impl<K: GufuncKernel> Parts for ElementParts<'_, K> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        let along = self.layout.outputs[output].along[axis];
        let from =
            self.layout.inputs.first()?.along.iter().position(|&other| other == along && along != Along::Whole)?;
        Some([from, 0, 1, 1])
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
        let exactly = |(number, input): (usize, &PartInput<'_>)| input.exactly(&self.needs(number, part)).raw().clone();
        let inputs: Vec<RawArray> = inputs.iter().enumerate().map(exactly).collect();
        let outputs: Vec<RawArray> = outputs.iter().map(|output| output.raw().clone()).collect();
        // SAFETY: the operands are borrowed for the call, the outputs exclusively, and of the kernel's types.
        unsafe { self.call.on_threads(parallel).renew(&inputs, &outputs, self.keepdims) }
    }
}
