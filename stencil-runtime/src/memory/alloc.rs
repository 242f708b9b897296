//! New outputs: not zero-filled, and on huge pages where they are large. How much memory there is.

use std::mem::MaybeUninit;

use ndarray::{Array, ArrayRef, Dimension, Shape, ShapeBuilder};

use crate::block::fits_memory;

/// From this size on, outputs are worth huge pages: touching the small ones costs more than the kernel.
const LARGE: usize = 4 << 20;

/// Refuses new arrays of these shapes and element sizes that memory cannot hold all together, by the shape of the first
/// one that is too much.
pub(crate) fn check_room<'s>(arrays: impl IntoIterator<Item = (&'s [usize], usize)>) -> Result<(), &'s [usize]> {
    let mut all = 0usize;
    for (shape, size) in arrays {
        let bytes = fits_memory(shape, size).then(|| shape.iter().product::<usize>() * size);
        all = bytes.and_then(|bytes| all.checked_add(bytes)).filter(|&all| may_hold(all)).ok_or(shape)?;
    }
    Ok(())
}

/// An array that is not written yet, unless there is no memory for it. Its shape went through [`check_room`].
pub(crate) fn uninit<T, D: Dimension>(shape: Shape<D>) -> Option<Array<MaybeUninit<T>, D>> {
    let cells = shape.raw_dim().size();
    let mut elements: Vec<MaybeUninit<T>> = Vec::new();
    elements.try_reserve_exact(cells).ok()?;
    // SAFETY: there is room for so many, and they need no value.
    unsafe { elements.set_len(cells) };
    let bytes = cells * size_of::<T>();
    if bytes >= LARGE {
        advise_huge_pages(elements.as_mut_ptr().cast(), bytes);
    }
    Some(Array::from_shape_vec(shape, elements).expect("as many cells as the shape has"))
}

/// A copy of an array, in Fortran order if the array is, unless memory does not hold it.
pub(crate) fn copied<T: Copy, D: Dimension>(array: &ArrayRef<T, D>) -> Option<Array<T, D>> {
    check_room([(array.shape(), size_of::<T>())]).ok()?;
    let fortran = array.t().is_standard_layout() && !array.is_standard_layout();
    let mut copy = uninit(array.raw_dim().set_f(fortran))?;
    array.assign_to(&mut copy);
    // SAFETY: every element was assigned.
    Some(unsafe { copy.assume_init() })
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

/// Returns true when the machine has that much memory at all. Linux can promise more than there is, and ends the
/// process when the memory is written to.
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
