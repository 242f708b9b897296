//! The plan of a job: how the work is cut, and what memory it takes.
//!
//! An *item* of work is a box of the kernel's space, see [`parts`](crate::parts): one chunk of the sinks, or several
//! that a core dimension runs through. There is no list of items: the plan is the shape of the boxes, and an item is its number.
//!
//! Memory is promised before the run. Each worker has the inputs and outputs of one item, and decodes one chunk of each source;
//! what the budget leaves is for decoded chunks that later items read again, see [`caches`](super::caches).

use std::ops::Range;

use super::caches::Caches;
use super::order::Order;
use super::sink::{AxisOrigin, Form, Sink};
use super::source::Source;
use crate::block::Span;
use crate::data_type::DataType;
use crate::parts::Parts;
use crate::{Error, IoError, JobError, parallel};

/// The bytes of operands that an item has where the sinks leave its size open.
const ITEM_BYTES: usize = 8 << 20;

/// The job that a plan is made for.
pub(crate) struct Request<'a> {
    pub(crate) kernel: String,
    pub(crate) sources: &'a [Box<dyn Source + 'a>],
    pub(crate) sinks: &'a [Box<dyn Sink + 'a>],
    /// The most bytes that the job may take.
    pub(crate) memory: usize,
    /// The workers, if the caller says how many.
    pub(crate) workers: Option<usize>,
    /// The shape of the items of an earlier run, which is kept where the sinks leave it open.
    pub(crate) block: Option<Vec<usize>>,
}

/// The chunks of one source, and the cache for them.
#[derive(Clone, Debug)]
pub(crate) struct SourcePlan {
    /// The type of its elements, asked for once: buffers hold it from then on.
    pub(crate) data_type: DataType,
    /// The shape of its chunks; `None` where any box is read.
    pub(crate) chunks: Option<Vec<usize>>,
    /// The bytes of decoded chunks that are kept.
    pub(crate) cache: usize,
    /// The reads of each cell, about.
    pub(crate) reads: f64,
    /// The bytes of one chunk, or 0.
    pub(crate) chunk_bytes: usize,
}

/// The work and the memory of a job.
pub(crate) struct Plan<'k> {
    pub(crate) parts: Box<dyn Parts + 'k>,
    /// The shape of the items.
    pub(crate) block: Vec<usize>,
    /// The number of items along each axis of the space.
    pub(crate) counts: Vec<usize>,
    pub(crate) items: usize,
    /// The order in which they are visited.
    pub(crate) order: Order,
    pub(crate) forms: Vec<Form>,
    /// The shape of the chunks of each sink.
    pub(crate) chunks: Vec<Option<Vec<usize>>>,
    pub(crate) sources: Vec<SourcePlan>,
    pub(crate) workers: usize,
    /// The bytes of one worker: operands, and what reading and writing takes beside them.
    pub(crate) worker_bytes: usize,
}

impl<'k> Plan<'k> {
    pub(crate) fn new(parts: Box<dyn Parts + 'k>, request: &Request<'_>) -> Result<Plan<'k>, Error> {
        for source in request.sources {
            check_rank(&source.name(), source.chunks().as_deref(), source.shape().len())?;
            if source.chunks().is_some() && !source.data_type().is_number() {
                let reason = "chunks are of numbers: a type of the program's own needs a source without chunks";
                return Err(IoError::new(source.name(), reason).into());
            }
        }
        let forms = forms(&*parts, request);
        let mut chunks = Vec::new();
        for (sink, form) in request.sinks.iter().zip(&forms) {
            let shape = sink.chunks(form)?;
            check_rank(&sink.name(), shape.as_deref(), form.shape.len())?;
            chunks.push(shape.map(|shape| shape.iter().map(|&n| n.max(1)).collect::<Vec<_>>()));
        }
        let fixed = fixed(&*parts, request, &chunks)?;
        let budget = Budget { parts: &*parts, request, forms: &forms };
        let block = budget.block(&fixed);
        let counts: Vec<usize> = parts.layout().space.iter().zip(&block).map(|(&n, &len)| n.div_ceil(len)).collect();
        let items = counts.iter().product();
        let mut sources: Vec<SourcePlan> = (0..request.sources.len()).map(|number| budget.source(number)).collect();
        let (most, worker_bytes) = budget.workers(&block, &sources, items)?;
        let written =
            forms.iter().map(|form| form.shape.iter().fold(form.data_type.size() as f64, |bytes, &n| bytes * n as f64));
        let caches =
            Caches { parts: &*parts, sources: &sources, block: &block, counts: &counts, written: written.sum() };
        let (workers, order, caches) = caches.best(request.memory, most, worker_bytes);
        for (source, cache) in sources.iter_mut().zip(caches) {
            (source.cache, source.reads) = (cache.bytes, cache.reads);
        }
        Ok(Plan { block, counts, items, order, chunks, workers, worker_bytes, sources, forms, parts })
    }

    /// The box of an item.
    pub(crate) fn item(&self, number: usize) -> Vec<Range<usize>> {
        let mut rest = number;
        let mut part = vec![0..0; self.counts.len()];
        for axis in (0..self.counts.len()).rev() {
            let start = rest % self.counts[axis] * self.block[axis];
            rest /= self.counts[axis];
            part[axis] = start..self.parts.layout().space[axis].min(start + self.block[axis]);
        }
        part
    }

    /// The most bytes that the job takes at once.
    pub(crate) fn peak(&self) -> usize {
        self.workers * self.worker_bytes + self.sources.iter().map(|source| source.cache).sum::<usize>()
    }
}

