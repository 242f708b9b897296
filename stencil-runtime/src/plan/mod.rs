//! The decisions that a plan consists of, each with its reason, and the [`cost`] model that they rest on.
//!
//! A plan is a value: an executor makes it from shapes alone, then runs it, and `explain` prints it without running it.

pub(crate) mod cost;
mod sweep;
pub(crate) mod text;

use std::fmt;

pub use self::sweep::{ExplainedInput, StencilExplanation};

use crate::parallel;

/// The threads that compute a call.
///
/// ```
/// use ndstencil::explain::{OneThread, Threads};
/// let threads = Threads::One(OneThread::Scheduled);
/// assert_eq!(threads.to_string(), "one thread, as scheduled");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Threads {
    /// The caller's thread alone.
    One(OneThread),
    /// Threads of the current pool share the tiles, or the loop elements.
    All {
        /// The number of threads in the pool.
        threads: usize,
    },
    /// Loop elements come one after the other, each shared between the threads of the current pool.
    WithinElements {
        /// The number of threads in the pool.
        threads: usize,
    },
}

/// The reason why a call stays on the caller's thread.
///
/// ```
/// use ndstencil::explain::OneThread;
/// assert_eq!(OneThread::LittleWork { nanoseconds: 2500.0 }.to_string(), "about 3 µs of work, and waking others takes as long as 100 µs");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OneThread {
    /// [`Schedule::parallel`](crate::Schedule::parallel) says so.
    Scheduled,
    /// The crate is built without its feature `rayon`.
    NoRayon,
    /// The current pool has one thread.
    PoolOfOne,
    /// The work is done before another thread would have begun.
    LittleWork {
        /// An estimate of the whole work.
        nanoseconds: f64,
    },
}

impl Threads {
    /// The threads for work of so many nanoseconds; `scheduled` is what the caller asks for.
    pub(crate) fn new(scheduled: Option<bool>, nanoseconds: f64) -> Threads {
        match scheduled {
            _ if !parallel::AVAILABLE => Threads::One(OneThread::NoRayon),
            Some(false) => Threads::One(OneThread::Scheduled),
            None if nanoseconds <= cost::SERIAL_BELOW => Threads::One(OneThread::LittleWork { nanoseconds }),
            Some(true) | None => match parallel::threads() {
                0 | 1 => Threads::One(OneThread::PoolOfOne),
                threads => Threads::All { threads },
            },
        }
    }

    /// Returns true when there are several.
    ///
    /// ```
    /// use ndstencil::explain::{OneThread, Threads};
    /// assert!(!Threads::One(OneThread::Scheduled).several());
    /// ```
    pub fn several(&self) -> bool {
        match self {
            Threads::One(_) => false,
            Threads::All { .. } | Threads::WithinElements { .. } => true,
        }
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Threads::One(OneThread::Scheduled) => f.write_str("one thread, as scheduled"),
            Threads::One(why) => write!(f, "one thread: {why}"),
            Threads::All { threads } => write!(f, "{threads} threads"),
            Threads::WithinElements { threads } => write!(f, "{threads} threads within each loop element"),
        }
    }
}

impl fmt::Display for OneThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OneThread::Scheduled => f.write_str("as scheduled"),
            OneThread::NoRayon => f.write_str("the feature `rayon` is off"),
            OneThread::PoolOfOne => f.write_str("the pool has no other"),
            OneThread::LittleWork { nanoseconds } => {
                let (work, least) = ((nanoseconds / 1000.0).ceil(), cost::SERIAL_BELOW / 1000.0);
                write!(f, "about {work} µs of work, and waking others takes as long as {least} µs")
            }
        }
    }
}

/// The way in which results are written.
///
/// ```
/// use ndstencil::explain::{Cached, Stores};
/// assert_eq!(Stores::Streamed.to_string(), "around the caches");
/// assert_eq!(Stores::Cached(Cached::Small).to_string(), "through the caches: the results stay in them");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stores {
    /// Through the caches.
    Cached(Cached),
    /// Around the caches, by streaming stores.
    Streamed,
}

/// The reason why results are written through the caches.
///
/// ```
/// use ndstencil::explain::Cached;
/// assert_eq!(Cached::Rank.to_string(), "of three dimensions and more, streaming was measured to lose");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cached {
    /// [`Schedule::streaming`](crate::Schedule::streaming) says so.
    Scheduled,
    /// The results stay in the caches.
    Small,
    /// Rows are short, so that their ends cost more than streaming gains.
    ShortRows,
    /// Of three dimensions and more, streaming was measured to lose.
    Rank,
    /// Of elements of eight bytes and more, streaming was measured to lose.
    ElementSize,
    /// A point takes so many reads that memory is not the limit.
    ManyReads,
    /// Rows of an output do not begin at the same place of a cache line, or are not contiguous.
    Layout,
    /// Elements may have padding bytes, which vectors must not hold.
    ElementType,
    /// All is computed from copies.
    Copies,
    /// The kernel has cores, several outputs or a mask: only element-wise results are streamed.
    NotElementWise,
    /// The kernel is a stencil: each sweep decides.
    EachSweep,
}

