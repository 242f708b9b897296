//! Computes arrays in host memory that are too large for the GPU, part by part.

use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::geometry::{Ranges, split};
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::form::Form;
use crate::gpu::geometry::held::Held;
use crate::gpu::transfer::{HostRead, HostWrite};

/// The cells of each operand that a part of a call reads or writes.
pub(crate) struct Portion {
    /// Of the inputs.
    pub(crate) read: Vec<Held>,
    /// Of the outputs.
    pub(crate) written: Vec<Ranges>,
}

impl Portion {
    /// The forms of all operands in memory of their own.
    fn forms(&self, operands: &[Form]) -> Vec<Form> {
        let (read, written) = operands.split_at(self.read.len());
        let read = self.read.iter().zip(read).map(|(held, form)| held.form(form.scalar));
        read.chain(self.written.iter().zip(written).map(|(cells, form)| Form::of_box(cells, form.scalar))).collect()
    }
}

/// What of the operands a part of a call's box takes.
type PortionOf<'a> = dyn Fn(&[Range<usize>]) -> Portion + 'a;

/// Records the work on a part whose operands have these forms, in memory of their own.
type Record<'a> = dyn Fn(&[Range<usize>], &[Form], &[Arc<Memory>]) -> Result<Vec<Check>, Error> + 'a;

/// A call over a box that may be cut.
pub(crate) struct Streamed<'a> {
    pub(crate) gpu: &'a Gpu,
    pub(crate) whole: Ranges,
    /// What cuts are multiples of.
    pub(crate) units: Vec<usize>,
    /// Those of all inputs, then outputs.
    pub(crate) forms: Vec<Form>,
    pub(crate) portion: &'a PortionOf<'a>,
    pub(crate) record: &'a Record<'a>,
}

impl Streamed<'_> {
    /// Brings what each part reads to the GPU, and back what it writes. Outputs may keep some of what they hold.
    pub(crate) fn run(
        &self,
        inputs: &[Box<dyn HostRead + '_>],
        outputs: &mut [Box<dyn HostWrite + '_>],
        keeps: bool,
    ) -> Result<(), Error> {
        let limit = self.gpu.limits().binding.min(self.gpu.limits().buffer);
        let forms = |part: &[Range<usize>]| (self.portion)(part).forms(&self.forms);
        let bytes = |part: &[Range<usize>]| forms(part).iter().map(Form::bytes).max().unwrap_or(0);
        let parts = split(&self.whole, &self.units, &|part| bytes(part) as f64 / limit as f64);
        let too_large = |part: Ranges| Error::too_large(&self.forms, forms(&part).iter().map(Form::bytes), limit);
        parts.map_err(too_large)?.iter().try_for_each(|part| self.compute(part, inputs, outputs, keeps))
    }

    fn compute(
        &self,
        part: &[Range<usize>],
        inputs: &[Box<dyn HostRead + '_>],
        outputs: &mut [Box<dyn HostWrite + '_>],
        keeps: bool,
    ) -> Result<(), Error> {
        let (gpu, portion) = (self.gpu, (self.portion)(part));
        let forms = portion.forms(&self.forms);
        let memory = forms.iter().map(|form| gpu.memory(form.bytes())).collect::<Result<Vec<_>, _>>()?;
        let (read, written) = memory.split_at(inputs.len());
        for ((input, held), own) in inputs.iter().zip(&portion.read).zip(read) {
            gpu.upload_held(&**input, held, &own.buffer)?;
        }
        for ((output, cells), own) in outputs.iter().zip(&portion.written).zip(written).filter(|_| keeps) {
            gpu.upload_held(output.reader(), &Held::of(cells.iter().cloned()), &own.buffer)?;
        }
        let checks = (self.record)(part, &forms, &memory)?;
        for ((output, cells), own) in outputs.iter_mut().zip(&portion.written).zip(written) {
            gpu.download_cells(&own.buffer, &mut **output, cells)?;
        }
        for check in checks {
            gpu.settle(&check.outcome)?;
            check.wait()?;
        }
        Ok(())
    }
}

impl Error {
    /// The operand that takes most in a part that can be cut no further.
    pub(crate) fn too_large(forms: &[Form], bytes: impl Iterator<Item = u64>, limit: u64) -> Error {
        let (bytes, number) = bytes.zip(0..).max().expect("a kernel has operands");
        Error::GpuArraySize { shape: forms[number].shape.clone(), bytes, limit }
    }
}
