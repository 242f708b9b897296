//! A job: a kernel, what it reads, what it writes, and the settings of a run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arrays::{IntoSinks, IntoSources};
use super::explain::JobExplanation;
use super::journal::{Done, Earlier, Journal, Share};
use super::kernel::JobKernel;
use super::places::Places;
use super::plan::{Plan, Request};
use super::progress::Progress;
use super::run::{Outcome, Run};
use super::sink::{Form, Open, Sink, Writer};
use super::source::Source;
use super::summary::Summary;
use super::trace::Trace;
use crate::kernel::Identity;
use crate::{Error, IoError, JobError};

/// The memory budget where none is set.
const MEMORY: usize = 1 << 30;

/// A kernel over arrays that need not fit memory, chunk by chunk.
///
/// The work is cut along the chunks of the sink. For each, the cells that the kernel reads are taken from the sources, with
/// the halo that follows from the element function; chunks of sources are decoded once and kept as long as they are read
/// again. Results are the same bits as those of the whole arrays in memory, whatever the chunks and the number of threads.
///
/// The chunks that are under way at once take at most [`memory`](Job::memory) bytes. A job that is stopped, killed even, goes on when it
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
/// let mut out = Array3::<f32>::zeros(stack.dim());
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
    mended: bool,
    retries: u32,
    trace: Option<PathBuf>,
    journal: Option<PathBuf>,
}

