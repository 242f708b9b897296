//! Operators.

use syn::{BinOp, UnOp};

use super::super::scalar::Scalar;
use super::template::expand;
use super::{Helpers, Refusal};

/// The right operand of a binary operator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Right<'a> {
    pub(crate) text: &'a str,
    /// Its type, which differs from the left one's in shifts only.
    pub(crate) scalar: Scalar,
    /// Its value where it is a literal.
    pub(crate) literal: Option<i128>,
}

/// The type of what `left op right` gives; `None` where Rust has no such operator.
pub(crate) fn binary_result(op: &BinOp, left: Scalar) -> Option<Scalar> {
    use BinOp::*;
    match op {
        Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) => Some(Scalar::Bool),
        And(_) | Or(_) => (left == Scalar::Bool).then_some(left),
        BitAnd(_) | BitOr(_) | BitXor(_) | BitAndAssign(_) | BitOrAssign(_) | BitXorAssign(_) => {
            (!left.is_float()).then_some(left)
        }
        Shl(_) | Shr(_) | ShlAssign(_) | ShrAssign(_) => left.is_int().then_some(left),
        _ => (left != Scalar::Bool).then_some(left),
    }
}

/// `left op right`; of a compound assignment, the value that is assigned.
///
/// Integers wrap. A division that could panic in Rust raises a check, unless the divisor is a literal that cannot.
pub(crate) fn binary(op: &BinOp, scalar: Scalar, left: &str, right: Right<'_>, helpers: &mut Helpers) -> String {
    let form = match op {
        BinOp::Div(_) | BinOp::DivAssign(_) if scalar.is_int() => division(scalar, right.literal),
        BinOp::Rem(_) | BinOp::RemAssign(_) if scalar.is_int() => remainder(scalar, right.literal),
        _ if scalar == Scalar::Bool => logic(op),
        _ => arithmetic(op, scalar, right.scalar),
    };
    expand(form, scalar, &[left.to_string(), right.text.to_string()], helpers)
}

fn arithmetic(op: &BinOp, scalar: Scalar, right: Scalar) -> &'static str {
    use BinOp::*;
    match op {
        Add(_) | AddAssign(_) if scalar == Scalar::F16 => "rs_add_f16($0, $1)",
        Sub(_) | SubAssign(_) if scalar == Scalar::F16 => "rs_sub_f16($0, $1)",
        Mul(_) | MulAssign(_) if scalar == Scalar::F16 => "rs_mul_f16($0, $1)",
        Add(_) | AddAssign(_) => "fit($0 + $1)",
        Sub(_) | SubAssign(_) => "fit($0 - $1)",
        Mul(_) | MulAssign(_) => "fit($0 * $1)",
        Div(_) | DivAssign(_) => "fit($0 / $1)",
        Rem(_) | RemAssign(_) => "rs_rem_S($0, $1)",
        BitAnd(_) | BitAndAssign(_) => "$0 & $1",
        BitOr(_) | BitOrAssign(_) => "$0 | $1",
        BitXor(_) | BitXorAssign(_) => "$0 ^ $1",
        // The amount is masked as in Rust's release builds; WGSL's own rule is an error or undefined.
        Shl(_) | ShlAssign(_) if right.register() == "u32" => "fit($0 << ($1 & (BITS - 1u)))",
        Shl(_) | ShlAssign(_) => "fit($0 << (u32($1) & (BITS - 1u)))",
        Shr(_) | ShrAssign(_) if right.register() == "u32" => "$0 >> ($1 & (BITS - 1u))",
        Shr(_) | ShrAssign(_) => "$0 >> (u32($1) & (BITS - 1u))",
        // NaN differs from everything: naga's `!=` is ordered.
        Ne(_) if scalar.is_float() => "!($0 == $1)",
        _ => comparison(op),
    }
}

fn comparison(op: &BinOp) -> &'static str {
    use BinOp::*;
    match op {
        Eq(_) => "$0 == $1",
        Ne(_) => "$0 != $1",
        Lt(_) => "$0 < $1",
        Le(_) => "$0 <= $1",
        Gt(_) => "$0 > $1",
        Ge(_) => "$0 >= $1",
        And(_) => "$0 && $1",
        Or(_) => "$0 || $1",
        _ => unreachable!("Rust has no such operator"),
    }
}

