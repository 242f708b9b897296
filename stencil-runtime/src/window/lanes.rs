//! Windows at several points side by side.

use super::{Window, WindowOffset};

/// The windows at `L` points that follow each other along the last axis.
///
/// At an offset each of them reads one cell further than the one before: a row of `L` cells holds the reads of all of them.
pub struct LaneWindow<'w, T, const N: usize, const L: usize> {
    first: Window<'w, T, N>,
}

impl<T, const N: usize, const L: usize> Clone for LaneWindow<'_, T, N, L> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const N: usize, const L: usize> Copy for LaneWindow<'_, T, N, L> {}

impl<'w, T, const N: usize, const L: usize> LaneWindow<'w, T, N, L> {
    /// The windows from `first` on.
    ///
    /// # Safety
    /// `L` points of its patch follow each other from there, each one cell behind the one before.
    #[inline(always)]
    pub(crate) unsafe fn new(first: Window<'w, T, N>) -> Self {
        LaneWindow { first }
    }

    /// The cells at an offset from each point.
    ///
    /// # Panics
    /// When the offset lies outside the halo.
    #[inline(always)]
    #[track_caller]
    pub fn row(&self, offset: impl WindowOffset<N>) -> &'w [T; L] {
        let cell = self.first.cell(offset.entries());
        // SAFETY: the offset lies within the halo, whose cells may be read around each of the points; these follow each
        // other in memory, since the last axis of a patch's source is contiguous.
        unsafe { &*cell.cast() }
    }

    /// The window at one of the points.
    #[inline(always)]
    #[must_use]
    pub fn lane(&self, lane: usize) -> Window<'w, T, N> {
        assert!(lane < L);
        // SAFETY: `new` was promised that there are `L` points.
        unsafe { self.first.shift(0, lane) }
    }

    /// The shape of the input arrays, in cells.
    #[inline(always)]
    #[must_use]
    pub fn shape(&self) -> [usize; N] {
        self.first.shape()
    }

    /// The halo of this input.
    #[inline(always)]
    #[must_use]
    pub fn halo(&self) -> crate::Halo {
        self.first.halo()
    }
}

/// The end of a range that a loop around points side by side runs over, such that the compiler does not unroll it.
#[inline(always)]
pub fn rolled<T: Copy + PartialOrd>(end: T) -> T {
    let hidden = std::hint::black_box(end);
    // SAFETY: it is the same number. That it is no larger lets the compiler prove that offsets lie within the halo.
    unsafe { std::hint::assert_unchecked(hidden <= end) };
    hidden
}
