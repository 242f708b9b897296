//! Scratch memory of a thread, kept between tiles and calls.

use std::cell::Cell;

use super::pad::Edges;
use crate::memory::Pieces;

/// Memory for padded copies and gathered results.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) pieces: Pieces,
    pub(crate) edges: Edges,
}

thread_local! {
    static KEPT: Cell<Scratch> = Cell::default();
}

impl Scratch {
    /// Runs `work` with this thread's scratch. An element function that applies another kernel gets another one, and so
    /// does the destructor of a thread-local value, which may run after this thread's scratch is gone.
    pub(crate) fn with<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
        let mut scratch = KEPT.try_with(Cell::take).unwrap_or_default();
        let result = work(&mut scratch);
        // Gone together with the thread's other values if it cannot be kept.
        let _ = KEPT.try_with(|kept| kept.set(scratch));
        result
    }
}
