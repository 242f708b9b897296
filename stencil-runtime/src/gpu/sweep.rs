//! Records a stencil: part by part, each as it is planned.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::geometry::{Ranges, Region, split};
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::device::recorder::Binding;
use crate::gpu::form::Form;
use crate::gpu::geometry::Outline;
use crate::gpu::geometry::held::Held;
use crate::gpu::geometry::part::Part;
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
    /// The word of local cell 0, wrapping: that cell may lie in front of the binding.
    pub(crate) base: usize,
    /// Words from one index to the next, without the last axis.
    pub(crate) strides: Vec<usize>,
    pub(crate) step: usize,
    pub(crate) packed: usize,
}

/// Bytes of an operand: the first behind its start, and how many.
type Window = (u64, u64);

impl Operand {
    /// All of an array.
    pub(crate) fn whole(memory: Arc<Memory>, form: Form) -> Operand {
        Operand { memory, start: 0, form, step: 0 }
    }

    fn bytes(&self, words: usize) -> u64 {
        (words * self.form.scalar.word_bytes()) as u64
    }

    /// All bytes of so many loop elements.
    fn all(&self, loops: usize) -> Window {
        (0, self.bytes((loops - 1) * self.step) + self.form.bytes())
    }

    /// The bytes from the first to the last of some cells over loop elements; none where they do not lie in order.
    fn window(&self, held: &Held, loops: &Range<usize>) -> Option<Window> {
        let [first, last] = held.corners(&self.form.shape)?;
        let start = loops.start * self.step + self.form.word(&first);
        let end = (loops.end - 1) * self.step + self.form.word(&last) + 1;
        Some((self.bytes(start), self.bytes(end - start)))
    }

    /// Binds bytes whose first cell is the cell `lead` of the shader.
    fn bind(&self, launch: &Launch, (start, bytes): Window, lead: &[usize]) -> Bound {
        let (binding, before) = launch.gpu.part(&self.memory, self.start + start, bytes);
        let scalar = self.form.scalar;
        let first = before as usize / scalar.word_bytes();
        let strides = (0..self.form.shape.len() - 1).map(|axis| self.form.stride(axis)).collect();
        let base = first.wrapping_sub(self.form.word(lead));
        Bound { binding, base, strides, step: self.step, packed: scalar.packed() as usize }
    }

    /// Copies cells of a loop element into memory of their own.
    fn gather(&self, launch: &Launch, held: &Held, element: usize) -> Result<Operand, Error> {
        let own = Operand::whole(launch.gpu.memory(held.form(self.form.scalar).bytes())?, held.form(self.form.scalar));
        let start = self.start + self.bytes(element * self.step);
        launch.gpu.record(|batch| {
            for run in held.runs(&self.form) {
                let (buffer, offset, bytes) =
                    (self.memory.buffer.clone(), start + self.bytes(run.from), self.bytes(run.words));
                batch.copy(Binding { buffer, offset, bytes }, &own.memory.buffer, self.bytes(run.to));
            }
        })?;
        Ok(own)
    }
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
        for (loops, part) in self.parts(loops, inputs, outputs)? {
            // What is bound stays with this call until it is recorded.
            let mut held = Vec::new();
            let mut bound = Vec::new();
            for (number, input) in inputs.iter().enumerate() {
                bound.push(match self.in_place(&part, number, input, &loops) {
                    Some(bound) => bound,
                    None => {
                        let own = input.gather(&self.launch, &part.inputs[number], loops.start)?;
                        held.push(own.memory.clone());
                        own.bind(&self.launch, own.all(1), &self.lead(&part, number))
                    }
                });
            }
            bound.extend(outputs.iter().map(|output| self.written(&loops, &part, output)));
            checks.extend(self.plan_bound(&part, loops.len(), &bound, fresh)?.record()?);
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
        let parts = self.parts(1, inputs, outputs)?;
        let [(loops, part)] = &parts[..] else { return Ok(None) };
        let read = inputs.iter().enumerate().map(|(number, input)| self.in_place(part, number, input, loops));
        let Some(mut bound) = read.collect::<Option<Vec<_>>>() else { return Ok(None) };
        bound.extend(outputs.iter().map(|output| self.written(loops, part, output)));
        self.plan_bound(part, 1, &bound, fresh).map(Some)
    }

