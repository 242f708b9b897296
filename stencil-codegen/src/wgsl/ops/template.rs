//! Templates of WGSL, written once for many scalars.
//!
//! In a template these words stand for something of the scalar that it is expanded for:
//! `T` its register type, `U` the register type of its unsigned counterpart, `MIN`, `MAX` and `BITS` its constants,
//! `rs_.._S` and `rs_.._U` the library's function for the scalar and for its unsigned counterpart,
//! `fit(..)` the value brought back into the scalar's range, `raw(..)` the bits as an unsigned value,
//! `$0`, `$1`, .. the arguments, and `check{..}` the code of a check with this message.

use super::super::scalar::Scalar;
use super::{Helpers, literal_int};

/// The template's text for `scalar`, with neither arguments nor checks.
pub(super) fn instantiate(form: &str, scalar: Scalar) -> String {
    let mut text = String::with_capacity(form.len() + 16);
    let mut rest = form;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        text.push_str(&rest[..start]);
        let tail = &rest[start..];
        // A number's suffix belongs to the number.
        let end = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len());
        let (word, after) = tail.split_at(end);
        rest = after;
        match word {
            "fit" | "raw" => {
                let (inner, after) = parenthesised(after);
                let inner = instantiate(inner, scalar);
                text.push_str(&if word == "fit" { fit(scalar, &inner) } else { raw(scalar, &inner) });
                rest = after;
            }
            _ => text.push_str(&self::word(word, scalar)),
        }
    }
    text + rest
}

/// Puts arguments and codes of checks into an instantiated template.
pub(super) fn fill(text: &str, arguments: &[String], helpers: &mut Helpers) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        if rest.as_bytes()[at] == b'$' {
            filled.push_str(&rest[..at]);
            let number = usize::from(rest.as_bytes()[at + 1] - b'0');
            filled.push_str(&arguments[number]);
            rest = &rest[at + 2..];
        } else {
            let end = at + rest[at..].find('}').expect("a check ends");
            filled.push_str(rest[..at].strip_suffix("check").expect("only checks have braces"));
            filled.push_str(&format!("{}u", helpers.check(&rest[at + 1..end])));
            rest = &rest[end + 1..];
        }
    }
    filled + rest
}

/// Expands a template: the expression for `arguments`, what it calls noted in `helpers`.
pub(super) fn expand(form: &str, scalar: Scalar, arguments: &[String], helpers: &mut Helpers) -> String {
    // The messages of checks are no WGSL; they have no words that stand for something.
    let text = instantiate(form, scalar);
    helpers.note(&text);
    closed(&fill(&text, arguments, helpers))
}

/// Returns true when the expression needs no parentheses around it: a name, a literal, a call or a parenthesised
/// expression.
fn is_closed(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_.<>$".contains(c));
    name.is_empty() || (name.starts_with('(') && parenthesised(name).1.is_empty())
}

/// `(a)b` as `a` and `b`.
fn parenthesised(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return (&text[1..i], &text[i + 1..]);
        }
    }
    unreachable!("unbalanced parentheses in `{text}`")
}

fn word(word: &str, scalar: Scalar) -> String {
    let library = scalar.canonical();
    match word {
        "T" => scalar.register().to_string(),
        "U" => scalar.unsigned().register().to_string(),
        "MIN" => literal_int(library.min(), library),
        "MAX" => literal_int(library.max(), library),
        "BITS" => format!("{}u", scalar.bits()),
        _ if word.starts_with("rs_") => {
            // What half's `f16` computes, it computes in `f32`.
            let library = if library == Scalar::F16 { Scalar::F32 } else { library };
            match (word.strip_suffix("_S"), word.strip_suffix("_U")) {
                (Some(stem), _) => format!("{stem}_{}", library.rust()),
                (_, Some(stem)) => format!("{stem}_{}", library.unsigned().rust()),
                _ => word.to_string(),
            }
        }
        _ => word.to_string(),
    }
}

/// The value of a register brought back into the range of the scalar that it holds.
pub(super) fn fit(scalar: Scalar, value: &str) -> String {
    let closed = closed(value);
    match (scalar, scalar.bits()) {
        (Scalar::F16, _) => format!("rs_round_f16({value})"),
        (_, bits @ (8 | 16)) if scalar.is_signed() => format!("(({closed} << {0}u) >> {0}u)", 32 - bits),
        (_, bits @ (8 | 16)) => format!("({closed} & {}u)", (1 << bits) - 1),
        _ => closed,
    }
}

/// The bits of an integer as an unsigned value.
fn raw(scalar: Scalar, value: &str) -> String {
    match (scalar, scalar.bits()) {
        (_, bits @ (8 | 16)) if scalar.is_signed() => format!("(u32({value}) & {}u)", (1 << bits) - 1),
        _ if scalar.is_signed() => format!("{}({value})", scalar.unsigned().register()),
        _ => closed(value),
    }
}

/// The expression, in parentheses unless it needs none.
fn closed(text: &str) -> String {
    if is_closed(text) { text.to_string() } else { format!("({text})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_expand_per_scalar() {
        let mut helpers = Helpers::default();
        let mut expand = |form, scalar| expand(form, scalar, &["a".into(), "b".into()], &mut helpers);
        assert_eq!(expand("fit($0 + $1)", Scalar::I32), "(a + b)");
        assert_eq!(expand("fit($0 + $1)", Scalar::U8), "((a + b) & 255u)");
        assert_eq!(expand("fit($0 + $1)", Scalar::I16), "(((a + b) << 16u) >> 16u)");
        assert_eq!(expand("fit($0 + $1)", Scalar::F16), "rs_round_f16(a + b)");
        assert_eq!(expand("clamp($0, MIN, MAX)", Scalar::I8), "clamp(a, (-128i), 127i)");
        assert_eq!(expand("countOneBits(raw($0))", Scalar::I8), "countOneBits((u32(a) & 255u))");
        assert_eq!(expand("$0 < $1", Scalar::F32), "(a < b)");
        assert_eq!(expand("rs_div_S($0, $1, check{one}, check{two})", Scalar::Isize), "rs_div_i32(a, b, 1u, 2u)");
        assert_eq!(helpers.checks(), ["one", "two"]);
    }
}
