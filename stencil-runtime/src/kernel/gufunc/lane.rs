//! Operands of `L` loop elements side by side: each cell of a core is a row of `L` values, one for each lane.
//!
//! Loops of an element function whose trip counts are the same for all lanes run over rows; what happens inside of
//! them happens for each lane in a loop over `L`, which the compiler turns into vector instructions.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use crate::block::LINE;
use crate::kernel::Element;
use crate::memory::prefetch;

/// The cores of `L` loop elements of an input.
#[derive(Debug)]
pub struct LaneView<'a, T, const N: usize, const L: usize> {
    rows: Rows<T, N>,
    borrow: PhantomData<&'a T>,
}

impl<T, const N: usize, const L: usize> Clone for LaneView<'_, T, N, L> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, const N: usize, const L: usize> Copy for LaneView<'_, T, N, L> {}

/// The cores of `L` loop elements of an output.
#[derive(Debug)]
pub struct LaneViewMut<'a, T, const N: usize, const L: usize> {
    rows: Rows<T, N>,
    borrow: PhantomData<&'a mut T>,
}

/// The core of one lane of an input.
#[derive(Debug)]
pub struct LaneRef<'a, T, const N: usize> {
    rows: Rows<T, N>,
    borrow: PhantomData<&'a T>,
}

impl<T, const N: usize> Clone for LaneRef<'_, T, N> {
    fn clone(&self) -> Self {
        *self
    }
}

/// As ndarray's view of the core is, so that closures may take it.
impl<T, const N: usize> Copy for LaneRef<'_, T, N> {}

/// The core of one lane of an output or of scratch.
#[derive(Debug)]
pub struct LaneMut<'a, T, const N: usize> {
    rows: Rows<T, N>,
    borrow: PhantomData<&'a mut T>,
}

/// The most lanes of which a row is two vectors of the widest level; more are a long row.
pub(crate) const MAX_LANES: usize = 64;
/// Long rows are asked for this many rows before they are read.
const AHEAD: isize = 8;

/// The places of rows: the first value of the first one, and strides in values.
#[derive(Debug)]
struct Rows<T, const N: usize> {
    at: *mut T,
    shape: [usize; N],
    strides: [isize; N],
}

impl<T, const N: usize> Clone for Rows<T, N> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, const N: usize> Copy for Rows<T, N> {}

impl<T, const N: usize> Rows<T, N> {
    /// The cell at an index.
    ///
    /// # Panics
    /// When the index lies outside of the core.
    #[inline(always)]
    #[track_caller]
    fn cell(&self, index: [usize; N]) -> *mut T {
        let mut offset = 0;
        let mut axis = 0;
        while axis < N {
            if index[axis] >= self.shape[axis] {
                outside(&index, &self.shape);
            }
            offset += index[axis] as isize * self.strides[axis];
            axis += 1;
        }
        self.at.wrapping_offset(offset)
    }

    /// Asks for a row some rows behind the one at `cell`, where rows are so long that the processor does not foresee them: at
    /// the end of the core, for the first ones of the next group.
    #[inline(always)]
    fn ask<const L: usize>(&self, cell: *const T, index: usize) {
        if const { N == 1 && L > MAX_LANES } {
            let (rows, stride) = (self.shape[0] as isize, self.strides[0]);
            let ahead =
                if (index as isize) < rows - AHEAD { AHEAD * stride } else { (AHEAD - rows) * stride + L as isize };
            let row = cell.wrapping_offset(ahead).cast::<u8>();
            let mut byte = 0;
            while byte < L * size_of::<T>() {
                prefetch(row.wrapping_add(byte));
                byte += LINE;
            }
        }
    }

