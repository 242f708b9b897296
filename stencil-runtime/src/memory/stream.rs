//! Writing results around the caches.

use std::mem::MaybeUninit;

use crate::block::LINE;

/// Outputs beyond this many bytes do not stay in the caches.
pub(crate) const STREAM_BYTES: usize = 32 << 20;

/// Writes `L` values; with `stream`, whole aligned lines go around the caches, in vectors of `V` bytes.
///
/// # Safety
/// `to` is valid for writing `L` values, and all of the block was set. The processor has vectors of `V` bytes.
#[inline(always)]
pub(crate) unsafe fn store<T, const L: usize, const V: usize>(to: *mut T, block: &[MaybeUninit<T>; L], stream: bool) {
    let bytes = size_of::<[T; L]>();
    if V > 0 && stream && bytes > 0 && bytes.is_multiple_of(LINE) && to.addr().is_multiple_of(LINE) {
        // SAFETY: as the caller says; `to` is aligned to a line.
        unsafe { stream_lines::<V>(to.cast(), block.as_ptr().cast(), bytes) }
    } else {
        // SAFETY: as the caller says.
        unsafe { to.cast::<MaybeUninit<T>>().copy_from_nonoverlapping(block.as_ptr(), L) }
    }
}

/// # Safety
/// As for `store`; `bytes` is a multiple of a line and `to` is aligned to one.
#[inline(always)]
#[cfg(target_arch = "x86_64")]
unsafe fn stream_lines<const V: usize>(to: *mut u8, from: *const u8, bytes: usize) {
    use std::arch::x86_64::*;
    let mut at = 0;
    while at < bytes {
        // SAFETY: as the caller says.
        unsafe {
            let (to, from) = (to.add(at), from.add(at));
            match V {
                64 => _mm512_stream_si512(to.cast(), _mm512_loadu_si512(from.cast())),
                32 => _mm256_stream_si256(to.cast(), _mm256_loadu_si256(from.cast())),
                _ => _mm_stream_si128(to.cast(), _mm_loadu_si128(from.cast())),
            }
        }
        at += V;
    }
}

/// # Safety
/// As for `store`.
#[inline(always)]
#[cfg(not(target_arch = "x86_64"))]
unsafe fn stream_lines<const V: usize>(to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: as the caller says.
    unsafe { to.copy_from_nonoverlapping(from, bytes) }
}

/// Makes streamed lines visible to the other threads, which synchronise by ordinary means afterwards.
pub(crate) fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has SSE.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}

/// Asks for a line to be loaded into the second-level cache; the first was measured to be slower.
#[inline(always)]
pub(crate) fn prefetch(at: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has SSE; a prefetch never faults.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}
