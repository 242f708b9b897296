//! Plans a stencil on arrays that are on the GPU: steps, each a part that can be bound, and its dispatches.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::MAX_RANK;
use crate::geometry::{Ranges, Region, split};
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::program::Entry;
use crate::gpu::form::Form;
use crate::gpu::geometry::Outline;
use crate::gpu::geometry::area::Area;
use crate::gpu::geometry::grid::Grid;
use crate::gpu::geometry::held::{Held, Run};
use crate::gpu::geometry::part::Part;
use crate::gpu::rules::RuleBits;
use crate::gpu::task::Launch;

/// A stencil's call: its geometry and its kernel.
pub struct Sweep<'a> {
    pub(crate) launch: Launch,
    pub(crate) outline: Outline<'a>,
    pub(crate) bits: RuleBits,
}

/// Where the cores of an operand lie in its memory.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The byte of the first cell.
    pub(crate) start: u64,
    /// The shape of a core, and how it is packed.
    pub(crate) form: Form,
    /// Words from one loop element to the next; 0 where it broadcasts.
    pub(crate) step: usize,
}

/// How an operand of a step is bound.
#[derive(Clone, Debug)]
pub(crate) struct Bind {
    /// Where it lies in what is bound: memory of its own where there are runs.
    pub(crate) layout: Layout,
    /// What is copied to memory of its own first, in words behind a byte of the operand's memory.
    pub(crate) gathered: Option<(u64, Vec<Run>)>,
    /// The bytes that are bound, behind the start.
    pub(crate) bytes: u64,
    /// The shader's coordinates of the first cell.
    pub(crate) lead: Vec<usize>,
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

/// What a dispatch computes: the box of `near`, of which `edge` computes what lies beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boxed {
    /// The first loop element.
    pub(crate) loops: usize,
    /// In coordinates of the part's outputs.
    pub(crate) near: Ranges,
    /// The number of the first invocation of `edge`.
    pub(crate) first: usize,
}

impl Layout {
    /// A whole array.
    pub(crate) fn whole(form: Form) -> Layout {
        Layout { start: 0, form, step: 0 }
    }

    pub(crate) fn bytes(&self, words: usize) -> u64 {
        (words * self.form.scalar.word_bytes()) as u64
    }

    /// Binds all of so many loop elements.
    fn all(&self, loops: usize, lead: Vec<usize>) -> Bind {
        let bytes = self.bytes((loops - 1) * self.step) + self.form.bytes();
        Bind { layout: self.clone(), gathered: None, bytes, lead }
    }

    /// Binds from the first to the last of some cells over loop elements; none where they do not lie in order.
    fn window(&self, held: &Held, loops: &Range<usize>, lead: Vec<usize>) -> Option<Bind> {
        let [first, last] = held.corners(&self.form.shape)?;
        let start = loops.start * self.step + self.form.word(&first);
        let end = (loops.end - 1) * self.step + self.form.word(&last) + 1;
        let layout = Layout { start: self.start + self.bytes(start), ..self.clone() };
        Some(Bind { layout, gathered: None, bytes: self.bytes(end - start), lead })
    }

    /// Binds a copy of some cells of a loop element.
    fn gathered(&self, held: &Held, element: usize, lead: Vec<usize>) -> Bind {
        let layout = Layout::whole(held.form(self.form.scalar));
        let start = self.start + self.bytes(element * self.step);
        Bind { bytes: layout.form.bytes(), layout, gathered: Some((start, held.runs(&self.form))), lead }
    }
}

impl Sweep<'_> {
    /// The steps over `loops` loop elements of whole operands.
    pub(crate) fn plan(&self, loops: usize, layouts: &[Layout]) -> Result<Vec<Step>, Error> {
        let whole: Ranges = std::iter::once(0..loops).chain(self.outline.domain.written.ranges()).collect();
        let units: Vec<_> = std::iter::once(1).chain(self.outline.units()).collect();
        let of = |cells: &[Range<usize>]| (cells[0].clone(), Part::new(&self.outline, Region::of(&cells[1..])));
        let loads = |cells: &[Range<usize>]| self.loads(&of(cells).1, &cells[0], layouts);
        let parts = split(&whole, &units, &|cells| loads(cells).into_iter().fold(0.0, f64::max)).map_err(|cells| {
            let limit = self.launch.gpu.limits().binding;
            let (load, layout) =
                loads(&cells).into_iter().zip(layouts).max_by(|a, b| a.0.total_cmp(&b.0)).expect("an output");
            Error::too_large(&layout.form, (load * limit as f64) as u64, limit)
        })?;
        let step = |cells: &Ranges| {
            let (loops, part) = of(cells);
            let binds = layouts.iter().enumerate();
            let binds = binds.map(|(number, layout)| self.bind(&part, &loops, number, layout)).collect();
            self.step(part, loops.len(), binds)
        };
        Ok(parts.iter().map(step).collect())
    }

    /// The step of a part over loop elements, whose cells are in memory of their own.
    pub(crate) fn alone(&self, part: &Part, loops: usize, layouts: &[Layout]) -> Step {
        let binds = layouts.iter().enumerate();
        let binds = binds.map(|(number, layout)| layout.all(loops, self.lead(part, number)));
        self.step(part.clone(), loops, binds.collect())
    }

    /// Records steps.
    pub(crate) fn record(&self, steps: &[Step], memory: &[Arc<Memory>], fresh: bool) -> Result<Vec<Check>, Error> {
        let mut checks = Vec::new();
        for step in steps {
            checks.extend(self.prepare(step, memory, fresh)?.record()?);
        }
        Ok(checks)
    }

    /// The share of a binding that each operand of a part takes.
    fn loads(&self, part: &Part, loops: &Range<usize>, layouts: &[Layout]) -> Vec<f64> {
        let load = |(number, layout): (usize, &Layout)| {
            // Copies are of one loop element.
            let own = part.inputs.get(number).filter(|_| loops.len() == 1);
            let own = own.map(|held| self.launch.gpu.load(0, held.form(layout.form.scalar).bytes()));
            self.load_in_place(part, loops, number, layout).min(own.unwrap_or(f64::INFINITY))
        };
        layouts.iter().enumerate().map(load).collect()
    }

    fn load_in_place(&self, part: &Part, loops: &Range<usize>, number: usize, layout: &Layout) -> f64 {
        let window = self.in_place(part, loops, number, layout);
        window.map_or(f64::INFINITY, |bind| self.launch.gpu.load(bind.layout.start, bind.bytes))
    }

    fn in_place(&self, part: &Part, loops: &Range<usize>, number: usize, layout: &Layout) -> Option<Bind> {
        let lead = self.lead(part, number);
        match part.inputs.get(number) {
            Some(held) => layout.window(held, loops, lead),
            None => layout.window(&Held::of(part.written(&self.outline)), loops, lead),
        }
    }

    /// Binds the cells of an operand where they lie, and where that cannot be a copy.
    fn bind(&self, part: &Part, loops: &Range<usize>, number: usize, layout: &Layout) -> Bind {
        let fits = |bind: &Bind| self.launch.gpu.load(bind.layout.start, bind.bytes) <= 1.0;
        let bind = self.in_place(part, loops, number, layout).filter(fits);
        bind.unwrap_or_else(|| layout.gathered(&part.inputs[number], loops.start, self.lead(part, number)))
    }

    /// The shader's coordinates of the first cell of an operand.
    fn lead(&self, part: &Part, operand: usize) -> Vec<usize> {
        let is_input = operand < self.outline.reads.inputs;
        (0..part.region.rank).map(|axis| if is_input { part.lead(operand, axis) } else { 0 }).collect()
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
