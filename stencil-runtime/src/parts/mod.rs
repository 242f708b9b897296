//! Kernels in parts: each part of the outputs is computed from just the cells that it needs.
//!
//! Parts are boxes of a *space*: the loop dimensions of the call, then the core axes of a stencil, whose points can be
//! computed apart from each other. Core dimensions of other kernels are whole in every part. A [`Layout`] says where the
//! axes of each operand lie in the space; [`Parts`] is a kernel with its layout, without its types.
//!
//! [`elements`] are gufuncs over whole cores, and [`blocks`] over blocks of them; [`several`] are kernels on one read.
//! [`swept`] are stencils, repeated or stacked: their inputs are read around the
//! part, and by [`needs`](crate::geometry::needs) wherever a boundary rule leads to.

mod blocks;
mod copies;
mod elements;
mod repeat;
mod several;
mod stencil;
mod swept;

use std::ops::Range;

use crate::Error;
use crate::block::{ElementLayout, Span};
use crate::cells::{Cells, CellsMut};
use crate::data_type::DataType;
use crate::gufunc::OperandAxes;

pub(crate) use blocks::BlockParts;
pub(crate) use copies::CopyParts;
pub(crate) use elements::ElementParts;
pub(crate) use several::SeveralParts;
pub(crate) use swept::SweptParts;

/// The place of one axis of an operand in the space of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// A loop dimension; an input with one cell there is broadcast.
    Loop(usize),
    /// A core axis of a stencil, and its number in the space.
    Swept { core: usize, space: usize },
    /// A core dimension that is whole in every part.
    Whole,
    /// A loop dimension of blocks: so many cells of the axis for each index.
    Blocks { space: usize, len: usize },
}

/// An operand of a kernel: its name in messages, and the type of its elements.
#[derive(Clone, Debug)]
pub struct OperandType {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
}

impl OperandType {
    pub(crate) fn new(name: String, element: ElementLayout) -> OperandType {
        OperandType { name, data_type: DataType::of_layout(element) }
    }
}

/// The axes of an operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperandLayout {
    /// The shape of the whole operand.
    pub(crate) shape: Vec<usize>,
    pub(crate) along: Vec<Along>,
}

/// The axes of all operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The shape of the space.
    pub(crate) space: Vec<usize>,
    pub(crate) inputs: Vec<OperandLayout>,
    pub(crate) outputs: Vec<OperandLayout>,
}

impl OperandLayout {
    /// The box of an output that belongs to a part of the space.
    pub(crate) fn written(&self, part: &[Range<usize>]) -> Vec<Range<usize>> {
        let ranges = self.along.iter().zip(&self.shape).map(|(along, &n)| match *along {
            Along::Loop(axis) | Along::Swept { space: axis, .. } | Along::Blocks { space: axis, .. } => {
                part[axis].clone()
            }
            Along::Whole => 0..n,
        });
        ranges.collect()
    }

    /// An operand of some axes whose loop dimensions are the last of so many, and whose cores are whole.
    fn of_loops(shape: Vec<usize>, axes: &OperandAxes, loops: usize) -> OperandLayout {
        let mut along = vec![Along::Whole; shape.len()];
        let skip = loops - axes.loops.len();
        axes.loops.iter().enumerate().for_each(|(number, &axis)| along[axis] = Along::Loop(skip + number));
        OperandLayout { shape, along }
    }

    /// The indices along an axis that a part needs, of a stencil's core all of them: a stencil knows better.
    fn span(&self, axis: usize, part: &[Range<usize>]) -> Span {
        let n = self.shape[axis];
        match self.along[axis] {
            Along::Loop(_) if n == 1 => Span::new(0..1),
            Along::Loop(space) => Span::new(part[space].clone()),
            Along::Swept { .. } | Along::Whole => Span::new(0..n),
            Along::Blocks { space, len } => {
                Span::new((part[space].start * len).min(n)..part[space].end.saturating_mul(len).min(n))
            }
        }
    }

