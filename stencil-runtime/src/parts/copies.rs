//! Cells as they are: what a job that only cuts an array anew computes.

use std::ops::Range;

use super::{Along, Layout, OperandLayout, PartInput, Parts};
use crate::Error;
use crate::cells::CellsMut;
use crate::data_type::DataType;

/// A copy of an array of any type.
pub(crate) struct CopyParts {
    data_type: DataType,
    layout: Layout,
}

impl CopyParts {
    pub(crate) fn new(data_type: DataType, shape: &[usize]) -> CopyParts {
        let operand = OperandLayout { shape: shape.to_vec(), along: (0..shape.len()).map(Along::Loop).collect() };
        let layout = Layout { space: shape.to_vec(), inputs: vec![operand.clone()], outputs: vec![operand] };
        CopyParts { data_type, layout }
    }
}

impl Parts for CopyParts {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn origin(&self, _: usize, axis: usize) -> Option<[usize; 4]> {
        Some([axis, 0, 1, 1])
    }

    fn output_type(&self, _: usize) -> DataType {
        self.data_type
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        _: bool,
    ) -> Result<(), Error> {
        let types = [self.data_type.layout()];
        super::check(self, [&types, &types], part, inputs, outputs);
        outputs[0].copy(&inputs[0].exactly(&self.needs(0, part)));
        Ok(())
    }
}
