//! The GPU's tests of the other programs, by themselves: built sooner than these, and small enough to carry to another
//! machine, `scripts/gpu_bundle.sh`. Run by name alone, `cargo test --features full --test gpu`.
// The oracle's cases are made for the other executors, too.
#![allow(dead_code)]

#[path = "oracle/case.rs"]
mod case;
#[path = "oracle/chunked.rs"]
mod chunked;
#[path = "language/gpu/mod.rs"]
mod language;
#[path = "oracle/layout.rs"]
mod layout;
#[path = "oracle/gpu/mod.rs"]
mod oracle;
#[path = "runtime/gpu/mod.rs"]
mod runtime;
#[path = "oracle/samples.rs"]
mod samples;
#[path = "runtime/jobs/stored.rs"]
mod stored;

/// The paths that these modules have in the other programs, where macros look.
mod gpu {
    pub(crate) use crate::language::gpu;
    pub(crate) use crate::oracle::{apply, exact};
}

/// The same for the stored arrays of jobs.
mod jobs {
    pub(crate) use crate::stored;
}
