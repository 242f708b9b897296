//! Records a gufunc: dispatches over its loop elements.

use std::ops::Range;
use std::sync::Arc;

use crate::MAX_RANK;
use crate::block::OutputInit;
use crate::geometry::{Ranges, split};
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::program::Entry;
use crate::gpu::device::recorder::Binding;
use crate::gpu::geometry::grid::Grid;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::operand::{Nest, OperandLayout};
use crate::gpu::plan::{Portion, Task};
use crate::gpu::shader::Field;
use crate::gpu::task::{Launch, check_places};
use crate::gpu::uniforms::block;
use crate::kernel::CallSite;
use crate::{Error, GpuError};
use stencil_abi::MAX_GPU_CELLS;

/// A gufunc's call.
pub struct GufuncDispatch<'a> {
    pub(crate) launch: &'a Launch,
    pub(crate) called: CallSite,
    /// Inputs, then outputs.
    pub(crate) operands: &'a [OperandLayout],
    pub(crate) inputs: usize,
    pub(crate) loop_shape: &'a [usize],
    /// The sizes of the signature's dimensions.
    pub(crate) sizes: Vec<usize>,
}

/// The work of a call: on operands where they lie, or on parts of them that are copied together first.
#[derive(Debug)]
pub(crate) enum Work {
    InPlace(Dispatches),
    Gathered(Vec<Gathered>),
}

/// A part of the loop elements, on copies of the cells that it takes.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// Of inputs, then outputs.
    cells: Vec<Held>,
    work: Dispatches,
}

/// The dispatches over the loop elements of operands.
#[derive(Debug)]
pub(crate) struct Dispatches {
    operands: Vec<OperandLayout>,
    nest: Nest,
    /// Each over a box of loop elements.
    all: Vec<(Entry, Ranges)>,
}

impl Task for GufuncDispatch<'_> {
    type Work = Work;

    fn gpu(&self) -> &Gpu {
        &self.launch.gpu
    }

    fn operands(&self) -> &[OperandLayout] {
        self.operands
    }

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn keeps(&self) -> bool {
        false
    }

    fn whole(&self) -> (Ranges, Vec<usize>) {
        (self.loop_shape.iter().map(|&n| 0..n).collect(), vec![1; self.loop_shape.len()])
    }

    fn portion(&self, loops: &[Range<usize>]) -> Portion {
        let (read, written) = self.operands.split_at(self.inputs);
        Portion {
            read: read.iter().map(|operand| Held::of(operand.cells(loops))).collect(),
            written: written.iter().map(|operand| operand.cells(loops)).collect(),
        }
    }

    fn work(&self, loops: &[Range<usize>], operands: &[OperandLayout], whole: bool) -> Result<Work, Error> {
        self.check_places()?;
        match self.in_place(loops, operands) {
            Ok(dispatches) => Ok(Work::InPlace(dispatches)),
            // The cells of one part lie too far from each other.
            Err(error @ Error::Gpu(GpuError::ArraySize { .. })) if whole => self.gathered(loops, operands, error),
            Err(error) => Err(error),
        }
    }

    fn dispatches(&self, work: &Work) -> usize {
        match work {
            Work::InPlace(work) => work.all.len(),
            Work::Gathered(parts) => parts.iter().map(|part| part.work.all.len()).sum(),
        }
    }

    fn record(&self, work: &Work, memory: &[Arc<Memory>], _: OutputInit) -> Result<Vec<Check>, Error> {
        match work {
            Work::InPlace(work) => Ok(self.record_in_place(work, memory)?.into_iter().collect()),
            Work::Gathered(parts) => {
                let mut checks = Vec::new();
                for part in parts {
                    checks.extend(self.record_gathered(part, memory)?);
                }
                Ok(checks)
            }
        }
    }
}

