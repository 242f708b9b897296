//! Variables that are numbers by the look of it, and the methods of numbers that leave their receiver as it is.
//!
//! A method is found by its name alone. Only those are listed that every type of the kind has itself, by value: Rust
//! takes them before any method of a trait that a user may have written for numbers.

use proc_macro2::Ident;
use syn::{Expr, Lit, Type, UnOp};

/// The kind of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Int,
    /// `usize`
    Size,
    Float,
}

const INTS: &[&str] = &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

const OF_INTS: &[&str] = &[
    "min",
    "max",
    "clamp",
    "pow",
    "abs_diff",
    "div_euclid",
    "rem_euclid",
    "isqrt",
    "ilog",
    "ilog2",
    "ilog10",
    "count_ones",
    "count_zeros",
    "leading_zeros",
    "leading_ones",
    "trailing_zeros",
    "trailing_ones",
    "rotate_left",
    "rotate_right",
    "swap_bytes",
    "reverse_bits",
];

/// Further ones of `usize`.
const OF_SIZES: &[&str] = &["div_ceil", "next_multiple_of", "is_power_of_two", "next_power_of_two"];

/// Methods that exist with `wrapping_`, `saturating_`, `checked_` and `overflowing_` in front.
const OVERFLOWS: &[&str] = &["add", "sub", "mul", "div", "pow"];

const OF_FLOATS: &[&str] = &[
    "min",
    "max",
    "clamp",
    "abs",
    "signum",
    "copysign",
    "floor",
    "ceil",
    "round",
    "trunc",
    "fract",
    "sqrt",
    "cbrt",
    "exp",
    "exp2",
    "ln",
    "log2",
    "log10",
    "sin",
    "cos",
    "tan",
    "atan2",
    "hypot",
    "recip",
    "powi",
    "powf",
    "mul_add",
    "div_euclid",
    "rem_euclid",
    "is_nan",
    "is_finite",
    "is_infinite",
    "to_bits",
];

impl Number {
    /// The kind of number that a `let` with this type and value gives.
    pub(super) fn of(ty: Option<&Type>, value: &Expr) -> Option<Self> {
        ty.map_or_else(|| Self::of_value(value), Self::of_type)
    }

    pub(super) fn of_type(ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else { return None };
        Self::named(&path.path.get_ident()?.to_string())
    }

    /// The kind of the primitive type of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "f32" | "f64" => Some(Self::Float),
            "usize" => Some(Self::Size),
            name => INTS.contains(&name).then_some(Self::Int),
        }
    }

    pub(super) fn of_value(value: &Expr) -> Option<Self> {
        match value {
            Expr::Paren(inner) => Self::of_value(&inner.expr),
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(number) if matches!(number.suffix(), "f32" | "f64") => Some(Self::Float),
                Lit::Int(_) => Some(Self::Int),
                Lit::Float(_) => Some(Self::Float),
                _ => None,
            },
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Self::of_value(&unary.expr),
            Expr::Cast(cast) => Self::of_type(&cast.ty),
            _ => None,
        }
    }

    /// Returns true when the method takes a number of this kind by value.
    pub(super) fn leaves(self, method: &Ident) -> bool {
        let name = method.to_string();
        match self {
            Self::Int => OF_INTS.contains(&name.as_str()) || is_overflowing(&name),
            Self::Size => Self::Int.leaves(method) || OF_SIZES.contains(&name.as_str()),
            Self::Float => OF_FLOATS.contains(&name.as_str()),
        }
    }

    /// The kind of number that the method gives, if it gives one.
    pub(super) fn result(self, method: &Ident) -> Option<Self> {
        let name = method.to_string();
        let other = name.starts_with("is_") || name.starts_with("checked_") || name.starts_with("overflowing_");
        (self.leaves(method) && !other).then_some(match name.as_str() {
            "to_bits" | "ilog" | "ilog2" | "ilog10" => Self::Int,
            _ if name.ends_with("_ones") || name.ends_with("_zeros") => Self::Int,
            _ => self,
        })
    }

    /// Returns true when a number of some kind has the method, by value.
    pub(super) fn some_leaves(method: &Ident) -> bool {
        [Self::Int, Self::Size, Self::Float].iter().any(|number| number.leaves(method))
    }
}

fn is_overflowing(name: &str) -> bool {
    name.split_once('_').is_some_and(|(way, rest)| {
        ["wrapping", "saturating", "checked", "overflowing"].contains(&way) && OVERFLOWS.contains(&rest)
    })
}
