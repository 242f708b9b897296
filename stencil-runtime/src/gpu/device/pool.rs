//! Buffers that are kept for the next array of about the same size.
//!
//! A buffer goes back as soon as no array holds it, while recorded commands may still name it: whoever takes it next
//! records behind them, and the GPU runs commands in order.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

/// The purpose of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Arrays and tables.
    Data,
    /// Memory that the host writes; mapped while it is in the pool.
    Upload,
    /// Memory that the host reads.
    Download,
}

impl Purpose {
    pub(crate) fn usage(self) -> wgpu::BufferUsages {
        match self {
            Purpose::Data => wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            Purpose::Upload => wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
            Purpose::Download => wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        }
    }
}

/// Unused bytes for each byte that was in use at the worst time: arrays of a few sizes take turns without new memory,
/// while those of ever new sizes do not fill the device.
const KEPT: u64 = 4;

#[derive(Default)]
pub(crate) struct Pool {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that was put here last is the last.
    unused: VecDeque<(Purpose, wgpu::Buffer)>,
    unused_bytes: u64,
    used_bytes: u64,
    most_used_bytes: u64,
}

impl Pool {
    pub(crate) fn take(&self, purpose: Purpose, size: u64) -> Option<wgpu::Buffer> {
        let mut state = self.state();
        let at = state.unused.iter().rposition(|(kept, buffer)| *kept == purpose && buffer.size() == size)?;
        let (_, buffer) = state.unused.remove(at)?;
        state.unused_bytes -= size;
        state.uses(size);
        Some(buffer)
    }

    /// Counts a buffer that was made because there was none to take.
    pub(crate) fn made(&self, size: u64) {
        self.state().uses(size);
    }

    pub(crate) fn put(&self, purpose: Purpose, buffer: wgpu::Buffer) {
        let mut state = self.state();
        state.used_bytes = state.used_bytes.saturating_sub(buffer.size());
        state.unused_bytes += buffer.size();
        state.unused.push_back((purpose, buffer));
        let limit = state.most_used_bytes.saturating_mul(KEPT);
        while state.unused_bytes > limit
            && let Some((_, oldest)) = state.unused.pop_front()
        {
            state.unused_bytes -= oldest.size();
        }
    }

    /// Gives unused memory back to the system.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.unused.clear();
        state.unused_bytes = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic with the pool")
    }
}

impl State {
    fn uses(&mut self, size: u64) {
        self.used_bytes += size;
        self.most_used_bytes = self.most_used_bytes.max(self.used_bytes);
    }
}

/// The size of the buffer for so many bytes: a quarter more at most, so that arrays of about the same size share buffers.
pub(crate) fn size_class(bytes: u64, limit: u64) -> u64 {
    let bytes = bytes.max(256);
    let step = (bytes.next_power_of_two() / 8).max(256);
    bytes.next_multiple_of(step).min(limit).max(bytes.next_multiple_of(8))
}

#[cfg(test)]
mod tests {
    use super::size_class;

    #[test]
    fn classes_hold_what_they_are_for_and_little_more() {
        for bytes in (0..5000).chain([1 << 20, (1 << 20) + 1, 3 << 29, (3 << 29) + 5]) {
            let size = size_class(bytes, 1 << 40);
            assert!(size >= bytes && size.is_multiple_of(8), "{bytes}");
            assert!(size <= bytes.max(205) * 5 / 4 + 256, "{bytes} {size}");
            assert_eq!(size_class(size, 1 << 40), size);
        }
        assert_eq!(size_class(1000, 1000), 1000);
    }
}
