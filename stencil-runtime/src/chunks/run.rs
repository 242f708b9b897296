//! The run of a plan: workers take items one after the other, and read, compute and write each.
//!
//! A worker does all of an item itself, with memory of its own that it keeps for the next one. So what is under way at once is
//! bounded by the number of workers, and reading, computing and writing overlap as soon as there are two. The kernel runs on
//! the worker's thread where there are enough workers for all processors.
//!
//! An item that fails, or whose kernel panics, is noted and the others go on. What is done is noted in the journal in batches,
//! each after the sinks said that it is on the disk.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::cache::Cache;
use super::journal::{Done, Journal, Share};
use super::plan::Plan;
use super::progress::Progress;
use super::sink::Writer;
use super::source::Source;
use super::summary::{Summary, peak_memory};
use super::trace::Trace;
use crate::block::Span;
use crate::cells::{Cells, CellsMut};
use crate::data_type::DataType;
use crate::error::{FailedBy, FailedChunk};
use crate::geometry::each_index;
use crate::kernel::Identity;
use crate::memory::{Buffer, NoMemory};
use crate::parts::PartInput;
use crate::{Error, IoError, parallel};

/// The time after which what is done is noted.
const NOTED_EVERY: Duration = Duration::from_millis(250);
/// The wait before the second try of what may succeed; it doubles from try to try, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A plan with all that it runs on.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) sources: &'a [Box<dyn Source + 'a>],
    pub(crate) writers: Vec<Box<dyn Writer + 'a>>,
    pub(crate) done: Done,
    pub(crate) share: Share,
    /// The journal, of a job that has one. Whoever syncs holds it.
    journal: Mutex<Option<Journal>>,
    pub(crate) progress: Option<Progress>,
    pub(crate) trace: Option<Trace>,
    /// The tries after the first.
    pub(crate) retries: u32,
    pub(crate) counters: Counters,
    caches: Vec<Option<Cache>>,
    /// Items whose chunks are written, but not noted yet, and the time of the last note.
    written: Mutex<(Vec<usize>, Instant)>,
}

/// The work and the time of a run, in bytes and nanoseconds.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) bytes_read: AtomicU64,
    pub(crate) bytes_written: AtomicU64,
    pub(crate) reading: AtomicU64,
    pub(crate) computing: AtomicU64,
    pub(crate) writing: AtomicU64,
}

/// The items of a run that failed, and those that are done.
pub(crate) struct Outcome {
    pub(crate) failed: Vec<FailedChunk>,
    /// The items that are written, now or in an earlier run.
    pub(crate) done: usize,
    /// The error that stopped the run: what is done could not be noted.
    pub(crate) noted: Result<(), Error>,
}