impl fmt::Display for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stores::Cached(why) => write!(f, "through the caches: {why}"),
            Stores::Streamed => f.write_str("around the caches"),
        }
    }
}

impl fmt::Display for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cached::Scheduled => "as scheduled",
            Cached::Small => "the results stay in them",
            Cached::ShortRows => "rows are short, so that their ends cost more than streaming gains",
            Cached::Rank => "of three dimensions and more, streaming was measured to lose",
            Cached::ElementSize => "of elements of eight bytes and more, streaming was measured to lose",
            Cached::ManyReads => "a point takes many reads, so that memory is not the limit",
            Cached::Layout => "rows of an output begin at different places of a cache line, or are not contiguous",
            Cached::ElementType => "elements that are no numbers may have padding bytes",
            Cached::Copies => "all is computed from copies",
            Cached::EachSweep => "unless each sweep says otherwise",
            Cached::NotElementWise => "the kernel has cores, several outputs or a mask",
        })
    }
}

/// The cells that the loops of a stencil read.
///
/// ```
/// use ndstencil::explain::{Copied, Reads};
/// assert_eq!(Reads::Direct.to_string(), "the arrays themselves; at the edges padded copies");
/// assert_eq!(Reads::Copied(Copied::Strided).to_string(), "padded copies: the last axis of an input is not contiguous");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reads {
    /// Inside, those of the arrays themselves; at the edges those of padded copies.
    Direct,
    /// Those of padded copies everywhere.
    Copied(Copied),
}

/// The reason why all is computed from padded copies.
///
/// ```
/// use ndstencil::explain::Copied;
/// assert_eq!(Copied::NoInterior.to_string(), "no point has its whole footprint inside the arrays");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Copied {
    /// The last axis of an input is not contiguous.
    Strided,
    /// The rows that a point reads would push each other out of the first-level cache.
    CollidingRows,
    /// No point has its whole footprint inside the arrays.
    NoInterior,
    /// The result takes the place of the input.
    InPlace,
}

impl fmt::Display for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reads::Direct => f.write_str("the arrays themselves; at the edges padded copies"),
            Reads::Copied(why) => write!(f, "padded copies: {why}"),
        }
    }
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Copied::Strided => "the last axis of an input is not contiguous",
            Copied::CollidingRows => {
                "the distance of rows is such that they would push each other out of the first-level cache"
            }
            Copied::NoInterior => "no point has its whole footprint inside the arrays",
            Copied::InPlace => "the result takes the place of the input",
        })
    }
}

/// The way in which the loop elements of a gufunc are computed.
///
/// ```
/// use ndstencil::explain::{OneByOne, Way};
/// assert_eq!(Way::SideBySide { lanes: 32 }.to_string(), "32 side by side");
/// let alone = Way::OneByOne(OneByOne::LargeElements);
/// assert_eq!(alone.to_string(), "one by one: an element has more than 16 bytes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// Several at a time, one in each lane of the vectors.
    SideBySide {
        /// The number of loop elements.
        lanes: usize,
    },
    /// One after the other.
    OneByOne(OneByOne),
    /// A sweep over the core of each: the kernel is a stencil.
    Sweep,
}

/// The reason why loop elements are computed one by one.
///
/// ```
/// use ndstencil::explain::OneByOne;
/// assert_eq!(OneByOne::FewElements.to_string(), "there are too few of them");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OneByOne {
    /// The body of the element function takes a course of its own for each, or is not understood, or `lanes = false` says so.
    Body,
    /// An element has more than 16 bytes.
    LargeElements,
    /// There are fewer than an eighth of the lanes.
    FewElements,
    /// Their cores would take too much memory side by side.
    LargeCores,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Way::SideBySide { lanes } => write!(f, "{lanes} side by side"),
            Way::OneByOne(why) => write!(f, "one by one: {why}"),
            Way::Sweep => f.write_str("a sweep over each core"),
        }
    }
}

impl fmt::Display for OneByOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OneByOne::Body => "the body is not known to take the same course for all, or `lanes = false` says so",
            OneByOne::LargeElements => "an element has more than 16 bytes",
            OneByOne::FewElements => "there are too few of them",
            OneByOne::LargeCores => "their cores side by side would take too much memory",
        })
    }
}