/// Refuses chunks that have not the axes of their array.
fn check_rank(name: &str, chunks: Option<&[usize]>, axes: usize) -> Result<(), Error> {
    match chunks {
        Some(chunks) if chunks.len() != axes => {
            Err(IoError::new(name, format!("its chunks are {chunks:?}, but it has {axes} axes")).into())
        }
        _ => Ok(()),
    }
}

/// The arrays that the sinks are to hold.
fn forms(parts: &dyn Parts, request: &Request<'_>) -> Vec<Form> {
    let layout = parts.layout();
    let first = request.sources.first();
    let form = |(number, output): (usize, &crate::parts::OperandLayout)| {
        let data_type = parts.output_type(number);
        let mut form = Form::new(&output.shape, data_type);
        form.kernel.clone_from(&request.kernel);
        if let Some(first) = first {
            form.metadata = first.metadata();
        }
        let origin = |axis| {
            parts.origin(number, axis).map(|[axis, start, step, covers]| AxisOrigin { axis, start, step, covers })
        };
        form.origin = (0..output.shape.len()).map(origin).collect();
        form.chunks = first.and_then(|first| first.chunks()).map(|chunks| {
            let along = |(axis, origin): (usize, &Option<AxisOrigin>)| match origin {
                Some(origin) => chunks[origin.axis].div_ceil(origin.step).clamp(1, output.shape[axis].max(1)),
                None => output.shape[axis].max(1),
            };
            form.origin.iter().enumerate().map(along).collect()
        });
        form
    };
    layout.outputs.iter().enumerate().map(form).collect()
}

/// The length of the items along the axes of the space that the chunks of sinks cut.
fn fixed(parts: &dyn Parts, request: &Request<'_>, chunks: &[Option<Vec<usize>>]) -> Result<Vec<Option<usize>>, Error> {
    let layout = parts.layout();
    let mut fixed: Vec<Option<usize>> = vec![None; layout.space.len()];
    for (number, (chunks, output)) in chunks.iter().zip(&layout.outputs).enumerate() {
        let Some(chunks) = chunks else { continue };
        for (axis, &len) in chunks.iter().enumerate() {
            let Some(space) = output.space(axis) else { continue };
            // A chunk that is the whole axis goes with all others.
            let len = len.min(layout.space[space].max(1));
            let own = &mut fixed[space];
            match *own {
                Some(other) if len.max(other) % len.min(other) != 0 && len.max(other) < layout.space[space] => {
                    let place = request.sinks[number].name();
                    return Err(JobError::Grid { place: place.into(), axis, found: len, expected: other }.into());
                }
                Some(other) => *own = Some(len.max(other)),
                None => *own = Some(len),
            }
        }
    }
    Ok(fixed)
}

/// The bytes that a worker takes.
struct Taken {
    /// Inputs with their halo, and outputs.
    operands: usize,
    /// A decoded chunk of each source.
    decoded: usize,
    /// Reading and writing.
    codecs: usize,
    /// Results between sweeps.
    scratch: usize,
}

