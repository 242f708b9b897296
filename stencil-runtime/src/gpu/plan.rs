//! The dispatches of one part: planned once, recorded as often as they are wanted.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::geometry::{Ranges, Region};
use crate::gpu::block::{block, status_at};
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::program::Entry;
use crate::gpu::device::recorder::{Binding, Group};
use crate::gpu::geometry::area::Area;
use crate::gpu::geometry::edges::Edges;
use crate::gpu::geometry::grid::Grid;
use crate::gpu::geometry::part::Part;
use crate::gpu::shader::Field;
use crate::gpu::sweep::{Bound, Sweep};
use crate::gpu::task::Launch;

/// Dispatches of `near` and `edge`. The arrays that they bind are held by whoever records them.
pub(crate) struct Planned<'a> {
    launch: &'a Launch,
    group: Arc<Group>,
    /// The tables of edges, which must stay what they are.
    _table: Arc<Memory>,
    blocks: Vec<Vec<u8>>,
    /// Each with the number of its block, and its workgroups.
    dispatches: Vec<(wgpu::ComputePipeline, usize, [u32; 3])>,
}

impl Planned<'_> {
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

impl Sweep<'_> {
    /// Plans a part whose operands are bound.
    pub(crate) fn plan_bound(
        &self,
        part: &Part,
        loops: usize,
        bound: &[Bound],
        fresh: bool,
    ) -> Result<Planned<'_>, Error> {
        let shader = &self.launch.shader;
        let area = Area::new(&self.outline, part);
        let edges = Edges::new(&self.outline, part, &self.bits, shader.inputs, shader.outputs, fresh);
        let (table, bytes) = self.launch.gpu.held(bytemuck::cast_slice(&edges.words).to_vec())?;
        let binding = |bound: &Bound| bound.binding.clone();
        let (read, written) = bound.split_at(shader.inputs.len());
        let group = self.launch.group(
            Some(Binding { buffer: table.buffer.clone(), offset: 0, bytes }),
            read.iter().map(binding).collect(),
            written.iter().map(binding).collect(),
        );
        let inner = area.inner(shader.rows as usize, shader.cells as usize);
        let shells = area.shells(&inner, shader.cells as usize);
        let place = Place { sweep: self, area, edges, bound, shells };
        let mut planned =
            Planned { launch: &self.launch, group, _table: table, blocks: Vec::new(), dispatches: Vec::new() };
        let mut last = None;
        for (entry, part, groups) in place.parts(loops, &inner) {
            // Where nothing is split, one block serves both entry points.
            if last.as_ref() != Some(&part) {
                planned.blocks.push(place.block(&part));
            }
            last = Some(part);
            planned.dispatches.push((self.launch.pipeline(entry)?, planned.blocks.len() - 1, groups));
        }
        Ok(planned)
    }
}

/// What a dispatch computes: the box of `near`, of which `edge` computes what lies beside it.
#[derive(PartialEq)]
struct Boxed {
    /// The first loop element.
    loops: usize,
    /// In coordinates of the outputs.
    near: Ranges,
    /// The number of the first invocation of `edge`.
    first: usize,
}

/// What the blocks of a part's dispatches have in common.
struct Place<'a> {
    sweep: &'a Sweep<'a>,
    area: Area,
    edges: Edges,
    bound: &'a [Bound],
    shells: [usize; crate::MAX_RANK],
}

