//! Where identifiers are used in tokens, and how.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use super::names::plain;

/// The methods that tell the same about all lanes, and that a single lane has, too.
const SHAPE: &[&str] = &["len", "is_empty", "shape", "dim", "nrows", "ncols", "len_of"];

/// One use of an identifier.
pub(super) struct Use {
    then: Then,
    /// It may be given a value here.
    pub(super) written: bool,
    /// It stands alone, so that its value may be moved.
    bare: bool,
}

/// What follows an identifier.
enum Then {
    /// `[i]`
    Cell,
    /// `.method`
    Method(String),
    Other,
}

impl Use {
    pub(super) fn is_shape(&self) -> bool {
        matches!(&self.then, Then::Method(method) if SHAPE.contains(&method.as_str()))
    }

    /// The value may be moved here.
    pub(super) fn is_move(&self) -> bool {
        self.bare || matches!(&self.then, Then::Method(method) if method.starts_with("into"))
    }

    pub(super) fn is_cell(&self) -> bool {
        matches!(self.then, Then::Cell)
    }
}

/// The identifiers in the tokens that may be variables.
pub(super) fn mentions(tokens: impl ToTokens) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    each(tokens.to_token_stream(), &mut |ident, _| {
        names.insert(plain(ident));
    });
    names
}

/// Calls `found` with every identifier that may be a variable.
pub(super) fn each(tokens: TokenStream, found: &mut impl FnMut(&Ident, &Use)) {
    each_in(tokens, Delimiter::None, found);
}

fn each_in(tokens: TokenStream, delimiter: Delimiter, found: &mut impl FnMut(&Ident, &Use)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (position, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => each_in(group.stream(), group.delimiter(), found),
            TokenTree::Ident(ident) => {
                let (before, after) = (&tokens[..position], &tokens[position + 1..]);
                if !is_field(before) {
                    let then = Then::of(after);
                    let written = is_written(before, after, &then);
                    let bare = delimiter != Delimiter::Bracket && is_bare(before, after);
                    found(ident, &Use { then, written, bare });
                }
            }
            // `assert!(ok, "{value}")`.
            TokenTree::Literal(literal) => {
                for ident in captured(&literal.to_string()) {
                    found(&ident, &Use { then: Then::Other, written: false, bare: false });
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

impl Then {
    fn of(after: &[TokenTree]) -> Self {
        match after {
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Bracket && !has_range(group.stream()) => {
                Self::Cell
            }
            [TokenTree::Punct(dot), TokenTree::Ident(method), ..] if dot.as_char() == '.' => {
                Self::Method(method.to_string())
            }
            _ => Self::Other,
        }
    }
}

/// `[1..]` is no cell.
fn has_range(index: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = index.into_iter().collect();
    tokens.windows(2).any(|pair| is_mark(pair.first(), '.') && is_mark(pair.last(), '.'))
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// `.name`, but not `..name`.
fn is_field(before: &[TokenTree]) -> bool {
    is_mark(before.last(), '.') && !before.len().checked_sub(2).is_some_and(|at| is_mark(before.get(at), '.'))
}

/// `name = ..`, `name += ..`, `&mut name`, and whatever of a value that is no number: `name[0]`, `name.method()`.
fn is_written(before: &[TokenTree], after: &[TokenTree], then: &Then) -> bool {
    const COMPOUND: &[&str] = &["+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>="];
    let operator = operator(after);
    let assigned = operator.starts_with('=') && !operator.starts_with("==") && !operator.starts_with("=>");
    let borrowed =
        matches!(before, [.., TokenTree::Punct(and), TokenTree::Ident(word)] if and.as_char() == '&' && word == "mut");
    let method = matches!(then, Then::Method(method) if !is_arithmetic(method));
    assigned
        || borrowed
        || method
        || matches!(then, Then::Cell)
        || COMPOUND.iter().any(|compound| operator.starts_with(compound))
}

/// A method of numbers that leaves them as they are.
fn is_arithmetic(method: &str) -> bool {
    const METHODS: &[&str] = &[
        "min",
        "max",
        "abs",
        "abs_diff",
        "pow",
        "powi",
        "powf",
        "sqrt",
        "exp",
        "ln",
        "recip",
        "div_ceil",
        "div_euclid",
        "rem_euclid",
        "clamp",
        "floor",
        "ceil",
        "round",
        "mul_add",
        "isqrt",
        "ilog2",
        "leading_zeros",
        "trailing_zeros",
    ];
    let starts = ["is_", "wrapping_", "saturating_", "checked_"].iter().any(|start| method.starts_with(start));
    METHODS.contains(&method) || (starts && !method.ends_with("_assign"))
}

/// The marks that stand next to each other.
fn operator(tokens: &[TokenTree]) -> String {
    let mut text = String::new();
    for token in tokens {
        let TokenTree::Punct(punct) = token else { break };
        text.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    text
}

/// `f(name, ..)`, `let other = name;`, `{ name }`.
fn is_bare(before: &[TokenTree], after: &[TokenTree]) -> bool {
    let begins = match before {
        [] => true,
        [.., TokenTree::Punct(joint), TokenTree::Punct(mark)] if joint.spacing() == Spacing::Joint => {
            mark.as_char() == ','
        }
        [.., TokenTree::Punct(mark)] => matches!(mark.as_char(), ',' | '=' | ';' | ':'),
        [.., TokenTree::Ident(word)] => word == "return" || word == "move" || word == "in" || word == "match",
        [.., TokenTree::Group(_)] => true,
        _ => false,
    };
    let ends =
        matches!(after, [] | [TokenTree::Group(_), ..]) || is_mark(after.first(), ',') || is_mark(after.first(), ';');
    let called = matches!(after, [TokenTree::Group(group), ..] if group.delimiter() != Delimiter::Brace);
    begins && ends && !called
}

/// The variables that a format string may capture.
fn captured(literal: &str) -> Vec<Ident> {
    if !literal.contains('"') {
        return Vec::new();
    }
    let insides = literal.split('{').skip(1).filter_map(|part| part.split('}').next());
    let words = insides.flat_map(|inside| inside.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter_map(|word| syn::parse_str(word).ok()).collect()
}
