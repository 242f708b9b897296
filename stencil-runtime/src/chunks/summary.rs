//! The report of a run.

use std::fmt;
use std::time::Duration;

use super::text;
use crate::plan::text::counted;

/// The work of a run, and the time and memory that it took. Times are added up over all workers.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The chunks of the job, or of this share of it.
    pub chunks: usize,
    /// Those of them that an earlier run had done.
    pub skipped: usize,
    /// The workers.
    pub workers: usize,
    /// Bytes of cells that were read from sources, decoded.
    pub bytes_read: u64,
    /// Bytes of cells that were written.
    pub bytes_written: u64,
    /// The time spent reading.
    pub reading: Duration,
    /// The time spent computing.
    pub computing: Duration,
    /// The time spent writing.
    pub writing: Duration,
    /// The time from begin to end.
    pub elapsed: Duration,
    /// The most bytes of cells that were held at once, after the plan: the budget is not exceeded.
    pub planned_memory: usize,
    /// The most memory that the process ever had resident, where the system tells.
    pub peak_memory: Option<usize>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", counted(self.chunks, "chunk"))?;
        if self.skipped > 0 {
            write!(f, " ({} done before)", self.skipped)?;
        }
        write!(
            f,
            " in {:.2?} on {}: read {} in {:.2?}, computed in {:.2?}, wrote {} in {:.2?}; {} planned",
            self.elapsed,
            counted(self.workers, "worker"),
            text::bytes(self.bytes_read as usize),
            self.reading,
            self.computing,
            text::bytes(self.bytes_written as usize),
            self.writing,
            text::bytes(self.planned_memory),
        )?;
        match self.peak_memory {
            Some(bytes) => write!(f, ", {} at the peak of the process", text::bytes(bytes)),
            None => Ok(()),
        }
    }
}

/// The most memory that the process ever had resident.
pub(crate) fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()?.checked_mul(1024)
}
