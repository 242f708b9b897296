//! Executors: how a kernel is applied to whole arrays.
//!
//! [`lanes`] holds the loops that are compiled for each kernel; [`plan`] says what is computed where;
//! [`job`] runs the plan, tile by tile; [`pad`] makes the padded copies that take the boundaries out of
//! the loops, and [`wide`] those that threads share; [`reference`] is the plain loop over points against which all of
//! it is tested.

pub(crate) mod alloc;
pub(crate) mod call;
pub(crate) mod job;
mod lanes;
mod levels;
pub(crate) mod outputs;
mod pad;
mod part;
pub(crate) mod plan;
pub(crate) mod reference;
pub(crate) mod request;
pub(crate) mod scratch;
pub(crate) mod split;
mod stream;
mod wide;

pub use lanes::{Frame, Lane, Lanes, lanes};
pub use levels::Levels;
pub(crate) use stream::{fence, prefetch, store};
