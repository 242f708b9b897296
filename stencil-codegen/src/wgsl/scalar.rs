//! The scalar types that a GPU form knows.

/// A scalar type of Rust that a shader can hold.
///
/// A narrow integer lives in a 32-bit register that always holds its exact value; `f16` lives in an `f32` register that
/// holds a value representable in 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Scalar {
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
    /// Every scalar.
    pub(crate) const ALL: [Scalar; 14] = {
        use Scalar::*;
        [Bool, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize, F16, F32, F64]
    };

    /// The scalar of a path type: `f32`, `core::primitive::f32`, `half::f16`.
    pub(crate) fn of_type(ty: &syn::Type) -> Option<Scalar> {
        match ty {
            syn::Type::Path(syn::TypePath { qself: None, path, .. }) => Self::of_path(path),
            syn::Type::Group(group) => Self::of_type(&group.elem),
            syn::Type::Paren(paren) => Self::of_type(&paren.elem),
            _ => None,
        }
    }

    fn of_path(path: &syn::Path) -> Option<Scalar> {
        if path.segments.iter().any(|segment| !segment.arguments.is_none()) {
            return None;
        }
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (last, qualifier) = names.split_last()?;
        let scalar = Self::of_name(last)?;
        match (scalar, qualifier) {
            (_, []) => Some(scalar),
            (Scalar::F16, ["half"]) => Some(scalar),
            (Scalar::F16, _) => None,
            (_, ["core" | "std", "primitive"]) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar that Rust calls `name`; `f16` is that of the half crate.
    pub(crate) fn of_name(name: &str) -> Option<Scalar> {
        Self::ALL.into_iter().find(|scalar| scalar.rust() == name)
    }

    /// The name in Rust.
    pub(crate) fn rust(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::I8 => "i8",
            Scalar::I16 => "i16",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::Isize => "isize",
            Scalar::U8 => "u8",
            Scalar::U16 => "u16",
            Scalar::U32 => "u32",
            Scalar::U64 => "u64",
            Scalar::Usize => "usize",
            Scalar::F16 => "f16",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
        }
    }

    /// The WGSL type of a value in a register.
    pub(crate) fn register(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::Isize => "i32",
            Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::Usize => "u32",
            Scalar::I64 => "i64",
            Scalar::U64 => "u64",
            Scalar::F16 | Scalar::F32 => "f32",
            Scalar::F64 => "f64",
        }
    }

    /// Cells in one word of a buffer.
    pub(crate) fn packed(self) -> u32 {
        match self {
            Scalar::Bool => 4,
            _ => (32 / self.bits()).max(1),
        }
    }

    /// The WGSL type of a buffer's word.
    pub(crate) fn word(self) -> &'static str {
        if self.packed() > 1 { "u32" } else { self.register() }
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Scalar::F16 | Scalar::F32 | Scalar::F64)
    }

    /// Integers; `bool` is none.
    pub(crate) fn is_int(self) -> bool {
        !self.is_float() && self != Scalar::Bool
    }

    /// Signed integers and floats.
    pub(crate) fn is_signed(self) -> bool {
        use Scalar::*;
        matches!(self, I8 | I16 | I32 | I64 | Isize) || self.is_float()
    }

    /// Significant bits on the GPU, where `usize` and `isize` have 32; `bool` has 1.
    pub(crate) fn bits(self) -> u32 {
        match self {
            Scalar::Bool => 1,
            Scalar::I8 | Scalar::U8 => 8,
            Scalar::I16 | Scalar::U16 | Scalar::F16 => 16,
            Scalar::I32 | Scalar::U32 | Scalar::Isize | Scalar::Usize | Scalar::F32 => 32,
            Scalar::I64 | Scalar::U64 | Scalar::F64 => 64,
        }
    }

    /// The scalar of the same meaning on the GPU whose width does not depend on the machine.
    pub(crate) fn canonical(self) -> Scalar {
        match self {
            Scalar::Isize => Scalar::I32,
            Scalar::Usize => Scalar::U32,
            _ => self,
        }
    }

    /// The unsigned integer of the same width.
    pub(crate) fn unsigned(self) -> Scalar {
        match self {
            Scalar::Isize => Scalar::Usize,
            Scalar::I8 => Scalar::U8,
            Scalar::I16 | Scalar::F16 => Scalar::U16,
            Scalar::I32 | Scalar::F32 => Scalar::U32,
            Scalar::I64 | Scalar::F64 => Scalar::U64,
            _ => self,
        }
    }

    /// The signed integer of the same width.
    pub(crate) fn signed(self) -> Scalar {
        Self::ALL
            .into_iter()
            .find(|scalar| scalar.is_int() && scalar.is_signed() && scalar.unsigned() == self)
            .unwrap_or(self)
    }

    /// The least value of an integer on the GPU.
    pub(crate) fn min(self) -> i128 {
        if self.is_signed() { -(1 << (self.bits() - 1)) } else { 0 }
    }

    /// The greatest value of an integer on the GPU.
    pub(crate) fn max(self) -> i128 {
        (1 << (self.bits() - u32::from(self.is_signed()))) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_name() {
        let of = |text: &str| Scalar::of_type(&syn::parse_str(text).unwrap());
        assert_eq!(of("f32"), Some(Scalar::F32));
        assert_eq!(of("core::primitive::f32"), Some(Scalar::F32));
        assert_eq!(of("half::f16"), Some(Scalar::F16));
        assert_eq!(of("f16"), Some(Scalar::F16));
        assert_eq!(of("my::f32"), None);
        assert_eq!(of("Vec<f32>"), None);
        for scalar in Scalar::ALL {
            assert_eq!(of(scalar.rust()), Some(scalar));
        }
    }

    #[test]
    fn narrow_scalars_share_words() {
        use Scalar::*;
        let packed = |scalar: Scalar| (scalar.packed(), scalar.word());
        assert_eq!(packed(Bool), (4, "u32"));
        assert_eq!(packed(I8), (4, "u32"));
        assert_eq!(packed(F16), (2, "u32"));
        assert_eq!(packed(I32), (1, "i32"));
        assert_eq!(packed(U64), (1, "u64"));
    }
}
