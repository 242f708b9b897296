//! Memory that is handed out in pieces, and taken again for the next ones.

use std::mem::MaybeUninit;

use super::alloc::may_hold;
use crate::block::LINE;

/// One cache line of bytes.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] [u8; LINE]);

const _: () = assert!(align_of::<Line>() == LINE && size_of::<Line>() == LINE);

/// Scratch memory that could not be had.
#[derive(Clone, Copy, Debug)]
pub struct NoMemory {
    /// The bytes that were asked for.
    pub(crate) bytes: usize,
}

/// Memory that is handed out in pieces.
#[derive(Default)]
pub(crate) struct Pieces {
    /// Without elements: the capacity alone is used, so that nothing is written before it is needed.
    lines: Vec<Line>,
    used: usize,
}

impl Pieces {
    /// Starts anew with room for pieces of these sizes in all.
    pub(crate) fn reserve(&mut self, bytes: usize, poison: bool) -> Result<(), NoMemory> {
        self.used = 0;
        let lines = bytes.div_ceil(LINE);
        if self.lines.capacity() < lines {
            // The old memory goes first: both are never needed at once.
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

    /// The bytes that a piece takes of the scratch.
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