impl Taken {
    fn all(&self) -> usize {
        [self.operands, self.decoded, self.codecs, self.scratch].into_iter().fold(0, usize::saturating_add)
    }
}

/// The operands of items, in bytes.
struct Budget<'a> {
    parts: &'a dyn Parts,
    request: &'a Request<'a>,
    forms: &'a [Form],
}

impl Budget<'_> {
    /// The shape of the items: that of the sinks' chunks, and along the other axes as many cells as a share of the memory holds,
    /// in multiples of the first source's chunks.
    fn block(&self, fixed: &[Option<usize>]) -> Vec<usize> {
        let layout = self.parts.layout();
        let space = &layout.space;
        let mut unit: Vec<usize> = vec![1; space.len()];
        if let (Some(chunks), Some(output)) = (&self.forms[0].chunks, layout.outputs.first()) {
            for (axis, &len) in chunks.iter().enumerate() {
                if let Some(space) = output.space(axis) {
                    unit[space] = len;
                }
            }
        }
        let mut block: Vec<usize> =
            (0..space.len()).map(|axis| fixed[axis].unwrap_or(unit[axis]).min(space[axis].max(1))).collect();
        if let Some(earlier) = self.request.block.as_ref().filter(|earlier| earlier.len() == block.len()) {
            for axis in (0..block.len()).filter(|&axis| fixed[axis].is_none()) {
                block[axis] = earlier[axis].clamp(1, space[axis].max(1));
            }
            return block;
        }
        let open: Vec<usize> = (0..space.len()).filter(|&axis| fixed[axis].is_none()).collect();
        let limit = ITEM_BYTES.min(self.request.memory / self.most_workers().saturating_mul(2).saturating_add(2));
        // Longer, the last axis first: then a box is cells in a row.
        for &axis in open.iter().rev() {
            while block[axis] < space[axis] {
                let mut longer = block.clone();
                longer[axis] = space[axis].min(block[axis] * 2);
                if self.operands(&longer) > limit {
                    break;
                }
                block = longer;
            }
            if block[axis] < space[axis] {
                break;
            }
        }
        // Shorter, where even one chunk of the source is too much.
        while self.operands(&block) > limit.max(1) {
            let Some(&axis) = open.iter().filter(|&&axis| block[axis] > 1).max_by_key(|&&axis| block[axis]) else {
                break;
            };
            block[axis] = block[axis].div_ceil(2);
        }
        block
    }

    /// The cells of the largest item along each axis of an input.
    fn longest(&self, input: usize, block: &[usize]) -> Vec<usize> {
        let layout = self.parts.layout();
        let operand = &layout.inputs[input];
        let longest = |axis: usize| match operand.space(axis) {
            // Of several kernels another one may read around the part.
            Some(space) => {
                let count = layout.space[space].div_ceil(block[space]);
                sampled(count)
                    .map(|index| span_of(self.parts, (input, axis), space, block, index).len())
                    .max()
                    .unwrap_or(0)
            }
            None => operand.shape[axis],
        };
        (0..operand.shape.len()).map(longest).collect()
    }

    /// The bytes of the operands of the largest item.
    fn operands(&self, block: &[usize]) -> usize {
        let layout = self.parts.layout();
        let bytes = |cells: Vec<usize>, size: usize| cells.into_iter().fold(size, |bytes, n| bytes.saturating_mul(n));
        let inputs = (0..layout.inputs.len())
            .map(|number| bytes(self.longest(number, block), self.request.sources[number].data_type().size()));
        let part: Vec<Range<usize>> = block.iter().map(|&len| 0..len).collect();
        let outputs =
            layout.outputs.iter().zip(self.forms).map(|(output, form)| {
                bytes(output.written(&part).iter().map(Range::len).collect(), form.data_type.size())
            });
        inputs.chain(outputs).fold(0, usize::saturating_add)
    }

    /// The chunks of a source.
    fn source(&self, number: usize) -> SourcePlan {
        let source = &self.request.sources[number];
        let data_type = source.data_type();
        let shape = &self.parts.layout().inputs[number].shape;
        let chunks = source.chunks();
        let chunks: Option<Vec<usize>> =
            chunks.map(|chunks| chunks.iter().zip(shape).map(|(&len, &n)| len.clamp(1, n.max(1))).collect());
        let bytes = |chunks: &Vec<usize>| chunks.iter().fold(data_type.size(), |bytes, &n| bytes.saturating_mul(n));
        let chunk_bytes = chunks.as_ref().map_or(0, bytes);
        SourcePlan { data_type, chunks, chunk_bytes, cache: 0, reads: 1.0 }
    }

    /// The most workers that the memory holds, and the bytes of each.
    fn workers(&self, block: &[usize], sources: &[SourcePlan], items: usize) -> Result<(usize, usize), Error> {
        let decoded = sources.iter().map(|source| source.chunk_bytes).fold(0, usize::saturating_add);
        let read = self.request.sources.iter().map(|source| source.scratch_bytes());
        let written = self.request.sinks.iter().zip(self.forms).map(|(sink, form)| sink.scratch_bytes(form));
        let codecs = read.chain(written).fold(0, usize::saturating_add);
        let taken = Taken { operands: self.operands(block), decoded, codecs, scratch: self.parts.scratch_bytes(block) };
        let worker = taken.all();
        if worker > self.request.memory {
            return Err(self.too_small(block, &taken).into());
        }
        let workers = self.most_workers().min(items.max(1)).min(self.request.memory / worker.max(1)).max(1);
        Ok((workers, worker))
    }

    /// The most workers: those that are asked for, or as many as there are processors, or as reading waits for.
    fn most_workers(&self) -> usize {
        let waiting = self.request.sources.iter().map(|source| source.reads_at_once()).max().unwrap_or(1);
        self.request.workers.unwrap_or_else(|| parallel::threads().max(waiting))
    }

    fn too_small(&self, block: &[usize], taken: &Taken) -> JobError {
        let layout = self.parts.layout();
        let written = |block: &[usize]| -> Vec<usize> {
            let part: Vec<Range<usize>> = block.iter().map(|&len| 0..len).collect();
            layout.outputs[0].written(&part).iter().map(Range::len).collect()
        };
        let others = [
            (taken.decoded, "a decoded chunk of each source"),
            (taken.codecs, "reading and writing"),
            (taken.scratch, "results between sweeps"),
        ];
        let mut parts = vec![format!("{} for inputs with their halo and outputs", taken.operands)];
        parts.extend(others.iter().filter(|(bytes, _)| *bytes > 0).map(|(bytes, what)| format!("{bytes} for {what}")));
        let mut advice = format!("`.memory({} << 20)` would do", taken.all().div_ceil(1 << 20));
        if let Some(smaller) = self.smaller(block, taken) {
            advice.push_str(&format!(", or chunks of {:?} in the output", written(&smaller)));
        }
        JobError::Memory {
            budget: self.request.memory,
            needed: taken.all(),
            chunk: written(block),
            parts: parts.join(", ").into(),
            advice: advice.into(),
        }
    }

    /// An item that fits, if one does.
    fn smaller(&self, block: &[usize], taken: &Taken) -> Option<Vec<usize>> {
        let mut smaller = block.to_vec();
        while (Taken { operands: self.operands(&smaller), ..*taken }).all() > self.request.memory {
            let axis = (0..smaller.len()).filter(|&axis| smaller[axis] > 1).max_by_key(|&axis| smaller[axis])?;
            smaller[axis] = smaller[axis].div_ceil(2);
        }
        Some(smaller)
    }
}

/// The indices that an item needs along one axis of an input, which is one of the space.
pub(super) fn span_of(
    parts: &dyn Parts,
    (input, axis): (usize, usize),
    space: usize,
    block: &[usize],
    index: usize,
) -> Span {
    let layout = parts.layout();
    let mut part: Vec<Range<usize>> = layout.space.iter().map(|&n| 0..n.min(1)).collect();
    let start = index * block[space];
    part[space] = start..layout.space[space].min(start + block[space]);
    parts.needs(input, &part)[axis]
}

/// Items that stand for all along an axis: both ends, where boundary rules lead elsewhere, and some of those between.
pub(super) fn sampled(count: usize) -> impl Iterator<Item = usize> {
    const ENDS: usize = 32;
    let all = count <= 3 * ENDS;
    let middle = if all { 0..0 } else { count / 2..count / 2 + ENDS };
    let (first, last) = if all { (0..count, 0..0) } else { (0..ENDS, count - ENDS..count) };
    first.chain(middle).chain(last)
}
