//! Records a stencil: slab by slab, each as it is planned.

use std::sync::Arc;

use crate::Error;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::recorder::Binding;
use crate::gpu::form::Form;
use crate::gpu::geometry::Outline;
use crate::gpu::geometry::slab::Slab;
use crate::gpu::plan::Planned;
use crate::gpu::rules::RuleBits;
use crate::gpu::task::Launch;

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
pub(crate) struct Bound {
    pub(crate) binding: Binding,
    /// The word of local cell 0.
    pub(crate) base: usize,
    /// Words from one index to the next, without the last axis.
    pub(crate) strides: Vec<usize>,
    pub(crate) step: usize,
    pub(crate) packed: usize,
}

impl Operand {
    /// All of an array.
    pub(crate) fn whole(memory: Arc<Memory>, form: Form) -> Operand {
        Operand { memory, start: 0, form, step: 0 }
    }

    /// The byte of a row along the first axis; where that is the last one, of the word of a cell.
    fn row(&self, row: usize) -> u64 {
        row_bytes(&self.form, row)
    }

    fn loop_bytes(&self, loops: usize) -> u64 {
        ((loops - 1) * self.step * self.form.scalar.word_bytes()) as u64
    }

    fn bind(&self, launch: &Launch, memory: &Memory, start: u64, bytes: u64, step: usize) -> Bound {
        let (binding, before) = launch.gpu.part(memory, start, bytes);
        let scalar = self.form.scalar;
        let strides = (0..self.form.shape.len() - 1).map(|axis| self.form.stride(axis)).collect();
        Bound { binding, base: before as usize / scalar.word_bytes(), strides, step, packed: scalar.packed() as usize }
    }
}

pub(crate) fn row_bytes(form: &Form, row: usize) -> u64 {
    let words = if form.shape.len() == 1 { row.div_ceil(form.scalar.packed() as usize) } else { row * form.stride(0) };
    (words * form.scalar.word_bytes()) as u64
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
        if loops == 0 || self.outline.domain.written.is_empty() {
            return Ok(checks);
        }
        let all = self.all();
        if loops == 1 || self.can_bind(&all, loops, inputs, outputs) {
            let slabs = Slab::all(&self.outline, |slab| self.can_bind(slab, loops, inputs, outputs));
            for slab in slabs.ok_or_else(|| self.too_large(inputs, outputs))? {
                checks.extend(self.slab(&slab, loops, inputs, outputs, fresh)?);
            }
            return Ok(checks);
        }
        // In halves: loop elements may be many and small.
        let half = loops / 2;
        for (first, count) in [(0, half), (half, loops - half)] {
            let at = |operand: &Operand| Operand {
                start: operand.start + (first * operand.step * operand.form.scalar.word_bytes()) as u64,
                ..operand.clone()
            };
            let (inputs, outputs): (Vec<_>, Vec<_>) =
                (inputs.iter().map(at).collect(), outputs.iter().map(at).collect());
            checks.extend(self.record(count, &inputs, &outputs, fresh)?);
        }
        Ok(checks)
    }

    /// The dispatches over whole operands, to be recorded many times; none where they have to be cut.
    pub(crate) fn plan(
        &self,
        inputs: &[Operand],
        outputs: &[Operand],
        fresh: bool,
    ) -> Result<Option<Planned<'_>>, Error> {
        if self.outline.domain.written.is_empty() {
            return Ok(None);
        }
        let all = self.all();
        if !all.extra.is_empty() || !self.can_bind(&all, 1, inputs, outputs) {
            return Ok(None);
        }
        let inputs = inputs.iter().map(|input| self.read(&all, 1, input));
        let bound: Vec<_> = inputs.chain(outputs.iter().map(|output| self.written(&all, 1, output))).collect();
        self.plan_bound(&all, 1, &bound, fresh).map(Some)
    }

    fn all(&self) -> Slab {
        Slab::new(&self.outline, 0..self.outline.domain.written.len(0))
    }

    /// The rows of an input that a slab reads, where they lie.
    fn read(&self, slab: &Slab, loops: usize, input: &Operand) -> Bound {
        let start = input.row(slab.main.start);
        let bytes = input.loop_bytes(loops) + input.row(slab.main.end) - start;
        input.bind(&self.launch, &input.memory, input.start + start, bytes, input.step)
    }

    /// The rows of an output that a slab writes.
    fn written(&self, slab: &Slab, loops: usize, output: &Operand) -> Bound {
        let start = output.row(slab.rows.start);
        let bytes = output.loop_bytes(loops) + output.row(slab.rows.end) - start;
        output.bind(&self.launch, &output.memory, output.start + start, bytes, output.step)
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
        let rows = 1 + self.outline.reads.reach(0, 0) + self.outline.reads.reach(0, 1);
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
                bound.push(self.read(slab, loops, input));
            } else {
                let memory = self.gather(slab, input)?;
                bound.push(input.bind(&self.launch, &memory, 0, input.row(slab.len()), 0));
                held.push(memory);
            }
        }
        bound.extend(outputs.iter().map(|output| self.written(slab, loops, output)));
        self.plan_bound(slab, loops, &bound, fresh)?.record()
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
        self.plan_bound(slab, 1, &bound, fresh)?.record()
    }
}