    #[inline(always)]
    fn lane<const L: usize>(&self, lane: usize) -> Rows<T, N> {
        assert!(lane < L);
        Rows { at: self.at.wrapping_add(lane), ..*self }
    }

    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn outside(index: &[usize], shape: &[usize]) -> ! {
    panic!("index {index:?} is out of bounds for the core's shape {shape:?}")
}

/// An index into a core of `N` axes.
pub trait LaneIndex<const N: usize> {
    /// One number for each axis.
    fn index(self) -> [usize; N];
}

impl<const N: usize> LaneIndex<N> for [usize; N] {
    #[inline(always)]
    fn index(self) -> [usize; N] {
        self
    }
}

impl LaneIndex<1> for usize {
    #[inline(always)]
    fn index(self) -> [usize; 1] {
        [self]
    }
}

/// A tuple, and ndarray's own type.
macro_rules! lane_index {
    ($($Index:ty, $Ix:ident, $rank:literal;)*) => {
        $(
            impl LaneIndex<$rank> for $Index {
                #[inline(always)]
                fn index(self) -> [usize; $rank] {
                    self.into()
                }
            }

            impl LaneIndex<$rank> for ndarray::$Ix {
                #[inline(always)]
                fn index(self) -> [usize; $rank] {
                    ndarray::Dimension::into_pattern(self).into()
                }
            }
        )*
    };
}
lane_index! {
    (usize, usize), Ix2, 2;
    (usize, usize, usize), Ix3, 3;
    (usize, usize, usize, usize), Ix4, 4;
    (usize, usize, usize, usize, usize), Ix5, 5;
    (usize, usize, usize, usize, usize, usize), Ix6, 6;
}

impl LaneIndex<1> for ndarray::Ix1 {
    #[inline(always)]
    fn index(self) -> [usize; 1] {
        [ndarray::Dimension::into_pattern(self)]
    }
}

impl LaneIndex<0> for () {
    #[inline(always)]
    fn index(self) -> [usize; 0] {
        []
    }
}

/// The methods of ndarray's views that tell about the shape, which is the same for all lanes.
macro_rules! shape_methods {
    () => {
        /// The number of cells of the core.
        #[inline(always)]
        pub fn len(&self) -> usize {
            self.rows.len()
        }

        /// Returns true when the core has no cells.
        #[inline(always)]
        pub fn is_empty(&self) -> bool {
            self.len() == 0
        }

        /// The core's shape.
        #[inline(always)]
        pub fn shape(&self) -> &[usize] {
            &self.rows.shape
        }

        /// The length of an axis.
        #[inline(always)]
        pub fn len_of(&self, axis: ndarray::Axis) -> usize {
            self.rows.shape[axis.0]
        }
    };
}

macro_rules! matrix_methods {
    () => {
        /// The number of rows.
        #[inline(always)]
        pub fn nrows(&self) -> usize {
            self.rows.shape[0]
        }

        /// The number of columns.
        #[inline(always)]
        pub fn ncols(&self) -> usize {
            self.rows.shape[1]
        }
    };
}

/// `dim`, which is a tuple, or one number.
macro_rules! dim_methods {
    ($($rank:literal $Dim:ty, |$shape:ident| $dim:expr;)*) => {
        $(
            impl<T: Element, const L: usize> LaneView<'_, T, $rank, L> {
                dim_methods!(@ $Dim, $shape, $dim);
            }
            impl<T: Element, const L: usize> LaneViewMut<'_, T, $rank, L> {
                dim_methods!(@ $Dim, $shape, $dim);
            }
            impl<T: Element> LaneRef<'_, T, $rank> {
                dim_methods!(@ $Dim, $shape, $dim);
            }
            impl<T: Element> LaneMut<'_, T, $rank> {
                dim_methods!(@ $Dim, $shape, $dim);
            }
        )*
    };
    (@ $Dim:ty, $shape:ident, $dim:expr) => {
        /// The lengths of all axes.
        #[inline(always)]
        pub fn dim(&self) -> $Dim {
            let $shape = self.rows.shape;
            $dim
        }
    };
}
dim_methods! {
    0 (), |_shape| ();
    1 usize, |shape| shape[0];
    2 (usize, usize), |shape| shape.into();
    3 (usize, usize, usize), |shape| shape.into();
    4 (usize, usize, usize, usize), |shape| shape.into();
    5 (usize, usize, usize, usize, usize), |shape| shape.into();
    6 (usize, usize, usize, usize, usize, usize), |shape| shape.into();
}

impl<'a, T: Element, const N: usize, const L: usize> LaneView<'a, T, N, L> {
    /// # Safety
    /// There are `L` values at each cell, alive and unwritten for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn new(at: *const T, shape: [usize; N], strides: [isize; N]) -> Self {
        LaneView { rows: Rows { at: at.cast_mut(), shape, strides }, borrow: PhantomData }
    }

    shape_methods!();

    /// The core of one lane.
    #[inline(always)]
    pub fn lane(&self, lane: usize) -> LaneRef<'a, T, N> {
        LaneRef { rows: self.rows.lane::<L>(lane), borrow: PhantomData }
    }

    /// The values of all lanes at one cell.
    ///
    /// # Panics
    /// When the index lies outside of the core.
    #[inline(always)]
    #[track_caller]
    pub fn row(&self, index: impl LaneIndex<N>) -> &'a [T; L] {
        let index = index.index();
        let cell = self.rows.cell(index);
        self.rows.ask::<L>(cell, if N == 1 { index[0] } else { 0 });
        // SAFETY: `new` was promised `L` values at each cell.
        unsafe { &*cell.cast() }
    }

    /// The rows in the order of ndarray's iterators, the last axis first.
    #[inline(always)]
    pub fn iter(&self) -> RowIter<'a, T, N, L> {
        RowIter { rows: self.rows, next: [0; N], back: self.rows.len(), front: 0, borrow: PhantomData }
    }
}

