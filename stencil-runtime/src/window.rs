//! Windows: how an element function reads its inputs.

mod lanes;

use std::ops::Index;

use crate::block::LINE;
use crate::memory::prefetch;
use crate::patch::{Frame, Patch};
use crate::{Halo, Sealed};

pub use lanes::{LaneWindow, rolled};

/// A view of one input around the point that is computed: `x[[-1, 0]]` is the cell above it.
///
/// `N` is the rank of the array. A window is made by the executor; the cells within the [`Halo`] of the
/// kernel can always be read, whatever the boundary. An offset outside it panics at the user's line.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Constant(0), halo = ((1, 0), (0, 1)))]
/// fn corner(x: Window2<i32>) -> (i32, i32, bool) {
///     let [above, above_right, here, right] = x.values();
///     (above + above_right + here + right, x[[-1, 0]], x.contains([-1, 0]))
/// }
/// let (sum, above, inside) = corner().apply(&array![[1, 2], [3, 4]])?;
/// assert_eq!(sum, array![[3, 2], [10, 6]]);
/// assert_eq!(above, array![[0, 0], [1, 2]]);
/// assert_eq!(inside, array![[false, false], [true, true]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
///
/// Internally a pointer and strides: an executor that meets an edge hands over a window on a padded
/// copy, so that reading costs the same everywhere and never branches.
pub struct Window<'w, T, const N: usize> {
    at: *const T,
    strides: [isize; N],
    halo: &'w Halo,
    frame: &'w Frame,
    row: usize,
    column: usize,
}

impl<T, const N: usize> Clone for Window<'_, T, N> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const N: usize> Copy for Window<'_, T, N> {}

/// A window on a 1-D array. `x[-1]` works beside `x[[-1]]`.
pub type Window1<'w, T> = Window<'w, T, 1>;
/// A window on a 2-D array.
pub type Window2<'w, T> = Window<'w, T, 2>;
/// A window on a 3-D array.
pub type Window3<'w, T> = Window<'w, T, 3>;
/// A window on a 4-D array.
pub type Window4<'w, T> = Window<'w, T, 4>;
/// A window on a 5-D array.
pub type Window5<'w, T> = Window<'w, T, 5>;
/// A window on a 6-D array.
pub type Window6<'w, T> = Window<'w, T, 6>;

impl<'w, T, const N: usize> Window<'w, T, N> {
    /// A window at the first point of a patch, on its input number `input`.
    ///
    /// # Safety
    /// The patch's input holds elements of type `T`, has rank `N`, and every cell within `halo` around
    /// each point of the patch may be read while `'w` lives.
    #[inline(always)]
    pub(crate) unsafe fn load(patch: &'w Patch, input: usize, halo: &'w Halo) -> Self {
        let source = &patch.inputs[input];
        let mut strides = [0; N];
        let mut axis = 0;
        while axis < N {
            strides[axis] = source.strides[axis];
            axis += 1;
        }
        Window { at: source.at.cast(), strides, halo, frame: &patch.frame, row: 0, column: 0 }
    }

    /// The window `rows` cells further along the last axis but one and `columns` cells further along the last.
    ///
    /// # Safety
    /// A point of the same patch lies there.
    #[inline(always)]
    pub(crate) unsafe fn shift(self, rows: usize, columns: usize) -> Self {
        let row_stride = if N >= 2 { self.strides[N.wrapping_sub(2) % N] } else { 0 };
        let cells = (rows as isize).wrapping_mul(row_stride).wrapping_add(columns as isize);
        let at = self.at.wrapping_offset(cells);
        Window { at, row: self.row.wrapping_add(rows), column: self.column.wrapping_add(columns), ..self }
    }

    /// Asks for the row that is read for the first time four rows further, over `columns` columns.
    #[inline(always)]
    fn prefetch(self, columns: usize) {
        if N < 2 {
            return;
        }
        let axis = N.wrapping_sub(2) % N;
        let below = (self.halo.sides[axis][1] + 4) as isize * self.strides[axis];
        let mut column = 0;
        while column < columns {
            prefetch(self.at.wrapping_offset(below).wrapping_add(column).cast());
            column += (LINE / size_of::<T>().max(1)).max(1);
        }
    }