/// Open outputs, the journal, and the items that are done.
type Begun<'j> = (Vec<Box<dyn Writer + 'j>>, Option<Journal>, Done);

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
            mended: false,
            retries: 5,
            trace: None,
            journal: None,
        }
    }

    /// Sets the most bytes that inputs, outputs and decoded chunks take at once: 1 GiB unless it is set. Arrays in memory that
    /// are sources or sinks do not count.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::<u8>::zeros(1 << 20), Array1::<u8>::zeros(1 << 20));
    /// let summary = Job::copy(&x, &mut y).memory(64 << 10).run()?;
    /// assert!(summary.planned_memory <= 64 << 10);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn memory(self, bytes: usize) -> Job<'a> {
        Job { memory: bytes, ..self }
    }

    /// Sets the number of chunks that are under way at once, each on a thread of its own. Unless it is set, there are as many
    /// as there are processors, more where reading waits for a network, and fewer where the memory does not do.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::<u8>::zeros(1 << 20), Array1::<u8>::zeros(1 << 20));
    /// assert_eq!(Job::copy(&x, &mut y).memory(1 << 20).workers(3).run()?.workers, 3);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn workers(self, workers: usize) -> Job<'a> {
        Job { workers: Some(workers.max(1)), ..self }
    }

    /// Shows how far the job is, on the standard error: a bar on a terminal, else a line every ten seconds.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::from_iter(0..9), Array1::<i32>::zeros(9));
    /// assert_eq!(Job::copy(&x, &mut y).progress(true).run()?.chunks, 1);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn progress(self, shown: bool) -> Job<'a> {
        Job { progress: shown, ..self }
    }

    /// Does one share of `shares` only, the one of number `share`, counted from 0: so that several processes, on one machine or
    /// on several with the same files, do the job together. Each goes on by itself when it is run again; the one that is done
    /// last finishes the outputs.
    ///
    /// # Errors
    /// [`run`](Job::run) gives [`JobError::Shard`] where there is no such share, or where no journal tells what the others did.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, JobError};
    /// let mut y = Array1::<u8>::zeros(9);
    /// let error = Job::copy(&Array1::<u8>::zeros(9), &mut y).shard(8, 8).run().unwrap_err();
    /// assert!(matches!(error, Error::Job(JobError::Shard { share: 8, shares: 8, .. })));
    /// ```
    pub fn shard(self, share: usize, shares: usize) -> Job<'a> {
        Job { share: Share { number: share, of: shares }, ..self }
    }

    /// Begins anew: what another job, or an earlier run, left in the outputs is replaced. In a folder of images, files of other
    /// names than the new ones stay.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::from_iter(0..9), Array1::<i32>::zeros(9));
    /// Job::copy(&x, &mut y).restart(true).run()?;
    /// assert_eq!(x, y);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn restart(self, restart: bool) -> Job<'a> {
        Job { restart, ..self }
    }

    /// Goes on although the inputs are not as they were in the run before: files that were broken then are whole now. The chunks
    /// that are done stay as they are, so nothing else of the inputs may have changed.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::from_iter(0..9), Array1::<i32>::zeros(9));
    /// Job::copy(&x, &mut y).inputs_mended(true).run()?;
    /// assert_eq!(x, y);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn inputs_mended(self, mended: bool) -> Job<'a> {
        Job { mended, ..self }
    }

    /// Sets how often reading or writing is tried again after an error that may pass, such as a lost connection: 5 times unless
    /// it is set, after 0.2 s, 0.4 s, and so on up to 30 s.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let (x, mut y) = (Array1::from_iter(0..9), Array1::<i32>::zeros(9));
    /// Job::copy(&x, &mut y).retries(0).run()?;
    /// assert_eq!(x, y);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn retries(self, retries: u32) -> Job<'a> {
        Job { retries, ..self }
    }

    /// Writes when each chunk was read, computed and written, by which worker, to a file that Perfetto and Chrome show
    /// (`about:tracing`).
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-trace-{}.json", std::process::id()));
    /// let mut y = Array1::<u8>::zeros(9);
    /// Job::copy(&Array1::<u8>::zeros(9), &mut y).trace(&path).run()?;
    /// assert!(std::fs::read_to_string(&path)?.contains("compute"));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn trace(self, path: impl Into<PathBuf>) -> Job<'a> {
        Job { trace: Some(path.into()), ..self }
    }

    /// Sets the file in which the job notes what is done, where the sinks have none or it should lie elsewhere.
    ///
    /// # Errors
    /// [`run`](Job::run) gives [`JobError::Unnoted`] where notes are of no use: nothing of an array in memory is left after a run.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, JobError};
    /// let (x, mut y) = (Array1::from_iter(0..9), Array1::<i32>::zeros(9));
    /// let error = Job::copy(&x, &mut y).journal("notes.job").run().unwrap_err();
    /// assert!(matches!(error, Error::Job(JobError::Unnoted { .. })));
    /// ```
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
        let (path, identity) = self.noted()?;
        self.check_share(path.is_some())?;
        let earlier = match &path {
            Some(path) if !self.restart => Journal::earlier(path, &identity)?,
            _ => None,
        };
        let mut plan = self.plan(earlier.map(|earlier| earlier.block))?;
        self.check_places(&plan.forms)?;
        let noted = match &path {
            Some(path) => {
                if self.restart {
                    Journal::remove(path)?;
                }
                let (journal, earlier) = Journal::open(path, &identity, &plan.block, self.share)?;
                if earlier.block != plan.block {
                    // Another share, with other memory or processors, was quicker to plan.
                    plan = self.plan(Some(earlier.block.clone()))?;
                }
                Some((path.as_path(), journal, earlier))
            }
            None => None,
        };
        let (writers, journal, done) = self.begin(&plan, noted)?;
        let items = self.share.items(plan.items);
        let skipped = items.clone().filter(|&item| done.contains(item)).count();
        let mut run = Run::new(&plan, &self.sources, writers, done, self.share, journal);
        run.retries = self.retries;
        run.progress = self.progress.then(|| Progress::new(self.kernel.erased().name(), items.len(), skipped));
        run.trace = self.trace.as_deref().map(Trace::new).transpose()?;
        let Outcome { failed, done, noted } = run.all();
        if let Some(progress) = &run.progress {
            progress.end();
        }
        // What became of the chunks is told first.
        let traced = run.trace.take().map_or(Ok(()), Trace::end);
        if !failed.is_empty() {
            let (total, noted) = (items.len(), path.is_some());
            return Err(JobError::Chunks { failed, done, total, noted }.into());
        }
        noted?;
        run.finish(&identity)?;
        traced?;
        let summary = Summary { chunks: items.len(), skipped, elapsed: begun.elapsed(), ..run.summary() };
        if self.progress {
            eprintln!("{}: {summary}", self.kernel.erased().name());
        }
        Ok(summary)
    }

    /// The plan of the job, with its reasons, before anything is read or written: chunks, memory, how often cells are read.
    ///
    /// # Errors
    /// Those of [`run`](Job::run) from before it begins.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Nearest)]
    /// fn rise(x: Window2<f32>) -> f32 { x[[1, 0]] - x[[0, 0]] }
    /// let (x, mut y) = (Array2::<f32>::zeros((4000, 1000)), Array2::<f32>::zeros((4000, 1000)));
    /// let explanation = Job::new(rise(), &x, &mut y).memory(16 << 20).explain()?;
    /// assert!(explanation.peak_memory <= 16 << 20);
    /// assert!(explanation.to_string().starts_with("rise in "));
    /// assert!(explanation.to_html().contains("<svg"));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self) -> Result<JobExplanation, Error> {
        let plan = self.plan(None)?;
        Ok(JobExplanation::new(&self.kernel.erased().name(), &plan, &self.sources, &self.sinks))
    }

    /// The file in which the job notes what is done, if it can go on at all, and what it is.
    fn noted(&self) -> Result<(Option<PathBuf>, Identity), Error> {
        let path = self.journal.clone().or_else(|| self.sinks.iter().find_map(|sink| sink.journal()));
        // What goes to memory alone is not noted, and hashing the inputs would be in vain.
        let Some(path) = path else { return Ok(Default::default()) };
        let identity = self.identity()?;
        let gone = self.sinks.iter().find(|sink| !sink.lasts());
        let reason = match (identity.unknown(), gone) {
            (Some(what), _) => format!("nobody knows whether {what} is as it was"),
            (None, Some(sink)) => format!("nothing of {} is left after a run", sink.name()),
            (None, None) => return Ok((Some(path), identity)),
        };
        if self.journal.is_some() || self.share.of > 1 {
            return Err(JobError::Unnoted { reason: reason.into() }.into());
        }
        Ok((None, identity))
    }

    /// Refuses to write over what is read, and to write twice to one place.
    fn check_places(&self, forms: &[Form]) -> Result<(), Error> {
        let mut read = Places::default();
        self.sources.iter().flat_map(|source| source.paths()).for_each(|path| read.add(path));
        let outputs = self.sinks.iter().zip(forms).map(|(sink, form)| sink.paths(form));
        let mut written = Places::default();
        let own = [&self.trace, &self.journal].map(|path| path.clone().into_iter().collect());
        for paths in outputs.chain(own) {
            for path in &paths {
                let refused = |reason: &'static str| Err(IoError::new(path.display().to_string(), reason).into());
                if read.meet(path) {
                    return refused("the job reads what it would write over");
                }
                if written.meet(path) {
                    return refused("two outputs of the job would be written there");
                }
            }
            paths.into_iter().for_each(|path| written.add(path));
        }
        Ok(())
    }

    /// Opens the outputs, and notes that they are open; tells what is done.
    fn begin(&self, plan: &Plan<'_>, noted: Option<(&Path, Journal, Earlier)>) -> Result<Begun<'_>, Error> {
        // Notes of other jobs about what was there.
        let remove_others = |path: Option<&Path>| {
            let others = self.sinks.iter().filter_map(|sink| sink.journal());
            others.filter(|other| Some(other.as_path()) != path).try_for_each(|other| Journal::remove(&other))
        };
        let Some((path, mut journal, earlier)) = noted else {
            if !self.restart {
                self.check_vacant(plan)?;
            }
            remove_others(None)?;
            return Ok((self.open(plan, Open::New)?, None, Done::default()));
        };
        if earlier.block != plan.block {
            let reason = format!("its chunks are {:?}, those of this job {:?}", earlier.block, plan.block);
            return Err(JobError::Journal { path: path.to_owned(), reason: reason.into() }.into());
        }
        if earlier.opened {
            return Ok((self.open(plan, Open::Resume)?, Some(journal), earlier.done));
        }
        // A run that was killed here made some of the outputs: they are not in the way of the next one.
        if !earlier.opening {
            let vacant = if self.restart { Ok(()) } else { self.check_vacant(plan) };
            if let Err(error) = vacant {
                journal.abandon();
                return Err(error);
            }
            journal.opening()?;
        }
        remove_others(Some(path))?;
        match self.open(plan, Open::New) {
            Ok(writers) => {
                journal.opened()?;
                Ok((writers, Some(journal), earlier.done))
            }
            Err(error) => {
                if self.check_vacant(plan).is_ok() {
                    journal.abandon();
                }
                Err(error)
            }
        }
    }

    /// Refuses outputs in whose place something is.
    fn check_vacant(&self, plan: &Plan<'_>) -> Result<(), Error> {
        self.sinks.iter().zip(&plan.forms).try_for_each(|(sink, form)| Ok(sink.check_vacant(form)?))
    }

    fn open(&self, plan: &Plan<'_>, open: Open) -> Result<Vec<Box<dyn Writer + '_>>, Error> {
        self.sinks.iter().zip(&plan.forms).map(|(sink, form)| Ok(sink.open(form, open)?)).collect()
    }

    fn check_share(&self, noted: bool) -> Result<(), Error> {
        let Share { number: share, of: shares } = self.share;
        let reason = if share >= shares {
            "shares are counted from 0, below the number of them"
        } else if self.restart && shares > 1 {
            "shares of one job cannot each begin it anew: remove the output and its journal"
        } else if shares > 1 && !noted {
            "shares of one job note what is done in a journal, but the outputs have none: name one by `.journal(path)`"
        } else {
            return Ok(());
        };
        Err(JobError::Shard { share, shares, reason }.into())
    }

    /// All that the results depend on.
    fn identity(&self) -> Result<Identity, Error> {
        let mut identity = Identity::default();
        let shapes: Vec<Vec<usize>> = self.sources.iter().map(|source| source.shape()).collect();
        self.kernel.erased().identify(&shapes, &mut identity);
        for source in &self.sources {
            let (name, version) = (source.name(), source.version()?);
            if version.is_none() {
                identity.add_unknown(format!("{name}, whose `Source::version` is `None`,"));
            }
            let told = version.as_deref().unwrap_or_default();
            identity.add("input", format!("{name} {:?} of {} {told}", source.shape(), source.data_type()));
        }
        if self.mended {
            identity.any_inputs();
        }
        for sink in &self.sinks {
            identity.add("output", format!("{} {}", sink.name(), sink.settings()));
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
            return Err(
                JobError::Operands { kernel: name.into(), expected: expected.into(), found: found.into() }.into()
            );
        }
        for (source, input) in self.sources.iter().zip(&inputs) {
            let found = source.data_type();
            if found != input.data_type {
                return Err(JobError::ElementType {
                    kernel: name.into(),
                    operand: input.name.clone().into(),
                    place: source.name().into(),
                    found: found.to_string().into(),
                    expected: input.data_type.to_string().into(),
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
            workers: self.workers,
            block,
        };
        Plan::new(parts, &request)
    }
}
