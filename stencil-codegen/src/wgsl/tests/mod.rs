//! Bodies as shaders: what is printed, what is refused, and that naga accepts all of it.

mod corpus;
mod harness;
mod never_panics;
mod printed;
mod refused;
