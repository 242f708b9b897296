//! Types of values.

use crate::rng::Rng;

/// A number or a `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Scalar {
    U8,
    I16,
    I32,
    U32,
    I64,
    F32,
    F64,
    Bool,
    Usize,
    Isize,
}

impl Scalar {
    /// As Rust writes it.
    pub fn name(self) -> &'static str {
        match self {
            Scalar::U8 => "u8",
            Scalar::I16 => "i16",
            Scalar::I32 => "i32",
            Scalar::U32 => "u32",
            Scalar::I64 => "i64",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
            Scalar::Bool => "bool",
            Scalar::Usize => "usize",
            Scalar::Isize => "isize",
        }
    }

    /// Returns true when it is a float.
    pub fn is_float(self) -> bool {
        matches!(self, Scalar::F32 | Scalar::F64)
    }

    /// Returns true when it is an integer.
    pub fn is_integer(self) -> bool {
        !self.is_float() && self != Scalar::Bool
    }

    /// Returns true when it is an integer with a sign.
    pub fn is_signed(self) -> bool {
        matches!(self, Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::Isize)
    }

    /// The value of an expression of another type.
    pub fn cast(self, text: &str, from: Scalar) -> String {
        match (from, self) {
            _ if from == self => text.to_string(),
            (Scalar::Bool, to) if to.is_float() => format!("({text} as u8 as {})", to.name()),
            (from, Scalar::Bool) if from.is_float() => format!("({text} > 0.5)"),
            (_, Scalar::Bool) => format!("({text} & 1 == 1)"),
            (_, to) => format!("({text} as {})", to.name()),
        }
    }

    /// A literal with its type, in parentheses if it is negative.
    pub fn literal(self, rng: &mut Rng) -> String {
        if self == Scalar::Bool {
            return rng.pick(&["true", "false"]).to_string();
        }
        if self.is_float() {
            let value = rng.range(-24, 40) as f64 / rng.pick(&[1.0, 2.0, 8.0]);
            let text = if value == 0.0 { "0.75".to_string() } else { format!("{value:?}") };
            let text = format!("{text}{}{}", rng.pick(&["_", ""]), self.name());
            return if value < 0.0 { format!("({text})") } else { text };
        }
        let value = match rng.below(6) {
            0 => rng.range(0, 120),
            1 if self.is_signed() => rng.range(-60, -1),
            _ => rng.range(0, 9),
        };
        let text = format!("{value}{}", self.name());
        if value < 0 { format!("({text})") } else { text }
    }
}

/// The type of a variable.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Ty {
    One(Scalar),
    Tuple(Vec<Ty>),
    Array(Scalar, usize),
    /// The struct of the program.
    Record,
    /// The struct of the harness.
    Pixel,
}

/// The fields of the harness' struct.
pub const PIXEL: [(&str, Scalar); 3] = [("max", Scalar::I32), ("len", Scalar::U8), ("abs", Scalar::F32)];

/// The struct of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its fields.
    pub fields: Vec<(&'static str, Scalar)>,
    /// Methods that change it, each with the type of its argument.
    pub methods: Vec<(&'static str, Scalar)>,
}

impl Ty {
    /// As Rust writes it.
    pub fn name(&self) -> String {
        match self {
            Ty::One(scalar) => scalar.name().to_string(),
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(Ty::name).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Array(scalar, n) => format!("[{}; {n}]", scalar.name()),
            Ty::Record => "Record".to_string(),
            Ty::Pixel => "Pixel".to_string(),
        }
    }

    /// The numbers in a value, each with the path to it.
    pub fn leaves(&self, path: &str, record: Option<&Record>) -> Vec<(String, Scalar)> {
        match self {
            Ty::One(scalar) => vec![(path.to_string(), *scalar)],
            Ty::Tuple(parts) => {
                let part = |(n, part): (usize, &Ty)| part.leaves(&format!("{path}.{n}"), record);
                parts.iter().enumerate().flat_map(part).collect()
            }
            Ty::Array(scalar, n) => (0..*n).map(|k| (format!("{path}[{k}]"), *scalar)).collect(),
            Ty::Record => {
                let fields = record.map(|record| record.fields.as_slice()).unwrap_or_default();
                fields.iter().map(|(field, scalar)| (format!("{path}.{field}"), *scalar)).collect()
            }
            Ty::Pixel => PIXEL.iter().map(|(field, scalar)| (format!("{path}.{field}"), *scalar)).collect(),
        }
    }
}
