//! The cost of a call, as an estimate in nanoseconds: one model for all loops on the processor.
//!
//! It has to be right within a factor of a few, since it decides between ways that differ by more: whether waking threads
//! is worth it, and whether results stay in the caches. The rates are those of one core of a current server processor.

/// Work below this many nanoseconds stays on the caller's thread: waking another one takes as long.
pub(crate) const SERIAL_BELOW: f64 = 100_000.0;
/// Bytes that one thread reads and writes in a nanosecond.
const BYTES: f64 = 32.0;
/// Bytes of results that vector instructions compute in a nanosecond, one operation each.
const VECTOR_BYTES: f64 = 400.0;
/// Nanoseconds of an operation without vector instructions.
const SCALAR: f64 = 1.0;

/// The nanoseconds that it takes to read and write so many bytes.
pub(crate) fn traffic(bytes: usize) -> f64 {
    bytes as f64 / BYTES
}

/// The nanoseconds of an operation on one element of so many bytes, in vectors.
pub(crate) fn vector(size: usize) -> f64 {
    size.clamp(1, 16) as f64 / VECTOR_BYTES
}

/// The nanoseconds of an operation alone.
pub(crate) fn scalar() -> f64 {
    SCALAR
}
