//! New arrays, scratch memory in pieces, and writing around the caches.

mod alloc;
mod pieces;
mod stream;

pub(crate) use alloc::{may_hold, uninit};
pub(crate) use pieces::{NoMemory, Pieces};
pub(crate) use stream::{STREAM_BYTES, fence, prefetch, store};
