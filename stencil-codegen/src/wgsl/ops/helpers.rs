//! The library of WGSL functions that stand in where WGSL lacks Rust's meaning.

use std::collections::BTreeSet;

use super::super::scalar::Scalar;
use super::{form, network, power};

/// What an element needs from outside of its body: functions of the library and checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Helpers {
    names: BTreeSet<String>,
    checks: Vec<String>,
}

const SOURCES: [&str; 0] = [];

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
        let mut printed = BTreeSet::new();
        let mut text = String::new();
        for name in &self.names {
            print(name, &mut printed, &mut text);
        }
        text
    }
}

fn print(name: &str, printed: &mut BTreeSet<String>, text: &mut String) {
    if !printed.insert(name.to_string()) {
        return;
    }
    let function = source(name).unwrap_or_else(|| panic!("the library has no `{name}`"));
    for callee in called(&function) {
        print(callee, printed, text);
    }
    text.push_str(&function);
}

/// The names of the library in `text`.
fn called(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("rs_"))
}

/// The text of a function: as it stands in the library, or from a template `rs_.._S`.
fn source(name: &str) -> Option<String> {
    if let Some(text) = find(name).or_else(|| network::source(name)).or_else(|| power::source(name)) {
        return Some(text);
    }
    let (stem, scalar) = name.rsplit_once('_')?;
    let scalar = Scalar::of_name(scalar)?;
    Some(form::instantiate(&find(&format!("{stem}_S"))?, scalar))
}

/// A function or template of the library without its comments.
fn find(name: &str) -> Option<String> {
    let opening = format!("fn {name}(");
    let source = SOURCES.iter().find(|source| source.contains(&opening))?;
    let text = &source[source.find(&opening)?..];
    let end = text.find("\n}").expect("a function ends") + 3;
    Some(
        text[..end]
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect(),
    )
}
