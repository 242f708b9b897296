//! Cells that hold no value: the number that stands for them, and NaN.

use stencil_runtime::chunks::ElementType;

/// The number that stands for missing values, as the text in the file: whole numbers of 64 bits are exact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Missing(pub(super) String);

/// A source's elements, and what of them is lost in an array: what a sink has to know to write them back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) element: ElementType,
    pub(super) missing: Option<Missing>,
    /// True where NaN was read for the number.
    pub(super) as_nan: bool,
    /// The number of bands that the file has, and what they are as colours.
    pub(super) bands: usize,
    pub(super) photometric: u16,
    pub(super) extra_samples: Vec<u16>,
}

macro_rules! each_integer {
    ($element:expr, $Then:ident) => {
        match $element {
            ElementType::U8 => $Then!(u8),
            ElementType::U16 => $Then!(u16),
            ElementType::U32 => $Then!(u32),
            ElementType::U64 => $Then!(u64),
            ElementType::I8 => $Then!(i8),
            ElementType::I16 => $Then!(i16),
            ElementType::I32 => $Then!(i32),
            ElementType::I64 => $Then!(i64),
            other => unreachable!("{other:?} is no integer of a file"),
        }
    };
}

impl Missing {
    pub(super) fn of(value: f64) -> Missing {
        let whole = value.fract() == 0.0 && value.abs() <= 2_f64.powi(64);
        Missing(match value {
            _ if value.is_nan() => "nan".to_owned(),
            // All digits, where they are those of an integer.
            _ if whole => (value as i128).to_string(),
            _ => format!("{value:?}"),
        })
    }

    pub(super) fn value(&self) -> Option<f64> {
        self.0.trim().parse().ok()
    }

    /// The bytes of an element that holds it, in the machine's order; `None` where no element does.
    pub(super) fn bytes(&self, element: ElementType) -> Option<Vec<u8>> {
        let value = self.value()?;
        match element {
            ElementType::F32 => {
                let single = value as f32;
                (single.is_finite() || !value.is_finite()).then(|| single.to_ne_bytes().to_vec())
            }
            ElementType::F64 => Some(value.to_ne_bytes().to_vec()),
            _ => {
                // Whole numbers are also written as `255.0`.
                let whole = (value.fract() == 0.0).then_some(value as i128);
                let whole = self.0.trim().parse::<i128>().ok().or(whole)?;
                macro_rules! bytes {
                    ($T:ty) => {
                        <$T>::try_from(whole).ok().map(|value| value.to_ne_bytes().to_vec())
                    };
                }
                each_integer!(element, bytes)
            }
        }
    }
}

/// Copies elements and writes NaN for those that have the bytes of a missing one. Integers become `f32`.
pub(super) fn to_nan(element: ElementType, missing: Option<&[u8]>, from: &[u8], to: &mut [u8]) {
    macro_rules! floats {
        ($T:ty) => {{
            const SIZE: usize = size_of::<$T>();
            to.copy_from_slice(from);
            // By value: 0 is also -0, and NaN stays what it is.
            if let Some(missing) = missing.and_then(|missing| missing.try_into().ok()).map(<$T>::from_ne_bytes) {
                for cell in to.as_chunks_mut::<SIZE>().0 {
                    if <$T>::from_ne_bytes(*cell) == missing {
                        *cell = <$T>::NAN.to_ne_bytes();
                    }
                }
            }
        }};
    }
    macro_rules! integers {
        ($T:ty) => {{
            const SIZE: usize = size_of::<$T>();
            let missing = missing.and_then(|missing| missing.try_into().ok()).map(<$T>::from_ne_bytes);
            for (from, to) in from.as_chunks::<SIZE>().0.iter().zip(to.as_chunks_mut::<4>().0) {
                let value = <$T>::from_ne_bytes(*from);
                *to = if Some(value) == missing { f32::NAN } else { value as f32 }.to_ne_bytes();
            }
        }};
    }
    match element {
        ElementType::F32 => floats!(f32),
        ElementType::F64 => floats!(f64),
        _ => each_integer!(element, integers),
    }
}

/// Writes the bytes of a missing value where an element is NaN.
pub(super) fn from_nan(missing: &[u8], cells: &mut [u8]) {
    macro_rules! floats {
        ($T:ty) => {{
            const SIZE: usize = size_of::<$T>();
            let Ok(missing) = <[u8; SIZE]>::try_from(missing) else { return };
            for cell in cells.as_chunks_mut::<SIZE>().0 {
                if <$T>::from_ne_bytes(*cell).is_nan() {
                    *cell = missing;
                }
            }
        }};
    }
    if missing.len() == 4 { floats!(f32) } else { floats!(f64) }
}