impl Place<'_> {
    /// The dispatches and their workgroups.
    fn parts(&self, loops: usize, inner: &Region) -> Vec<(Entry, Boxed, [u32; 3])> {
        let rank = self.area.rank;
        let axes: Ranges = inner.ranges().collect();
        let mut all = Vec::new();
        if !inner.is_empty() {
            let first_cell = (self.area.lead[rank - 1] % self.sweep.launch.shader.cells as usize) as u32;
            // Arrays of one axis have one row.
            let row = (rank == 1).then_some(0..1);
            let cells: Ranges = std::iter::once(0..loops).chain(row).chain(axes.iter().cloned()).collect();
            for cells in self.near().split(&cells) {
                let near = cells[cells.len() - rank..].to_vec();
                let z = cells[..cells.len() - 2].iter().map(Range::len).product();
                let (_, groups) = self.near().groups(self.cells(&near, z));
                all.push((Entry::Near { first_cell }, Boxed { loops: cells[0].start, near, first: 0 }, groups));
            }
        }
        let edge = self.edge();
        for cells in edge.split(&[0..loops, 0..1, 0..self.shells[rank - 1]]) {
            let (_, groups) = edge.groups([cells[2].len(), 1, cells[0].len()]);
            let part = Boxed { loops: cells[0].start, near: axes.clone(), first: cells[2].start };
            all.push((Entry::Edge, part, groups));
        }
        all
    }

    /// Cells along x and y of a box, and what is given of z.
    fn cells(&self, near: &[Range<usize>], z: usize) -> [usize; 3] {
        let last = near.len() - 1;
        [near[last].len(), last.checked_sub(1).map_or(1, |axis| near[axis].len()), z]
    }

    fn near(&self) -> Grid {
        let Launch { gpu, shader, .. } = &self.sweep.launch;
        Grid {
            workgroup: [shader.workgroup[0] as usize, shader.workgroup[1] as usize],
            block: [shader.cells as usize, shader.rows as usize],
            limit: gpu.limits().workgroups as usize,
        }
    }

    /// Invocations of `edge` are cells along x here.
    fn edge(&self) -> Grid {
        let Launch { gpu, shader, .. } = &self.sweep.launch;
        let workgroup = shader.workgroup.iter().product::<u32>() as usize;
        Grid { workgroup: [workgroup, 1], block: [1, 1], limit: gpu.limits().workgroups as usize }
    }

    fn block(&self, part: &Boxed) -> Vec<u8> {
        let Launch { shader, values, .. } = &self.sweep.launch;
        let (blocks, _) = self.near().groups(self.cells(&part.near, 1));
        block(shader, values, None, |field| match field {
            Field::Blocks(d) => blocks[d] as usize,
            Field::First => part.first,
            field => self.value(field, part.loops, &part.near),
        })
    }

    /// A field of the block for a box of `near`.
    fn value(&self, field: Field, first: usize, axes: &[Range<usize>]) -> usize {
        let (area, outline) = (&self.area, &self.sweep.outline);
        let of = |number: u32| number as usize;
        match field {
            Field::Extent(axis) => axes[axis].len(),
            Field::Stride(operand, axis) => self.bound[operand].strides[axis],
            Field::Loop(operand) => self.bound[operand].step,
            Field::Start(operand) => self.start(operand, first, axes),
            Field::Base(operand) => self.base(operand, first),
            Field::Shape(axis) => outline.domain.shape[axis],
            Field::Shift(axis) => area.shift[axis],
            Field::Origin(axis) => axes[axis].start,
            Field::Size(axis) => area.size[axis],
            Field::Lead(axis) => area.lead[axis],
            Field::Low(axis) => area.low[axis],
            Field::High(axis) => area.high[axis],
            Field::Shell(axis) => self.shells[axis],
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
        let bound = &self.bound[operand];
        bound.base.wrapping_add(first * bound.step)
    }

    /// The word of the first block of `near`.
    fn start(&self, operand: usize, first: usize, axes: &[Range<usize>]) -> usize {
        let (bound, last) = (&self.bound[operand], axes.len() - 1);
        let is_input = operand < self.sweep.outline.reads.inputs;
        let at = |axis: usize| axes[axis].start + if is_input { self.area.lead[axis] } else { 0 };
        let leading: usize = (0..last).map(|axis| at(axis) * bound.strides[axis]).sum();
        // The shader adds the cell of the block, which is so many words.
        let cells = self.sweep.launch.shader.cells as usize;
        self.base(operand, first).wrapping_add(leading + at(last) / cells * cells / bound.packed)
    }
}
