//! Executors: how a kernel is applied to whole arrays.
//!
//! [`loops`] holds the loops that are compiled for each kernel; a [`request`] says what is to be computed, and a [`plan`]
//! how; [`job`] runs the plan, tile by tile; [`pad`] makes the padded copies that take the boundaries out of the loops,
//! and [`wide`] those that threads share; [`reference`] is the plain loop over points against which all of it is tested,
//! and [`split`] an executor for tests that knows parts alone.

pub(crate) mod call;
pub(crate) mod job;
mod loops;
mod pad;
mod part;
pub(crate) mod plan;
pub(crate) mod reference;
pub(crate) mod request;
pub(crate) mod scratch;
pub(crate) mod split;
mod wide;

pub use loops::patch_loops;
