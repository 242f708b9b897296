//! `usize` and `isize`, which mean 64 bits and are held in 32.
//!
//! A register holds the lower half of the value, and its highest bit stands for all above it. Sums, differences, products
//! and bits of such registers are those of the values as long as the result can be held so; casts between the two
//! types and comparisons always are. Where a result may not be held, the form checks it: the value is right, or the call
//! is an error.

use syn::BinOp;

use super::super::scalar::Scalar;
use super::operator::{Right, division, remainder};
use super::template::expand;
use super::{Helpers, cast, literal_int};

/// The end of the messages of these checks.
macro_rules! message {
    ($what:literal) => {
        concat!("check{attempt to ", $what, " beyond the 32 bits that `usize` and `isize` have on a GPU}")
    };
}

/// The register's signed value of a value, where it can be held.
pub(crate) fn held(value: i128, scalar: Scalar) -> Option<i128> {
    let value = if scalar == Scalar::Usize && value > i64::MAX.into() { value - (1 << 64) } else { value };
    i32::try_from(value).ok().map(i128::from)
}

/// A value that cannot be held: an error where it is computed.
pub(crate) fn beyond(scalar: Scalar, helpers: &mut Helpers) -> String {
    let form = concat!("rs_index_of_u32_S(", "0xffffffffu, ", message!("compute"), ")");
    expand(form, scalar, &[], helpers)
}

/// The form of a binary operator whose result may not be held; none where it is that of 32 bits all the same. `sized` says
/// that the left side is less than 2^31 as a size.
fn operator(op: &BinOp, scalar: Scalar, sized: bool, right: Right<'_>) -> Option<String> {
    use BinOp::*;
    let checked =
        |form: &str| if sized || scalar == Scalar::Isize { form.to_owned() } else { form.replace("$0", &small("$0")) };
    Some(match op {
        Add(_) => concat!("rs_index_add_S($0, $1, ", message!("add"), ")").into(),
        Sub(_) => concat!("rs_index_sub_S($0, $1, ", message!("subtract"), ")").into(),
        Mul(_) => concat!("rs_index_mul_S($0, $1, ", message!("multiply"), ")").into(),
        Div(_) if scalar == Scalar::Isize => above(division(scalar, right.literal)),
        Div(_) => checked(division(scalar, right.literal)),
        Rem(_) => checked(remainder(scalar, right.literal)),
        Shl(_) => shl(&amount(right)),
        Shr(_) => checked(&shr(&amount(right))),
        _ => return None,
    })
}

/// `left op right` where the result may not be held.
pub(crate) fn print_binary(
    op: &BinOp,
    scalar: Scalar,
    sized: bool,
    left: &str,
    right: Right<'_>,
    helpers: &mut Helpers,
) -> String {
    match operator(op, scalar, sized, right) {
        Some(form) => expand(&form, scalar, &[left.to_owned(), right.text.to_owned()], helpers),
        None => super::binary(op, scalar, left, right, helpers),
    }
}

/// `-x` where the result may not be held.
pub(crate) fn print_neg(scalar: Scalar, operand: &str, helpers: &mut Helpers) -> String {
    let form = concat!("rs_index_neg_S($0, ", message!("negate"), ")");
    expand(form, scalar, &[operand.to_owned()], helpers)
}

fn amount(right: Right<'_>) -> String {
    if right.scalar.register() == "u32" { "$1".into() } else { "u32($1)".into() }
}

fn shl(amount: &str) -> String {
    format!("rs_index_shl_S($0, {amount}, {})", message!("shift"))
}

fn shr(amount: &str) -> String {
    format!("rs_index_shr_S($0, {amount})")
}

/// A size that has to be less than 2^31: what it is used in depends on all of its bits.
fn small(operand: &str) -> String {
    format!("rs_index_small_U({operand}, {})", message!("compute"))
}

/// The form with a receiver that is not the least value.
fn above(form: &str) -> String {
    form.replace("$0", concat!("rs_index_above_S($0, ", message!("compute"), ")"))
}

/// A cast to or from `usize` and `isize`; `fits` says that the operand is at least 0 as a size, and the result is held.
pub(crate) fn print_cast(from: Scalar, to: Scalar, operand: &str, fits: bool, helpers: &mut Helpers) -> String {
    let text = [operand.to_owned()];
    let checked = |stem: &str| format!("rs_index_of_{stem}_S($0, {})", message!("convert"));
    if to.is_index() {
        return match from {
            Scalar::U32 | Scalar::I64 | Scalar::U64 if !fits => expand(&checked(from.rust()), to, &text, helpers),
            Scalar::I64 | Scalar::U64 => expand("T(i32($0))", to, &text, helpers),
            _ if from.is_float() => expand(&checked(from.register()), to, &text, helpers),
            _ => cast::plain(from, to, operand, helpers),
        };
    }
    match (from, to) {
        (Scalar::Usize, Scalar::I64 | Scalar::U64) => {
            let signed = format!("i32({operand})");
            cast::plain(Scalar::Isize, to, &signed, helpers)
        }
        (Scalar::Usize, Scalar::F16) if !fits => expand("fit(rs_usize_as_f32($0))", to, &text, helpers),
        (Scalar::Usize, _) if to.is_float() && !fits => expand("rs_usize_as_S($0)", to, &text, helpers),
        _ => cast::plain(from, to, operand, helpers),
    }
}