    /// The index of the point in the input arrays.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::{Array2, array};
    /// #[stencil]
    /// fn linear(x: Window2<u8>) -> usize {
    ///     let [i, j] = x.position();
    ///     10 * i + j
    /// }
    /// assert_eq!(linear().apply(&Array2::zeros((2, 2)))?, array![[0, 1], [10, 11]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn position(&self) -> [usize; N] {
        let mut position = [0; N];
        let mut axis = 0;
        while axis < N {
            position[axis] = self.frame.origin[axis];
            axis += 1;
        }
        position[N - 1] += self.column;
        if N >= 2 {
            position[N.wrapping_sub(2) % N] += self.row;
        }
        position
    }

    /// The shape of the input arrays, in cells.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil]
    /// fn from_end(x: Window1<u8>) -> usize { x.shape()[0] - x.position()[0] }
    /// assert_eq!(from_end().apply(&array![0, 0, 0])?, array![3, 2, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn shape(&self) -> [usize; N] {
        let mut shape = [0; N];
        let mut axis = 0;
        while axis < N {
            shape[axis] = self.frame.shape[axis];
            axis += 1;
        }
        shape
    }

    /// Returns true when the cell at an offset belongs to the array, rather than to its boundary.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Constant(0))]
    /// fn neighbours(x: Window1<u8>) -> u8 {
    ///     u8::from(x.contains([-1])) + u8::from(x.contains([1])) + 0 * (x[-1] + x[1])
    /// }
    /// assert_eq!(neighbours().apply(&array![0, 0, 0])?, array![1, 2, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn contains(&self, offset: [isize; N]) -> bool {
        let position = self.position();
        let mut inside = true;
        let mut axis = 0;
        while axis < N {
            let index = position[axis].wrapping_add_signed(offset[axis]);
            inside &= index < self.frame.shape[axis];
            axis += 1;
        }
        inside
    }

    /// The halo of this input: the offsets that may be read.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// /// The sum over all that may be read, for kernels of any halo.
    /// fn total(x: Window1<'_, i32>) -> i32 {
    ///     let [before, after] = x.halo().axis(0);
    ///     (-(before as isize)..after as isize + 1).map(|i| x[i]).sum()
    /// }
    /// #[stencil(boundary = Constant(0), halo = (2, 0))]
    /// fn last_three(x: Window1<i32>) -> i32 { total(x) }
    /// assert_eq!(last_three().apply(&array![1, 2, 3, 4])?, array![1, 3, 6, 9]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn halo(&self) -> Halo {
        *self.halo
    }

    /// All values of the box footprint, in row-major order of their offsets.
    ///
    /// Inside an element function write `x.values()`: the macro knows the number of cells `P`. In a
    /// helper function say it: `x.values::<9>()`.
    ///
    /// # Panics
    /// When `P` is not the number of cells of the box.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// fn span(x: Window1<'_, i32>) -> i32 { ndstencil::network::max(x.values::<3>()) - ndstencil::network::min(x.values::<3>()) }
    /// #[stencil(boundary = Nearest, halo = 1)]
    /// fn steepness(x: Window1<i32>) -> (i32, i32) { (span(x), x.values().iter().sum()) }
    /// let (span, sum) = steepness().apply(&array![1, 5, 2])?;
    /// assert_eq!((span, sum), (array![4, 4, 3], array![7, 8, 9]));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    #[track_caller]
    pub fn values<const P: usize>(&self) -> [T; P]
    where
        T: Copy,
    {
        let mut cells = 1;
        let mut axis = 0;
        while axis < N {
            cells *= self.halo.sides[axis][0] + 1 + self.halo.sides[axis][1];
            axis += 1;
        }
        assert!(cells == P, "the footprint's box has {cells} cells, not {P}");
        std::array::from_fn(|cell| {
            let mut offset = [0; N];
            let mut rest = cell;
            let mut axis = N;
            while axis > 0 {
                axis -= 1;
                let [before, after] = self.halo.sides[axis];
                let extent = before + 1 + after;
                offset[axis] = (rest % extent) as isize - before as isize;
                rest /= extent;
            }
            self[offset]
        })
    }

    /// The place of the cell at an offset, checked against the halo.
    #[inline(always)]
    #[track_caller]
    fn cell(&self, offset: [isize; N]) -> *const T {
        // Wrapping arithmetic, since checks would take as long as all the rest where crates are compiled
        // with them, and keep their loops from being vectorised; nothing wraps within the halo.
        let mut cells = offset[N - 1];
        // Spelled out for two axes: loops are slow where the user's crate is not optimised.
        if N == 2 {
            let [before, after] = self.halo.sides[0];
            let [left, right] = self.halo.sides[1];
            let (i, j) = (offset[0], offset[1 % N]);
            if i < (before as isize).wrapping_neg()
                || i > after as isize
                || j < (left as isize).wrapping_neg()
                || j > right as isize
            {
                outside(&offset, self.halo);
            }
            cells = cells.wrapping_add(i.wrapping_mul(self.strides[0]));
        } else {
            let mut axis = 0;
            while axis < N {
                let [before, after] = self.halo.sides[axis];
                if offset[axis] < (before as isize).wrapping_neg() || offset[axis] > after as isize {
                    outside(&offset, self.halo);
                }
                if axis + 1 < N {
                    cells = cells.wrapping_add(offset[axis].wrapping_mul(self.strides[axis]));
                }
                axis += 1;
            }
        }
        // The last axis of a patch's source is contiguous.
        self.at.wrapping_offset(cells)
    }

    /// The cell at an offset, checked against the halo.
    #[inline(always)]
    #[track_caller]
    fn read(&self, offset: [isize; N]) -> &T {
        // SAFETY: the offset lies within the halo, whose cells may be read (`load`, `shift`).
        unsafe { &*self.cell(offset) }
    }
}

