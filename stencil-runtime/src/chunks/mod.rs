//! Chunked jobs: kernels over arrays that need not fit memory.
//!
//! A [`Job`] reads a [`Source`], applies a kernel, and writes a [`Sink`], chunk by chunk. Sources and sinks are arrays in
//! memory, files through `ndstencil::io`, or of one's own. What the kernel reads around a chunk follows from its element
//! function, so nobody types a halo; the results are those of the whole arrays in memory, bit for bit.
//!
//! ```
//! use ndarray::{Array2, Array3};
//! use ndstencil::chunks::Statistics;
//! use ndstencil::prelude::*;
//!
//! /// Mean of the 3 × 3 neighbourhood.
//! #[stencil(boundary = Nearest)]
//! fn smooth(x: Window2<f32>) -> f32 {
//!     let mut sum = 0.0;
//!     for i in -1..=1 {
//!         for j in -1..=1 {
//!             sum += x[[i, j]];
//!         }
//!     }
//!     sum / 9.0
//! }
//!
//! let stack = Array3::from_shape_fn((4, 200, 300), |(k, i, j)| ((k + i * j) % 17) as f32);
//! let mut out = Array3::<f32>::zeros(stack.dim());
//! let summary = Job::new(smooth(), &stack, &mut out).memory(1 << 20).run()?;
//! assert!(summary.planned_memory <= 1 << 20);
//!
//! // Several kernels on one read, and a sink that keeps nothing but numbers.
//! let statistics = Statistics::<f32>::new();
//! let mut again = Array3::<f32>::zeros(stack.dim());
//! Job::new((smooth(), smooth()), &stack, (&mut again, &statistics)).run()?;
//! assert_eq!(out, again);
//! assert!(statistics.result().max.is_some_and(|(max, _)| max <= 16.0));
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! | | |
//! |---|---|
//! | [`Job`] | the settings of a run, [`explain`](Job::explain), [`run`](Job::run), [`copy`](Job::copy) |
//! | [`JobKernel`] | what can be run: stencils, gufuncs, repeats, tuples of them, [`per_block`](crate::Gufunc::per_block) |
//! | [`Source`], [`Sink`], [`Writer`], [`Form`] | arrays of one's own |
//! | [`Cells`], [`CellsMut`], [`DataType`], [`Scalar`] | boxes of cells of a type that is known at run time |
//! | [`Metadata`] | things that arrays carry beside their cells |
//! | [`Statistics`] | extremes, sums, means, variances, histograms of arrays of any size |
//!
//! # How a job runs
//!
//! * **Plan.** The work is cut along the chunks of the sinks; where these leave it open, into boxes that a share of the memory
//!   holds. There is no graph of tasks: a plan of a million chunks is as small as one of ten. Each axis that a kernel needs
//!   whole, as `(t)->()` does, is whole in each box.
//! * **Memory.** Each worker has the inputs and outputs of one box, and the bytes that sources and sinks say they need beside
//!   them. What is left of the budget keeps decoded chunks, so that a halo does not decode its neighbours again. A budget that
//!   does not hold one box is an error before the run, which says what would do.
//! * **Journal.** What is done is noted beside the output, after it is on the disk. A job that is run again does what is
//!   missing. The journal is of one kernel (the text of its element function, its parameters and rules), of inputs of one
//!   version, of one grid: another job is refused. Parameters are compared as `Debug` prints them; functions that the element
//!   function calls are not looked at.
//! * **Failures.** A chunk that cannot be read, computed or written is named at the end, with the reason; the others are done.
//! * **Power.** A chunk is written, brought to the disk with its name, and only then noted. So after a loss of power the journal
//!   notes nothing that is not there.

mod arrays;
mod cache;
mod caches;
mod copy;
mod exact_sum;
mod explain;
mod job;
mod journal;
mod kernel;
mod metadata;
mod order;
mod per_block;
mod places;
mod plan;
mod progress;
mod run;
mod several;
mod sink;
mod source;
mod statistics;
mod summary;
mod text;
mod trace;

pub use crate::cells::{Cells, CellsMut};
pub use crate::data_type::{DataType, Scalar};
pub use crate::geometry::each_index;
pub use arrays::{ArraySink, ArraySource, IntoSink, IntoSinks, IntoSource, IntoSources};
pub use explain::{ExplainedSink, ExplainedSource, JobExplanation};
pub use job::Job;
#[cfg(feature = "gpu")]
pub(crate) use kernel::ErasedKernel;
pub use kernel::JobKernel;
pub use metadata::Metadata;
pub use per_block::PerBlock;
pub use sink::{AxisOrigin, Form, Open, Sink, Writer, check_vacant};
pub use source::Source;
pub use statistics::{Found, Statistics};
pub use stencil_abi::ElementType;
pub use summary::Summary;