/// The form of a method of `usize` and `isize`; none where it is that of 32 bits. `plain` is that form.
pub(super) fn method(name: &str, receiver: Scalar, fits: bool, plain: &str) -> Option<String> {
    let sized = receiver == Scalar::Usize;
    let checked = |form: &str| (!fits).then(|| form.to_owned());
    // The bits above are counted as well.
    let bits = match name {
        "count_ones" => "rs_index_count_ones_U(raw($0))",
        "count_zeros" => "64u - rs_index_count_ones_U(raw($0))",
        "leading_zeros" => "rs_index_leading_zeros_U(raw($0))",
        "trailing_zeros" => "rs_index_trailing_zeros_U(raw($0))",
        "leading_ones" => "rs_index_leading_zeros_U(~raw($0))",
        "trailing_ones" => "rs_index_trailing_zeros_U(~raw($0))",
        "wrapping_shl" if !fits => return Some(shl("$1")),
        "wrapping_shr" if !sized || fits => "rs_index_shr_S($0, $1)",
        _ => "",
    };
    if !bits.is_empty() {
        return Some(bits.into());
    }
    match name {
        "abs" | "wrapping_abs" | "saturating_abs" => {
            checked(concat!("rs_index_abs_S($0, ", message!("take the absolute value"), ")"))
        }
        "unsigned_abs" => checked(concat!("U(rs_index_abs_S($0, ", message!("take the absolute value"), "))")),
        "abs_diff" => checked(concat!("rs_index_abs_diff_S($0, $1, ", message!("subtract"), ")")),
        "wrapping_neg" | "saturating_neg" => checked(concat!("rs_index_neg_S($0, ", message!("negate"), ")")),
        "ilog2" if !fits => Some("rs_index_ilog2_U($0, check{argument of integer logarithm must be positive})".into()),
        "saturating_mul" if sized && !fits => {
            Some(format!("rs_index_mul_S({}, {}, {})", small("$0"), small("$1"), message!("multiply")))
        }
        "wrapping_add" => checked(concat!("rs_index_add_S($0, $1, ", message!("add"), ")")),
        "wrapping_sub" => checked(concat!("rs_index_sub_S($0, $1, ", message!("subtract"), ")")),
        "wrapping_mul" => checked(concat!("rs_index_mul_S($0, $1, ", message!("multiply"), ")")),
        "saturating_add" if !sized => checked(concat!("rs_index_add_S($0, $1, ", message!("add"), ")")),
        "saturating_sub" if !sized => checked(concat!("rs_index_sub_S($0, $1, ", message!("subtract"), ")")),
        "saturating_mul" => checked(concat!("rs_index_mul_S($0, $1, ", message!("multiply"), ")")),
        "saturating_pow" if sized && !fits => {
            Some(format!("rs_index_pow_S({}, $1, {})", small("$0"), message!("multiply")))
        }
        "pow" | "wrapping_pow" | "saturating_pow" => {
            checked(concat!("rs_index_pow_S($0, $1, ", message!("multiply"), ")"))
        }
        "wrapping_shr" => Some(shr("$1").replace("$0", &small("$0"))),
        "midpoint" | "isqrt" | "is_power_of_two" | "is_multiple_of" | "next_power_of_two" | "rem_euclid"
        | "div_euclid" | "div_ceil" | "next_multiple_of" | "wrapping_div" | "wrapping_rem" | "saturating_div"
        | "saturating_add" | "saturating_sub"
            if sized && !fits =>
        {
            let form = plain.replace("$0", &small("$0"));
            // By a large size, quotients are right as they are.
            let both = matches!(name, "midpoint" | "saturating_add" | "saturating_sub");
            let form = if both { form.replace("$1", &small("$1")) } else { form };
            let grows = matches!(name, "next_power_of_two" | "next_multiple_of" | "saturating_add");
            Some(if grows { small(&form) } else { form })
        }
        "rem_euclid" | "div_euclid" | "wrapping_div" | "wrapping_rem" | "saturating_div" if !fits => Some(above(plain)),
        _ => None,
    }
}

/// The number of items of a range whose bounds are printed; `fits` says that it surely is held.
pub(crate) fn print_count(
    scalar: Scalar,
    bounds: [&str; 2],
    inclusive: bool,
    fits: bool,
    helpers: &mut Helpers,
) -> String {
    let mut checked = |text: &str| expand(&small("$0"), Scalar::Usize, &[text.to_owned()], helpers);
    let sized = scalar == Scalar::Usize && !fits;
    let [start, end] = bounds.map(|bound| if sized { checked(bound) } else { bound.to_owned() });
    let relation = if inclusive { "<=" } else { "<" };
    let counted = |none: &str, count: &str| format!("select({none}, {count}, {start} {relation} {end})");
    let span = if scalar.bits() == 64 {
        let span = counted(&literal_int(0, Scalar::U64), &format!("u64({end} - {start})"));
        print_cast(Scalar::U64, Scalar::Usize, &span, false, helpers)
    } else {
        let span = counted("0u", &format!("u32({end} - {start})"));
        if fits { span } else { checked(&span) }
    };
    match (inclusive, fits) {
        (false, _) => span,
        (true, true) => counted("0u", &format!("u32({end} - {start}) + 1u")),
        (true, false) => {
            let count = counted("0u", &format!("{span} + 1u"));
            expand(&small("$0"), Scalar::Usize, &[count], helpers)
        }
    }
}
