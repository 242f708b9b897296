//! A job: a kernel, what it reads, what it writes, and the settings of a run.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::arrays::{IntoSinks, IntoSources};
use super::journal::{Done, Journal, Share};
use super::kernel::JobKernel;
use super::plan::{Plan, Request};
use super::progress::Progress;
use super::run::Run;
use super::sink::{Open, Sink};
use super::source::Source;
use super::summary::{Summary, peak_memory};
use super::trace::Trace;
use crate::kernel::Identity;
use crate::{Error, JobError, parallel};

/// The memory budget where none is set.
const MEMORY: usize = 1 << 30;

/// A kernel over arrays that need not fit memory, chunk by chunk.
///
/// The work is cut along the chunks of the sink. For each, the cells that the kernel reads are taken from the sources, with
/// the halo that follows from the element function; chunks of sources are decoded once and kept as long as they are read
/// again. Results are the same bits as those of the whole arrays in memory, whatever the chunks and the number of threads.
///
/// What is under way at once takes at most [`memory`](Job::memory) bytes. A job that is stopped, killed even, goes on when it
/// is run again, if its sinks keep a journal: those of files do. A chunk that cannot be read, computed or written is an error
/// at the end; all others are done.
///
/// ```
/// use ndarray::Array3;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn smooth(x: Window2<f32>) -> f32 { (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] + x[[0, 1]] + x[[1, 0]]) / 5.0 }
///
/// let stack = Array3::from_shape_fn((3, 300, 400), |(k, i, j)| ((k + 1) * (i + j) % 7) as f32);
/// let mut out = Array3::zeros(stack.dim());
/// let summary = Job::new(smooth(), &stack, &mut out).memory(512 << 10).run()?;
/// assert!(summary.chunks > 10 && summary.planned_memory <= 512 << 10);
/// for (x, y) in stack.outer_iter().zip(out.outer_iter()) {
///     assert_eq!(smooth().apply(&x)?, y);
/// }
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[must_use = "a job does nothing until it is run: call `.run()`"]
pub struct Job<'a> {
    kernel: Box<dyn JobKernel + 'a>,
    sources: Vec<Box<dyn Source + 'a>>,
    sinks: Vec<Box<dyn Sink + 'a>>,
    memory: usize,
    workers: Option<usize>,
    share: Share,
    progress: bool,
    restart: bool,
    retries: u32,
    trace: Option<PathBuf>,
    journal: Option<PathBuf>,
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<String> = self.sources.iter().map(|source| source.name()).collect();
        let sinks: Vec<String> = self.sinks.iter().map(|sink| sink.name()).collect();
        let mut job = f.debug_struct("Job");
        job.field("kernel", &self.kernel.erased().name()).field("sources", &sources).field("sinks", &sinks);
        job.field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl<'a> Job<'a> {
    /// A job that applies a kernel to sources and writes sinks: one of each for every input and output, as a tuple where there
    /// are several. References to arrays are sources, mutable ones sinks.
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->(),()")]
    /// fn both(a: i32, b: i32) -> (i32, i32) { (a + b, a - b) }
    /// let (mut sum, mut difference) = (Array1::zeros(3), Array1::zeros(3));
    /// Job::new(both(), (&array![5, 6, 7], &array![1, 2, 3]), (&mut sum, &mut difference)).run()?;
    /// assert_eq!((sum, difference), (array![6, 8, 10], array![4, 4, 4]));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn new(kernel: impl JobKernel + 'a, sources: impl IntoSources<'a>, sinks: impl IntoSinks<'a>) -> Job<'a> {
        Job {
            kernel: Box::new(kernel),
            sources: sources.into_sources(),
            sinks: sinks.into_sinks(),
            memory: MEMORY,
            workers: None,
            share: Share::ALL,
            progress: false,
            restart: false,
            retries: 5,
            trace: None,
            journal: None,
        }
    }

    /// Sets the most bytes that inputs, outputs and decoded chunks take at once: 1 GiB unless it is set. Arrays in memory that
    /// are sources or sinks do not count.
    pub fn memory(self, bytes: usize) -> Job<'a> {
        Job { memory: bytes, ..self }
    }

    /// Sets the number of chunks that are under way at once, each on a thread of its own: as many as there are processors
    /// unless it is set, and fewer where the memory does not do.
    pub fn workers(self, workers: usize) -> Job<'a> {
        Job { workers: Some(workers.max(1)), ..self }
    }

    /// Shows how far the job is, on the standard error: a bar on a terminal, else a line every ten seconds.
    pub fn progress(self, shown: bool) -> Job<'a> {
        Job { progress: shown, ..self }
    }

    /// Does one share of `shares` only, the one of number `share`, counted from 0: so that several processes, on one machine or
    /// on several with the same files, do the job together. Each goes on by itself when it is run again; the one that is done
    /// last finishes the outputs.
    pub fn shard(self, share: usize, shares: usize) -> Job<'a> {
        Job { share: Share { number: share, of: shares }, ..self }
    }

    /// Begins anew: what another job, or an earlier run, left in the outputs is replaced.
    pub fn restart(self, restart: bool) -> Job<'a> {
        Job { restart, ..self }
    }

    /// Sets how often reading or writing is tried again after an error that may pass, such as a lost connection: 5 times unless
    /// it is set, after 0.2 s, 0.4 s, and so on.
    pub fn retries(self, retries: u32) -> Job<'a> {
        Job { retries, ..self }
    }

    /// Writes when each chunk was read, computed and written, by which worker, to a file that Perfetto and Chrome show
    /// (`about:tracing`).
    pub fn trace(self, path: impl Into<PathBuf>) -> Job<'a> {
        Job { trace: Some(path.into()), ..self }
    }

    /// Sets the file in which the job notes what is done, where the sinks have none or it should lie elsewhere.
    pub fn journal(self, path: impl Into<PathBuf>) -> Job<'a> {
        Job { journal: Some(path.into()), ..self }
    }

    /// Runs the job.
    ///
    /// # Errors
    /// Before anything is written: those of the kernel on arrays of these shapes, and [`JobError`]s of the plan. At the end:
    /// [`JobError::Chunks`] names the chunks that failed. [`IoError`](crate::IoError) for outputs that cannot be opened or
    /// finished, and for the journal.
    pub fn run(self) -> Result<Summary, Error> {
        let begun = Instant::now();
        if self.share.number >= self.share.of {
            return Err(JobError::Shard { share: self.share.number, shares: self.share.of }.into());
        }
        let path = self.journal.clone().or_else(|| self.sinks.iter().find_map(|sink| sink.journal()));
        let identity = self.identity()?;
        let earlier = match &path {
            Some(path) if self.restart => {
                Journal::remove(path)?;
                None
            }
            Some(path) => Journal::earlier(path, &identity)?,
            None => None,
        };
        let plan = self.plan(earlier.as_ref().map(|earlier| earlier.block.clone()))?;
        if let (Some(path), Some(earlier)) = (&path, &earlier)
            && earlier.block != plan.block
        {
            let reason = format!("its chunks are {:?}, those of this job {:?}", earlier.block, plan.block);
            return Err(JobError::Journal { path: path.clone(), reason }.into());
        }
        let open = match (&earlier, self.restart) {
            (_, true) => Open::Replace,
            (Some(_), false) => Open::Resume,
            (None, false) => Open::New,
        };
        // Those who come second find the journal, and go on with what the first one made.
        let mut writers = Vec::new();
        for (sink, form) in self.sinks.iter().zip(&plan.forms) {
            writers.push(sink.open(form, open)?);
        }
        let journal = match &path {
            Some(path) => Some(Journal::open(path, &identity, &plan.block, self.share)?),
            None => None,
        };
        let done = earlier.map_or_else(Done::default, |earlier| earlier.done);
        let items = self.share.items(plan.items);
        let skipped = items.clone().filter(|&item| done.contains(item)).count();
        let mut run = Run::new(&plan, &self.sources, writers, done, self.share, journal);
        run.retries = self.retries;
        run.progress = self.progress.then(|| Progress::new(self.kernel.erased().name(), items.len(), skipped));
        run.trace = self.trace.as_deref().map(Trace::new).transpose()?;
        let failed = run.all()?;
        if let Some(progress) = &run.progress {
            progress.end();
        }
        if let Some(trace) = run.trace.take() {
            trace.end()?;
        }
        if !failed.is_empty() {
            let (total, done) = (items.len(), items.len() - failed.len());
            return Err(JobError::Chunks { failed, done, total }.into());
        }
        // The outputs are finished by whoever is the last.
        let all = match &path {
            Some(path) => Journal::earlier(path, &identity)?.map_or(0, |earlier| earlier.done.len()),
            None => plan.items,
        };
        if all == plan.items {
            for writer in &run.writers {
                writer.finish()?;
            }
        }
        let nanoseconds =
            |counter: &std::sync::atomic::AtomicU64| Duration::from_nanos(counter.load(Ordering::Relaxed));
        let counters = &run.counters;
        Ok(Summary {
            chunks: items.len(),
            skipped,
            workers: plan.workers,
            bytes_read: counters.bytes_read.load(Ordering::Relaxed),
            bytes_written: counters.bytes_written.load(Ordering::Relaxed),
            reading: nanoseconds(&counters.reading),
            computing: nanoseconds(&counters.computing),
            writing: nanoseconds(&counters.writing),
            elapsed: begun.elapsed(),
            planned_memory: plan.peak(),
            peak_memory: peak_memory(),
        })
    }

    /// All that the results depend on.
    fn identity(&self) -> Result<Identity, Error> {
        let mut identity = Identity::default();
        self.kernel.erased().identify(&mut identity);
        for source in &self.sources {
            let fact =
                format!("{} {:?} of {} {}", source.name(), source.shape(), source.data_type(), source.version()?);
            identity.add("input", fact);
        }
        for sink in &self.sinks {
            identity.add("output", sink.name());
        }
        Ok(identity)
    }

    /// The plan, if sources and sinks fit the kernel.
    fn plan(&self, block: Option<Vec<usize>>) -> Result<Plan<'_>, Error> {
        let kernel = self.kernel.erased();
        let [inputs, outputs] = kernel.operands();
        let name = kernel.name();
        let counted = |inputs: usize, outputs: usize| {
            let plural = |n: usize| if n == 1 { "" } else { "s" };
            (
                format!("{inputs} input{} and {outputs} output{}", plural(inputs), plural(outputs)),
                format!("{inputs} source{} and {outputs} sink{}", plural(inputs), plural(outputs)),
            )
        };
        if (inputs.len(), outputs.len()) != (self.sources.len(), self.sinks.len()) {
            let expected = counted(inputs.len(), outputs.len()).0;
            let found = counted(self.sources.len(), self.sinks.len()).1;
            return Err(JobError::Operands { kernel: name, expected, found }.into());
        }
        for (source, input) in self.sources.iter().zip(&inputs) {
            let found = source.data_type();
            if found != input.data_type {
                return Err(JobError::ElementType {
                    kernel: name,
                    operand: input.name.clone(),
                    place: source.name(),
                    found: found.to_string(),
                    expected: input.data_type.to_string(),
                }
                .into());
            }
        }
        let shapes: Vec<Vec<usize>> = self.sources.iter().map(|source| source.shape()).collect();
        let places: Vec<String> = self.sources.iter().map(|source| source.name()).collect();
        let parts = kernel.parts(&shapes, &places)?;
        let request = Request {
            kernel: name,
            sources: &self.sources,
            sinks: &self.sinks,
            memory: self.memory,
            workers: self.workers.unwrap_or_else(parallel::threads),
            block,
        };
        Plan::new(parts, &request)
    }
}
