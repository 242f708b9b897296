//! Chunked jobs: what they refuse, what they do after a failure, what they note, what they promise.

mod errors;
mod killed;
mod memory;
mod resume;
mod settings;
pub(crate) mod stored;