    /// The axis of the space that an axis goes along.
    pub(crate) fn space(&self, axis: usize) -> Option<usize> {
        match self.along[axis] {
            Along::Loop(space) | Along::Swept { space, .. } | Along::Blocks { space, .. } => Some(space),
            Along::Whole => None,
        }
    }
}

/// The cells of an input that a part needs.
pub struct PartInput<'a> {
    pub(crate) cells: Cells<'a>,
    /// The indices along each axis that the cells are of.
    pub(crate) spans: Vec<Span>,
}

impl<'a> PartInput<'a> {
    /// The cells at just these indices, of which each axis has one range.
    pub(crate) fn exactly(&self, needs: &[Span]) -> Cells<'a> {
        let ranges = self.spans.iter().zip(needs).map(|(held, needed)| {
            let start = if needed.len() == 0 { 0 } else { held.place(needed.start) as usize };
            start..start + needed.len()
        });
        self.cells.slice(&ranges.collect::<Vec<_>>())
    }
}

/// A kernel on whole operands of some shapes, which can be computed in parts.
pub trait Parts: Send + Sync {
    /// The axes of the operands.
    fn layout(&self) -> &Layout;

    /// The axis of the first input that an axis of an output comes from, the index there of its first cell, the distance of the
    /// next, and how many cells each stands for.
    fn origin(&self, output: usize, axis: usize) -> Option<[usize; 4]>;

    /// The type of the elements of an output.
    fn output_type(&self, output: usize) -> DataType;

    /// The bytes that computing the largest part of a shape takes beside its operands.
    fn scratch_bytes(&self, block: &[usize]) -> usize {
        let _ = block;
        0
    }

    /// Computes a part, on this thread or, with `parallel`, on all. Every cell of the outputs is written, or it fails.
    ///
    /// # Panics
    /// When the operands are not those of the part, and when the element function panics.
    fn run(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        outputs: &mut [CellsMut<'_>],
        parallel: bool,
    ) -> Result<(), Error>;

    /// As [`run`](Parts::run), into outputs that hold nothing yet; returns them as they are then.
    fn compute<'o>(
        &self,
        part: &[Range<usize>],
        inputs: &[PartInput<'_>],
        mut outputs: Vec<CellsMut<'o>>,
        parallel: bool,
    ) -> Result<Vec<Cells<'o>>, Error> {
        self.run(part, inputs, &mut outputs, parallel)?;
        // SAFETY: `run` wrote all cells.
        Ok(outputs.into_iter().map(|cells| unsafe { cells.assume_written() }).collect())
    }

    /// The indices along each axis of an input that a part needs.
    fn needs(&self, input: usize, part: &[Range<usize>]) -> Vec<Span> {
        let operand = &self.layout().inputs[input];
        (0..operand.shape.len()).map(|axis| operand.span(axis, part)).collect()
    }
}

/// Checks that operands are what a part takes and gives, so that loops without types may run over them.
fn check(
    parts: &dyn Parts,
    types: [&[ElementLayout]; 2],
    part: &[Range<usize>],
    inputs: &[PartInput<'_>],
    outputs: &[CellsMut<'_>],
) {
    let layout = parts.layout();
    assert_eq!((inputs.len(), outputs.len()), (layout.inputs.len(), layout.outputs.len()), "the kernel's operands");
    assert!(part.iter().zip(&layout.space).all(|(range, &n)| range.end <= n), "the part lies in the space");
    for (number, input) in inputs.iter().enumerate() {
        let shape: Vec<usize> = input.spans.iter().map(Span::len).collect();
        assert_eq!(input.cells.shape(), shape, "the cells of input {number}");
        assert_eq!(input.cells.data_type().layout(), types[0][number], "the type of input {number}");
        let needed = parts.needs(number, part);
        let holds = |(held, needed): (&Span, &Span)| held.holds(needed);
        assert!(input.spans.iter().zip(&needed).all(holds), "input {number} holds what the part needs");
    }
    for (number, output) in outputs.iter().enumerate() {
        let written: Vec<usize> = layout.outputs[number].written(part).iter().map(Range::len).collect();
        assert_eq!(output.shape(), written, "the cells of output {number}");
        assert_eq!(output.data_type().layout(), types[1][number], "the type of output {number}");
    }
}
