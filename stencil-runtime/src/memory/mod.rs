//! New arrays, scratch memory in pieces, cells of a type that is known at run time, and writing around the caches.

mod alloc;
mod buffer;
mod cells;
mod pieces;
mod stream;

pub(crate) use alloc::{check_room, copied, may_hold, uninit};
pub(crate) use buffer::Buffer;
pub use cells::{Cells, CellsMut};
pub(crate) use pieces::{NoMemory, Pieces};
pub(crate) use stream::{STREAM_BYTES, fence, prefetch, store};
