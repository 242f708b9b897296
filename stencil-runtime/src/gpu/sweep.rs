//! Records a stencil: slab by slab, each as dispatches of `near` and `edge`.

use std::sync::Arc;

use crate::Error;
use crate::gpu::block::block;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::program::Entry;
use crate::gpu::device::recorder::{Binding, Group};
use crate::gpu::form::{Cells, Form};
use crate::gpu::geometry::Outline;
use crate::gpu::geometry::area::Area;
use crate::gpu::geometry::edges::Edges;
use crate::gpu::geometry::slab::Slab;
use crate::gpu::geometry::split::Grid;
use crate::gpu::rules::RuleBits;
use crate::gpu::shader::Field;
use crate::gpu::task::Launch;
use crate::region::Region;

/// A stencil's call: its geometry and its kernel.
pub struct Sweep<'a> {
    pub(crate) launch: Launch,
    pub(crate) outline: Outline<'a>,
    pub(crate) bits: RuleBits,
}

/// An operand on the GPU: its first cell, and how its cores lie.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) memory: Arc<Memory>,
    /// The byte of the first cell.
    pub(crate) start: u64,
    /// The shape of a core, and how it is packed.
    pub(crate) form: Form,
    /// Words from one loop element to the next; 0 where it broadcasts.
    pub(crate) step: usize,
}

/// An operand as it is bound.
struct Bound {
    binding: Binding,
    /// The word of local cell 0.
    base: usize,
    /// Words from one index to the next, without the last axis.
    strides: Vec<usize>,
    step: usize,
    packed: usize,
}

impl Operand {
    /// The byte of a row along the first axis; where that is the last one, of the word of a cell.
    fn row(&self, row: usize) -> u64 {
        row_bytes(&self.form, row)
    }

    fn loop_bytes(&self, loops: usize) -> u64 {
        ((loops - 1) * self.step * self.form.scalar.word()) as u64
    }

    fn bind(&self, launch: &Launch, memory: &Memory, start: u64, bytes: u64, step: usize) -> Bound {
        let (binding, before) = launch.gpu.part(memory, start, bytes);
        let scalar = self.form.scalar;
        let strides = (0..self.form.shape.len() - 1).map(|axis| self.form.stride(axis)).collect();
        Bound { binding, base: before as usize / scalar.word(), strides, step, packed: scalar.packed() }
    }
}

pub(crate) fn row_bytes(form: &Form, row: usize) -> u64 {
    let words = if form.shape.len() == 1 { row.div_ceil(form.scalar.packed()) } else { row * form.stride(0) };
    (words * form.scalar.word()) as u64
}

