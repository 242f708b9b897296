//! Plans a stencil on arrays that are on the GPU: steps, each a part that can be bound, and its dispatches.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::MAX_RANK;
use crate::block::OutputInit;
use crate::geometry::{Ranges, Region, split};
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::program::Entry;
use crate::gpu::geometry::StencilGeometry;
use crate::gpu::geometry::area::Area;
use crate::gpu::geometry::grid::Grid;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::part::Part;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::rules::RuleBits;
use crate::gpu::task::Launch;

/// A stencil's call: its geometry and its kernel.
pub struct StencilDispatch<'a> {
    pub(crate) launch: Launch,
    pub(crate) outline: StencilGeometry<'a>,
    pub(crate) bits: RuleBits,
}

/// The places of an operand's cores in its memory.
#[derive(Clone, Debug)]
pub(crate) struct CoreLayout {
    /// The byte of the first cell.
    pub(crate) start: u64,
    /// The shape of a core, and how it is packed.
    pub(crate) form: DeviceLayout,
    /// Words from one loop element to the next; 0 where it broadcasts.
    pub(crate) step: usize,
}

/// The binding of an operand of a step.
#[derive(Clone, Debug)]
pub(crate) struct Bind {
    /// Its place in the memory that is bound: memory of its own where there are runs.
    pub(crate) layout: CoreLayout,
    /// The cells that are copied to memory of their own first, and where the operand lies.
    pub(crate) gathered: Option<(Held, CoreLayout)>,
    /// The bytes that are bound, behind the start.
    pub(crate) bytes: u64,
    /// The shader's coordinates of the first cell.
    pub(crate) lead: [usize; MAX_RANK],
}

/// A part that is dispatched on operands that can be bound.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) part: Part,
    pub(crate) area: Area,
    /// Invocations of `edge`.
    pub(crate) shells: [usize; MAX_RANK],
    /// Inputs, then outputs.
    pub(crate) binds: Vec<Bind>,
    pub(crate) dispatches: Vec<Dispatch>,
}

/// One dispatch of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispatch {
    pub(crate) entry: Entry,
    pub(crate) boxed: Boxed,
    pub(crate) groups: [u32; 3],
}

/// A box of `near`: a dispatch of `near` computes it, and one of `edge` computes the cells beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boxed {
    /// The first loop element.
    pub(crate) loops: usize,
    /// In coordinates of the part's outputs.
    pub(crate) near: Ranges,
    /// The number of the first invocation of `edge`.
    pub(crate) first: usize,
}

impl CoreLayout {
    /// A whole array.
    pub(crate) fn whole(form: DeviceLayout) -> CoreLayout {
        CoreLayout { start: 0, form, step: 0 }
    }

    /// The word of a cell.
    pub(crate) fn word(&self, index: &[usize; MAX_RANK]) -> usize {
        self.form.word(&index[..self.form.shape.len()])
    }

    pub(crate) fn bytes(&self, words: usize) -> u64 {
        (words * self.form.scalar.word_bytes()) as u64
    }

    /// Binds all of so many loop elements.
    fn all(&self, loops: usize, lead: [usize; MAX_RANK]) -> Bind {
        let bytes = self.bytes((loops - 1) * self.step) + self.form.bytes();
        Bind { layout: self.clone(), gathered: None, bytes, lead }
    }

    /// Binds from the first to the last of some cells over loop elements; none where they do not lie in order.
    fn window(&self, held: &Held, loops: &Range<usize>, lead: [usize; MAX_RANK]) -> Option<Bind> {
        let [first, last] = held.corners(&self.form.shape)?;
        let start = loops.start * self.step + self.word(&first);
        let end = (loops.end - 1) * self.step + self.word(&last) + 1;
        let layout = CoreLayout { start: self.start + self.bytes(start), ..self.clone() };
        Some(Bind { layout, gathered: None, bytes: self.bytes(end - start), lead })
    }

    /// Binds a copy of some cells of a loop element; of several it is larger than any binding.
    fn gathered(&self, held: &Held, loops: &Range<usize>, lead: [usize; MAX_RANK]) -> Bind {
        let layout = CoreLayout::whole(held.form(self.form.scalar));
        let from = CoreLayout { start: self.start + self.bytes(loops.start * self.step), ..self.clone() };
        let bytes = if loops.len() == 1 { layout.form.bytes() } else { u64::MAX };
        Bind { layout, gathered: Some((held.clone(), from)), bytes, lead }
    }
}

