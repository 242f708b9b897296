//! Cells of a box of an array, of a type that is known at run time: what sources fill and sinks take.

use std::marker::PhantomData;
use std::ops::Range;
use std::slice;

use ndarray::{ArrayViewD, ArrayViewMutD, IxDyn, ShapeBuilder};

use crate::block::RawArray;
use crate::data_type::{DataType, Scalar};
use crate::geometry::each_index;
use crate::kernel::Element;
use crate::memory::{Buffer, NoMemory};

/// Cells that are read, with their shape and element type.
///
/// ```
/// use ndstencil::chunks::Cells;
/// use ndarray::array;
/// let x = array![[1_u8, 2], [3, 4]];
/// let cells = Cells::of(&x);
/// assert_eq!(cells.shape(), [2, 2]);
/// assert_eq!(cells.array::<u8>().unwrap()[[1, 0]], 3);
/// assert!(cells.array::<f32>().is_none());
/// assert_eq!(cells.bytes(), Some(&[1, 2, 3, 4][..]));
/// ```
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    raw: RawArray,
    data_type: DataType,
    borrowed: PhantomData<&'a u8>,
}

// SAFETY: cells are elements, which are `Sync`, and are only read.
unsafe impl Send for Cells<'_> {}
// SAFETY: as above.
unsafe impl Sync for Cells<'_> {}

/// Cells that are written, with their shape and element type.
///
/// ```
/// use ndstencil::chunks::CellsMut;
/// use ndarray::{Array2, aview2};
/// let mut x = Array2::<u8>::zeros((2, 2));
/// let mut cells = CellsMut::of(&mut x);
/// cells.array_mut::<u8>().unwrap()[[0, 1]] = 7;
/// cells.slice_mut(&[1..2, 0..2]).assign(aview2(&[[3_u8, 4]]).into_dyn()).unwrap();
/// assert_eq!(x, aview2(&[[0, 7], [3, 4]]));
/// ```
#[derive(Debug)]
pub struct CellsMut<'a> {
    raw: RawArray,
    data_type: DataType,
    /// True when all cells were assigned at once: what a type of the program's own needs before it is read.
    assigned: bool,
    borrowed: PhantomData<&'a mut u8>,
}

// SAFETY: cells are elements, which are `Send`, and are borrowed exclusively.
unsafe impl Send for CellsMut<'_> {}
// SAFETY: a shared reference only tells the shape and type.
unsafe impl Sync for CellsMut<'_> {}

impl<'a> Cells<'a> {
    /// The cells of an array.
    ///
    /// ```
    /// use ndstencil::chunks::Cells;
    /// let x = ndarray::Array3::<f32>::zeros((2, 3, 4));
    /// assert_eq!(Cells::of(&x).shape(), [2, 3, 4]);
    /// ```
    pub fn of<T: Element, D: ndarray::Dimension>(array: &'a ndarray::ArrayRef<T, D>) -> Cells<'a> {
        Cells { raw: RawArray::input(array), data_type: DataType::of::<T>(), borrowed: PhantomData }
    }

    /// Numbers, or arrays of numbers, in row-major order at the start of a buffer.
    ///
    /// # Panics
    /// When the type is not a number's: a buffer may hold any bytes.
    pub(crate) fn decoded(buffer: &'a Buffer, shape: &[usize], data_type: DataType) -> Cells<'a> {
        assert!(data_type.is_number(), "a number is any bytes that are set");
        Cells { raw: dense(buffer, shape, data_type), data_type, borrowed: PhantomData }
    }

    /// The number of cells along each axis.
    ///
    /// ```
    /// use ndstencil::chunks::Cells;
    /// assert_eq!(Cells::of(&ndarray::arr1(&[1, 2, 3])).shape(), [3]);
    /// ```
    pub fn shape(&self) -> &[usize] {
        &self.raw.shape
    }

    /// The type of the elements.
    ///
    /// ```
    /// use ndstencil::chunks::{Cells, DataType};
    /// assert_eq!(Cells::of(&ndarray::arr1(&[1_u16])).data_type(), DataType::of::<u16>());
    /// ```
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// The cells as an array, if `T` is their type.
    ///
    /// ```
    /// use ndstencil::chunks::Cells;
    /// let x = ndarray::arr1(&[1, 2, 3]);
    /// assert_eq!(Cells::of(&x).array::<i32>(), Some(x.view().into_dyn()));
    /// ```
    pub fn array<T: Element>(&self) -> Option<ArrayViewD<'a, T>> {
        // SAFETY: the cells are alive, and elements of the type; the strides are those of an array.
        (self.data_type == DataType::of::<T>()).then(|| unsafe { view(&self.raw) })
    }

    /// The cells as bytes in row-major order, if they are numbers, or [arrays](DataType::array) of numbers, that lie so. Numbers
    /// are in the byte order of the machine; a `bool` is 0 or 1.
    ///
    /// ```
    /// use ndstencil::chunks::Cells;
    /// let x = ndarray::arr2(&[[1_u8, 2], [3, 4]]);
    /// assert_eq!(Cells::of(&x).bytes(), Some(&[1, 2, 3, 4][..]));
    /// assert_eq!(Cells::of(&x.t()).bytes(), None);
    /// ```
    pub fn bytes(&self) -> Option<&'a [u8]> {
        let bytes = dense_bytes(&self.raw).filter(|_| self.data_type.is_number())?;
        // SAFETY: the cells are alive, and numbers, side by side as well, have no bytes that are unset.
        Some(unsafe { slice::from_raw_parts(self.raw.at, bytes) })
    }

