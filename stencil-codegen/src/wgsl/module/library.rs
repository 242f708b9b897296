//! Functions that are written only where something calls them.

use std::collections::HashSet;

/// Functions that the body and the entry points may call, callers in front of what they call.
#[derive(Default)]
pub(crate) struct Library {
    functions: Vec<(String, String)>,
}

impl Library {
    /// Adds a function: its name, and its text with the name left out: `(at: Near) -> f32 { .. }`.
    pub(crate) fn define(&mut self, name: String, text: &str) {
        let text = format!("fn {name}{text}\n");
        self.functions.push((name, text));
    }

    /// The functions that `text` needs, directly or through each other, and all names in it and in them.
    pub(crate) fn needed<'t>(&'t self, text: &'t str) -> (String, HashSet<&'t str>) {
        let mut words = words(text);
        let mut needed = String::new();
        for (name, text) in &self.functions {
            if words.contains(name.as_str()) {
                words.extend(self::words(text));
                needed.push_str(text);
            }
        }
        (needed, words)
    }
}

/// All names in a text. It goes byte by byte as macros run unoptimised, where letters and closures are slow.
fn words(text: &str) -> HashSet<&str> {
    let bytes = text.as_bytes();
    let in_word = |at: usize| bytes[at] == b'_' || bytes[at].is_ascii_alphanumeric();
    let mut words = HashSet::new();
    let mut end = 0;
    while end < bytes.len() {
        let start = end;
        while end < bytes.len() && in_word(end) {
            end += 1;
        }
        if start == end {
            end += 1;
        } else if !bytes[start].is_ascii_digit() {
            words.insert(&text[start..end]);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_called_is_left_out() {
        let mut library = Library::default();
        library.define("a".into(), "() { b(); }");
        library.define("b".into(), "() { c(); }");
        library.define("d".into(), "() { c(); }");
        library.define("c".into(), "() {}");
        let (needed, words) = library.needed("x_a(b(), 1u, u_é)");
        assert_eq!(needed, "fn b() { c(); }\nfn c() {}\n");
        assert_eq!(words, HashSet::from(["x_a", "b", "u_", "fn", "c"]));
    }
}
