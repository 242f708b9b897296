//! New arrays, scratch memory in pieces, and writing around the caches.

mod alloc;
mod buffer;
mod pieces;
mod stream;

pub(crate) use alloc::{check_room, copied, may_hold, uninit};
pub(crate) use buffer::Buffer;
pub(crate) use pieces::{NoMemory, Pieces};
pub(crate) use stream::{STREAM_BYTES, fence, prefetch, store};