    /// A box of the cells.
    ///
    /// # Panics
    /// When it is not inside.
    ///
    /// ```
    /// use ndstencil::chunks::Cells;
    /// let x = ndarray::arr2(&[[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(Cells::of(&x).slice(&[0..2, 1..2]).array::<i32>(), Some(ndarray::arr2(&[[2], [5]]).view().into_dyn()));
    /// ```
    pub fn slice(&self, ranges: &[Range<usize>]) -> Cells<'a> {
        Cells { raw: sliced(&self.raw, ranges), ..*self }
    }

    /// The cells without their type, alive as long as they are borrowed.
    pub(crate) fn raw(&self) -> &RawArray {
        &self.raw
    }
}

impl<'a> CellsMut<'a> {
    /// The cells of an array.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// let mut x = ndarray::Array3::<f32>::zeros((2, 3, 4));
    /// assert_eq!(CellsMut::of(&mut x).shape(), [2, 3, 4]);
    /// ```
    pub fn of<T: Element, D: ndarray::Dimension>(array: &'a mut ndarray::ArrayRef<T, D>) -> CellsMut<'a> {
        CellsMut { raw: RawArray::output(array), data_type: DataType::of::<T>(), assigned: true, borrowed: PhantomData }
    }

    /// Cells in row-major order at the start of a buffer, which gets room for them.
    pub(crate) fn in_buffer(
        buffer: &'a mut Buffer,
        shape: &[usize],
        data_type: DataType,
    ) -> Result<CellsMut<'a>, NoMemory> {
        let cells = shape.iter().try_fold(data_type.size(), |bytes, &n| bytes.checked_mul(n));
        buffer.reserve(cells.ok_or(NoMemory { bytes: usize::MAX })?)?;
        let raw = dense(buffer, shape, data_type);
        Ok(CellsMut { raw, data_type, assigned: false, borrowed: PhantomData })
    }

    /// The number of cells along each axis.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// assert_eq!(CellsMut::of(&mut ndarray::arr1(&[1, 2, 3])).shape(), [3]);
    /// ```
    pub fn shape(&self) -> &[usize] {
        &self.raw.shape
    }

