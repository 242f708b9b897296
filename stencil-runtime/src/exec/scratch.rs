//! Scratch memory of a thread, kept between tiles and calls.

use std::cell::Cell;
use std::mem::MaybeUninit;

use super::pad::Edges;
use crate::block::LINE;
use crate::memory::may_hold;

/// One cache line of bytes.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] [u8; LINE]);

/// Scratch memory that could not be had.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoMemory {
    /// What was asked for.
    pub(crate) bytes: usize,
}

/// Memory that is handed out in pieces.
#[derive(Default)]
pub(crate) struct Pieces {
    /// Without elements: the capacity alone is used, so that nothing is written before it is needed.
    lines: Vec<Line>,
    used: usize,
}

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

impl Pieces {
    /// Starts anew with room for pieces of these sizes in all.
    pub(crate) fn reserve(&mut self, bytes: usize, poison: bool) -> Result<(), NoMemory> {
        self.used = 0;
        let lines = bytes.div_ceil(LINE);
        if self.lines.capacity() < lines {
            // What was there goes first: both are never needed at once.
            self.lines = Vec::new();
            if !may_hold(bytes) || self.lines.try_reserve_exact(lines).is_err() {
                return Err(NoMemory { bytes });
            }
        }
        if poison {
            self.lines.spare_capacity_mut().fill(MaybeUninit::new(Line([0xA5; LINE])));
        }
        Ok(())
    }

    /// What a piece takes of the scratch.
    pub(crate) fn rounded(bytes: usize) -> usize {
        bytes.next_multiple_of(LINE)
    }

    /// A piece, aligned to a cache line, valid until the next `reserve`.
    pub(crate) fn piece(&mut self, bytes: usize) -> *mut u8 {
        let start = self.used;
        self.used += Pieces::rounded(bytes);
        assert!(self.used <= self.lines.capacity() * LINE, "pieces were reserved");
        self.lines.as_mut_ptr().cast::<u8>().wrapping_add(start)
    }
}
