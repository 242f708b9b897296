//! The dispatches of one step: prepared once, recorded as often as they are wanted.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::block::OutputInit;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::recorder::{Binding, Group};
use crate::gpu::geometry::edges::Edges;
use crate::gpu::shader::Field;
use crate::gpu::stencil_dispatch::{Bind, Boxed, StencilDispatch, Step, columns_and_rows};
use crate::gpu::task::Launch;
use crate::gpu::uniforms::{block, status_at};

/// Dispatches with what they bind. The arrays are held by whoever records them.
pub(crate) struct Prepared<'a> {
    launch: &'a Launch,
    group: Arc<Group>,
    /// Tables of edges and copies of cells, which must stay what they are.
    _held: Vec<Arc<Memory>>,
    blocks: Vec<Vec<u8>>,
    /// Each with the number of its block, and its workgroups.
    dispatches: Vec<(wgpu::ComputePipeline, usize, [u32; 3])>,
}

impl Prepared<'_> {
    pub(crate) fn record(&self) -> Result<Option<Check>, Error> {
        let Launch { gpu, shader, values, .. } = self.launch;
        gpu.record(|batch| {
            let check = self.launch.check(batch);
            let mut blocks = Cow::Borrowed(&self.blocks);
            if let (Some(check), Some(at)) = (&check, status_at(shader, values)) {
                let word = (check.word as u32).to_le_bytes();
                blocks.to_mut().iter_mut().for_each(|block| block[at..at + 4].copy_from_slice(&word));
            }
            for (pipeline, number, groups) in &self.dispatches {
                batch.dispatch(pipeline, &self.group, &blocks[*number], *groups);
            }
            check
        })
    }
}

impl StencilDispatch<'_> {
    /// Binds what a step needs, of operands in this memory; what is gathered is as it is now.
    pub(crate) fn prepare(&self, step: &Step, memory: &[Arc<Memory>], init: OutputInit) -> Result<Prepared<'_>, Error> {
        let shader = &self.launch.shader;
        let edges = Edges::new(&self.outline, &step.part, &self.bits, shader.inputs, shader.outputs, init);
        let (table, bytes) = self.launch.gpu.held(bytemuck::cast_slice(&edges.words).to_vec())?;
        let table_bound = Binding { buffer: table.buffer.clone(), offset: 0, bytes };
        let mut held = vec![table];
        let mut bindings = Vec::new();
        let mut bases = Vec::new();
        for (bind, memory) in step.binds.iter().zip(memory) {
            let own = self.gather(bind, memory)?;
            let (binding, before) = self.launch.gpu.part(own.as_ref().unwrap_or(memory), bind.layout.start, bind.bytes);
            let first = before as usize / bind.layout.form.scalar.word_bytes();
            // Local cell 0 may lie in front of the binding.
            bases.push(first.wrapping_sub(bind.layout.word(&bind.lead)));
            bindings.push(binding);
            held.extend(own);
        }
        let written = bindings.split_off(shader.inputs.len());
        let group = self.launch.group(Some(table_bound), bindings, written);
        let place = Place { sweep: self, step, edges, bases };
        let mut prepared =
            Prepared { launch: &self.launch, group, _held: held, blocks: Vec::new(), dispatches: Vec::new() };
        let mut last = None;
        for dispatch in &step.dispatches {
            // Where nothing is split, one block serves both entry points.
            if last != Some(&dispatch.boxed) {
                prepared.blocks.push(place.block(&dispatch.boxed));
            }
            last = Some(&dispatch.boxed);
            let pipeline = self.launch.pipeline(dispatch.entry)?;
            prepared.dispatches.push((pipeline, prepared.blocks.len() - 1, dispatch.groups));
        }
        Ok(prepared)
    }

    /// Copies the cells that a step needs to memory of their own, if it is to be so.
    fn gather(&self, bind: &Bind, memory: &Memory) -> Result<Option<Arc<Memory>>, Error> {
        let Some((held, from)) = &bind.gathered else { return Ok(None) };
        let own = self.launch.gpu.memory(bind.bytes)?;
        self.launch.gpu.record(|batch| {
            for run in held.runs(&from.form) {
                let [first, to, bytes] = [run.from, run.to, run.words].map(|words| from.bytes(words));
                let first = Binding { buffer: memory.buffer.clone(), offset: from.start + first, bytes };
                batch.copy(first, &own.buffer, to);
            }
        })?;
        Ok(Some(own))
    }
}

/// The common part of the blocks of a step's dispatches.
struct Place<'a> {
    sweep: &'a StencilDispatch<'a>,
    step: &'a Step,
    edges: Edges,
    /// The word of each operand's local cell 0, wrapping.
    bases: Vec<usize>,
}

impl Place<'_> {
    fn block(&self, boxed: &Boxed) -> Vec<u8> {
        let Launch { shader, values, .. } = &self.sweep.launch;
        let (blocks, _) = self.sweep.near().groups(columns_and_rows(&boxed.near, 1));
        block(shader, values, None, |field| match field {
            Field::Blocks(d) => blocks[d] as usize,
            Field::First => boxed.first,
            field => self.value(field, boxed.loops, &boxed.near),
        })
    }

    /// A field of the block for a box of `near`.
    fn value(&self, field: Field, first: usize, axes: &[Range<usize>]) -> usize {
        let (area, outline) = (&self.step.area, &self.sweep.outline);
        let of = |number: u32| number as usize;
        match field {
            Field::Extent(axis) => axes[axis].len(),
            Field::Stride(operand, axis) => self.step.binds[operand].layout.form.stride(axis),
            Field::Loop(operand) => self.step.binds[operand].layout.step,
            Field::Start(operand) => self.start(operand, first, axes),
            Field::Base(operand) => self.base(operand, first),
            Field::Shape(axis) => outline.domain.shape[axis],
            Field::Shift(axis) => area.shift[axis],
            Field::Origin(axis) => axes[axis].start,
            Field::Size(axis) => area.size[axis],
            Field::Lead(axis) => area.lead[axis],
            Field::Low(axis) => area.low[axis],
            Field::High(axis) => area.high[axis],
            Field::Shell(axis) => self.step.shells[axis],
            Field::Written(axis) => area.written[axis],
            Field::Map(input, axis) => of(self.edges.maps[input][axis]),
            Field::Before(input, axis) => outline.reads.halo(input).before(axis),
            Field::After(input, axis) => outline.reads.halo(input).after(axis),
            Field::Constants(input) => of(self.edges.constants[input]),
            Field::Rim => of(self.edges.rim),
            field => unreachable!("{field:?} is not about a stencil"),
        }
    }

    fn base(&self, operand: usize, first: usize) -> usize {
        self.bases[operand].wrapping_add(first * self.step.binds[operand].layout.step)
    }

    /// The word of the first block of `near`.
    fn start(&self, operand: usize, first: usize, axes: &[Range<usize>]) -> usize {
        let is_input = operand < self.sweep.outline.reads.inputs;
        let lead = |axis: usize| if is_input { self.step.area.lead[axis] } else { 0 };
        let mut at = [0; crate::MAX_RANK];
        axes.iter().enumerate().for_each(|(axis, range)| at[axis] = range.start + lead(axis));
        // The shader adds the cell of the block, which is so many words.
        let cells = self.sweep.launch.shader.cells as usize;
        at[axes.len() - 1] = at[axes.len() - 1] / cells * cells;
        self.base(operand, first).wrapping_add(self.step.binds[operand].layout.word(&at))
    }
}