    /// The type of the elements.
    ///
    /// ```
    /// use ndstencil::chunks::{CellsMut, DataType};
    /// assert_eq!(CellsMut::of(&mut ndarray::arr1(&[1_u16])).data_type(), DataType::of::<u16>());
    /// ```
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// The cells as an array, if `T` is their type. Before they are written they hold any numbers.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// let mut x = ndarray::arr1(&[1_u8, 2, 3]);
    /// CellsMut::of(&mut x).array_mut::<u8>().unwrap().fill(7);
    /// assert_eq!(x, ndarray::arr1(&[7, 7, 7]));
    /// ```
    pub fn array_mut<T: Scalar>(&mut self) -> Option<ArrayViewMutD<'_, T>> {
        // SAFETY: the cells are alive, borrowed exclusively, and numbers of the type.
        (self.data_type == DataType::of::<T>()).then(|| unsafe { view_mut(&self.raw) })
    }

    /// The cells as bytes in row-major order, if they are numbers, or [arrays](DataType::array) of numbers, that lie so. They are
    /// `None` for `bool`, of which not every byte is a value. Numbers are in the byte order of the machine.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// let mut x = ndarray::arr1(&[0_u16; 2]);
    /// CellsMut::of(&mut x).bytes_mut().unwrap().fill(1);
    /// assert_eq!(x, ndarray::arr1(&[257, 257]));
    /// ```
    pub fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        let any_bytes = self.data_type.is_number() && self.data_type != DataType::of::<bool>();
        let bytes = dense_bytes(&self.raw).filter(|_| any_bytes)?;
        // SAFETY: the cells are alive, borrowed exclusively, and numbers, perhaps side by side: all their bytes are set, and may
        // be anything.
        Some(unsafe { slice::from_raw_parts_mut(self.raw.at, bytes) })
    }

    /// True when the cells lie in row-major order without gaps.
    pub(crate) fn is_dense(&self) -> bool {
        dense_bytes(&self.raw).is_some()
    }

    /// Copies an array of the same shape and type.
    ///
    /// # Errors
    /// The shape and type of the array as text, where they are others; nothing is copied then.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// let mut x = ndarray::arr1(&[1_u8, 2]);
    /// CellsMut::of(&mut x).assign(ndarray::arr1(&[5_u8, 6]).view().into_dyn()).unwrap();
    /// assert_eq!(x, ndarray::arr1(&[5, 6]));
    /// assert!(CellsMut::of(&mut x).assign(ndarray::arr1(&[5_u8]).view().into_dyn()).is_err());
    /// ```
    pub fn assign<T: Element>(&mut self, from: ArrayViewD<'_, T>) -> Result<(), String> {
        let from = Cells::of(&from);
        if from.data_type != self.data_type || from.shape() != self.shape() {
            let (found, expected) = (from.shape(), self.shape());
            return Err(format!(
                "the cells have shape {found:?} of {}, but {expected:?} of {} was asked for",
                from.data_type, self.data_type
            ));
        }
        self.copy(&from);
        Ok(())
    }

    /// Copies cells of the same shape and type.
    pub(crate) fn copy(&mut self, from: &Cells<'_>) {
        assert!(from.data_type == self.data_type && from.shape() == self.shape(), "cells of the same form are copied");
        // SAFETY: both are alive and of one type and shape; what is written is borrowed exclusively.
        unsafe { copy(&from.raw, &self.raw, 0, from.raw.at, self.raw.at) };
        self.assigned = true;
    }

    /// A box of the cells.
    ///
    /// # Panics
    /// When it is not inside.
    ///
    /// ```
    /// use ndstencil::chunks::CellsMut;
    /// let mut x = ndarray::arr2(&[[1, 2, 3], [4, 5, 6]]);
    /// CellsMut::of(&mut x).slice_mut(&[0..2, 1..2]).array_mut::<i32>().unwrap().fill(0);
    /// assert_eq!(x, ndarray::arr2(&[[1, 0, 3], [4, 0, 6]]));
    /// ```
    pub fn slice_mut(&mut self, ranges: &[Range<usize>]) -> CellsMut<'_> {
        CellsMut { raw: sliced(&self.raw, ranges), data_type: self.data_type, assigned: false, borrowed: PhantomData }
    }

    /// Lets `read` fill all cells box by box: one for each choice of a range from each axis, which the ranges of an axis make up
    /// in order.
    pub(crate) fn fill<E>(
        &mut self,
        cuts: &[Vec<Range<usize>>],
        mut read: impl FnMut(&[usize], &mut CellsMut<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (axis, ranges) in cuts.iter().enumerate() {
            let end = ranges.iter().fold(0, |end, range| {
                assert_eq!(end, range.start, "the ranges of axis {axis} are in order and without gaps");
                range.end
            });
            assert_eq!(end, self.shape()[axis], "the ranges make up axis {axis}");
        }
        let mut assigned = true;
        let choices: Vec<Range<usize>> = cuts.iter().map(|ranges| 0..ranges.len()).collect();
        each_index(&choices, |choice| {
            let ranges: Vec<Range<usize>> = choice.iter().zip(cuts).map(|(&at, ranges)| ranges[at].clone()).collect();
            let mut part = self.slice_mut(&ranges);
            let own = (part.raw.at, part.raw.shape.clone(), part.raw.strides.clone());
            read(choice, &mut part)?;
            // Other cells may have been put in the place of these.
            assigned &= part.assigned && (part.raw.at, part.raw.shape, part.raw.strides) == own;
            Ok(())
        })?;
        self.assigned |= assigned;
        Ok(())
    }

    /// The cells to read, if they hold values: numbers always do, other types once all cells were assigned.
    pub(crate) fn into_cells(self) -> Option<Cells<'a>> {
        let valid = self.assigned || self.data_type.is_number() || self.raw.shape.contains(&0);
        valid.then_some(Cells { raw: self.raw, data_type: self.data_type, borrowed: PhantomData })
    }

    /// The cells to read.
    ///
    /// # Safety
    /// All of them were written.
    pub(crate) unsafe fn assume_written(self) -> Cells<'a> {
        Cells { raw: self.raw, data_type: self.data_type, borrowed: PhantomData }
    }

    /// The cells without their type, alive as long as they are borrowed.
    pub(crate) fn raw(&self) -> &RawArray {
        &self.raw
    }
}

