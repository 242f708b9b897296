//! What the macro generates for the GPU, and how it hands over bound parameters.

use ndarray::{ArrayRef, ArrayView, Dimension};

use crate::Error;
use crate::gpu::Gpu;
use crate::gpu::element::{GpuElement, GpuScalar};
use crate::gpu::form::Form;
use crate::gpu::geometry::core::Laid;
use crate::gpu::sweep::Sweep;

/// The form of a kernel that runs on a GPU: what `#[stencil(gpu)]` and `#[gufunc(.., gpu)]` implement. Not meant to be
/// implemented by hand.
#[diagnostic::on_unimplemented(
    message = "the kernel `{Self}` has no GPU form",
    note = "write `#[stencil(gpu)]` or `#[gufunc(.., gpu)]` on the element function"
)]
pub trait GpuKernel: Copy + Sync {
    /// The kernel's module and how to call it.
    #[doc(hidden)]
    const SHADER: Shader;

    /// How a whole call is recorded by a kernel with a geometry of its own over its core: a stencil.
    #[doc(hidden)]
    const STACK: Option<StackOnGpu<Self>> = None;

    /// Hands over the parameters bound when the kernel was made, in order: scalars by value, arrays by reference.
    #[doc(hidden)]
    fn parameters(&self, parameters: &mut Parameters<'_>);
}

/// Calls back with the geometry of a stencil, for operands of which so many are inputs, and outputs that may be fresh.
pub type StackOnGpu<K> =
    fn(&K, &Gpu, &[Laid], usize, bool, &mut dyn FnMut(&Sweep<'_>) -> Result<(), Error>) -> Result<(), Error>;

/// A module in WGSL and what its bindings and parameters are.
#[derive(Clone, Copy, Debug)]
pub struct Shader {
    /// The text for every device.
    pub wgsl: &'static str,
    /// That for devices that compute with `f16` themselves, where it differs; bindings and parameters are the same.
    pub native_f16: Option<&'static str>,
    /// The element types of the inputs.
    pub inputs: &'static [Scalar],
    /// The element types of the arrays that are indexed absolutely.
    pub arrays: &'static [Scalar],
    /// The element types of the outputs.
    pub outputs: &'static [Scalar],
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
    /// What each check code says, from 1.
    pub checks: &'static [&'static str],
    /// What of the device it needs.
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

/// An element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Scalar {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Isize,
    U8,
    U16,
    U32,
    U64,
    Usize,
    F16,
    F32,
    F64,
}

impl Scalar {
    /// Cells in one word of a buffer; words have 4 bytes, but 8 for 64-bit types.
    pub(crate) fn packed(self) -> usize {
        match self {
            Scalar::Bool | Scalar::I8 | Scalar::U8 => 4,
            Scalar::I16 | Scalar::U16 | Scalar::F16 => 2,
            _ => 1,
        }
    }

    /// Bytes of a word.
    pub(crate) fn word(self) -> usize {
        match self {
            Scalar::I64 | Scalar::U64 | Scalar::F64 => 8,
            _ => 4,
        }
    }
}

/// One word of the uniform block. Operands are numbered inputs first, then outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Invocations along x, y or z.
    Blocks(u32),
    /// Cells of the box of `near` along an axis.
    Extent(u32),
    /// The word of `status` that takes check codes.
    Status,
    /// Bits of a scalar parameter, as its register type has them.
    Scalar(u32),
    /// Length of an absolutely indexed array along an axis.
    Length(u32, u32),
    /// Words from one index of an absolutely indexed array to the next.
    Pitch(u32, u32),
    /// Words from one index of an operand to the next.
    Stride(u32, u32),
    /// Words from one loop element of an operand to the next; 0 where it broadcasts.
    Loop(u32),
    /// Word (of a gufunc: cell) of the first block.
    Start(u32),
    /// Length of the inputs along an axis.
    Shape(u32),
    /// Global minus local coordinate.
    Shift(u32),
    /// Output-local coordinate of that box's first cell.
    Origin(u32),
    /// The number of the first invocation of `edge`.
    First,
    /// Invocations of `edge` for the cells that lie beside the box along this axis or one in front of it.
    Shell(u32),
    /// Cells of the outputs along an axis.
    Written(u32),
    /// Word of an operand's local cell 0, wrapping.
    Base(u32),
    /// Local length of the inputs.
    Size(u32),
    /// Local input coordinate minus output coordinate.
    Lead(u32),
    /// Start of the evaluated range in local input coordinates.
    Low(u32),
    /// End of the evaluated range in local input coordinates.
    High(u32),
    /// Loop elements of a gufunc along x.
    Width,
    /// Where the axis map of an input and axis starts in `edges`.
    Map(u32, u32),
    /// Entries of that map in front of index 0: how far an input is read in front of the point.
    Before(u32, u32),
    /// How far an input is read behind the point.
    After(u32, u32),
    /// Where the constants of an input start in `edges`.
    Constants(u32),
    /// Where the rim table starts in `edges`.
    Rim,
    /// Cells of an operand from one loop element to the next, along x, y or z.
    LoopStride(u32, u32),
    /// Cells of an operand from one index of a core dimension to the next.
    CoreStride(u32, u32),
    /// The size of a core dimension of the signature.
    CoreSize(u32),
}

/// Takes the bound parameters of a kernel.
pub struct Parameters<'a> {
    pub(crate) values: &'a mut Values,
}

/// Bound parameters as bits.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Their types and the bits of their registers.
    pub(crate) scalars: Vec<(Scalar, u64)>,
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
        let form = Form::new(array.shape(), T::SCALAR);
        let mut bytes = vec![0; form.rows() * form.row_words() * T::SCALAR.word()];
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
