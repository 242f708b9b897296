//! New outputs: not zero-filled, and on huge pages where they are large. How much memory there is.

use std::mem::MaybeUninit;

use ndarray::{Array, Dimension, Shape};

/// From this size on, outputs are worth huge pages: touching the small ones costs more than the kernel.
const LARGE: usize = 4 << 20;

/// An array that is not written yet.
pub(crate) fn uninit<T, D: Dimension>(shape: Shape<D>) -> Array<MaybeUninit<T>, D> {
    let mut array = Array::uninit(shape);
    let bytes = array.len() * size_of::<T>();
    if bytes >= LARGE {
        advise_huge_pages(array.as_mut_ptr().cast(), bytes);
    }
    array
}

/// Asks for huge pages on the whole pages of a block of memory. Advice only: failure is harmless.
#[cfg(target_os = "linux")]
fn advise_huge_pages(start: *mut u8, bytes: usize) {
    // SAFETY: no preconditions.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(1) as usize;
    let skip = start.addr().next_multiple_of(page) - start.addr();
    if let Some(rest) = bytes.checked_sub(skip) {
        // SAFETY: the pages belong to this allocation; the advice does not change their content.
        unsafe { libc::madvise(start.add(skip).cast(), rest / page * page, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise_huge_pages(_start: *mut u8, _bytes: usize) {}

/// The size in bytes from which on it is asked how much memory there is.
const CHECKED: usize = 1 << 30;

/// Whether the machine has that much memory at all. Linux can promise more than there is, and ends the process when
/// the memory is written to.
pub(crate) fn may_hold(bytes: usize) -> bool {
    bytes < CHECKED || physical().is_none_or(|memory| bytes <= memory)
}

#[cfg(target_os = "linux")]
fn physical() -> Option<usize> {
    // SAFETY: no preconditions.
    let [pages, page] = [libc::_SC_PHYS_PAGES, libc::_SC_PAGESIZE].map(|name| unsafe { libc::sysconf(name) });
    usize::try_from(pages).ok()?.checked_mul(usize::try_from(page).ok()?)
}

/// No processor in use has a larger address space.
#[cfg(not(target_os = "linux"))]
fn physical() -> Option<usize> {
    1usize.checked_shl(47)
}
