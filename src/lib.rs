//! Write what happens at one point; the loops, the edges, SIMD and threads are generated.

pub mod docs;
pub mod prelude;

pub use stencil_macros::stencil;
#[doc(hidden)]
pub use stencil_runtime::__private;
pub use stencil_runtime::{
    Boundary, Element, Error, Halo, IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide, Kernel, Level, One, Outputs,
    Real, Rim, Rule, Rules, Schedule, Stencil, Window, Window1, Window2, Window3, Window4, Window5, Window6, max,
    median, min, sort,
};

/// Compiles and runs the program of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