/// The memory of a worker.
#[derive(Default)]
struct Memory {
    inputs: Vec<Buffer>,
    outputs: Vec<Buffer>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        plan: &'a Plan<'a>,
        sources: &'a [Box<dyn Source + 'a>],
        writers: Vec<Box<dyn Writer + 'a>>,
        done: Done,
        share: Share,
        journal: Option<Journal>,
    ) -> Run<'a> {
        let cache = |source: &super::plan::SourcePlan| {
            source.chunks.as_ref().map(|_| Cache::new(source.cache, source.chunk_bytes))
        };
        Run {
            caches: plan.sources.iter().map(cache).collect(),
            plan,
            sources,
            writers,
            done,
            share,
            journal: Mutex::new(journal),
            progress: None,
            trace: None,
            retries: 5,
            counters: Counters::default(),
            written: Mutex::new((Vec::new(), Instant::now())),
        }
    }

    /// Does all items of the share that are not done.
    pub(crate) fn all(&self) -> Outcome {
        let share = self.share.items(self.plan.items);
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(Vec::new());
        let stopped = Mutex::new(None);
        let done = AtomicUsize::new(share.clone().filter(|&item| self.done.contains(item)).count());
        let parallel = self.plan.workers < parallel::threads();
        let work = |worker: usize| {
            let mut memory = Memory::default();
            loop {
                let position = next.fetch_add(1, Ordering::Relaxed);
                if position >= self.plan.items {
                    return;
                }
                let item = self.plan.order.item(position);
                if !share.contains(&item) || self.done.contains(item) {
                    continue;
                }
                match self.caught(item, worker, parallel, &mut memory) {
                    Ok(()) => {
                        done.fetch_add(1, Ordering::Relaxed);
                        if let Err(error) = self.note(Some(item)) {
                            // Without a journal the run is not what was promised.
                            next.store(self.plan.items, Ordering::Relaxed);
                            *stopped.lock().expect("no panic while it is locked") = Some(error);
                        }
                    }
                    Err(error) => {
                        let region = self.plan.parts.layout().outputs[0].written(&self.plan.item(item));
                        let chunk = FailedChunk { chunk: item, region, error };
                        failed.lock().expect("no panic while it is locked").push(chunk);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for worker in 1..self.plan.workers {
                let work = &work;
                scope.spawn(move || work(worker));
            }
            work(0);
        });
        let stopped = stopped.into_inner().expect("no panic while it was locked");
        let noted = match stopped {
            Some(error) => Err(error),
            None => self.note(None),
        };
        let mut failed = failed.into_inner().expect("no panic while it was locked");
        failed.sort_by_key(|chunk| chunk.chunk);
        Outcome { failed, done: done.into_inner(), noted }
    }

    /// Finishes the outputs when all items are done, those of other processes included.
    pub(crate) fn finish(&mut self, identity: &Identity) -> Result<(), Error> {
        // Overviews and the like take memory, too.
        self.caches.clear();
        let finish = || self.writers.iter().try_for_each(|writer| writer.finish()).map_err(Error::from);
        match self.journal.get_mut().expect("no panic while it was locked") {
            Some(journal) => journal.finish(identity, self.plan.items, finish),
            None => finish(),
        }
    }

    /// The report of the run, but for its items and time.
    pub(crate) fn summary(&self) -> Summary {
        let nanoseconds = |counter: &AtomicU64| Duration::from_nanos(counter.load(Ordering::Relaxed));
        let counters = &self.counters;
        Summary {
            workers: self.plan.workers,
            bytes_read: counters.bytes_read.load(Ordering::Relaxed),
            bytes_written: counters.bytes_written.load(Ordering::Relaxed),
            reading: nanoseconds(&counters.reading),
            computing: nanoseconds(&counters.computing),
            writing: nanoseconds(&counters.writing),
            planned_memory: self.plan.peak(),
            peak_memory: peak_memory(),
            ..Summary::default()
        }
    }

    /// Does an item; a panic becomes an error.
    fn caught(&self, item: usize, worker: usize, parallel: bool, memory: &mut Memory) -> Result<(), FailedBy> {
        let done = catch_unwind(AssertUnwindSafe(|| self.item(item, worker, parallel, memory)));
        match done {
            Ok(done) => done.map_err(|error| FailedBy::Error(Box::new(error))),
            Err(panic) => {
                let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                Err(FailedBy::Panic(text.unwrap_or_else(|| "without a message".to_owned())))
            }
        }
    }

    fn item(&self, item: usize, worker: usize, parallel: bool, memory: &mut Memory) -> Result<(), Error> {
        let part = self.plan.item(item);
        let layout = self.plan.parts.layout();
        memory.inputs.resize_with(layout.inputs.len(), Buffer::default);
        memory.outputs.resize_with(layout.outputs.len(), Buffer::default);
        let mut clock = Clock { run: self, item, worker, start: Instant::now() };
        let mut inputs = Vec::new();
        for (number, buffer) in memory.inputs.iter_mut().enumerate() {
            let spans = self.plan.parts.needs(number, &part);
            let cells = self.read(number, &spans, buffer)?;
            inputs.push(PartInput { cells, spans });
        }
        clock.step("read", &self.counters.reading);
        let mut outputs = Vec::new();
        for ((output, form), buffer) in layout.outputs.iter().zip(&self.plan.forms).zip(&mut memory.outputs) {
            let shape: Vec<usize> = output.written(&part).iter().map(Range::len).collect();
            outputs.push(CellsMut::in_buffer(buffer, &shape, form.data_type).map_err(|error| self.no_memory(error))?);
        }
        let outputs = self.plan.parts.compute(&part, &inputs, outputs, parallel)?;
        clock.step("compute", &self.counters.computing);
        for (number, cells) in outputs.iter().enumerate() {
            self.write(number, &layout.outputs[number].written(&part), cells)?;
        }
        clock.step("write", &self.counters.writing);
        Ok(())
    }

    fn no_memory(&self, NoMemory { bytes }: NoMemory) -> Error {
        IoError::new("the memory of a job", format!("{bytes} bytes cannot be had")).into()
    }

    /// The cells of an input that an item needs.
    fn read<'b>(&self, number: usize, spans: &[Span], buffer: &'b mut Buffer) -> Result<Cells<'b>, Error> {
        let source = &*self.sources[number];
        let shape: Vec<usize> = spans.iter().map(Span::len).collect();
        let mut cells = CellsMut::in_buffer(buffer, &shape, self.plan.sources[number].data_type)
            .map_err(|error| self.no_memory(error))?;
        let ranges: Vec<_> = spans.iter().map(Span::ranges).collect();
        // The places of the ranges among the cells: one behind the other.
        let places: Vec<Vec<Range<usize>>> = ranges
            .iter()
            .map(|ranges| {
                let mut end = 0;
                let place = |range: &Range<usize>| {
                    let start = end;
                    end += range.len();
                    start..end
                };
                ranges.iter().map(place).collect()
            })
            .collect();
        cells.fill(&places, |choice, part| {
            let region: Vec<Range<usize>> =
                choice.iter().zip(&ranges).map(|(&at, ranges)| ranges[at].clone()).collect();
            self.read_box(number, &region, part)
        })?;
        cells.into_cells().ok_or_else(|| {
            let reason = "cells of a type of the program's own were not all assigned";
            IoError::new(source.name(), reason).into()
        })
    }

    /// Reads a box, chunk by chunk where the source has chunks.
    fn read_box(&self, number: usize, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), Error> {
        let source = &*self.sources[number];
        let data_type = self.plan.sources[number].data_type;
        let (Some(chunks), Some(cache)) = (&self.plan.sources[number].chunks, &self.caches[number]) else {
            self.again(|| source.read(region, cells).map_err(|error| located(error, region)))?;
            self.count_read(data_type, region);
            return Ok(());
        };
        let shape = &self.plan.parts.layout().inputs[number].shape;
        let counts: Vec<usize> = shape.iter().zip(chunks).map(|(&n, &len)| n.div_ceil(len)).collect();
        let touched: Vec<Range<usize>> =
            region.iter().zip(chunks).map(|(range, &len)| range.start / len..range.end.div_ceil(len)).collect();
        each_index(&touched, |index| {
            let chunk: Vec<Range<usize>> = index
                .iter()
                .zip(chunks)
                .zip(shape)
                .map(|((&index, &len), &n)| index * len..n.min((index + 1) * len))
                .collect();
            let lens: Vec<usize> = chunk.iter().map(Range::len).collect();
            let flat = index.iter().zip(&counts).fold(0, |flat, (&index, &count)| flat * count + index);
            // The box of the chunk that is asked for, in the chunk and in the box.
            let both: Vec<Range<usize>> = region
                .iter()
                .zip(&chunk)
                .map(|(range, chunk)| range.start.max(chunk.start)..range.end.min(chunk.end))
                .collect();
            let within = |outer: &[Range<usize>]| -> Vec<Range<usize>> {
                both.iter()
                    .zip(outer)
                    .map(|(range, outer)| range.start - outer.start..range.end - outer.start)
                    .collect()
            };
            let mut target = cells.slice_mut(&within(region));
            if both == chunk && cache.is_off() && target.is_dense() {
                // Straight to where it is needed. Formats decode into cells that lie in a row.
                self.again(|| source.read(&chunk, &mut target).map_err(|error| located(error, &chunk)))?;
                self.count_read(data_type, &chunk);
                return Ok(());
            }
            let decoded = cache.get(flat, |mut buffer| {
                let mut all =
                    CellsMut::in_buffer(&mut buffer, &lens, data_type).map_err(|error| self.no_memory(error))?;
                self.again(|| source.read(&chunk, &mut all).map_err(|error| located(error, &chunk)))?;
                self.count_read(data_type, &chunk);
                Ok(Arc::new(buffer))
            })?;
            let from = Cells::decoded(&decoded, &lens, data_type).slice(&within(&chunk));
            target.copy(&from);
            cache.give_back(decoded);
            Ok(())
        })
    }

    fn count_read(&self, data_type: DataType, region: &[Range<usize>]) {
        let bytes = region.iter().map(Range::len).product::<usize>() * data_type.size();
        self.counters.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Writes the cells of an item, chunk by chunk where the sink has chunks.
    fn write(&self, number: usize, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), Error> {
        let writer = &*self.writers[number];
        let bytes = region.iter().map(Range::len).product::<usize>() * cells.data_type().size();
        self.counters.bytes_written.fetch_add(bytes as u64, Ordering::Relaxed);
        let Some(chunks) = &self.plan.chunks[number] else {
            return self.again(|| writer.write(region, cells).map_err(|error| located(error, region)));
        };
        let touched: Vec<Range<usize>> =
            region.iter().zip(chunks).map(|(range, &len)| range.start / len..range.end.div_ceil(len)).collect();
        each_index(&touched, |index| {
            let chunk: Vec<Range<usize>> = index
                .iter()
                .zip(chunks)
                .zip(region)
                .map(|((&index, &len), range)| index * len..range.end.min((index + 1) * len))
                .collect();
            let place: Vec<Range<usize>> = chunk
                .iter()
                .zip(region)
                .map(|(chunk, range)| chunk.start - range.start..chunk.end - range.start)
                .collect();
            self.again(|| writer.write(&chunk, &cells.slice(&place)).map_err(|error| located(error, &chunk)))
        })
    }

    /// Tries something until it succeeds, or fails in a way that another try does not mend.
    fn again<T>(&self, mut attempt: impl FnMut() -> Result<T, IoError>) -> Result<T, Error> {
        let mut wait = FIRST_WAIT;
        for _ in 0..self.retries {
            match attempt() {
                Err(error) if error.is_transient() => {
                    std::thread::sleep(wait);
                    wait = LONGEST_WAIT.min(wait * 2);
                }
                other => return other.map_err(Error::from),
            }
        }
        attempt().map_err(Error::from)
    }

    /// Notes an item as written. Now and then, and at the end, all of them are brought to the disk, and noted in the journal.
    fn note(&self, item: Option<usize>) -> Result<(), Error> {
        if let (Some(progress), Some(item)) = (&self.progress, item) {
            let part = self.plan.item(item);
            let outputs = self.plan.parts.layout().outputs.iter().zip(&self.plan.forms);
            let bytes = outputs.map(|(output, form)| {
                output.written(&part).iter().map(Range::len).product::<usize>() * form.data_type.size()
            });
            progress.done(bytes.sum::<usize>() as u64);
        }
        let due = {
            let mut written = self.written.lock().expect("no panic while it is locked");
            written.0.extend(item);
            let due = item.is_none() || written.1.elapsed() >= NOTED_EVERY;
            if due {
                written.1 = Instant::now();
            }
            due
        };
        if !due {
            return Ok(());
        }
        // One worker syncs and notes at a time: another one's items may lie in what is being synced.
        let mut journal = self.journal.lock().expect("no panic while it is locked");
        let items = std::mem::take(&mut self.written.lock().expect("no panic while it is locked").0);
        if items.is_empty() {
            return Ok(());
        }
        // Once: after a sync that failed, the next one may say that all is well although something is lost.
        self.writers.iter().try_for_each(|writer| writer.sync())?;
        journal.as_mut().map_or(Ok(()), |journal| journal.note(&items))
    }
}

/// Says where an error happened, if it does not.
fn located(error: IoError, region: &[Range<usize>]) -> IoError {
    if error.region().is_some() { error } else { error.at(region) }
}

/// The time of a step of an item.
struct Clock<'r, 'a> {
    run: &'r Run<'a>,
    item: usize,
    worker: usize,
    start: Instant,
}

impl Clock<'_, '_> {
    fn step(&mut self, what: &str, counter: &AtomicU64) {
        let end = Instant::now();
        counter.fetch_add(end.duration_since(self.start).as_nanos() as u64, Ordering::Relaxed);
        if let Some(trace) = &self.run.trace {
            trace.span(what, self.worker, self.item, self.start, end);
        }
        self.start = end;
    }
}
