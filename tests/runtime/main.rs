//! The behaviour of calls besides computing: errors, panics, memory, schedules, devices.
//!
//! Tests that need a process of their own start this program anew, with the name of the test.

mod errors;
mod explain;
#[cfg(feature = "gpu")]
mod gpu;
mod gufunc_errors;
mod gufunc_rules;
mod gufunc_settings;
mod invariance;
mod jobs;
mod panics;
mod ufunc_methods;
mod values;
mod wide;