impl Sweep<'_> {
    /// Records the kernel over `loops` loop elements.
    pub(crate) fn record(
        &self,
        loops: usize,
        inputs: &[Operand],
        outputs: &[Operand],
        fresh: bool,
    ) -> Result<Vec<Check>, Error> {
        let mut checks = Vec::new();
        if loops == 0 || self.outline.extent.written.is_empty() {
            return Ok(checks);
        }
        let all = Slab::new(&self.outline, 0..self.outline.extent.written.len(0));
        if loops == 1 || self.can_bind(&all, loops, inputs, outputs) {
            let slabs = Slab::all(&self.outline, |slab| self.can_bind(slab, loops, inputs, outputs));
            for slab in slabs.ok_or_else(|| self.too_large(inputs, outputs))? {
                checks.extend(self.slab(&slab, loops, inputs, outputs, fresh)?);
            }
            return Ok(checks);
        }
        for number in 0..loops {
            let at = |operand: &Operand| Operand {
                start: operand.start + (number * operand.step * operand.form.scalar.word()) as u64,
                ..operand.clone()
            };
            let (inputs, outputs): (Vec<_>, Vec<_>) =
                (inputs.iter().map(at).collect(), outputs.iter().map(at).collect());
            checks.extend(self.record(1, &inputs, &outputs, fresh)?);
        }
        Ok(checks)
    }

    /// Whether the parts of all operands that a slab needs can be bound.
    fn can_bind(&self, slab: &Slab, loops: usize, inputs: &[Operand], outputs: &[Operand]) -> bool {
        let gpu = &self.launch.gpu;
        let read = |operand: &Operand| {
            let bytes = operand.loop_bytes(loops);
            if slab.extra.is_empty() {
                let start = operand.row(slab.main.start);
                gpu.can_bind(operand.start + start, bytes + operand.row(slab.main.end) - start)
            } else {
                gpu.can_bind(0, operand.row(slab.len()))
            }
        };
        let written = |operand: &Operand| {
            let start = operand.row(slab.rows.start);
            gpu.can_bind(operand.start + start, operand.loop_bytes(loops) + operand.row(slab.rows.end) - start)
        };
        inputs.iter().all(read) && outputs.iter().all(written)
    }

    /// The error where a few rows are too much.
    pub(crate) fn too_large(&self, inputs: &[Operand], outputs: &[Operand]) -> Error {
        self.too_large_forms(inputs.iter().chain(outputs).map(|operand| &operand.form))
    }

    pub(crate) fn too_large_forms<'f>(&self, forms: impl Iterator<Item = &'f Form>) -> Error {
        let largest = forms.max_by_key(|form| form.bytes()).expect("a kernel has operands");
        let rows = 1 + self.outline.reach(0, 0) + self.outline.reach(0, 1);
        Error::GpuArraySize {
            shape: largest.shape.clone(),
            bytes: row_bytes(largest, rows),
            limit: self.launch.gpu.limits().binding,
        }
    }

    fn slab(
        &self,
        slab: &Slab,
        loops: usize,
        inputs: &[Operand],
        outputs: &[Operand],
        fresh: bool,
    ) -> Result<Option<Check>, Error> {
        let mut bound = Vec::new();
        // What is bound stays with this call until it is recorded.
        let mut held = Vec::new();
        for input in inputs {
            if slab.extra.is_empty() {
                let start = input.row(slab.main.start);
                let bytes = input.loop_bytes(loops) + input.row(slab.main.end) - start;
                bound.push(input.bind(&self.launch, &input.memory, input.start + start, bytes, input.step));
            } else {
                let memory = self.gather(slab, input)?;
                bound.push(input.bind(&self.launch, &memory, 0, input.row(slab.len()), 0));
                held.push(memory);
            }
        }
        for output in outputs {
            let start = output.row(slab.rows.start);
            let bytes = output.loop_bytes(loops) + output.row(slab.rows.end) - start;
            bound.push(output.bind(&self.launch, &output.memory, output.start + start, bytes, output.step));
        }
        self.dispatch(slab, loops, &bound, fresh)
    }

    /// Copies the rows of a slab into memory of their own.
    fn gather(&self, slab: &Slab, input: &Operand) -> Result<Arc<Memory>, Error> {
        let memory = self.launch.gpu.memory(input.row(slab.len()))?;
        self.launch.gpu.record(|batch| {
            for (at, rows) in slab.pieces() {
                let start = input.row(rows.start);
                let bytes = input.row(rows.end) - start;
                let from = Binding { buffer: input.memory.buffer.clone(), offset: input.start + start, bytes };
                batch.copy(from, &memory.buffer, input.row(at));
            }
        })?;
        Ok(memory)
    }

    /// Computes one slab, whose rows are in memory of their own.
    pub(crate) fn alone(
        &self,
        slab: &Slab,
        inputs: &[Operand],
        outputs: &[Operand],
        fresh: bool,
    ) -> Result<Option<Check>, Error> {
        let bind =
            |operand: &Operand, rows| operand.bind(&self.launch, &operand.memory, operand.start, operand.row(rows), 0);
        let inputs = inputs.iter().map(|input| bind(input, slab.len()));
        let bound: Vec<_> = inputs.chain(outputs.iter().map(|output| bind(output, slab.rows.len()))).collect();
        self.dispatch(slab, 1, &bound, fresh)
    }

    fn dispatch(&self, slab: &Slab, loops: usize, bound: &[Bound], fresh: bool) -> Result<Option<Check>, Error> {
        let shader = &self.launch.shader;
        let area = Area::new(&self.outline, slab);
        let edges = Edges::new(&self.outline, slab, &self.bits, shader.inputs, shader.outputs, fresh);
        let (table, bytes) = self.launch.gpu.held(bytemuck::cast_slice(&edges.words).to_vec())?;
        let binding = |bound: &Bound| bound.binding.clone();
        let (read, written) = bound.split_at(shader.inputs.len());
        let group = self.launch.group(
            Some(Binding { buffer: table.buffer.clone(), offset: 0, bytes }),
            read.iter().map(binding).collect(),
            written.iter().map(binding).collect(),
        );
        let place = Dispatch { sweep: self, area, edges, bound, group };
        let (near, rest) = area.boxes(shader.rows as usize, shader.cells as usize);
        let mut work = Vec::new();
        if !near.is_empty() {
            work.push((Entry::Near, self.launch.pipeline(Entry::Near)?, vec![near]));
        }
        if !rest.is_empty() {
            work.push((Entry::Edge, self.launch.pipeline(Entry::Edge)?, rest));
        }
        self.launch.gpu.record(|batch| {
            let check = self.launch.check(batch);
            for (entry, pipeline, boxes) in &work {
                let grid = self.grid(*entry);
                for part in boxes {
                    grid.split(&cells(loops, part), &mut |part| {
                        let (block, groups) = place.block(*entry, part, check.as_ref());
                        batch.dispatch(pipeline, &place.group, block, groups);
                    });
                }
            }
            check
        })
    }

    fn grid(&self, entry: Entry) -> Grid {
        let shader = &self.launch.shader;
        let rows = if entry == Entry::Near { shader.rows as usize } else { 1 };
        Grid {
            workgroup: [shader.workgroup[0] as usize, shader.workgroup[1] as usize],
            block: [shader.cells as usize, rows],
            limit: self.launch.gpu.limits().workgroups as usize,
        }
    }
}

