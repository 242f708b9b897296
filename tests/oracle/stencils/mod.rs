//! Every executor of stencils against the reference executor, and the reference executor against loops by hand.
//!
//! The suites are instantiated for each executor, element type and family of boundaries.

mod apply;
mod long;
mod metamorphic;
mod plain;
mod ranks;
mod several;
mod strides;
mod types;
mod windows;
