//! Stencils in parts, plain or stacked: a sweep over the core of each loop element of the part.

use std::ops::Range;

use super::{Along, Layout, OperandLayout, PartInput, Parts, check};
use crate::block::{Block, Span};
use crate::cells::CellsMut;
use crate::data_type::DataType;
use crate::geometry::each_index;
use crate::gufunc::OperandAxes;
use crate::kernel::Sweep;
use crate::{Error, MAX_RANK};

/// A stencil over the core axes of its operands.
pub(crate) struct SweptParts<'k> {
    sweep: &'k dyn Sweep,
    /// The shape of a core of the inputs.
    core: [usize; MAX_RANK],
    rank: usize,
    layout: Layout,
}

impl<'k> SweptParts<'k> {
    /// The stencil over the axes that are named of operands of some shapes.
    pub(crate) fn new(
        sweep: &'k dyn Sweep,
        loops: Vec<usize>,
        inputs: &[(Vec<usize>, OperandAxes)],
        outputs: &[OperandAxes],
    ) -> Result<SweptParts<'k>, Error> {
        let (shape, axes) = &inputs[0];
        let rank = axes.core.len();
        let mut core = [1; MAX_RANK];
        axes.core.iter().enumerate().for_each(|(number, &axis)| core[number] = shape[axis]);
        let written = sweep.written(&core)?;
        let place = |shape: Vec<usize>, axes: &OperandAxes| {
            let mut layout = OperandLayout::of_loops(shape, axes, loops.len());
            for (core, &axis) in axes.core.iter().enumerate() {
                layout.along[axis] = Along::Swept { core, space: loops.len() + core };
            }
            layout
        };
        let inputs = inputs.iter().map(|(shape, axes)| place(shape.clone(), axes)).collect();
        let output = |axes: &OperandAxes| {
            let mut shape = vec![1; axes.loops.len() + axes.core.len()];
            axes.loops.iter().zip(&loops).for_each(|(&axis, &n)| shape[axis] = n);
            axes.core.iter().zip(written).for_each(|(&axis, n)| shape[axis] = n);
            place(shape, axes)
        };
        let outputs = outputs.iter().map(output).collect();
        let space = loops.iter().copied().chain(written[..rank].iter().copied()).collect();
        Ok(SweptParts { sweep, core, rank, layout: Layout { space, inputs, outputs } })
    }
}

impl Parts for SweptParts<'_> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn needs(&self, input: usize, part: &[Range<usize>]) -> Vec<Span> {
        let operand = &self.layout.inputs[input];
        let needed = |axis: usize| match operand.along[axis] {
            Along::Swept { core, space } => self.sweep.needs(&self.core, input, core, part[space].clone()),
            Along::Loop(_) | Along::Whole | Along::Blocks { .. } => operand.span(axis, part),
        };
        (0..operand.shape.len()).map(needed).collect()
    }

    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]> {
        let along = self.layout.outputs[output].along[axis];
        let from = self.layout.inputs[0].along.iter().position(|&other| other == along)?;
        let [first, step] = match along {
            Along::Swept { core, .. } => self.sweep.origin(&self.core, core),
            Along::Loop(_) | Along::Whole | Along::Blocks { .. } => [0, 1],
        };
        Some([from, first, step, 1])
    }

    fn output_type(&self, output: usize) -> DataType {
        let [_, outputs] = self.sweep.elements();
        DataType::of_layout(outputs[output])
    }

    fn scratch_bytes(&self, block: &[usize]) -> usize {
        let loops = block.len() - self.rank;
        self.sweep.scratch_bytes(&self.core, &block[loops..])
    }

    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        parallel: bool,
    ) -> Result<(), Error> {
        let [read, written] = self.sweep.elements();
        check(self, [&read, &written], part, inputs, outputs);
        let loops = part.len() - self.rank;
        let first: Vec<Core> =
            inputs.iter().zip(&self.layout.inputs).map(|(input, layout)| Core::of_input(input, layout, part)).collect();
        let last: Vec<Core> = outputs
            .iter()
            .zip(&self.layout.outputs)
            .map(|(output, layout)| Core::of_output(output, layout, part))
            .collect();
        if part.iter().any(Range::is_empty) {
            return Ok(());
        }
        let elements: Vec<Range<usize>> = part[..loops].iter().map(|range| 0..range.len()).collect();
        each_index(&elements, |index| {
            let inputs = first.iter().map(|core| core.block(index)).collect();
            let mut outputs = last.iter().map(|core| core.block(index)).collect();
            // SAFETY: the operands are borrowed for the call, the outputs exclusively; they were checked to be of the
            // kernel's types, and to hold what the part needs.
            unsafe { self.sweep.compute(&self.core, &part[loops..], &inputs, &mut outputs, parallel) }
        })
    }
}

/// The first core of an operand in a part, and the way to the others.
struct Core {
    block: Block,
    /// Along the loop dimensions, in elements.
    steps: Vec<isize>,
}

impl Core {
    fn of_input(input: &PartInput<'_>, layout: &OperandLayout, part: &[Range<usize>]) -> Core {
        Core::new(input.cells.raw(), &input.spans, layout, part)
    }

    fn of_output(output: &CellsMut<'_>, layout: &OperandLayout, part: &[Range<usize>]) -> Core {
        let spans: Vec<Span> = layout.written(part).into_iter().map(Span::new).collect();
        Core::new(output.raw(), &spans, layout, part)
    }

    fn new(raw: &crate::block::RawArray, held: &[Span], layout: &OperandLayout, part: &[Range<usize>]) -> Core {
        let mut spans = [Span::new(0..1); MAX_RANK];
        let mut strides = [0; MAX_RANK];
        let mut steps = vec![0; part.len()];
        let mut skipped = 0;
        for (axis, along) in layout.along.iter().enumerate() {
            match *along {
                Along::Swept { core, .. } => (spans[core], strides[core]) = (held[axis], raw.strides[axis]),
                Along::Loop(space) if layout.shape[axis] != 1 => {
                    steps[space] = raw.strides[axis];
                    // More may be held than the part needs.
                    skipped += held[axis].place(part[space].start) * raw.strides[axis];
                }
                Along::Loop(_) | Along::Whole | Along::Blocks { .. } => {}
            }
        }
        let at = raw.at.wrapping_offset(skipped * raw.element.size as isize);
        Core { block: Block::of_spans(at, spans, strides, raw.element), steps }
    }

    /// The core of a loop element.
    fn block(&self, index: &[usize]) -> Block {
        let offset = index.iter().zip(&self.steps).map(|(&index, step)| index as isize * step).sum();
        let mut block = self.block;
        block.at = block.offset(offset);
        block
    }
}
