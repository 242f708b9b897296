//! The library of WGSL functions that stand in where WGSL lacks Rust's meaning.

use std::collections::BTreeSet;

use super::super::scalar::Scalar;
use super::{network, power, template};

/// The things that an element needs from outside of its body: functions of the library and checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Helpers {
    names: BTreeSet<String>,
    checks: Vec<String>,
}

/// A template `rs_.._S` serves every scalar; those with one of the names below take precedence for theirs.
const SOURCES: [&str; 8] = [
    include_str!("library/bits.wgsl"),
    include_str!("library/cast.wgsl"),
    include_str!("library/exponential.wgsl"),
    include_str!("library/float.wgsl"),
    include_str!("library/index.wgsl"),
    include_str!("library/int.wgsl"),
    include_str!("library/power.wgsl"),
    include_str!("library/trigonometric.wgsl"),
];

/// The functions that replace those of the same names where the device computes with `f16` itself.
const NATIVE_F16: &str = include_str!("library/native_f16.wgsl");

/// The way in which half precision is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    /// In `f32` and integers, on every device.
    Portable,
    /// By the device.
    Native,
}

impl Helpers {
    /// The code of the check with this message, as Rust's panic says it; codes count from 1.
    pub(crate) fn check(&mut self, message: &str) -> u32 {
        let at = self.checks.iter().position(|known| known == message).unwrap_or_else(|| {
            self.checks.push(message.to_string());
            self.checks.len() - 1
        });
        at as u32 + 1
    }

    /// The messages of the checks, in the order of their codes.
    pub(crate) fn checks(&self) -> &[String] {
        &self.checks
    }

    /// Remembers the library's functions that `text` calls.
    pub(super) fn note(&mut self, text: &str) {
        self.names.extend(called(text).map(str::to_string));
    }

    /// The WGSL of the functions, each once, after those that it calls.
    pub(crate) fn text(&self) -> String {
        self.written(Half::Portable)
    }

    /// The same for a device that computes with `f16` itself; `None` where that makes no difference.
    pub(crate) fn native_f16(&self) -> Option<String> {
        let text = self.text();
        // Most elements have no half precision, and macros run unoptimised.
        let native = text.contains("_f16(").then(|| self.written(Half::Native));
        native.filter(|native| *native != text)
    }

    fn written(&self, half: Half) -> String {
        let mut printed = BTreeSet::new();
        let mut text = String::new();
        for name in &self.names {
            print(name, half, &mut printed, &mut text);
        }
        text
    }
}

fn print(name: &str, half: Half, printed: &mut BTreeSet<String>, text: &mut String) {
    if !printed.insert(name.to_string()) {
        return;
    }
    let function = source(name, half).unwrap_or_else(|| panic!("the library has no `{name}`"));
    for callee in called(&function) {
        print(callee, half, printed, text);
    }
    text.push_str(&function);
}

/// The names of the library in `text`.
fn called(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("rs_"))
}

/// The text of a function: as it stands in the library, from a template, or written for the purpose.
fn source(name: &str, half: Half) -> Option<String> {
    if let Some(text) = network::source(name).or_else(|| power::source(name)) {
        return Some(text);
    }
    let Some((stem, scalar)) = name.rsplit_once('_').and_then(|(stem, ty)| Some((stem, Scalar::of_name(ty)?))) else {
        return find(name, half);
    };
    let template = find(name, half).or_else(|| {
        kinds(scalar).into_iter().find_map(|kind| {
            let template = format!("{stem}_{kind}");
            Some(find(&template, half)?.replacen(&template, name, 1))
        })
    })?;
    Some(template::instantiate(&template, scalar))
}

/// The kinds in the names of templates that serve the scalar, in order of precedence.
fn kinds(scalar: Scalar) -> Vec<&'static str> {
    let kinds = [
        ("FLOAT", scalar.is_float()),
        ("NARROW", scalar.is_int() && scalar.bits() < 32),
        ("WIDE", scalar.bits() == 64),
        ("UNSIGNED", scalar.is_int() && !scalar.is_signed()),
        ("S", true),
    ];
    kinds.into_iter().filter(|(_, serves)| *serves).map(|(kind, _)| kind).collect()
}

/// A function or template of the library without its comments.
fn find(name: &str, half: Half) -> Option<String> {
    let opening = format!("fn {name}(");
    let native = (half == Half::Native).then_some(NATIVE_F16);
    let source = native.into_iter().chain(SOURCES).find(|source| source.contains(&opening))?;
    let text = &source[source.find(&opening)?..];
    let end = text.find("\n}").expect("a function ends") + 3;
    let lines = text[..end].lines().map(str::trim).filter(|line| !line.starts_with("//"));
    Some(lines.map(|line| format!("{line}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_come_once_after_what_they_call() {
        let mut helpers = Helpers::default();
        helpers.note("rs_max_f32(a, rs_max_f32(b, rs_fract_f32(c)))");
        let text = helpers.text();
        let at = |name: &str| text.find(&format!("fn {name}(")).unwrap();
        assert!(at("rs_is_nan_f32") < at("rs_max_f32"));
        assert_eq!(text.matches("fn ").count(), 3);
        assert!(!text.contains("//"));
    }

    #[test]
    fn native_functions_have_portable_ones_of_the_same_signature() {
        let signatures = NATIVE_F16.lines().filter(|line| line.starts_with("fn "));
        assert!(signatures.clone().count() > 0);
        for signature in signatures {
            assert!(SOURCES.iter().any(|source| source.contains(signature)), "{signature}");
        }
    }

    #[test]
    fn only_half_precision_has_two_forms() {
        let native = |text: &str| {
            let mut helpers = Helpers::default();
            helpers.note(text);
            helpers.native_f16()
        };
        assert_eq!(native("rs_max_f32(a, rs_f16_from_bits(b))"), None);
        // Also what calls it is there once.
        let text = native("rs_round_f16_f64(a)").unwrap();
        assert!(text.contains("f32(f16(x))"));
        assert_eq!(text.matches("fn rs_round_f16_f64(").count(), 1);
    }

    #[test]
    fn checks_with_the_same_message_share_a_code() {
        let mut helpers = Helpers::default();
        assert_eq!([helpers.check("a"), helpers.check("b"), helpers.check("a")], [1, 2, 1]);
    }
}
