//! Chunked jobs.
mod arrays;
mod cache;
mod job;
mod journal;
mod kernel;
mod metadata;
mod per_block;
mod plan;
mod progress;
mod run;
mod several;
mod sink;
mod source;
mod summary;
mod text;
mod trace;

pub use crate::data_type::{DataType, Scalar};
pub use crate::memory::{Cells, CellsMut};
pub use arrays::{ArraySink, ArraySource, IntoSink, IntoSinks, IntoSource, IntoSources};
pub use job::Job;
pub use kernel::JobKernel;
pub use metadata::Metadata;
pub use per_block::PerBlock;
pub use sink::{AxisOrigin, Form, Open, Sink, Writer};
pub use source::Source;
pub use stencil_abi::ElementType;
pub use summary::Summary;
