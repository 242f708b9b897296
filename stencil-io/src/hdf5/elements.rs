//! Elements: HDF5's types as types of numbers, and back.

use std::fs;
use std::sync::OnceLock;

use ::hdf5::types::{FloatSize, IntSize, TypeDescriptor};
use ::hdf5::{Datatype, File, H5Type};
use serde_json::Value;
use stencil_runtime::chunks::{ElementType, Scalar};

use crate::files;

/// Calls a function with the type of elements in a file. A `bool` is a number there, which the library does not check.
macro_rules! stored {
    ($element:expr, $function:ident($($argument:expr),*)) => {
        match $element {
            ElementType::I8 | ElementType::Bool => $function::<i8>($($argument),*),
            ElementType::I16 => $function::<i16>($($argument),*),
            ElementType::I32 => $function::<i32>($($argument),*),
            ElementType::I64 | ElementType::Isize => $function::<i64>($($argument),*),
            ElementType::U8 => $function::<u8>($($argument),*),
            ElementType::U16 => $function::<u16>($($argument),*),
            ElementType::U32 => $function::<u32>($($argument),*),
            ElementType::U64 | ElementType::Usize => $function::<u64>($($argument),*),
            #[cfg(feature = "f16")]
            ElementType::F16 => $function::<half::f16>($($argument),*),
            #[cfg(not(feature = "f16"))]
            ElementType::F16 => Err($crate::hdf5::elements::NEEDS_F16.to_owned()),
            ElementType::F32 => $function::<f32>($($argument),*),
            ElementType::F64 => $function::<f64>($($argument),*),
        }
    };
}
pub(super) use stored;

/// The reason where half floats are met without the feature.
#[cfg(not(feature = "f16"))]
pub(super) const NEEDS_F16: &str = "elements of float16 need the feature `f16`";

/// A number in a file.
pub(super) trait Stored: Scalar + H5Type + Copy + Default + PartialEq {
    /// The element that an attribute's value is, if one is; with `unsigned`, its bits are those of an unsigned number.
    fn of(value: &Value, unsigned: bool) -> Option<Self>;

    /// The nearest number.
    fn number(self, unsigned: bool) -> f64;
}

macro_rules! integers {
    ($($T:ty, $Unsigned:ty;)*) => {$(
        impl Stored for $T {
            fn of(value: &Value, unsigned: bool) -> Option<$T> {
                let whole = |x: f64| (x.fract() == 0.0 && x.abs() < 1e30).then_some(x as i128);
                let exact = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from));
                let value = exact.or_else(|| value.as_f64().and_then(whole))?;
                let signed = <$T>::try_from(value).ok();
                signed.or_else(|| <$Unsigned>::try_from(value).ok().filter(|_| unsigned).map(|bits| bits as $T))
            }

            fn number(self, unsigned: bool) -> f64 {
                if unsigned { self as $Unsigned as f64 } else { self as f64 }
            }
        }
    )*};
}
integers! { i8, u8; i16, u16; i32, u32; i64, u64; u8, u8; u16, u16; u32, u32; u64, u64; }

macro_rules! floats {
    ($($T:ty, $of:expr;)*) => {$(
        impl Stored for $T {
            fn of(value: &Value, _: bool) -> Option<$T> {
                float(value).map($of)
            }

            fn number(self, _: bool) -> f64 {
                self.into()
            }
        }
    )*};
}
floats! { f32, |x| x as f32; f64, |x| x; }
#[cfg(feature = "f16")]
floats! { half::f16, half::f16::from_f64; }

/// A float, as attributes have it.
pub(super) fn float(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    }
}