    /// Records a part over loop elements, whose cells are in memory of their own.
    pub(crate) fn alone(
        &self,
        part: &Part,
        loops: usize,
        inputs: &[Operand],
        outputs: &[Operand],
        fresh: bool,
    ) -> Result<Option<Check>, Error> {
        let read = inputs.iter().enumerate();
        let read = read.map(|(number, input)| input.bind(&self.launch, input.all(loops), &self.lead(part, number)));
        let origin = vec![0; part.region.rank];
        let written = outputs.iter().map(|output| output.bind(&self.launch, output.all(loops), &origin));
        self.plan_bound(part, loops, &read.chain(written).collect::<Vec<_>>(), fresh)?.record()
    }

    /// Parts of the outputs, over ranges of the loop elements, whose operands can be bound.
    fn parts(&self, loops: usize, inputs: &[Operand], outputs: &[Operand]) -> Result<Vec<(Range<usize>, Part)>, Error> {
        let whole: Vec<_> = std::iter::once(0..loops).chain(self.outline.domain.written.ranges()).collect();
        let units: Vec<_> = std::iter::once(1).chain(self.outline.units()).collect();
        let of = |cells: &[Range<usize>]| (cells[0].clone(), Part::new(&self.outline, Region::of(&cells[1..])));
        let loads = |cells: &[Range<usize>]| {
            let (loops, part) = of(cells);
            let read = inputs.iter().zip(&part.inputs).map(|(input, held)| {
                let own = held.form(input.form.scalar).bytes();
                let gathered = if loops.len() == 1 { self.launch.gpu.load(0, own) } else { f64::INFINITY };
                self.load(input, held, &loops).min(gathered)
            });
            let written = Held::of(part.written(&self.outline));
            read.chain(outputs.iter().map(|output| self.load(output, &written, &loops))).collect::<Vec<_>>()
        };
        let parts = split(&whole, &units, &|cells| loads(cells).into_iter().fold(0.0, f64::max));
        let too_large = |part: Ranges| {
            let limit = self.launch.gpu.limits().binding;
            let forms: Vec<Form> = inputs.iter().chain(outputs).map(|operand| operand.form.clone()).collect();
            Error::too_large(&forms, loads(&part).into_iter().map(|load| (load * limit as f64) as u64), limit)
        };
        Ok(parts.map_err(too_large)?.iter().map(|cells| of(cells)).collect())
    }

    /// The share of a binding that the cells of an operand take where they lie.
    fn load(&self, operand: &Operand, held: &Held, loops: &Range<usize>) -> f64 {
        let window = operand.window(held, loops);
        window.map_or(f64::INFINITY, |(start, bytes)| self.launch.gpu.load(operand.start + start, bytes))
    }

    fn lead(&self, part: &Part, input: usize) -> Vec<usize> {
        (0..part.region.rank).map(|axis| part.lead(input, axis)).collect()
    }

    /// The cells of an input that a part reads, bound where they lie; none where that cannot be.
    fn in_place(&self, part: &Part, number: usize, input: &Operand, loops: &Range<usize>) -> Option<Bound> {
        let held = &part.inputs[number];
        let window = input.window(held, loops).filter(|_| self.load(input, held, loops) <= 1.0)?;
        Some(input.bind(&self.launch, window, &self.lead(part, number)))
    }

    /// The cells of an output that a part writes.
    fn written(&self, loops: &Range<usize>, part: &Part, output: &Operand) -> Bound {
        let window = output.window(&Held::of(part.written(&self.outline)), loops).expect("a box lies in order");
        output.bind(&self.launch, window, &vec![0; part.region.rank])
    }
}