impl StencilDispatch<'_> {
    /// The steps over `loops` loop elements of whole operands.
    pub(crate) fn plan(&self, loops: usize, layouts: &[CoreLayout]) -> Result<Vec<Step>, Error> {
        let written = self.outline.domain.written;
        if loops == 0 || written.is_empty() {
            return Ok(Vec::new());
        }
        let (whole, limit) = (Part::new(&self.outline, written), self.launch.gpu.limits().binding);
        let binds = self.binds(&whole, &(0..loops), layouts);
        if self.load(&binds) <= 1.0 {
            return Ok(vec![self.step(whole, loops, binds)]);
        }
        let of = |cells: &[Range<usize>]| {
            let (loops, part) = (cells[0].clone(), Part::new(&self.outline, Region::of(&cells[1..])));
            (loops.len(), self.binds(&part, &loops, layouts), part)
        };
        let whole: Ranges = std::iter::once(0..loops).chain(written.ranges()).collect();
        let units: Vec<_> = std::iter::once(1).chain(self.outline.units()).collect();
        let parts = split(&whole, &units, &|cells| self.load(&of(cells).1)).map_err(|cells| {
            let (_, binds, _) = of(&cells);
            let largest = binds.iter().zip(layouts).max_by_key(|(bind, _)| bind.bytes).expect("an output");
            Error::too_large(&largest.1.form, largest.0.bytes, limit)
        })?;
        let step = |cells: &Ranges| {
            let (loops, binds, part) = of(cells);
            self.step(part, loops, binds)
        };
        Ok(parts.iter().map(step).collect())
    }

    /// The step of a part over loop elements, whose cells are in memory of their own.
    pub(crate) fn alone(&self, part: &Part, loops: usize, layouts: &[CoreLayout]) -> Step {
        let binds = layouts.iter().enumerate();
        let binds = binds.map(|(number, layout)| layout.all(loops, self.lead(part, number)));
        self.step(part.clone(), loops, binds.collect())
    }

    /// Records steps.
    pub(crate) fn record(&self, steps: &[Step], memory: &[Arc<Memory>], init: OutputInit) -> Result<Vec<Check>, Error> {
        let mut checks = Vec::new();
        for step in steps {
            checks.extend(self.prepare(step, memory, init)?.record()?);
        }
        Ok(checks)
    }

    /// The share of a binding that what takes most of it takes.
    fn load(&self, binds: &[Bind]) -> f64 {
        binds.iter().map(|bind| self.launch.gpu.load(bind.layout.start, bind.bytes)).fold(0.0, f64::max)
    }

    /// Binds the cells of each operand that a part takes where they lie; of inputs where that cannot be, a copy.
    fn binds(&self, part: &Part, loops: &Range<usize>, layouts: &[CoreLayout]) -> Vec<Bind> {
        let (inputs, outputs) = layouts.split_at(self.outline.reads.inputs);
        let read = inputs.iter().zip(&part.inputs).enumerate().map(|(number, (layout, held))| {
            let in_place = layout.window(held, loops, self.lead(part, number));
            match in_place.filter(|bind| loops.len() > 1 || self.load(std::slice::from_ref(bind)) <= 1.0) {
                Some(bind) => bind,
                None => layout.gathered(held, loops, self.lead(part, number)),
            }
        });
        let held = Held::of(part.written(&self.outline));
        let written =
            outputs.iter().map(|layout| layout.window(&held, loops, [0; MAX_RANK]).expect("a box lies in order"));
        read.chain(written).collect()
    }

    /// The shader's coordinates of the first cell of an operand.
    fn lead(&self, part: &Part, operand: usize) -> [usize; MAX_RANK] {
        let mut lead = [0; MAX_RANK];
        for axis in (0..part.region.rank).filter(|_| operand < self.outline.reads.inputs) {
            lead[axis] = part.lead(operand, axis);
        }
        lead
    }

    fn step(&self, part: Part, loops: usize, binds: Vec<Bind>) -> Step {
        let shader = &self.launch.shader;
        let area = Area::new(&self.outline, &part);
        let inner = area.inner(shader.rows as usize, shader.cells as usize);
        let shells = area.shells(&inner, shader.cells as usize);
        let dispatches = self.dispatches(&area, loops, &inner, shells[area.rank - 1]);
        Step { part, area, shells, binds, dispatches }
    }

    /// The dispatches of the box of `near`, and of the invocations of `edge` around it.
    fn dispatches(&self, area: &Area, loops: usize, inner: &Region, edges: usize) -> Vec<Dispatch> {
        let rank = area.rank;
        let axes: Ranges = inner.ranges().collect();
        let mut all = Vec::new();
        if !inner.is_empty() {
            let first_cell = (area.lead[rank - 1] % self.launch.shader.cells as usize) as u32;
            // Arrays of one axis have one row.
            let row = (rank == 1).then_some(0..1);
            let cells: Ranges = std::iter::once(0..loops).chain(row).chain(axes.iter().cloned()).collect();
            for cells in self.near().split(&cells) {
                let near = cells[cells.len() - rank..].to_vec();
                let z = cells[..cells.len() - 2].iter().map(Range::len).product();
                let (_, groups) = self.near().groups(columns_and_rows(&near, z));
                let boxed = Boxed { loops: cells[0].start, near, first: 0 };
                all.push(Dispatch { entry: Entry::Near { first_cell }, boxed, groups });
            }
        }
        for cells in self.edge().split(&[0..loops, 0..1, 0..edges]) {
            let (_, groups) = self.edge().groups([cells[2].len(), 1, cells[0].len()]);
            let boxed = Boxed { loops: cells[0].start, near: axes.clone(), first: cells[2].start };
            all.push(Dispatch { entry: Entry::Edge, boxed, groups });
        }
        all
    }

    pub(crate) fn near(&self) -> Grid {
        let Launch { gpu, shader, .. } = &self.launch;
        Grid {
            workgroup: [shader.workgroup[0] as usize, shader.workgroup[1] as usize],
            block: [shader.cells as usize, shader.rows as usize],
            limit: gpu.limits().workgroups as usize,
        }
    }

    /// Invocations of `edge` are cells along x here.
    fn edge(&self) -> Grid {
        let Launch { gpu, shader, .. } = &self.launch;
        let workgroup = shader.workgroup.iter().product::<u32>() as usize;
        Grid { workgroup: [workgroup, 1], block: [1, 1], limit: gpu.limits().workgroups as usize }
    }
}

/// Cells along x and y of a box, and what is given of z.
pub(crate) fn columns_and_rows(near: &[Range<usize>], z: usize) -> [usize; 3] {
    let last = near.len() - 1;
    [near[last].len(), last.checked_sub(1).map_or(1, |axis| near[axis].len()), z]
}