/// The number that a type of HDF5 is; of an enumeration, that of its values.
///
/// A type is one of those that are known, bit by bit: the library converts from any, and where a file is broken beyond its
/// memory.
pub(super) fn element(data_type: &Datatype) -> Result<ElementType, String> {
    let strange =
        |kind: &dyn std::fmt::Display| format!("holds elements of HDF5's type {kind}, which kernels do not take");
    let described = data_type.to_descriptor();
    let (element, native) = match &described {
        Ok(TypeDescriptor::Boolean) => (ElementType::Bool, data_type.is::<bool>()),
        Ok(TypeDescriptor::Integer(size)) => (integer(*size, true), same(data_type, &described)),
        Ok(TypeDescriptor::Unsigned(size)) => (integer(*size, false), same(data_type, &described)),
        Ok(TypeDescriptor::Enum(kind)) => (integer(kind.size, kind.signed), same(data_type, &described)),
        Ok(TypeDescriptor::Float(size)) => match size {
            #[cfg(feature = "f16")]
            FloatSize::U2 => (ElementType::F16, same(data_type, &described)),
            FloatSize::U4 => (ElementType::F32, same(data_type, &described)),
            FloatSize::U8 => (ElementType::F64, same(data_type, &described)),
        },
        #[cfg(not(feature = "f16"))]
        Err(_) if data_type.size() == 2 => return Err(NEEDS_F16.to_owned()),
        Ok(other) => return Err(strange(other)),
        Err(error) => return Err(format!("holds elements that kernels do not take: {error}")),
    };
    if native || kinds()?.numbers.contains(data_type) {
        return Ok(element);
    }
    let kind = described.map_or_else(|error| error.to_string(), |kind| kind.to_string());
    Err(strange(&format!("{kind}, in bits that are not the usual ones")))
}

fn integer(size: IntSize, signed: bool) -> ElementType {
    match (size, signed) {
        (IntSize::U1, true) => ElementType::I8,
        (IntSize::U2, true) => ElementType::I16,
        (IntSize::U4, true) => ElementType::I32,
        (IntSize::U8, true) => ElementType::I64,
        (IntSize::U1, false) => ElementType::U8,
        (IntSize::U2, false) => ElementType::U16,
        (IntSize::U4, false) => ElementType::U32,
        (IntSize::U8, false) => ElementType::U64,
    }
}

/// True where a type is what the machine has for its description.
fn same(data_type: &Datatype, described: &::hdf5::Result<TypeDescriptor>) -> bool {
    let own = described.as_ref().ok().and_then(|described| Datatype::from_descriptor(described).ok());
    own.is_some_and(|own| own == *data_type)
}

/// Types that the binding does not make.
pub(super) struct Kinds {
    /// Numbers of both orders of bytes.
    numbers: Vec<Datatype>,
    /// A text of 16 bytes with a zero at its end.
    pub(super) text: Datatype,
}

/// A file with an attribute of each, written by `tests/python/hdf5.py`.
const KINDS: &[u8] = include_bytes!("kinds.h5");

/// The types, for which a file is made and removed in the folder for temporary files, once.
pub(super) fn kinds() -> Result<&'static Kinds, String> {
    static READ: OnceLock<Result<Kinds, String>> = OnceLock::new();
    let read = || {
        let path = files::partial(&std::env::temp_dir().join("ndstencil-kinds.h5"));
        let failed = |error: &dyn std::fmt::Display| format!("needs the file {}: {error}", path.display());
        fs::write(&path, KINDS).map_err(|error| failed(&error))?;
        let kinds = || {
            let file = File::open(&path)?;
            let (mut numbers, mut text) = (Vec::new(), None);
            for name in file.attr_names()? {
                let kind = file.attr(&name)?.dtype()?;
                if name == "text" { text = Some(kind) } else { numbers.push(kind) }
            }
            Ok::<_, ::hdf5::Error>(text.map(|text| Kinds { numbers, text }))
        };
        let read = kinds();
        let _ = fs::remove_file(&path);
        read.map_err(|error| failed(&error))?.ok_or_else(|| failed(&"it has no text"))
    };
    READ.get_or_init(read).as_ref().map_err(String::clone)
}
