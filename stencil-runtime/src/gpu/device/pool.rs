//! Buffers that are kept for the next array of about the same size.
//!
//! A buffer goes back as soon as no array holds it, while recorded commands may still name it: whoever takes it next
//! records behind them, and the GPU runs commands in order.

use std::collections::HashMap;
use std::sync::Mutex;

/// What a buffer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Arrays and tables.
    Data,
    /// What the host writes; mapped while it is in the pool.
    Upload,
    /// What the host reads.
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

#[derive(Default)]
pub(crate) struct Pool {
    free: Mutex<HashMap<(Purpose, u64), Vec<wgpu::Buffer>>>,
}

impl Pool {
    pub(crate) fn take(&self, purpose: Purpose, size: u64) -> Option<wgpu::Buffer> {
        self.free.lock().expect("no panic with the pool").get_mut(&(purpose, size))?.pop()
    }

    pub(crate) fn put(&self, purpose: Purpose, buffer: wgpu::Buffer) {
        let key = (purpose, buffer.size());
        self.free.lock().expect("no panic with the pool").entry(key).or_default().push(buffer);
    }

    /// Gives the memory back to the system.
    pub(crate) fn clear(&self) {
        std::mem::take(&mut *self.free.lock().expect("no panic with the pool"));
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
