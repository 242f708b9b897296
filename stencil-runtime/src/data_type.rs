//! Element types as values: what an array on disk says of itself, and what a kernel asks for.

use std::any::type_name;
use std::fmt;

use stencil_abi::ElementType;

use crate::block::ElementLayout;
use crate::kernel::Element;

/// A value in which `$T` is the type of a number.
macro_rules! with_type {
    ($scalar:expr, $T:ident => $value:expr) => {
        with_type!(@ $scalar, $T, $value;
            Bool bool, I8 i8, I16 i16, I32 i32, I64 i64, Isize isize, U8 u8, U16 u16, U32 u32, U64 u64, Usize usize, F16 Half,
            F32 f32, F64 f64)
    };
    (@ $scalar:expr, $T:ident, $value:expr; $($variant:ident $type:ty),*) => {
        match $scalar {
            $(ElementType::$variant => {
                type $T = $type;
                $value
            })*
        }
    };
}

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
        ElementType::ALL.into_iter().find(|&scalar| DataType::from(scalar) == *self)
    }

    /// The type of some numbers side by side as one element, such as `[u8; 3]` for a pixel of three channels: 1 to 4 of them. It
    /// is `None` for other counts, and for `bool`.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, ElementType};
    /// assert_eq!(DataType::array(ElementType::U8, 3), Some(DataType::of::<[u8; 3]>()));
    /// assert_eq!(DataType::array(ElementType::U8, 5), None);
    /// ```
    pub fn array(scalar: ElementType, len: usize) -> Option<DataType> {
        fn of<T: Element>(len: usize) -> Option<DataType> {
            match len {
                1 => Some(DataType::of::<[T; 1]>()),
                2 => Some(DataType::of::<[T; 2]>()),
                3 => Some(DataType::of::<[T; 3]>()),
                4 => Some(DataType::of::<[T; 4]>()),
                _ => None,
            }
        }
        // Not every byte is a `bool`, and memory that is used again may hold others.
        if scalar == ElementType::Bool { None } else { with_type!(scalar, T => of::<T>(len)) }
    }

    /// The numbers of an element and how many there are, where it is one of [`array`](DataType::array).
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, ElementType};
    /// assert_eq!(DataType::of::<[u16; 4]>().as_array(), Some((ElementType::U16, 4)));
    /// assert_eq!(DataType::of::<u16>().as_array(), None);
    /// ```
    pub fn as_array(&self) -> Option<(ElementType, usize)> {
        let mut arrays = ElementType::ALL.into_iter().flat_map(|scalar| (1..=4).map(move |len| (scalar, len)));
        arrays.find(|&(scalar, len)| DataType::array(scalar, len).as_ref() == Some(self))
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
        let unnamed = DataType { layout, name: "a type of the program" };
        let array = || unnamed.as_array().and_then(|(scalar, len)| DataType::array(scalar, len));
        unnamed.scalar().map(DataType::from).or_else(array).unwrap_or(unnamed)
    }

    /// True for a number and for an array of numbers: any value of memory that was set is one, or for `bool`, zero is.
    pub(crate) fn is_number(&self) -> bool {
        self.scalar().is_some() || self.as_array().is_some()
    }
}

impl From<ElementType> for DataType {
    fn from(scalar: ElementType) -> DataType {
        with_type!(scalar, T => DataType::of::<T>())
    }
}

#[cfg(feature = "f16")]
type Half = half::f16;
/// Stands for `half::f16` in a program without it: no kernel takes it.
#[cfg(not(feature = "f16"))]
#[derive(Clone, Copy)]
struct Half(#[allow(dead_code)] u16);

impl PartialEq for DataType {
    fn eq(&self, other: &DataType) -> bool {
        self.layout.id == other.layout.id
    }
}

impl Eq for DataType {}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scalar() == Some(ElementType::F16) {
            return f.write_str("f16");
        }
        match self.as_array() {
            Some((scalar, len)) => write!(f, "[{}; {len}]", DataType::from(scalar)),
            None => f.write_str(self.name),
        }
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
