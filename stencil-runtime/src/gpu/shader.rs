//! The module that the macro generates for the GPU, and the bound parameters that a kernel hands over.

use ndarray::{ArrayRef, ArrayView, Dimension};
pub use stencil_abi::{ElementType, Field};

use crate::gpu::element::{GpuElement, GpuScalar};
use crate::gpu::layout::DeviceLayout;

/// A module in WGSL and what its bindings and parameters are.
#[derive(Clone, Copy, Debug)]
pub struct Shader {
    /// The text for every device.
    pub wgsl: &'static str,
    /// That for devices that compute with `f16` themselves, where it differs; bindings and parameters are the same.
    pub native_f16: Option<&'static str>,
    /// The element types of the inputs.
    pub inputs: &'static [ElementType],
    /// The element types of the arrays that are indexed absolutely.
    pub arrays: &'static [ElementType],
    /// The element types of the outputs.
    pub outputs: &'static [ElementType],
    /// Cells along the last axis that one invocation computes.
    pub cells: u32,
    /// Rows that one invocation of `near` computes.
    pub rows: u32,
    /// The extent of a workgroup.
    pub workgroup: [u32; 3],
    /// There is an entry point `contiguous` for operands without gaps.
    pub contiguous: bool,
    /// The uniform block, in order: 4 bytes each, but 8 for 64-bit scalars, which come first.
    pub params: &'static [Field],
    /// The message of each check code, from 1.
    pub checks: &'static [&'static str],
    /// The features of the device that it needs.
    pub wide: Wide,
}

/// The 64-bit types of a module: features that not every device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wide {
    /// `f64`.
    pub f64: bool,
    /// `i64` and `u64`.
    pub int64: bool,
}

/// Takes the bound parameters of a kernel.
pub struct Parameters<'a> {
    pub(crate) values: &'a mut Values,
}

/// Bound parameters as bits.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Their types and the bits of their registers.
    pub(crate) scalars: Vec<(ElementType, u64)>,
    pub(crate) arrays: Vec<HostTable>,
    /// A scalar does not fit a register.
    pub(crate) too_large: bool,
}

/// An absolutely indexed array, dense, with rows of whole words.
#[derive(Debug)]
pub struct HostTable {
    pub(crate) shape: Vec<usize>,
    /// Words from one index to the next, without the last axis.
    pub(crate) pitches: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Parameters<'_> {
    /// The next scalar.
    pub fn scalar<T: GpuScalar>(&mut self, value: T) {
        self.values.too_large |= !value.fits();
        self.values.scalars.push((T::SCALAR, value.bits()));
    }

    /// The next array: a view, a slice or an array by reference.
    pub fn array<A: Table + ?Sized>(&mut self, array: &A) {
        self.values.arrays.push(array.table());
    }
}

/// A parameter that is indexed absolutely.
pub trait Table {
    #[doc(hidden)]
    fn table(&self) -> HostTable;
}

impl HostTable {
    fn new<T: GpuElement, D: Dimension>(array: &ArrayRef<T, D>) -> HostTable {
        let form = DeviceLayout::new(array.shape(), T::SCALAR);
        let mut bytes = vec![0; form.rows() * form.row_words() * T::SCALAR.word_bytes()];
        let pitch = bytes.len() / form.rows().max(1);
        for (row, to) in array.rows().into_iter().zip(bytes.chunks_exact_mut(pitch.max(1))) {
            let cells: Vec<T> = row.iter().copied().collect();
            to[..size_of_val(&*cells)].copy_from_slice(T::bytes(&cells));
        }
        let pitches = (0..form.shape.len().saturating_sub(1)).map(|axis| form.stride(axis)).collect();
        HostTable { shape: form.shape, pitches, bytes }
    }
}

impl<T: GpuElement, D: Dimension> Table for ArrayRef<T, D> {
    fn table(&self) -> HostTable {
        HostTable::new(self)
    }
}

impl<T: GpuElement, D: Dimension> Table for ArrayView<'_, T, D> {
    fn table(&self) -> HostTable {
        HostTable::new(self)
    }
}

impl<T: GpuElement> Table for [T] {
    fn table(&self) -> HostTable {
        HostTable::new(&ndarray::aview1(self))
    }
}

impl<T: GpuElement, const N: usize> Table for [T; N] {
    fn table(&self) -> HostTable {
        self.as_slice().table()
    }
}

impl<A: Table + ?Sized> Table for &A {
    fn table(&self) -> HostTable {
        (**self).table()
    }
}
