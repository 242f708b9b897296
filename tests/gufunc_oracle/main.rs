//! Every executor of gufuncs against a plain loop over the loop elements, bit for bit.
//!
//! A kernel is written once and compiled twice: by `#[gufunc]`, and as the plain function that the loop calls on
//! ndarray's views. A case draws loop dimensions, core sizes, which operands broadcast, strides, axes and schedules;
//! `PROPTEST_CASES` sets the number of cases of each property.

#[path = "../oracle/case.rs"]
#[allow(dead_code, reason = "a part is for windows")]
mod case;
#[path = "../oracle/layout.rs"]
mod layout;
#[path = "../oracle/samples.rs"]
#[allow(dead_code, reason = "a part is for windows")]
mod samples;

mod draw;
mod forms;
mod operand;

mod calls;
mod control;
mod cores;
mod elementwise;
mod panics;
mod scratch;
mod stacked;
mod whole;