impl<T: Element, const L: usize> LaneView<'_, T, 2, L> {
    matrix_methods!();
}

impl<'a, T: Element, const N: usize, const L: usize> IntoIterator for LaneView<'a, T, N, L> {
    type Item = &'a [T; L];
    type IntoIter = RowIter<'a, T, N, L>;

    #[inline(always)]
    fn into_iter(self) -> RowIter<'a, T, N, L> {
        self.iter()
    }
}

impl<'a, T: Element, const N: usize, const L: usize> IntoIterator for &LaneView<'a, T, N, L> {
    type Item = &'a [T; L];
    type IntoIter = RowIter<'a, T, N, L>;

    #[inline(always)]
    fn into_iter(self) -> RowIter<'a, T, N, L> {
        self.iter()
    }
}

/// The rows of a [`LaneView`].
#[derive(Debug)]
pub struct RowIter<'a, T, const N: usize, const L: usize> {
    rows: Rows<T, N>,
    /// The index of the next row from the front.
    next: [usize; N],
    front: usize,
    back: usize,
    borrow: PhantomData<&'a T>,
}

impl<'a, T: Element, const N: usize, const L: usize> Iterator for RowIter<'a, T, N, L> {
    type Item = &'a [T; L];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [T; L]> {
        if self.front == self.back {
            return None;
        }
        let cell = if N == 1 {
            let cell = self.rows.at.wrapping_offset(self.front as isize * self.rows.strides[0]);
            self.rows.ask::<L>(cell, self.front);
            cell
        } else {
            let cell = self.rows.cell(self.next);
            let mut axis = N;
            while axis > 0 {
                axis -= 1;
                self.next[axis] += 1;
                if self.next[axis] < self.rows.shape[axis] {
                    break;
                }
                self.next[axis] = 0;
            }
            cell
        };
        self.front += 1;
        // SAFETY: a cell of the core, where `LaneView::new` was promised `L` values.
        Some(unsafe { &*cell.cast() })
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl<T: Element, const N: usize, const L: usize> ExactSizeIterator for RowIter<'_, T, N, L> {}

impl<T: Element, const L: usize> DoubleEndedIterator for RowIter<'_, T, 1, L> {
    #[inline(always)]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        let cell = self.rows.at.wrapping_offset(self.back as isize * self.rows.strides[0]);
        // SAFETY: as for `next`.
        Some(unsafe { &*cell.cast() })
    }
}

impl<T: Element, const N: usize> LaneRef<'_, T, N> {
    shape_methods!();
}
impl<T: Element> LaneRef<'_, T, 2> {
    matrix_methods!();
}

impl<T: Element, const N: usize, I: LaneIndex<N>> Index<I> for LaneRef<'_, T, N> {
    type Output = T;

    #[inline(always)]
    #[track_caller]
    fn index(&self, index: I) -> &T {
        // SAFETY: a cell of the core, which `LaneView::new` was promised to be alive.
        unsafe { &*self.rows.cell(index.index()) }
    }
}

impl<T: Element, const N: usize, const L: usize> LaneViewMut<'_, T, N, L> {
    /// # Safety
    /// There are `L` values at each cell, alive, initialised and not used otherwise for the view's life.
    #[inline(always)]
    pub(crate) unsafe fn new(at: *mut T, shape: [usize; N], strides: [isize; N]) -> Self {
        LaneViewMut { rows: Rows { at, shape, strides }, borrow: PhantomData }
    }

    shape_methods!();

    /// The values of all lanes at one cell.
    ///
    /// # Panics
    /// When the index lies outside of the core.
    #[inline(always)]
    #[track_caller]
    pub fn row(&self, index: impl LaneIndex<N>) -> &[T; L] {
        // SAFETY: `new` was promised `L` values at each cell.
        unsafe { &*self.rows.cell(index.index()).cast() }
    }

    /// As `row`, to write to.
    ///
    /// # Panics
    /// When the index lies outside of the core.
    #[inline(always)]
    #[track_caller]
    pub fn row_mut(&mut self, index: impl LaneIndex<N>) -> &mut [T; L] {
        // SAFETY: as for `row`; this borrows all rows exclusively.
        unsafe { &mut *self.rows.cell(index.index()).cast() }
    }

    /// The core of one lane.
    #[inline(always)]
    pub fn lane(&mut self, lane: usize) -> LaneMut<'_, T, N> {
        LaneMut { rows: self.rows.lane::<L>(lane), borrow: PhantomData }
    }
}

