//! `as`.

use super::super::scalar::Scalar;
use super::Helpers;
use super::template::{expand, fit};

/// `operand as to`; also what `to::from(operand)` and the conversions of half's `f16` are. `usize` and `isize` are taken for
/// what their registers hold.
pub(super) fn plain(from: Scalar, to: Scalar, operand: &str, helpers: &mut Helpers) -> String {
    let form = if from.is_float() && to.is_int() {
        format!("rs_{}_as_{}($0)", from.register(), to.canonical().rust())
    } else if to.is_float() && !from.is_float() {
        int_to_float(from, to)
    } else if to.is_float() {
        float_to_float(from, to)
    } else {
        int_to_int(from, to)
    };
    expand(&form, to, &[operand.to_string()], helpers)
}

fn int_to_float(from: Scalar, to: Scalar) -> String {
    let value = match from {
        Scalar::Bool => "select(T(0.0), T(1.0), $0)",
        _ => "T($0)",
    };
    if to == Scalar::F16 { format!("fit({value})") } else { value.into() }
}

fn float_to_float(from: Scalar, to: Scalar) -> String {
    match (from, to) {
        // Through `f32` it would be rounded twice.
        (Scalar::F64, Scalar::F16) => "rs_round_f16_f64($0)",
        (Scalar::F32, Scalar::F16) => "rs_round_f16($0)",
        _ if from.register() == to.register() => "$0",
        _ => "T($0)",
    }
    .into()
}

fn int_to_int(from: Scalar, to: Scalar) -> String {
    if from == Scalar::Bool {
        return match to {
            Scalar::Bool => "$0".into(),
            _ => "select(T(0), T(1), $0)".into(),
        };
    }
    let value = match (from.register(), to.register()) {
        (from, to) if from == to => "$0",
        // Widened with the sign of the source, then taken as unsigned.
        ("i32", "u64") => "u64(i64($0))",
        // naga widens an unsigned value to a signed type with a sign.
        ("u32", "i64") => "i64(u64($0))",
        _ => "T($0)",
    };
    let holds_all = to.bits() > from.bits() && (to.is_signed() || !from.is_signed()) || to.bits() >= 32;
    if holds_all || from == to { value.into() } else { fit(to, value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Scalar::*;

    #[test]
    fn casts() {
        let cast = |from, to| plain(from, to, "x", &mut Helpers::default());
        assert_eq!(cast(U8, F32), "f32(x)");
        assert_eq!(cast(F32, U8), "rs_f32_as_u8(x)");
        assert_eq!(cast(I32, U8), "(u32(x) & 255u)");
        assert_eq!(cast(U8, I16), "i32(x)");
        assert_eq!(cast(Bool, U8), "select(u32(0), u32(1), x)");
        assert_eq!(cast(I32, U64), "u64(i64(x))");
        assert_eq!(cast(F64, F16), "rs_round_f16_f64(x)");
        assert_eq!(cast(I32, I32), "x");
    }
}