/// WGSL has neither an order of booleans nor their exclusive or.
fn logic(op: &BinOp) -> &'static str {
    use BinOp::*;
    match op {
        BitXor(_) | BitXorAssign(_) => "$0 != $1",
        BitAnd(_) | BitAndAssign(_) => "$0 & $1",
        BitOr(_) | BitOrAssign(_) => "$0 | $1",
        Lt(_) => "!$0 & $1",
        Le(_) => "!$0 | $1",
        Gt(_) => "$0 & !$1",
        Ge(_) => "$0 | !$1",
        _ => comparison(op),
    }
}

/// Returns true when dividing by the literal cannot panic.
pub(super) fn harmless(scalar: Scalar, divisor: Option<i128>) -> bool {
    divisor.is_some_and(|value| value != 0 && (value != -1 || !scalar.is_signed()))
}

pub(super) fn division(scalar: Scalar, divisor: Option<i128>) -> &'static str {
    match scalar.is_signed() {
        _ if harmless(scalar, divisor) => "$0 / $1",
        true => "rs_div_S($0, $1, check{attempt to divide by zero}, check{attempt to divide with overflow})",
        false => "rs_div_S($0, $1, check{attempt to divide by zero})",
    }
}

pub(super) fn remainder(scalar: Scalar, divisor: Option<i128>) -> &'static str {
    match scalar.is_signed() {
        _ if harmless(scalar, divisor) => "$0 % $1",
        // The least value that a register holds is not that of the type.
        true if scalar.is_index() => {
            "rs_wrapping_rem_S($0, $1, check{attempt to calculate the remainder with a divisor of zero})"
        }
        true => {
            "rs_rem_S($0, $1, check{attempt to calculate the remainder with a divisor of zero}, \
             check{attempt to calculate the remainder with overflow})"
        }
        false => "rs_rem_S($0, $1, check{attempt to calculate the remainder with a divisor of zero})",
    }
}

/// `-x` and `!x`.
pub(crate) fn unary(op: &UnOp, scalar: Scalar, operand: &str, helpers: &mut Helpers) -> Result<String, Refusal> {
    let form = match op {
        UnOp::Neg(_) if scalar.is_float() => "-$0",
        UnOp::Neg(_) if scalar.is_signed() => "fit(-$0)",
        UnOp::Not(_) if scalar == Scalar::Bool => "!$0",
        UnOp::Not(_) if scalar.is_int() => "fit(~$0)",
        UnOp::Deref(_) => "$0",
        _ => return Err(Refusal::new("Rust has no such operator for this type")),
    };
    Ok(expand(form, scalar, &[operand.to_string()], helpers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn print(op: BinOp, scalar: Scalar, literal: Option<i128>) -> String {
        binary(&op, scalar, "a", Right { text: "b", scalar, literal }, &mut Helpers::default())
    }

    #[test]
    fn operators_have_rusts_meaning() {
        assert_eq!(print(parse_quote!(+), Scalar::F32, None), "(a + b)");
        assert_eq!(print(parse_quote!(+=), Scalar::U8, None), "((a + b) & 255u)");
        assert_eq!(print(parse_quote!(+=), Scalar::F16, None), "rs_add_f16(a, b)");
        assert_eq!(print(parse_quote!(!=), Scalar::F32, None), "(!(a == b))");
        assert_eq!(print(parse_quote!(/), Scalar::I32, Some(3)), "(a / b)");
        assert_eq!(print(parse_quote!(/), Scalar::U32, None), "rs_div_u32(a, b, 1u)");
        assert_eq!(print(parse_quote!(%), Scalar::I8, Some(-1)), "rs_rem_i8(a, b, 1u, 2u)");
        assert_eq!(print(parse_quote!(<<), Scalar::I32, None), "(a << (u32(b) & (32u - 1u)))");
        assert_eq!(print(parse_quote!(^), Scalar::Bool, None), "(a != b)");
        assert_eq!(print(parse_quote!(<), Scalar::Bool, None), "(!a & b)");
    }
}
