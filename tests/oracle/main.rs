//! Every executor against an oracle, bit for bit: the reference executor or a plain loop.
//!
//! A case draws shapes, strides, boundaries and the schedule; `PROPTEST_CASES` sets the number of cases of
//! each property.

mod case;
mod chunked;
#[cfg(feature = "gpu")]
mod gpu;
mod gufuncs;
mod jobs;
mod layout;
mod samples;
mod stencils;
