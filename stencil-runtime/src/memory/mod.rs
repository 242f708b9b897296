//! New arrays, and writing around the caches.

mod alloc;
mod stream;

pub(crate) use alloc::{may_hold, uninit};
pub(crate) use stream::{fence, prefetch, store};
