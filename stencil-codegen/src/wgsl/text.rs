//! WGSL text that remembers which of the user's tokens it came from.
//!
//! naga speaks of bytes of the shader. [`Text::at`] leads from there back to what the user wrote.

use std::ops::Range;

use proc_macro2::TokenStream;

/// A piece of WGSL.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    text: String,
    marks: Vec<Mark>,
}

/// The bytes that stand for some of the user's tokens.
#[derive(Clone, Debug)]
struct Mark {
    bytes: Range<usize>,
    tokens: TokenStream,
}

impl Text {
    /// Writes text that the user has no tokens for.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes what `write` writes, and notes that it stands for the user's tokens `at`.
    pub(crate) fn mark(&mut self, at: &TokenStream, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        if start < self.text.len() && !at.is_empty() {
            self.marks.push(Mark { bytes: start..self.text.len(), tokens: at.clone() });
        }
    }

    /// Writes another piece, with its marks.
    pub(crate) fn append(&mut self, other: &Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        let moved =
            |mark: &Mark| Mark { bytes: start + mark.bytes.start..start + mark.bytes.end, tokens: mark.tokens.clone() };
        self.marks.extend(other.marks.iter().map(moved));
    }

    /// All that was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The user's tokens behind these bytes: those of the smallest mark around them.
    pub(crate) fn at(&self, bytes: Range<usize>) -> Option<TokenStream> {
        let around = |mark: &&Mark| mark.bytes.start <= bytes.start && bytes.end <= mark.bytes.end;
        let smallest = self.marks.iter().filter(around).min_by_key(|mark| mark.bytes.len())?;
        Some(smallest.tokens.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> TokenStream {
        text.parse().unwrap()
    }

    #[test]
    fn the_smallest_mark_answers() {
        let mut text = Text::default();
        text.push("return ");
        text.mark(&tokens("a + b"), |text| {
            text.mark(&tokens("a"), |text| text.push("u_a"));
            text.push(" + ");
            text.mark(&tokens("b"), |text| text.push("u_b"));
        });
        text.push(";");
        assert_eq!(text.as_str(), "return u_a + u_b;");
        let at = |bytes: Range<usize>| text.at(bytes).map(|tokens| tokens.to_string());
        assert_eq!(at(7..10).as_deref(), Some("a"));
        assert_eq!(at(11..12).as_deref(), Some("a + b"));
        assert_eq!(at(7..16).as_deref(), Some("a + b"));
        assert_eq!(at(0..3), None);
    }

    #[test]
    fn marks_move_with_their_text() {
        let mut inner = Text::default();
        inner.mark(&tokens("x"), |text| text.push("u_x"));
        let mut text = Text::default();
        text.push("let v = ");
        text.append(&inner);
        assert_eq!(text.as_str(), "let v = u_x");
        assert_eq!(text.at(8..11).map(|tokens| tokens.to_string()).as_deref(), Some("x"));
    }
}
