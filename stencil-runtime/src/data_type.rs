//! Element types as values: what an array on disk says of itself, and what a kernel asks for.

use std::any::type_name;
use std::fmt;

use stencil_abi::ElementType;

use crate::block::ElementLayout;
use crate::kernel::Element;

/// The type of the elements of an array, as a value.
///
/// Two are equal where the Rust types are the same. [`scalar`](DataType::scalar) tells which number it is, if it is one: files
/// hold those.
///
/// ```
/// use ndstencil::chunks::{DataType, ElementType};
/// assert_eq!(DataType::of::<f32>().scalar(), Some(ElementType::F32));
/// assert_eq!(DataType::of::<[f32; 3]>().scalar(), None);
/// assert_eq!(DataType::of::<u16>().to_string(), "u16");
/// assert_eq!(DataType::of::<u16>().size(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct DataType {
    layout: ElementLayout,
    name: &'static str,
}

impl DataType {
    /// The type `T`.
    ///
    /// ```
    /// use ndstencil::chunks::DataType;
    /// assert_ne!(DataType::of::<i32>(), DataType::of::<u32>());
    /// ```
    pub fn of<T: Element>() -> DataType {
        DataType { layout: ElementLayout::of::<T>(), name: type_name::<T>() }
    }

    /// The number that it is, if it is one.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, ElementType};
    /// assert_eq!(DataType::of::<bool>().scalar(), Some(ElementType::Bool));
    /// assert_eq!(DataType::of::<(u8, u8)>().scalar(), None);
    /// ```
    pub fn scalar(&self) -> Option<ElementType> {
        scalars().into_iter().find(|(data_type, _)| data_type == self).map(|(_, scalar)| scalar)
    }

    /// The bytes of an element.
    ///
    /// ```
    /// use ndstencil::chunks::DataType;
    /// assert_eq!(DataType::of::<f64>().size(), 8);
    /// ```
    pub fn size(&self) -> usize {
        self.layout.size
    }

    pub(crate) fn layout(&self) -> ElementLayout {
        self.layout
    }

    /// The type of a kernel's operand.
    pub(crate) fn of_layout(layout: ElementLayout) -> DataType {
        let known = scalars().into_iter().find(|(data_type, _)| data_type.layout.id == layout.id);
        known.map_or(DataType { layout, name: "a type of the program" }, |(data_type, _)| data_type)
    }

    /// True for a number: any value of memory that was set is one, or for `bool`, zero is.
    pub(crate) fn is_number(&self) -> bool {
        self.scalar().is_some()
    }
}

impl From<ElementType> for DataType {
    fn from(scalar: ElementType) -> DataType {
        match scalar {
            ElementType::Bool => DataType::of::<bool>(),
            ElementType::I8 => DataType::of::<i8>(),
            ElementType::I16 => DataType::of::<i16>(),
            ElementType::I32 => DataType::of::<i32>(),
            ElementType::I64 => DataType::of::<i64>(),
            ElementType::Isize => DataType::of::<isize>(),
            ElementType::U8 => DataType::of::<u8>(),
            ElementType::U16 => DataType::of::<u16>(),
            ElementType::U32 => DataType::of::<u32>(),
            ElementType::U64 => DataType::of::<u64>(),
            ElementType::Usize => DataType::of::<usize>(),
            #[cfg(feature = "f16")]
            ElementType::F16 => DataType::of::<half::f16>(),
            #[cfg(not(feature = "f16"))]
            ElementType::F16 => DataType::of::<Half>(),
            ElementType::F32 => DataType::of::<f32>(),
            ElementType::F64 => DataType::of::<f64>(),
        }
    }
}

/// Stands for `half::f16` in a program without it: no kernel takes it.
#[cfg(not(feature = "f16"))]
#[derive(Clone, Copy)]
struct Half(#[allow(dead_code)] u16);

fn scalars() -> [(DataType, ElementType); 14] {
    use ElementType::{Bool, F16, F32, F64, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize};
    [Bool, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize, F16, F32, F64].map(|scalar| (scalar.into(), scalar))
}

impl PartialEq for DataType {
    fn eq(&self, other: &DataType) -> bool {
        self.layout.id == other.layout.id
    }
}

impl Eq for DataType {}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.scalar() == Some(ElementType::F16) { "f16" } else { self.name })
    }
}

impl fmt::Debug for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataType({self})")
    }
}

/// A number that files hold, every value of which is valid where memory was set: integers, floats and `bool`.
///
/// ```
/// use ndstencil::chunks::{CellsMut, Scalar};
/// fn clear<T: Scalar + Default>(mut cells: CellsMut<'_>) -> bool {
///     cells.array_mut::<T>().map(|mut x| x.fill(T::default())).is_some()
/// }
/// let mut x = ndarray::arr1(&[1.0, 2.0]);
/// assert!(clear::<f64>(CellsMut::of(&mut x)) && !clear::<f32>(CellsMut::of(&mut x)));
/// ```
pub trait Scalar: Element + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! scalars {
    ($($T:ty)*) => {$(
        impl sealed::Sealed for $T {}
        impl Scalar for $T {}
    )*};
}
scalars!(bool i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64);
#[cfg(feature = "f16")]
scalars!(half::f16);
