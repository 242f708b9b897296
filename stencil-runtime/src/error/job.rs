//! The errors of chunked jobs.

use std::ops::Range;
use std::path::PathBuf;

use super::Error;

/// A chunk that a job could not compute, read or write.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedChunk {
    /// The number of the chunk in the order of the work.
    pub chunk: usize,
    /// Its box in the first output.
    pub region: Vec<Range<usize>>,
    /// The reason.
    pub error: FailedBy,
}

/// The reason why a chunk failed.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailedBy {
    /// An error of the kernel, or of reading or writing.
    #[error(transparent)]
    Error(#[from] Box<Error>),
    /// The element function, or a source or sink, panicked with this message.
    #[error("a panic: {0}")]
    Panic(String),
}

/// A chunked job could not be planned, or not all of it was done.
///
/// ```
/// use ndarray::{Array2, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, JobError};
/// #[stencil(boundary = Nearest)]
/// fn smooth(x: Window1<f32>) -> f32 { (x[-1] + x[0] + x[1]) / 3.0 }
/// let mut y = Array2::<f32>::zeros((2, 2));
/// let error = Job::new(smooth(), &array![[1_u8, 2], [3, 4]], &mut y).run().unwrap_err();
/// assert!(matches!(error, Error::Job(JobError::ElementType { .. })));
/// assert!(error.to_string().contains("has elements of type u8, but the kernel takes f32"));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There are more or fewer sources or sinks than the kernel has inputs or outputs.
    #[error("kernel `{kernel}` has {expected}, but the job was given {found}")]
    Operands {
        /// The kernel.
        kernel: Box<str>,
        /// The operands of the kernel.
        expected: Box<str>,
        /// The sources and sinks that were given.
        found: Box<str>,
    },
    /// A source holds elements of another type than the kernel takes.
    #[error("kernel `{kernel}`: {place} has elements of type {found}, but the kernel takes {expected} as {operand}")]
    ElementType {
        /// The kernel.
        kernel: Box<str>,
        /// The operand.
        operand: Box<str>,
        /// The name of the source.
        place: Box<str>,
        /// The type of its elements.
        found: Box<str>,
        /// The type that the kernel takes.
        expected: Box<str>,
    },
    /// An array has fewer axes than the kernel.
    #[error("kernel `{kernel}`: {operand}, {place}, has shape {found:?}, but the kernel needs {needed} axes at least")]
    Axes {
        /// The kernel.
        kernel: Box<str>,
        /// The operand.
        operand: Box<str>,
        /// The name of the source.
        place: Box<str>,
        /// Its shape.
        found: Vec<usize>,
        /// The axes that the kernel needs.
        needed: usize,
    },
    /// The leading axes of inputs do not broadcast to each other.
    #[error(
        "kernel `{kernel}`: {operand} has shape {found:?}, which does not fit {expected:?}, the shape of the inputs before it: the axes of the kernel must be the same, those before them the same or 1"
    )]
    Broadcast {
        /// The kernel.
        kernel: Box<str>,
        /// The operand.
        operand: Box<str>,
        /// Its shape.
        found: Vec<usize>,
        /// The leading axes of the other inputs.
        expected: Vec<usize>,
    },
    /// The chunks of several sinks do not fit each other: none is a multiple of the other along an axis.
    #[error(
        "the chunks of {place} have {found} cells along axis {axis}, which is no multiple and no part of the {expected} cells of the other chunks there"
    )]
    Grid {
        /// The name of the sink.
        place: Box<str>,
        /// The axis.
        axis: usize,
        /// The cells of its chunks along the axis.
        found: usize,
        /// The cells of the other chunks.
        expected: usize,
    },
    /// The memory budget is too small for one chunk.
    #[error(
        "the memory budget of {budget} bytes is too small: a chunk of {chunk:?} takes {needed} bytes ({parts}); {advice}"
    )]
    Memory {
        /// The budget in bytes.
        budget: usize,
        /// The bytes that one chunk takes.
        needed: usize,
        /// The cells of the largest chunk along each axis of the first output.
        chunk: Vec<usize>,
        /// The parts of the sum, as text.
        parts: Box<str>,
        /// The settings that would fit.
        advice: Box<str>,
    },
    /// The journal beside the output is of another job.
    #[error("{path}: the journal is of another job: {reason}; finish that one, choose another output, or call `.restart(true)` to begin anew", path = path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
        /// The difference.
        reason: Box<str>,
    },
    /// The job was told to note what is done, or to do a share, but it cannot go on where it stopped.
    #[error("the job cannot note what is done: {reason}")]
    Unnoted {
        /// The reason.
        reason: Box<str>,
    },
    /// There is no such share of the job, or not with its other settings.
    #[error("`.shard({share}, {shares})`: {reason}")]
    Shard {
        /// The number of the share.
        share: usize,
        /// The number of shares.
        shares: usize,
        /// The reason.
        reason: &'static str,
    },
    /// Some chunks failed; all others were written, and another run does only these.
    #[error("{} of {total} chunks failed, {done} are done{}\n{}", failed.len(), rest(*noted), listed(failed))]
    Chunks {
        /// The failed chunks.
        failed: Vec<FailedChunk>,
        /// The chunks that are done, now or in an earlier run.
        done: usize,
        /// All chunks of the job, or of this share of it.
        total: usize,
        /// True when what is done was noted.
        noted: bool,
    },
}

/// The failures that are listed in a message.
const LISTED: usize = 10;

fn rest(noted: bool) -> &'static str {
    if noted { "; run the job again to do the rest" } else { ", and not noted anywhere: another run begins anew" }
}

fn listed(failed: &[FailedChunk]) -> String {
    let line = |chunk: &FailedChunk| format!("  chunk {} {:?}: {}", chunk.chunk, chunk.region, chunk.error);
    let mut lines: Vec<String> = failed.iter().take(LISTED).map(line).collect();
    if failed.len() > LISTED {
        lines.push(format!("  and {} more", failed.len() - LISTED));
    }
    lines.join("\n")
}
