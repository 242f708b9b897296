//! A resolved call, and where its operands are.

use std::ops::Range;
use std::sync::Arc;

use crate::block::OutputInit;
use crate::geometry::Ranges;
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::{Check, inherit};
use crate::gpu::device::program::{Entry, Program};
use crate::gpu::device::recorder::{Batch, Binding, Group};
use crate::gpu::geometry::held::Held;
use crate::gpu::kernel::GpuKernel;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::plan::{Part, Task, plan, plan_box};
use crate::gpu::shader::{Field, Parameters, Shader, Values};
use crate::gpu::transfer::{HostRead, HostWrite};
use crate::{Error, GpuError};
use stencil_abi::{MAX_GPU_AXIS, MAX_GPU_CELLS};

/// An operand that is read.
pub enum Source<'a> {
    #[doc(hidden)]
    Host(Box<dyn HostRead + 'a>),
    #[doc(hidden)]
    Device(Arc<Data>),
}

/// An operand that is written.
pub enum Target<'a> {
    #[doc(hidden)]
    Host(Box<dyn HostWrite + 'a>),
    #[doc(hidden)]
    Device(&'a mut Arc<Data>),
}

impl<'a> Source<'a> {
    /// With axes in this order, and whether that is so: arrays on the GPU stay as they are.
    pub(crate) fn reordered(self, axes: &[usize]) -> (Source<'a>, bool) {
        match self {
            Source::Host(array) => (Source::Host(array.reordered(axes)), true),
            device => (device, false),
        }
    }

    pub(crate) fn form(&self) -> DeviceLayout {
        match self {
            Source::Host(array) => array.form(),
            Source::Device(data) => data.form.clone(),
        }
    }

    /// Its data on the GPU, brought there if it is not.
    pub(crate) fn on_device(self, gpu: &Gpu) -> Result<Arc<Data>, Error> {
        match self {
            Source::Device(data) => Ok(data),
            Source::Host(array) => {
                let data = Data::new(gpu, array.form())?;
                gpu.upload_whole(&*array, &data.memory.buffer)?;
                Ok(Arc::new(data))
            }
        }
    }
}

impl<'a> Target<'a> {
    /// As [`Source::reordered`].
    pub(crate) fn reordered(self, axes: &[usize]) -> (Target<'a>, bool) {
        match self {
            Target::Host(array) => (Target::Host(array.reordered(axes)), true),
            device => (device, false),
        }
    }

    pub(crate) fn form(&self) -> DeviceLayout {
        match self {
            Target::Host(array) => array.form(),
            Target::Device(data) => data.form.clone(),
        }
    }
}

/// Memory of an output.
pub(crate) struct Place {
    pub(crate) memory: Arc<Memory>,
    pub(crate) form: DeviceLayout,
}

/// Runs a call; `init` is what outputs hold.
pub(crate) fn execute<T: Task>(
    task: &T,
    inputs: Vec<Source<'_>>,
    mut outputs: Vec<Target<'_>>,
    init: OutputInit,
) -> Result<(), Error> {
    let (gpu, keeps) = (task.gpu(), init == OutputInit::Keep && task.keeps());
    let read = inputs.iter().map(|input| matches!(input, Source::Host(_)));
    let host: Vec<bool> = read.chain(outputs.iter().map(|output| matches!(output, Target::Host(_)))).collect();
    let plan = plan(task, &host, keeps)?;
    if plan.cut.is_some() {
        let read =
            inputs.into_iter().filter_map(|input| if let Source::Host(array) = input { Some(array) } else { None });
        let written =
            outputs.into_iter().filter_map(|output| if let Target::Host(array) = output { Some(array) } else { None });
        return stream(task, &plan.parts, &read.collect::<Vec<_>>(), &mut written.collect::<Vec<_>>(), init);
    }
    let inputs = inputs.into_iter().map(|input| input.on_device(gpu)).collect::<Result<Vec<_>, _>>()?;
    let mut checks = Vec::new();
    inputs.iter().for_each(|input| inherit(&mut checks, &input.checks));
    let mut places = Vec::new();
    for output in &mut outputs {
        places.push(place(gpu, output, keeps, &mut checks)?);
    }
    let memory = inputs.iter().map(|data| &data.memory).chain(places.iter().map(|place| &place.memory));
    let memory: Vec<_> = memory.cloned().collect();
    for part in &plan.parts {
        checks.extend(task.record(&part.work, &memory, init)?);
    }
    let mut host = Vec::new();
    for (output, Place { memory, form }) in outputs.into_iter().zip(places) {
        let data = Data { gpu: gpu.clone(), memory, form, checks: checks.clone() };
        match output {
            Target::Device(to) => *to = Arc::new(data),
            Target::Host(to) => host.push((to, data)),
        }
    }
    let coming = host.iter().map(|(_, data)| data.start()).collect::<Result<Vec<_>, _>>()?;
    for ((mut to, data), coming) in host.into_iter().zip(coming) {
        data.finish(coming, &mut *to)?;
    }
    Ok(())
}

/// Computes a part of the results of a call on arrays in host memory, counted from the first result, into new outputs.
pub(crate) fn execute_part<T: Task>(
    task: &T,
    part: &[Range<usize>],
    inputs: &[Box<dyn HostRead + '_>],
    outputs: &mut [Box<dyn HostWrite + '_>],
) -> Result<(), Error> {
    stream(task, &plan_part(task, part)?, inputs, outputs, OutputInit::Uninit)
}

/// Plans such a part.
pub(crate) fn plan_part<'a, T: Task>(task: &'a T, part: &[Range<usize>]) -> Result<Vec<Part<'a, T::Work>>, Error> {
    let (whole, _) = task.whole();
    let cells = part.iter().zip(whole).map(|(range, whole)| whole.start + range.start..whole.start + range.end);
    plan_box(task, &cells.collect::<Ranges>(), false)
}

/// Computes parts of a call on arrays in host memory: brings what each reads to the GPU, and back what it writes.
fn stream<T: Task>(
    task: &T,
    parts: &[Part<'_, T::Work>],
    inputs: &[Box<dyn HostRead + '_>],
    outputs: &mut [Box<dyn HostWrite + '_>],
    init: OutputInit,
) -> Result<(), Error> {
    let gpu = task.gpu();
    for Part { portion, operands, work, .. } in parts {
        let memory = operands.iter().map(|operand| gpu.memory(operand.form.bytes())).collect::<Result<Vec<_>, _>>()?;
        let (read, written) = memory.split_at(inputs.len());
        for ((input, held), own) in inputs.iter().zip(&portion.read).zip(read) {
            gpu.upload_held(&**input, held, &own.buffer)?;
        }
        for ((output, cells), own) in outputs.iter().zip(&portion.written).zip(written) {
            if init == OutputInit::Keep && task.keeps() {
                gpu.upload_held(output.reader(), &Held::of(cells.iter().cloned()), &own.buffer)?;
            }
        }
        let checks = task.record(work, &memory, init)?;
        for check in checks {
            gpu.settle(&check.outcome)?;
            check.wait()?;
        }
        for ((output, cells), own) in outputs.iter_mut().zip(&portion.written).zip(written) {
            gpu.download_cells(&own.buffer, &mut **output, cells)?;
        }
    }
    Ok(())
}

/// Memory to write an output into: its own where nobody else holds it.
fn place(gpu: &Gpu, output: &mut Target<'_>, keeps: bool, checks: &mut Vec<Check>) -> Result<Place, Error> {
    let form = output.form();
    if let Target::Device(data) = output {
        if keeps {
            inherit(checks, &data.checks);
        }
        if let Some(data) = Arc::get_mut(data) {
            return Ok(Place { memory: data.memory.clone(), form });
        }
    }
    let data = Data::new(gpu, form)?;
    if keeps {
        match output {
            Target::Host(array) => gpu.upload_whole(array.reader(), &data.memory.buffer)?,
            Target::Device(old) => {
                let from = Binding { buffer: old.memory.buffer.clone(), offset: 0, bytes: data.form.bytes() };
                gpu.record(|batch| batch.copy(from, &data.memory.buffer, 0))?;
            }
        }
    }
    Ok(Place { memory: data.memory, form: data.form })
}

/// Refuses operands that are on another GPU.
pub(crate) fn check_gpu(
    gpu: &Gpu,
    kernel: &'static str,
    inputs: &[Source<'_>],
    outputs: &[Target<'_>],
    name: impl Fn(usize) -> Box<str>,
) -> Result<(), Error> {
    let inputs = inputs.iter().map(|input| if let Source::Device(data) = input { Some(&data.gpu) } else { None });
    let outputs = outputs.iter().map(|output| if let Target::Device(data) = output { Some(&data.gpu) } else { None });
    for (number, other) in inputs.chain(outputs).enumerate() {
        if other.is_some_and(|other| !other.is(gpu)) {
            return Err(Error::Gpu(GpuError::OtherGpu { kernel, operand: name(number) }));
        }
    }
    Ok(())
}

/// Refuses arrays, of at most so many cells, whose lengths and places a kernel asks for in more bits than `usize` has there.
pub(crate) fn check_places(
    kernel: &'static str,
    shape: &[usize],
    cells: usize,
    asked: impl Fn(usize) -> bool,
) -> Result<(), Error> {
    let asked: Vec<usize> = (0..shape.len()).filter(|axis| asked(*axis)).collect();
    // The product of some lengths may be large where there are no cells.
    let all = shape.iter().try_fold(1_usize, |all, n| all.checked_mul((*n).max(1))).unwrap_or(usize::MAX);
    if asked.is_empty() || asked.iter().all(|axis| shape[*axis] <= MAX_GPU_AXIS) && all <= cells {
        return Ok(());
    }
    Err(Error::Gpu(GpuError::AxisLength { kernel, shape: shape.to_vec() }))
}

/// A kernel on a GPU: its module, its bound parameters and their tables.
pub(crate) struct Launch {
    pub(crate) gpu: Gpu,
    pub(crate) kernel: &'static str,
    pub(crate) shader: Shader,
    pub(crate) program: Arc<Program>,
    pub(crate) values: Values,
    tables: Vec<(Arc<Memory>, u64)>,
}

impl Launch {
    pub(crate) fn new<K: GpuKernel>(gpu: &Gpu, name: &'static str, kernel: &K, edges: bool) -> Result<Launch, Error> {
        let shader = K::SHADER;
        let program = gpu.program(name, &shader, edges)?;
        let mut values = Values::default();
        kernel.parameters(&mut Parameters { values: &mut values });
        if values.too_large {
            return Err(Error::Gpu(GpuError::Parameter { kernel: name }));
        }
        for (number, array) in values.arrays.iter().enumerate() {
            let asked = |axis| shader.params.contains(&Field::Length(number, axis));
            check_places(name, &array.shape, MAX_GPU_CELLS, asked)?;
        }
        let tables = values.arrays.iter().map(|array| gpu.held(array.bytes.clone())).collect::<Result<Vec<_>, _>>()?;
        Ok(Launch { gpu: gpu.clone(), kernel: name, shader, program, values, tables })
    }

    /// The bindings of dispatches: tables of edges if there are any, inputs, bound arrays, outputs.
    pub(crate) fn group(&self, edges: Option<Binding>, inputs: Vec<Binding>, outputs: Vec<Binding>) -> Arc<Group> {
        let tables = self.tables.iter().map(|(memory, bytes)| Binding {
            buffer: memory.buffer.clone(),
            offset: 0,
            bytes: *bytes,
        });
        let bindings = edges.into_iter().chain(inputs).chain(tables).chain(outputs).collect();
        Arc::new(Group { program: self.program.clone(), bindings })
    }

    /// A word for the codes of a call, if there can be any.
    pub(crate) fn check(&self, batch: &mut Batch) -> Option<Check> {
        let messages = self.shader.checks;
        (!messages.is_empty()).then(|| batch.check(self.kernel, messages))
    }

    pub(crate) fn pipeline(&self, entry: Entry) -> Result<wgpu::ComputePipeline, Error> {
        self.gpu.pipeline(&self.program, entry)
    }
}

impl Gpu {
    /// A table and its bytes, never none.
    pub(crate) fn held(&self, mut bytes: Vec<u8>) -> Result<(Arc<Memory>, u64), Error> {
        bytes.resize(bytes.len().max(8), 0);
        let len = bytes.len() as u64;
        Ok((self.table(bytes)?, len))
    }

    /// A part of memory as a binding, whose offset the device accepts, and the bytes in front of the part.
    pub(crate) fn part(&self, memory: &Memory, start: u64, bytes: u64) -> (Binding, u64) {
        let before = start % self.shared.alignment;
        let binding = Binding { buffer: memory.buffer.clone(), offset: start - before, bytes: (before + bytes).max(8) };
        (binding, before)
    }

    /// Returns true when a binding can begin at this byte.
    pub(crate) fn is_aligned(&self, start: u64) -> bool {
        start.is_multiple_of(self.shared.alignment)
    }

    /// The share of the largest binding that a part of memory takes; at most 1 where it can be bound.
    pub(crate) fn load(&self, start: u64, bytes: u64) -> f64 {
        (start % self.shared.alignment + bytes) as f64 / self.limits().binding as f64
    }
}
