//! Several kernels on one read: each has outputs of its own.

use std::ops::Range;

use super::{Layout, OperandLayout, PartInput, Parts};
use crate::Error;
use crate::block::Span;
use crate::cells::CellsMut;
use crate::data_type::DataType;

/// The axes of the space that those of the inputs go along.
fn cut(layout: &Layout) -> Vec<Vec<Option<usize>>> {
    let of = |input: &OperandLayout| (0..input.shape.len()).map(|axis| input.space(axis)).collect();
    layout.inputs.iter().map(of).collect()
}

/// Kernels that read the same inputs over one space.
pub(crate) struct SeveralParts<'k> {
    parts: Vec<Box<dyn Parts + 'k>>,
    layout: Layout,
}

impl<'k> SeveralParts<'k> {
    /// The kernels, at least one, if all have one space; else the number of the first that has another one.
    pub(crate) fn new(parts: Vec<Box<dyn Parts + 'k>>) -> Result<SeveralParts<'k>, usize> {
        let first = parts[0].layout();
        let differs = |other: &Layout| other.space != first.space || cut(other) != cut(first);
        if let Some(other) = parts.iter().position(|parts| differs(parts.layout())) {
            return Err(other);
        }
        let layout = Layout {
            space: first.space.clone(),
            inputs: first.inputs.clone(),
            outputs: parts.iter().flat_map(|parts| parts.layout().outputs.clone()).collect(),
        };
        Ok(SeveralParts { parts, layout })
    }

    /// The kernel that an output is of, and its number there.
    fn of_output(&self, output: usize) -> (&dyn Parts, usize) {
        let mut rest = output;
        for parts in &self.parts {
            let own = parts.layout().outputs.len();
            if rest < own {
                return (&**parts, rest);
            }
            rest -= own;
        }
        unreachable!("the output of some kernel")
    }
}

impl Parts for SeveralParts<'_> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        let (parts, output) = self.of_output(output);
        parts.origin(output, axis)
    }

    fn needs(&self, input: usize, part: &[Range<usize>]) -> Vec<Span> {
        let each: Vec<Vec<Span>> = self.parts.iter().map(|parts| parts.needs(input, part)).collect();
        let along = |axis: usize| Span::merged(each.iter().flat_map(|spans| spans[axis].ranges()));
        (0..each[0].len()).map(along).collect()
    }

    fn output_type(&self, output: usize) -> DataType {
        let (parts, output) = self.of_output(output);
        parts.output_type(output)
    }

    fn scratch_bytes(&self, block: &[usize]) -> usize {
        self.parts.iter().map(|parts| parts.scratch_bytes(block)).max().unwrap_or(0)
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        parallel: bool,
    ) -> Result<(), Error> {
        let mut rest = outputs;
        for parts in &self.parts {
            let (own, others) = rest.split_at_mut(parts.layout().outputs.len());
            parts.run(part, inputs, own, parallel)?;
            rest = others;
        }
        Ok(())
    }
}
