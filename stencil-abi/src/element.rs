/// An element type of Rust that files, NumPy and GPUs know as well.
///
/// In a shader a narrow integer lives in a 32-bit register that always holds its exact value; `f16` lives in an `f32`
/// register that holds a value representable in 16 bits. `usize` and `isize` have the meaning of 64 bits and a register
/// of 32, whose highest bit stands for all above it: values from -2^31 to 2^31 - 1, and of `usize` what those wrap to.
///
/// ```
/// use stencil_abi::ElementType;
/// assert_eq!(ElementType::of_name("f32"), Some(ElementType::F32));
/// assert_eq!(ElementType::U8.packed(), 4); // four to a word
/// assert_eq!(ElementType::F64.word_bytes(), 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ElementType {
    /// `bool`: a byte of 0 or 1.
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `isize`
    Isize,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `usize`
    Usize,
    /// `f16` of the crate half.
    F16,
    /// `f32`
    F32,
    /// `f64`
    F64,
}

impl ElementType {
    /// Every element type.
    pub const ALL: [ElementType; 14] = {
        use ElementType::*;
        [Bool, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize, F16, F32, F64]
    };

    /// The type that Rust calls `name`; `f16` is that of the crate half.
    pub fn of_name(name: &str) -> Option<ElementType> {
        Self::ALL.into_iter().find(|scalar| scalar.rust() == name)
    }

    /// The name in Rust.
    pub fn rust(self) -> &'static str {
        match self {
            ElementType::Bool => "bool",
            ElementType::I8 => "i8",
            ElementType::I16 => "i16",
            ElementType::I32 => "i32",
            ElementType::I64 => "i64",
            ElementType::Isize => "isize",
            ElementType::U8 => "u8",
            ElementType::U16 => "u16",
            ElementType::U32 => "u32",
            ElementType::U64 => "u64",
            ElementType::Usize => "usize",
            ElementType::F16 => "f16",
            ElementType::F32 => "f32",
            ElementType::F64 => "f64",
        }
    }

    /// The WGSL type of a value in a register.
    pub fn register(self) -> &'static str {
        match self {
            ElementType::Bool => "bool",
            ElementType::I8 | ElementType::I16 | ElementType::I32 | ElementType::Isize => "i32",
            ElementType::U8 | ElementType::U16 | ElementType::U32 | ElementType::Usize => "u32",
            ElementType::I64 => "i64",
            ElementType::U64 => "u64",
            ElementType::F16 | ElementType::F32 => "f32",
            ElementType::F64 => "f64",
        }
    }

    /// Cells in one word of a buffer.
    pub fn packed(self) -> u32 {
        match self {
            ElementType::Bool => 4,
            _ => (32 / self.bits()).max(1),
        }
    }

    /// Bytes of a buffer's word.
    pub fn word_bytes(self) -> usize {
        (self.bits().max(32) / 8) as usize
    }

    /// The WGSL type of a buffer's word.
    pub fn word(self) -> &'static str {
        if self.packed() > 1 { "u32" } else { self.register() }
    }

    /// `f16`, `f32` and `f64`.
    pub fn is_float(self) -> bool {
        matches!(self, ElementType::F16 | ElementType::F32 | ElementType::F64)
    }

    /// Integers; `bool` is none.
    pub fn is_int(self) -> bool {
        !self.is_float() && self != ElementType::Bool
    }

    /// Signed integers and floats.
    pub fn is_signed(self) -> bool {
        use ElementType::*;
        matches!(self, I8 | I16 | I32 | I64 | Isize) || self.is_float()
    }

    /// `usize` and `isize`.
    pub fn is_index(self) -> bool {
        matches!(self, ElementType::Usize | ElementType::Isize)
    }

    /// Bits of a register that are significant, of `usize` and `isize` 32; `bool` has 1.
    pub fn bits(self) -> u32 {
        match self {
            ElementType::Bool => 1,
            ElementType::I8 | ElementType::U8 => 8,
            ElementType::I16 | ElementType::U16 | ElementType::F16 => 16,
            ElementType::I32 | ElementType::U32 | ElementType::Isize | ElementType::Usize | ElementType::F32 => 32,
            ElementType::I64 | ElementType::U64 | ElementType::F64 => 64,
        }
    }

    /// The type of the same meaning on the GPU whose width does not depend on the machine.
    pub fn canonical(self) -> ElementType {
        match self {
            ElementType::Isize => ElementType::I32,
            ElementType::Usize => ElementType::U32,
            _ => self,
        }
    }

    /// The unsigned integer of the same width.
    pub fn unsigned(self) -> ElementType {
        match self {
            ElementType::Isize => ElementType::Usize,
            ElementType::I8 => ElementType::U8,
            ElementType::I16 | ElementType::F16 => ElementType::U16,
            ElementType::I32 | ElementType::F32 => ElementType::U32,
            ElementType::I64 | ElementType::F64 => ElementType::U64,
            _ => self,
        }
    }

    /// The signed integer of the same width.
    pub fn signed(self) -> ElementType {
        Self::ALL
            .into_iter()
            .find(|scalar| scalar.is_int() && scalar.is_signed() && scalar.unsigned() == self)
            .unwrap_or(self)
    }

    /// The least value of an integer on the GPU.
    pub fn min(self) -> i128 {
        if self.is_signed() { -(1 << (self.bits() - 1)) } else { 0 }
    }

    /// The greatest value of an integer on the GPU.
    pub fn max(self) -> i128 {
        (1 << (self.bits() - u32::from(self.is_signed()))) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::ElementType::{self, *};

    #[test]
    fn names_lead_back() {
        for element in ElementType::ALL {
            assert_eq!(ElementType::of_name(element.rust()), Some(element));
        }
    }

    #[test]
    fn narrow_types_share_words() {
        let packed = |element: ElementType| (element.packed(), element.word(), element.word_bytes());
        assert_eq!(packed(Bool), (4, "u32", 4));
        assert_eq!(packed(I8), (4, "u32", 4));
        assert_eq!(packed(F16), (2, "u32", 4));
        assert_eq!(packed(I32), (1, "i32", 4));
        assert_eq!(packed(U64), (1, "u64", 8));
    }
}