impl GufuncDispatch<'_> {
    /// Dispatches on operands where they lie.
    fn in_place(&self, loops: &[Range<usize>], operands: &[OperandLayout]) -> Result<Dispatches, Error> {
        let loop_shape: Vec<usize> = loops.iter().map(Range::len).collect();
        let nest = Nest::new(operands, &loop_shape);
        if let Some(number) = nest.torn(operands) {
            return Err(Error::Gpu(GpuError::Axes {
                kernel: self.called.kernel,
                operand: self.called.describe(number),
            }));
        }
        let grid = self.grid();
        let bound = |part: &[Range<usize>], number: usize| {
            let (start, bytes) = bytes(&nest, &operands[number], number, part);
            self.launch.gpu.load(start, bytes)
        };
        let load = |part: &[Range<usize>]| {
            (0..operands.len()).map(|number| bound(part, number)).fold(grid.load(counts(part)), f64::max)
        };
        let parts = nest.split(self.launch.shader.cells as usize, &load).map_err(|part| {
            let taken = |number: usize| bytes(&nest, &operands[number], number, &part).1;
            let number = (0..operands.len()).max_by_key(|&number| taken(number)).unwrap_or(0);
            Error::too_large(&operands[number].form, taken(number), self.launch.gpu.limits().binding)
        })?;
        let all = parts.iter().flat_map(|part| self.entries(operands, &nest, part)).collect();
        Ok(Dispatches { operands: operands.to_vec(), nest, all })
    }

    /// Parts of the loop elements whose cells are copied together; the error where also those of one are too many.
    fn gathered(&self, loops: &[Range<usize>], operands: &[OperandLayout], error: Error) -> Result<Work, Error> {
        if operands.iter().any(|operand| operand.form.shape.len() > MAX_RANK) {
            return Err(error);
        }
        let cells =
            |part: &[Range<usize>]| operands.iter().map(|operand| Held::of(operand.cells(part))).collect::<Vec<_>>();
        let own = |cells: &[Held]| {
            let own = operands.iter().zip(cells).map(|(operand, held)| operand.with(held.form(operand.form.scalar)));
            own.collect::<Vec<OperandLayout>>()
        };
        let limit = self.launch.gpu.limits().binding as f64;
        let load = |part: &[Range<usize>]| {
            own(&cells(part)).iter().map(|operand| operand.form.bytes() as f64 / limit).fold(0.0, f64::max)
        };
        // Cells are copied in whole words.
        let unit = |loop_axis: usize| {
            let along = |operand: &&OperandLayout| {
                let own = (loop_axis + operand.loops.len()).checked_sub(loops.len());
                own.is_some_and(|own| operand.loops[own] + 1 == operand.form.shape.len())
            };
            operands.iter().filter(along).map(|operand| operand.form.scalar.packed() as usize).max().unwrap_or(1)
        };
        let units: Vec<usize> = (0..loops.len()).map(unit).collect();
        let parts = split(loops, &units, &load).map_err(|_| error)?;
        let gathered = |part: Ranges| {
            let cells = cells(&part);
            Ok(Gathered { work: self.in_place(&part, &own(&cells))?, cells })
        };
        parts.into_iter().map(gathered).collect::<Result<_, Error>>().map(Work::Gathered)
    }

    fn record_gathered(&self, part: &Gathered, memory: &[Arc<Memory>]) -> Result<Option<Check>, Error> {
        let gpu = &self.launch.gpu;
        let forms = || part.work.operands.iter().map(|operand| &operand.form);
        let own = forms().map(|form| gpu.memory(form.bytes())).collect::<Result<Vec<_>, _>>()?;
        let copy = |number: usize, output: bool| {
            let bytes = |words: usize| (words * self.operands[number].form.scalar.word_bytes()) as u64;
            gpu.record(|batch| {
                for run in part.cells[number].runs(&self.operands[number].form) {
                    let there = (&memory[number].buffer, bytes(run.from));
                    let here = (&own[number].buffer, bytes(run.to));
                    let (from, to) = if output { (here, there) } else { (there, here) };
                    let first = Binding { buffer: from.0.clone(), offset: from.1, bytes: bytes(run.words) };
                    batch.copy(first, to.0, to.1);
                }
            })
        };
        (0..self.inputs).try_for_each(|number| copy(number, false))?;
        let check = self.record_in_place(&part.work, &own)?;
        (self.inputs..self.operands.len()).try_for_each(|number| copy(number, true))?;
        Ok(check)
    }

    fn record_in_place(&self, work: &Dispatches, memory: &[Arc<Memory>]) -> Result<Option<Check>, Error> {
        let Dispatches { operands, nest, all } = work;
        self.clear(operands, memory)?;
        if all.is_empty() {
            return Ok(None);
        }
        let grid = self.grid();
        let parts = all.iter().map(|(entry, part)| Ok((self.launch.pipeline(*entry)?, part)));
        let parts = parts.collect::<Result<Vec<_>, Error>>()?;
        self.launch.gpu.record(|batch| {
            let check = self.launch.check(batch);
            for (pipeline, part) in &parts {
                let (mut bindings, starts) = self.bind(operands, nest, memory, part);
                let written = bindings.split_off(self.inputs);
                let group = self.launch.group(None, bindings, written);
                let (blocks, groups) = grid.groups(counts(part));
                let block = block(&self.launch.shader, &self.launch.values, check.as_ref(), |field| match field {
                    Field::Blocks(d) => blocks[d] as usize,
                    Field::Width => part[part.len() - 1].len(),
                    Field::Start(operand) => starts[operand],
                    Field::LoopStride(operand, axis) => {
                        let steps = &nest.loops.steps[operand];
                        steps[steps.len() - 1 - axis]
                    }
                    Field::CoreStride(operand, dim) => operands[operand].strides()[dim],
                    Field::CoreSize(dim) => self.sizes[dim],
                    field => unreachable!("{field:?} is not about a gufunc"),
                });
                batch.dispatch(pipeline, &group, &block, groups);
            }
            check
        })
    }

    fn check_places(&self) -> Result<(), Error> {
        (0..self.operands.len()).try_for_each(|number| {
            let dims = self.called.operand(number).dims;
            let core: Vec<usize> = dims.iter().map(|&dim| self.sizes[dim]).collect();
            let asked = |axis: usize| self.launch.shader.params.contains(&Field::CoreSize(dims[axis]));
            check_places(self.called.kernel, &core, MAX_GPU_CELLS, asked)
        })
    }

    /// The buffers of all operands that a part needs, and the cell of each at which the part starts.
    fn bind(
        &self,
        operands: &[OperandLayout],
        nest: &Nest,
        memory: &[Arc<Memory>],
        part: &[Range<usize>],
    ) -> (Vec<Binding>, Vec<usize>) {
        let bind = |(number, operand): (usize, &OperandLayout)| {
            let (start, bytes) = bytes(nest, operand, number, part);
            let (binding, before) = self.launch.gpu.part(&memory[number], start, bytes);
            let (scalar, (first, _)) = (operand.form.scalar, nest.span(number, part));
            let packed = scalar.packed() as usize;
            (binding, before as usize / scalar.word_bytes() * packed + first % packed)
        };
        operands.iter().enumerate().map(bind).unzip()
    }

    /// The entry points that compute a part: `contiguous` what it can, `core` the rest.
    fn entries(&self, operands: &[OperandLayout], nest: &Nest, part: &[Range<usize>]) -> Vec<(Entry, Ranges)> {
        let (x, cells) = (part.len() - 1, self.launch.shader.cells as usize);
        let bindable = |number: usize| {
            let (start, _) = bytes(nest, &operands[number], number, part);
            let (first, _) = nest.span(number, part);
            self.launch.gpu.is_aligned(start) && first.is_multiple_of(operands[number].form.scalar.packed() as usize)
        };
        let run = self.launch.shader.contiguous && nest.is_run(part) && (0..operands.len()).all(bindable);
        let cut = part[x].start + part[x].len() / cells * cells;
        if !run || cut == part[x].start {
            return vec![(Entry::Core, part.to_vec())];
        }
        let (mut words, mut rest) = (part.to_vec(), part.to_vec());
        (words[x].end, rest[x].start) = (cut, cut);
        let rest = (!rest[x].is_empty()).then_some((Entry::Core, rest));
        std::iter::once((Entry::Contiguous, words)).chain(rest).collect()
    }

    /// Outputs that the element function writes through views begin as zeros.
    fn clear(&self, operands: &[OperandLayout], memory: &[Arc<Memory>]) -> Result<(), Error> {
        for (operand, memory) in operands.iter().zip(memory) {
            let bytes = operand.form.bytes();
            if operand.output && !operand.returned && bytes > 0 {
                let part = Binding { buffer: memory.buffer.clone(), offset: 0, bytes };
                self.launch.gpu.record(|batch| batch.clear(part))?;
            }
        }
        Ok(())
    }

    fn grid(&self) -> Grid {
        let shader = &self.launch.shader;
        Grid {
            workgroup: [shader.workgroup[0] as usize, shader.workgroup[1] as usize],
            block: [shader.cells as usize, 1],
            limit: self.launch.gpu.limits().workgroups as usize,
        }
    }
}

/// Loop elements along x, y and z.
fn counts(part: &[Range<usize>]) -> [usize; 3] {
    let x = part.len() - 1;
    [part[x].len(), part[x - 1].len(), part[x - 2].len()]
}

/// The bytes of an operand that a box of loop elements touches: the first, and how many.
fn bytes(nest: &Nest, operand: &OperandLayout, number: usize, part: &[Range<usize>]) -> (u64, u64) {
    let (first, count) = nest.span(number, part);
    let scalar = operand.form.scalar;
    let word = first / scalar.packed() as usize;
    let words = (first + count).div_ceil(scalar.packed() as usize) - word;
    ((word * scalar.word_bytes()) as u64, (words * scalar.word_bytes()) as u64)
}
