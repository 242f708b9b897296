//! Arrays without their element types.

use std::any::TypeId;

use ndarray::{ArrayRef, Dimension};

use crate::exec::LINE;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The layout of an element: what copying it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(crate) size: usize,
    pub(crate) align: usize,
}

impl Layout {
    pub(crate) fn of<T>() -> Layout {
        // Scratch memory is aligned to lines.
        const { assert!(align_of::<T>() <= LINE, "an element is aligned to a cache line at most: 64 bytes") };
        Layout { size: size_of::<T>(), align: align_of::<T>() }
    }
}

/// An input array: its first element, shape and strides in elements.
#[derive(Clone, Copy, Debug)]
pub struct RawInput {
    pub(crate) at: *const u8,
    pub(crate) shape: [usize; MAX_RANK],
    pub(crate) strides: [isize; MAX_RANK],
    pub(crate) layout: Layout,
    pub(crate) element: TypeId,
}

impl RawInput {
    pub(crate) fn new<T: 'static, D: Dimension>(array: &ArrayRef<T, D>) -> RawInput {
        RawInput {
            at: array.as_ptr().cast(),
            shape: padded(array.shape(), 1),
            strides: padded(array.strides(), 0),
            layout: Layout::of::<T>(),
            element: TypeId::of::<T>(),
        }
    }
}

impl RawInput {
    /// The element at an index.
    pub(crate) fn element(&self, index: &[usize; MAX_RANK]) -> *const u8 {
        let offset: isize = index.iter().zip(&self.strides).map(|(&i, &stride)| i as isize * stride).sum();
        self.at.wrapping_offset(offset * self.layout.size as isize)
    }
}

/// An output array: its first element, shape and strides in elements.
#[derive(Clone, Copy, Debug)]
pub struct RawOutput {
    pub(crate) at: *mut u8,
    pub(crate) shape: [usize; MAX_RANK],
    pub(crate) strides: [isize; MAX_RANK],
    pub(crate) layout: Layout,
    pub(crate) element: TypeId,
}

impl RawOutput {
    /// An array of elements of type `element`, or of those that are not written yet.
    pub(crate) fn new<T, D: Dimension>(array: &mut ArrayRef<T, D>, element: TypeId) -> RawOutput {
        RawOutput {
            at: array.as_mut_ptr().cast(),
            shape: padded(array.shape(), 1),
            strides: padded(array.strides(), 0),
            layout: Layout::of::<T>(),
            element,
        }
    }
}

fn padded<T: Copy>(values: &[T], fill: T) -> [T; MAX_RANK] {
    let mut all = [fill; MAX_RANK];
    all[..values.len()].copy_from_slice(values);
    all
}

/// A few values in place, without allocation: calls on small arrays cost little.
#[derive(Clone, Copy, Debug)]
pub struct Few<T, const MAX: usize> {
    items: [Option<T>; MAX],
    len: usize,
}

impl<T: Copy, const MAX: usize> Default for Few<T, MAX> {
    fn default() -> Self {
        Few { items: [None; MAX], len: 0 }
    }
}

impl<T: Copy, const MAX: usize> Few<T, MAX> {
    pub(crate) fn push(&mut self, item: T) {
        self.items[self.len] = Some(item);
        self.len += 1;
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, index: usize) -> &T {
        self.items[index].as_ref().expect("an item below the length")
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().flatten()
    }
}

/// The inputs of a call.
pub type RawInputs = Few<RawInput, MAX_INPUTS>;
/// The outputs of a call.
pub type RawOutputs = Few<RawOutput, MAX_OUTPUTS>;
