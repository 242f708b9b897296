//! Every executor of gufuncs against a plain loop over the loop elements.
//!
//! A kernel is written once and compiled twice: by `#[gufunc]`, and as the plain function that the loop calls on
//! ndarray's views. A case draws loop dimensions, core sizes, which operands broadcast, strides, axes and schedules.

// Bodies are written in odd ways on purpose.
#![allow(clippy::eq_op, clippy::swap_with_temporary)]

mod draw;
mod forms;
mod operand;

mod accuracy;
mod calls;
mod control;
mod cores;
mod elementwise;
mod far;
mod integers;
mod moving;
mod panics;
mod quantiles;
mod scratch;
mod stacked;
mod whole;