/// Loop elements and a box as one box, with an axis of rows where the arrays have only one axis.
fn cells(loops: usize, part: &Region) -> Cells {
    let axes = (0..part.rank).map(|axis| part.start[axis]..part.end[axis]);
    let row = (part.rank == 1).then_some(0..1);
    std::iter::once(0..loops).chain(row).chain(axes).collect()
}

/// What the blocks of a slab's dispatches have in common.
struct Dispatch<'a> {
    sweep: &'a Sweep<'a>,
    area: Area,
    edges: Edges,
    bound: &'a [Bound],
    group: Arc<Group>,
}

impl Dispatch<'_> {
    /// The uniform block of one dispatch, and its workgroups.
    fn block(&self, entry: Entry, part: &Cells, check: Option<&Check>) -> (Vec<u8>, [u32; 3]) {
        let Launch { shader, values, .. } = &self.sweep.launch;
        let last = part.len() - 1;
        let z = part[..last - 1].iter().map(|range| range.len()).product();
        let (blocks, groups) = self.sweep.grid(entry).groups([part[last].len(), part[last - 1].len(), z]);
        let axes = &part[part.len() - self.area.rank..];
        let block = block(shader, values, check, |field| match field {
            Field::Blocks(d) => blocks[d as usize] as usize,
            field => self.value(field, part[0].start, axes),
        });
        (block, groups)
    }

    /// A field of the block for a box in coordinates of the outputs.
    fn value(&self, field: Field, first: usize, axes: &[std::ops::Range<usize>]) -> usize {
        let (area, outline) = (&self.area, &self.sweep.outline);
        let of = |number: u32| number as usize;
        match field {
            Field::Extent(axis) => axes[of(axis)].len(),
            Field::Stride(operand, axis) => self.bound[of(operand)].strides[of(axis)],
            Field::Loop(operand) => self.bound[of(operand)].step,
            Field::Start(operand) => self.start(of(operand), first, axes),
            Field::Base(operand) => self.base(of(operand), first),
            Field::Shape(axis) => outline.shape[of(axis)],
            Field::Shift(axis) => area.shift[of(axis)],
            Field::Origin(axis) => axes[of(axis)].start,
            Field::Size(axis) => area.size[of(axis)],
            Field::Lead(axis) => area.lead[of(axis)],
            Field::Low(axis) => area.low[of(axis)],
            Field::High(axis) => area.high[of(axis)],
            Field::Width => area.written[area.rank - 1],
            Field::Map(input, axis) => of(self.edges.maps[of(input)][of(axis)]),
            Field::Before(input, axis) => outline.halos[of(input)].before(of(axis)),
            Field::After(input, axis) => outline.halos[of(input)].after(of(axis)),
            Field::Constants(input) => of(self.edges.constants[of(input)]),
            Field::Rim => of(self.edges.rim),
            field => unreachable!("{field:?} is not about a stencil"),
        }
    }

    fn base(&self, operand: usize, first: usize) -> usize {
        let bound = &self.bound[operand];
        bound.base + first * bound.step
    }

    /// The word of the first block of `near`.
    fn start(&self, operand: usize, first: usize, axes: &[std::ops::Range<usize>]) -> usize {
        let (bound, last) = (&self.bound[operand], axes.len() - 1);
        let is_input = operand < self.sweep.outline.inputs;
        let at = |axis: usize| axes[axis].start + if is_input { self.area.lead[axis] } else { 0 };
        let leading: usize = (0..last).map(|axis| at(axis) * bound.strides[axis]).sum();
        self.base(operand, first) + leading + at(last) / bound.packed
    }
}
