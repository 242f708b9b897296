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

    /// The functions that `text` needs, directly or through each other.
    pub(crate) fn needed(&self, text: &str) -> String {
        let mut words = words(text);
        let mut needed = String::new();
        for (name, text) in &self.functions {
            if words.contains(name.as_str()) {
                words.extend(self::words(text));
                needed.push_str(text);
            }
        }
        needed
    }
}

/// All names in a text.
pub(crate) fn words(text: &str) -> HashSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect()
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
        assert_eq!(library.needed("x_a(b())"), "fn b() { c(); }\nfn c() {}\n");
    }
}
