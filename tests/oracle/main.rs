//! Every executor against the reference executor, bit for bit, and the reference executor against loops by hand.
//!
//! A case draws shapes, strides, boundaries and the schedule; `PROPTEST_CASES` sets the number of cases of
//! each property. The suites are instantiated for each executor, element type and family of boundaries.

mod apply;
mod case;
mod layout;
mod metamorphic;
mod plain;
mod ranks;
mod samples;
mod several;
mod types;
mod windows;
