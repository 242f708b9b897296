//! Memory for cells whose type is known at run time.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use super::NoMemory;
use super::alloc::may_hold;
use crate::block::LINE;

/// Bytes aligned to a cache line, all of which are set: zero at first, later whatever was written last.
#[derive(Debug)]
pub(crate) struct Buffer {
    start: NonNull<u8>,
    capacity: usize,
}

// SAFETY: a buffer owns its memory.
unsafe impl Send for Buffer {}
// SAFETY: a shared buffer is read only.
unsafe impl Sync for Buffer {}

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer { start: NonNull::dangling(), capacity: 0 }
    }
}

impl Buffer {
    /// Room for so many bytes; what was there may be lost.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), NoMemory> {
        if bytes <= self.capacity {
            return Ok(());
        }
        // The old memory goes first: both are never needed at once.
        *self = Buffer::default();
        let no_memory = || NoMemory { bytes };
        let layout = layout(bytes).filter(|_| may_hold(bytes)).ok_or_else(no_memory)?;
        // SAFETY: the size is not 0, since it exceeds a capacity.
        let start = unsafe { alloc_zeroed(layout) };
        self.start = NonNull::new(start).ok_or_else(no_memory)?;
        self.capacity = bytes;
        Ok(())
    }

    /// The bytes that there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The first byte; with room for none, an address that is aligned.
    pub(crate) fn as_ptr(&self) -> *mut u8 {
        // Aligned also where nothing was allocated.
        if self.capacity == 0 {
            return std::ptr::without_provenance_mut(LINE);
        }
        let start = self.start.as_ptr();
        start.wrapping_add(start.align_offset(LINE))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(layout) = layout(self.capacity).filter(|_| self.capacity > 0) {
            // SAFETY: the memory was allocated with this layout, and nobody borrows it any longer.
            unsafe { dealloc(self.start.as_ptr(), layout) };
        }
    }
}

/// The memory of a buffer, with room to begin at a line. Allocators that are asked for lines clear the memory by hand, and keep
/// much of what is given back.
fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.checked_add(LINE)?, 1).ok()
}
