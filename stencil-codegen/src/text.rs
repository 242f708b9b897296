//! Tokens as people write them, and other short texts.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The tokens as text with the spaces where people put them: `Window2<f32>`, not `Window2 < f32 >`.
pub(crate) fn tokens(tokens: impl ToTokens) -> String {
    let mut writer = Writer::default();
    writer.stream(tokens.into_token_stream());
    writer.text
}

/// An expression as text: `m > n`, where types are written `Vec<m>`.
pub(crate) fn expression(expr: &syn::Expr) -> String {
    let mut writer = Writer { comparing: true, ..Writer::default() };
    writer.stream(expr.into_token_stream());
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    last: Last,
    /// The last word was a lifetime's name.
    lifetime: bool,
    /// `<` and `>` compare.
    comparing: bool,
}

/// The last thing written, as far as the next space depends on it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or something that the next token stands close to.
    #[default]
    Open,
    Word,
    /// A comma, a binary operator, an arrow.
    Spaced,
    Close,
}

impl Writer {
    fn stream(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut position = 0;
        while position < tokens.len() {
            match &tokens[position] {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{ ", " }"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.gap(self.last == Last::Spaced || (self.lifetime && !open.is_empty()));
                    self.text.push_str(open);
                    self.last = Last::Open;
                    self.lifetime = false;
                    self.stream(group.stream());
                    self.text.push_str(close);
                    self.last = Last::Close;
                }
                TokenTree::Punct(first) => {
                    let mut operator = String::from(first.as_char());
                    let mut spacing = first.spacing();
                    let alone: &[char] = if self.comparing { &['\''] } else { &['\'', '<', '>', '&'] };
                    while spacing == Spacing::Joint && !operator.starts_with(alone) {
                        let Some(TokenTree::Punct(next)) = tokens.get(position + 1) else { break };
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        position += 1;
                    }
                    self.lifetime = false;
                    self.operator(&operator);
                }
                word => {
                    self.gap(matches!(self.last, Last::Word | Last::Spaced | Last::Close));
                    self.lifetime = self.text.ends_with('\'');
                    self.text.push_str(&word.to_string());
                    self.last = Last::Word;
                }
            }
            position += 1;
        }
    }

    fn gap(&mut self, wanted: bool) {
        if wanted && !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn operator(&mut self, operator: &str) {
        match operator {
            "<" | ">" if self.comparing => {
                self.gap(true);
                self.text.push_str(operator);
                self.last = Last::Spaced;
            }
            "," | ";" | ":" => {
                self.text.push_str(operator);
                self.last = Last::Spaced;
            }
            "." | "::" | "?" | ".." | "..=" | ">" | "<" => {
                self.text.push_str(operator);
                self.last = if operator == ">" { Last::Close } else { Last::Open };
            }
            "&" | "'" | "!" | "#" | "$" => {
                self.gap(self.last == Last::Spaced);
                self.text.push_str(operator);
                self.last = Last::Open;
            }
            "-" | "*" if matches!(self.last, Last::Open | Last::Spaced) => {
                self.gap(self.last == Last::Spaced);
                self.text.push_str(operator);
                self.last = Last::Open;
            }
            other => {
                self.gap(true);
                self.text.push_str(other);
                self.last = Last::Spaced;
            }
        }
    }
}

/// `(a, b)`.
pub(crate) fn tuple(items: &[&str]) -> String {
    format!("({})", items.join(", "))
}

/// `[-1, 0]`, or `-1` with one axis.
pub(crate) fn offset(entries: &[isize]) -> String {
    let parts: Vec<String> = entries.iter().map(ToString::to_string).collect();
    if parts.len() == 1 { parts[0].clone() } else { format!("[{}]", parts.join(", ")) }
}

/// The read of the point itself: `x[[0, 0]]`.
pub(crate) fn centre(name: &str, rank: usize) -> String {
    format!("{name}[[{}]]", vec!["0"; rank].join(", "))
}

/// A halo as the user writes it: `1`, `(2, 1)`, `((3, 0), (1, 1))`.
pub(crate) fn halo(sides: &[[usize; 2]]) -> String {
    let axis = |[before, after]: &[usize; 2]| {
        if before == after { before.to_string() } else { format!("({before}, {after})") }
    };
    let axes: Vec<String> = sides.iter().map(axis).collect();
    if axes.iter().all(|one| *one == axes[0]) && (axes.len() == 1 || !axes[0].starts_with('(')) {
        axes[0].clone()
    } else {
        format!("({})", axes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let parsed: TokenStream = text.parse().unwrap();
        tokens(parsed)
    }

    #[test]
    fn tokens_look_written_by_hand() {
        for text in [
            "Window2<f32>",
            "Window<'_, f32, 2>",
            "x[[-1, 0]]",
            "(f32, f32)",
            "ndstencil::Window2<half::f16>",
            "-1, 0",
            "i - 1",
            "&[f32; 3]",
            "&'a [f32]",
        ] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn expressions_compare() {
        let expr: syn::Expr = syn::parse_str("m>n&&n%2==0").unwrap();
        assert_eq!(expression(&expr), "m > n && n % 2 == 0");
        let expr: syn::Expr = syn::parse_str("n<=-1||f(n)<3").unwrap();
        assert_eq!(expression(&expr), "n <= -1 || f(n) < 3");
    }

    #[test]
    fn halos_are_written_shortly() {
        assert_eq!(halo(&[[1, 1], [1, 1]]), "1");
        assert_eq!(halo(&[[2, 2], [1, 1]]), "(2, 1)");
        assert_eq!(halo(&[[3, 0], [1, 1]]), "((3, 0), 1)");
        assert_eq!(halo(&[[3, 0]]), "(3, 0)");
    }
}