fn dense(buffer: &Buffer, shape: &[usize], data_type: DataType) -> RawArray {
    let raw = RawArray::of_shape(shape, data_type.layout());
    let bytes = dense_bytes(&raw).expect("in order");
    assert!(bytes <= buffer.capacity(), "the buffer has room for the cells");
    RawArray { at: buffer.as_ptr(), ..raw }
}

fn sliced(raw: &RawArray, ranges: &[Range<usize>]) -> RawArray {
    assert_eq!(ranges.len(), raw.shape.len(), "a box has a range for each axis");
    let mut offset = 0;
    for (axis, range) in ranges.iter().enumerate() {
        assert!(range.start <= range.end && range.end <= raw.shape[axis], "{ranges:?} is not in {:?}", raw.shape);
        offset += range.start as isize * raw.strides[axis];
    }
    RawArray {
        at: raw.at.wrapping_offset(offset * raw.element.size as isize),
        shape: ranges.iter().map(Range::len).collect(),
        ..raw.clone()
    }
}

/// The bytes of cells that lie in row-major order without gaps.
fn dense_bytes(raw: &RawArray) -> Option<usize> {
    let mut cells = 1;
    if !raw.shape.contains(&0) {
        for (&n, &stride) in raw.shape.iter().zip(&raw.strides).rev() {
            if n > 1 && stride != cells as isize {
                return None;
            }
            cells *= n;
        }
        return Some(cells * raw.element.size);
    }
    Some(0)
}

/// The strides that ndarray accepts: it takes no negative ones from a pointer, so that the axes are turned round after.
fn shape_of(raw: &RawArray) -> (ndarray::StrideShape<IxDyn>, isize, Vec<usize>) {
    let mut strides = Vec::new();
    let (mut first, mut turned) = (0, Vec::new());
    for (axis, (&n, &stride)) in raw.shape.iter().zip(&raw.strides).enumerate() {
        if stride < 0 {
            first += (n as isize - 1).max(0) * stride;
            turned.push(axis);
        }
        strides.push(stride.unsigned_abs());
    }
    (IxDyn(&raw.shape).strides(IxDyn(&strides)), first, turned)
}

/// # Safety
/// The cells are alive for `'a`, and of type `T`.
unsafe fn view<'a, T>(raw: &RawArray) -> ArrayViewD<'a, T> {
    if raw.shape.contains(&0) {
        return ArrayViewD::from_shape(IxDyn(&raw.shape), &[]).expect("no cells");
    }
    let (shape, first, turned) = shape_of(raw);
    // SAFETY: as the caller says.
    let mut view = unsafe { ArrayViewD::from_shape_ptr(shape, raw.at.cast::<T>().wrapping_offset(first).cast_const()) };
    turned.into_iter().for_each(|axis| view.invert_axis(ndarray::Axis(axis)));
    view
}

/// # Safety
/// The cells are alive for `'a`, borrowed exclusively, and of type `T`.
unsafe fn view_mut<'a, T>(raw: &RawArray) -> ArrayViewMutD<'a, T> {
    if raw.shape.contains(&0) {
        return ArrayViewMutD::from_shape(IxDyn(&raw.shape), &mut []).expect("no cells");
    }
    let (shape, first, turned) = shape_of(raw);
    // SAFETY: as the caller says.
    let mut view = unsafe { ArrayViewMutD::from_shape_ptr(shape, raw.at.cast::<T>().wrapping_offset(first)) };
    turned.into_iter().for_each(|axis| view.invert_axis(ndarray::Axis(axis)));
    view
}

/// Copies the axes from `axis` on.
///
/// # Safety
/// The cells are alive, of one shape and type, and do not overlap.
unsafe fn copy(from: &RawArray, to: &RawArray, axis: usize, source: *const u8, target: *mut u8) {
    let size = from.element.size as isize;
    if from.shape.contains(&0) {
        return;
    }
    // The axes whose cells lie in order on both sides are copied at once.
    let mut run = 1;
    let mut inner = from.shape.len();
    while inner > axis && [from, to].iter().all(|raw| raw.shape[inner - 1] == 1 || raw.strides[inner - 1] == run) {
        inner -= 1;
        run *= from.shape[inner] as isize;
    }
    if inner == axis {
        // SAFETY: as the caller says.
        unsafe { source.copy_to_nonoverlapping(target, (run * size) as usize) };
        return;
    }
    for index in 0..from.shape[axis] as isize {
        let source = source.wrapping_offset(index * from.strides[axis] * size);
        let target = target.wrapping_offset(index * to.strides[axis] * size);
        // SAFETY: as the caller says.
        unsafe { copy(from, to, axis + 1, source, target) };
    }
}
