//! Executors: how a kernel is applied to whole arrays.
//!
//! [`lanes`] holds the loops that are compiled for each kernel; [`plan`] says what is computed where;
//! [`job`] runs the plan, tile by tile; [`pad`] makes the padded copies that take the boundaries out of
//! the loops; [`reference`] is the plain loop over points against which all of it is tested.

pub(crate) mod alloc;
mod job;
mod lanes;
mod pad;
mod part;
mod plan;
mod raw;
pub(crate) mod reference;
mod scratch;
mod stream;

pub(crate) use job::Job;
pub use lanes::{Frame, Lane, Lanes, lanes};
pub(crate) use plan::{Facts, Plan};
pub use raw::{RawInput, RawInputs, RawOutput, RawOutputs};
pub(crate) use stream::{LINE, prefetch, store};