/// Keeps the reads before it where they are.
///
/// LLVM moves a load into the only branch that uses its value, and does not vectorise conditional loads that the
/// processor has no masked form of: of bytes and shorts before AVX-512 (6 to 16 times slower). It does not move loads
/// past an assumption, nor drop one that is about the point. With wider elements loads are masked, where assumptions
/// were measured to be in the way of other optimisations.
#[inline(always)]
pub fn pin<T, const N: usize>(window: Window<'_, T, N>) {
    if size_of::<T>() == 1 || size_of::<T>() == 2 {
        // SAFETY: the point is a cell that may be read (`load`, `shift`), and no allocation has the last byte of all.
        unsafe { std::hint::assert_unchecked(window.at.addr() != usize::MAX) }
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn outside(offset: &[isize], halo: &Halo) -> ! {
    let rank = offset.len();
    let low: Vec<isize> = (0..rank).map(|axis| -(halo.before(axis) as isize)).collect();
    let high: Vec<usize> = (0..rank).map(|axis| halo.after(axis)).collect();
    panic!("offset {offset:?} lies outside the halo {low:?} ..= {high:?}")
}

impl<T, const N: usize> Index<[isize; N]> for Window<'_, T, N> {
    type Output = T;

    /// The cell at an offset from the point.
    ///
    /// # Panics
    /// When the offset lies outside the halo.
    #[inline(always)]
    #[track_caller]
    fn index(&self, offset: [isize; N]) -> &T {
        self.read(offset)
    }
}

impl<T> Index<isize> for Window<'_, T, 1> {
    type Output = T;

    /// The cell at an offset from the point.
    ///
    /// # Panics
    /// When the offset lies outside the halo.
    #[inline(always)]
    #[track_caller]
    fn index(&self, offset: isize) -> &T {
        self.read([offset])
    }
}

/// An offset as `x[..]` takes it: an entry for each axis, and along a single axis a number, too.
pub trait WindowOffset<const N: usize> {
    /// An entry for each axis.
    fn entries(self) -> [isize; N];
}

impl<const N: usize> WindowOffset<N> for [isize; N] {
    #[inline(always)]
    fn entries(self) -> [isize; N] {
        self
    }
}

impl WindowOffset<1> for isize {
    #[inline(always)]
    fn entries(self) -> [isize; 1] {
        [self]
    }
}

/// The windows of all inputs of a kernel, a tuple of [`Window`]s.
pub trait Windows<'w>: Copy + Sealed {
    /// The windows at `L` points side by side.
    type Lanes<const L: usize>: Copy;

    /// The windows at the first point of a patch.
    ///
    /// # Safety
    /// As for each [`Window`]: the patch's inputs have these element types and this rank.
    #[doc(hidden)]
    unsafe fn load(patch: &'w Patch, halos: &'static [Halo]) -> Self;

    /// The windows some rows and columns of cells further.
    ///
    /// # Safety
    /// A point of the patch lies there.
    #[doc(hidden)]
    unsafe fn shift(self, rows: usize, columns: usize) -> Self;

    /// The windows at the `L` points from here on.
    ///
    /// # Safety
    /// They are points of the patch, each one cell behind the one before.
    #[doc(hidden)]
    unsafe fn lanes<const L: usize>(self) -> Self::Lanes<L>;

    /// Asks for the rows that come next.
    #[doc(hidden)]
    fn prefetch(self, columns: usize);
}

macro_rules! windows_for_tuple {
    ($($T:ident $i:tt),+) => {
        impl<$($T,)+ const N: usize> Sealed for ($(Window<'_, $T, N>,)+) {}

        impl<'w, $($T,)+ const N: usize> Windows<'w> for ($(Window<'w, $T, N>,)+) {
            type Lanes<const L: usize> = ($(LaneWindow<'w, $T, N, L>,)+);

            #[inline(always)]
            unsafe fn load(patch: &'w Patch, halos: &'static [Halo]) -> Self {
                // A kernel whose halo is set at run time has none of its own.
                // SAFETY: as the caller says of each input.
                ($(unsafe {
                    let halo = if halos.is_empty() { &patch.halo } else { &halos[$i] };
                    Window::load(patch, $i, halo)
                },)+)
            }

            #[inline(always)]
            unsafe fn shift(self, rows: usize, columns: usize) -> Self {
                // SAFETY: as the caller says.
                ($(unsafe { self.$i.shift(rows, columns) },)+)
            }

            #[inline(always)]
            unsafe fn lanes<const L: usize>(self) -> Self::Lanes<L> {
                // SAFETY: as the caller says.
                ($(unsafe { LaneWindow::new(self.$i) },)+)
            }

            #[inline(always)]
            fn prefetch(self, columns: usize) {
                $(self.$i.prefetch(columns);)+
            }
        }
    };
}
windows_for_tuple!(A 0);
windows_for_tuple!(A 0, B 1);
windows_for_tuple!(A 0, B 1, C 2);
windows_for_tuple!(A 0, B 1, C 2, D 3);
windows_for_tuple!(A 0, B 1, C 2, D 3, E 4);
windows_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
