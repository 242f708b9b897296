//! Methods of scalars.

use std::borrow::Cow;

use super::super::scalar::Scalar;
use super::operator::harmless;
use super::rows::{self, Type};
use super::template::expand;
use super::{Helpers, index, literal};

/// A method that has a GPU form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Method {
    /// Without the receiver.
    pub(crate) arguments: Vec<Scalar>,
    pub(crate) result: Scalar,
}

/// The reason why something has no GPU form, and the form to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// True when only `f64` lacks it.
    pub(crate) f64: bool,
    pub(crate) help: String,
}

impl Refusal {
    pub(super) fn new(help: impl Into<String>) -> Self {
        Self { f64: false, help: help.into() }
    }
}

/// The arguments and the result of a method.
pub(crate) fn method(name: &str, receiver: Scalar) -> Result<Method, Refusal> {
    let row = rows::find(name, receiver).ok_or_else(|| refusal(name, receiver))?;
    let of = |ty: &Type| ty.of(receiver);
    Ok(Method { arguments: row.arguments.iter().map(of).collect(), result: of(&row.result) })
}

/// The call of a method that [`method`] knows; the receiver is the first argument. Of `usize` and `isize`, `fits` says that
/// the sizes that it depends on are less than 2^31 and that the result is held.
pub(crate) fn print_method(
    name: &str,
    receiver: Scalar,
    arguments: &[String],
    fits: bool,
    helpers: &mut Helpers,
) -> String {
    let form = form(name, receiver, arguments);
    match index::method(name, receiver, fits, &form).filter(|_| receiver.is_index()) {
        Some(form) => expand(&form, receiver, arguments, helpers),
        None => expand(&form, receiver, arguments, helpers),
    }
}

/// The form in as many bits as a register has.
fn form(name: &str, receiver: Scalar, arguments: &[String]) -> Cow<'static, str> {
    let row = rows::find(name, receiver).expect("the method was asked for before it is printed");
    let form = match (name, arguments) {
        (_, [_, divisor])
            if row.form.contains("check{")
                && harmless(receiver, literal::value(divisor).map(|value| value as i128)) =>
        {
            unchecked(name, receiver)
        }
        ("clamp", [_, low, high]) if in_order(low, high) => "rs_clamped_S($0, $1, $2)",
        ("powi" | "pow" | "wrapping_pow", [_, exponent]) => match power(receiver, exponent) {
            Some(form) => return form.into(),
            None => row.form,
        },
        _ => row.form,
    };
    form.into()
}

/// The form of a division, of whatever kind, by a literal that cannot panic.
fn unchecked(name: &str, receiver: Scalar) -> &'static str {
    match name {
        "div_ceil" => "rs_div_ceil_by_S($0, $1)",
        "next_multiple_of" => "rs_next_multiple_of_by_S($0, $1)",
        "rem_euclid" if receiver.is_signed() => "rs_rem_euclid_by_S($0, $1)",
        "div_euclid" if receiver.is_signed() => "rs_div_euclid_by_S($0, $1)",
        "rem_euclid" | "wrapping_rem" => "$0 % $1",
        _ => "$0 / $1",
    }
}

/// Returns true when both are literals and the bounds of a `clamp` that cannot panic.
fn in_order(low: &str, high: &str) -> bool {
    literal::value(low).zip(literal::value(high)).is_some_and(|(low, high)| low <= high)
}

/// The form for a literal exponent, which needs no loop.
fn power(receiver: Scalar, exponent: &str) -> Option<String> {
    let exponent = literal::value(exponent)? as i64;
    let (name, sign) = (if receiver.is_int() { "pow" } else { "powi" }, if exponent < 0 { "m" } else { "" });
    let form = format!("rs_{name}_{sign}{}_S($0)", exponent.abs());
    (exponent.abs() <= 64).then(|| if receiver == Scalar::F16 { format!("fit({form})") } else { form })
}

fn refusal(name: &str, receiver: Scalar) -> Refusal {
    if receiver == Scalar::F64 && rows::find(name, Scalar::F32).is_some() {
        let help = format!("GPUs compute this in `f32` only: write `(x as f32).{name}(..) as f64`");
        return Refusal { f64: true, help };
    }
    Refusal::new(match name.split_once('_') {
        Some(("checked", rest)) => {
            format!("a GPU form has no `Option`: write `wrapping_{rest}` or `saturating_{rest}`")
        }
        Some(("overflowing", rest)) => format!("a GPU form has no tuples of scalars: write `wrapping_{rest}`"),
        Some(("rotate" | "reverse" | "swap", _)) if receiver.is_index() => {
            format!("a GPU form holds 32 bits of `{}`: convert it to `u32` or `u64` first", receiver.rust())
        }
        Some(("sin", "cos")) => "write `sin()` and `cos()`".into(),
        Some(("then", _)) => "write `if .. { .. } else { .. }`".into(),
        _ if name == "then" => "write `if .. { .. } else { .. }`".into(),
        _ if matches!(name, "cmp" | "partial_cmp" | "total_cmp") => "compare with `<`, `==` and `>`".into(),
        _ if matches!(name, "into" | "as_" | "try_into") => "write `as` with the type, or `f32::from(x)`".into(),
        Some(("to" | "from", _)) => "write `as` with the type".into(),
        _ => "what has a GPU form is listed in `ndstencil::docs::gpu_operations`".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Scalar::*;

    fn print(name: &str, receiver: Scalar, arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments.iter().map(|text| text.to_string()).collect();
        print_method(name, receiver, &arguments, true, &mut Helpers::default())
    }

    #[test]
    fn signatures() {
        assert_eq!(method("abs_diff", I8), Ok(Method { arguments: vec![I8], result: U8 }));
        assert_eq!(method("powi", F32), Ok(Method { arguments: vec![I32], result: F32 }));
        assert_eq!(method("to_bits", F16), Ok(Method { arguments: vec![], result: U16 }));
        assert!(method("sin", F64).unwrap_err().f64);
        assert!(method("checked_add", I32).unwrap_err().help.contains("`wrapping_add`"));
    }

    #[test]
    fn texts() {
        assert_eq!(print("max", F32, &["a", "b"]), "rs_max_f32(a, b)");
        assert_eq!(print("clamp", F32, &["a", "0.0f", "1.0f"]), "rs_clamped_f32(a, 0.0f, 1.0f)");
        assert_eq!(print("clamp", I32, &["a", "b", "1i"]), "rs_clamp_i32(a, b, 1i, 1u)");
        assert_eq!(print("rem_euclid", I32, &["a", "3i"]), "rs_rem_euclid_by_i32(a, 3i)");
        assert_eq!(print("rem_euclid", U32, &["a", "3u"]), "(a % 3u)");
        assert_eq!(print("powi", F32, &["a", "2i"]), "rs_powi_2_f32(a)");
        assert_eq!(print("sqrt", F16, &["a"]), "rs_round_f16(sqrt(a))");
        assert_eq!(print("saturating_add", U8, &["a", "b"]), "clamp(a + b, 0u, 255u)");
        assert_eq!(print("rotate_left", I8, &["a", "b"]), "((i32(rs_rotate_u8((u32(a) & 255u), b)) << 24u) >> 24u)");
    }
}