impl<T: Element, const L: usize> LaneViewMut<'_, T, 1, L> {
    /// Sets the values of all lanes at one cell.
    ///
    /// # Panics
    /// When the index lies outside of the core.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn put_row(&mut self, index: usize, values: &[T; L]) {
        // SAFETY: `new` was promised `L` values at each cell, which this borrows exclusively.
        unsafe { self.rows.cell([index]).cast::<[T; L]>().write(*values) }
    }
}
impl<T: Element, const L: usize> LaneViewMut<'_, T, 2, L> {
    matrix_methods!();
}

impl<T: Element, const N: usize> LaneMut<'_, T, N> {
    shape_methods!();
}
impl<T: Element> LaneMut<'_, T, 2> {
    matrix_methods!();
}

impl<T: Element, const N: usize, I: LaneIndex<N>> Index<I> for LaneMut<'_, T, N> {
    type Output = T;

    #[inline(always)]
    #[track_caller]
    fn index(&self, index: I) -> &T {
        // SAFETY: a cell of the core, which is initialised and borrowed by this.
        unsafe { &*self.rows.cell(index.index()) }
    }
}

impl<T: Element, const N: usize, I: LaneIndex<N>> IndexMut<I> for LaneMut<'_, T, N> {
    #[inline(always)]
    #[track_caller]
    fn index_mut(&mut self, index: I) -> &mut T {
        // SAFETY: as for `index`; this borrows the lane exclusively.
        unsafe { &mut *self.rows.cell(index.index()) }
    }
}

/// Scratch memory, `Vec<T>` in the element function, of `L` lanes: all have the same length.
#[derive(Debug)]
pub struct LaneVec<T, const L: usize> {
    rows: Vec<[T; L]>,
}

impl<T, const L: usize> Default for LaneVec<T, L> {
    fn default() -> Self {
        LaneVec { rows: Vec::new() }
    }
}

impl<T: Element, const L: usize> LaneVec<T, L> {
    /// As for `Vec`.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// As for `Vec`.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As for `Vec`.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// As for `Vec`.
    #[inline(always)]
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// As for `Vec`.
    #[inline(always)]
    pub fn reserve(&mut self, additional: usize) {
        self.rows.reserve(additional);
    }

    /// As for `Vec`: all lanes get the value.
    pub fn resize(&mut self, len: usize, value: T) {
        self.rows.resize(len, [value; L]);
    }

    /// As `push` of `Vec`, with the value of each lane.
    #[inline(always)]
    pub fn push_with(&mut self, value: impl FnMut(usize) -> T) {
        self.rows.push(super::views::lanes_of(value));
    }

    /// As for `Vec`, with a row for the value of each lane.
    #[inline(always)]
    pub fn extend<R: std::borrow::Borrow<[T; L]>>(&mut self, rows: impl IntoIterator<Item = R>) {
        self.rows.extend(rows.into_iter().map(|row| *row.borrow()));
    }

    /// The values of all lanes at one index.
    ///
    /// # Panics
    /// When the index is not below the length.
    #[inline(always)]
    #[track_caller]
    pub fn row(&self, index: usize) -> &[T; L] {
        &self.rows[index]
    }

    /// As `row`, to write to.
    ///
    /// # Panics
    /// When the index is not below the length.
    #[inline(always)]
    #[track_caller]
    pub fn row_mut(&mut self, index: usize) -> &mut [T; L] {
        &mut self.rows[index]
    }

    /// The vector of one lane.
    #[inline(always)]
    pub fn lane(&mut self, lane: usize) -> LaneMut<'_, T, 1> {
        assert!(lane < L);
        let at = self.rows.as_mut_ptr().cast::<T>().wrapping_add(lane);
        LaneMut { rows: Rows { at, shape: [self.rows.len()], strides: [L as isize] }, borrow: PhantomData }
    }

    /// All lanes, row by row.
    pub(crate) fn rows_mut(&mut self) -> &mut [[T; L]] {
        &mut self.rows
    }
}
