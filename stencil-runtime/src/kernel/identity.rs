//! All that results depend on beside the inputs: the kernel, its parameters, the rules. A job that was stopped goes on only where
//! this is the same.
//!
//! The macros tell the text of the element function, as a hash, and the values of the parameters, as `Debug` prints them. A
//! parameter of which no `Debug` is known is a thing of which nobody knows whether it is as it was.

use std::any::type_name;
use std::fmt::{Debug, Write as _};

/// Named facts in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    facts: Vec<(String, String)>,
    /// The first thing of which nobody knows whether it is as it was.
    unknown: Option<String>,
    /// True where inputs may be others.
    any_inputs: bool,
}

impl Identity {
    /// Adds a fact.
    pub(crate) fn add(&mut self, name: impl Into<String>, fact: impl Into<String>) {
        self.facts.push((name.into(), fact.into()));
    }

    /// Adds something of which nobody knows whether it is as it was.
    pub(crate) fn add_unknown(&mut self, what: String) {
        self.unknown.get_or_insert(what);
    }

    /// The first such thing.
    pub(crate) fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    /// Adds the text of an element function, hashed, and its type with generic parameters.
    pub fn function<K>(&mut self, hash: u64) {
        self.add("function", format!("{} {hash:016x}", type_name::<K>()));
    }

    /// One line for each fact.
    pub(crate) fn text(&self) -> String {
        self.facts.iter().fold(String::new(), |mut text, (name, fact)| {
            let fact = fact.replace('\n', "\\n");
            let _ = writeln!(text, "# {name}: {fact}");
            text
        })
    }

    /// Lets inputs be other ones than those of the text that this is compared with.
    pub(crate) fn any_inputs(&mut self) {
        self.any_inputs = true;
    }

    /// The first difference from a text of the same kind, in words.
    pub(crate) fn difference(&self, other: &str) -> Option<String> {
        let own = self.text();
        let compared = |line: &&str| !(self.any_inputs && line.starts_with("# input: "));
        let mut own = own.lines().filter(compared);
        let mut other = other.lines().filter(compared);
        let bare = |line: &str| line.trim_start_matches("# ").to_owned();
        let first = loop {
            match (own.next(), other.next()) {
                (Some(own), Some(other)) if own == other => {}
                first => break first,
            }
        };
        match first {
            (None, None) => None,
            (Some(own), Some(other)) => {
                let mended = if own.starts_with("# input: ") {
                    "; `.inputs_mended(true)` goes on if broken files were mended"
                } else {
                    ""
                };
                Some(format!("it has \"{}\", this job \"{}\"{mended}", bare(other), bare(own)))
            }
            (Some(own), None) => Some(format!("it lacks \"{}\"", bare(own))),
            (None, Some(other)) => Some(format!("it has \"{}\" beside", bare(other))),
        }
    }
}

/// The characters of a value that are told; of longer ones the rest is told by a hash.
const LENGTH: usize = 120;

/// The value of a parameter, to be told as well as its type can: [`TellDebug`] is preferred where it can be had, since it needs
/// one reference less.
#[derive(Debug)]
pub struct Parameter<'a, T: ?Sized>(pub &'a T);

/// A value that can be printed.
pub trait TellDebug {
    /// Tells the value.
    fn tell(&self, name: &str, identity: &mut Identity);
}

/// Any value.
pub trait TellType {
    /// Tells the type.
    fn tell(&self, name: &str, identity: &mut Identity);
}

impl<T: Debug + ?Sized> TellDebug for Parameter<'_, T> {
    fn tell(&self, name: &str, identity: &mut Identity) {
        // Addresses are others in each run.
        if type_name::<T>().contains("fn(") {
            let reason = format!("the parameter `{name}`, a function,");
            identity.add(format!("parameter {name}"), type_name::<T>());
            return identity.add_unknown(reason);
        }
        // `#`: arrays print all of their cells.
        let text = format!("{:#?}", self.0);
        let told = match text.char_indices().nth(LENGTH) {
            None => text,
            Some((end, _)) => format!("{}.. {:016x}", &text[..end], fnv(text.as_bytes())),
        };
        identity.add(format!("parameter {name}"), told);
    }
}

impl<T: ?Sized> TellType for &Parameter<'_, T> {
    fn tell(&self, name: &str, identity: &mut Identity) {
        identity.add(format!("parameter {name}"), type_name::<T>());
        identity.add_unknown(format!("the parameter `{name}`, of which no `Debug` is known,"));
    }
}

/// The hash of bytes: FNV-1a.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
