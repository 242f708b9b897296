//! Macro calls in the body. They are not parsed: what they do with their tokens is theirs to know.
//!
//! One rule covers `assert!`, user macros and `macro_rules!` alike: a window's name before brackets that evaluate is a
//! read, before `.position` and its like it is harmless, and anywhere else it escapes. This is sound, since a read
//! outside of the halo panics.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use syn::Expr;

use crate::scope::Scopes;
use crate::syntax::{is_field, plain};

/// One use of a window in the tokens of a macro call.
pub(crate) enum Use {
    Read { window: usize, index: Expr },
    Values { window: usize, method: Ident },
    Escape { window: usize, name: Ident },
    Harmless,
}

/// The methods of a window that reveal nothing about the offsets that are read.
pub(crate) const HARMLESS: &[&str] = &["position", "shape", "contains", "halo"];

/// Finds the uses of windows in `tokens`, and completes calls of `values()` with the number of points.
pub(crate) fn scan(tokens: TokenStream, scopes: &Scopes, uses: &mut Vec<Use>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut output = TokenStream::new();
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        let window = match token {
            TokenTree::Ident(name) if !is_field(&tokens[..position]) => {
                scopes.window_named(&name.to_string()).map(|window| (window, name))
            }
            _ => None,
        };
        position += 1;
        if let Some((window, name)) = window {
            let rest = &tokens[position..];
            let found = classify(window, name, rest);
            output.extend([TokenTree::Ident(name.clone())]);
            if let Use::Values { method, .. } = &found {
                output.extend(rest[..2].iter().cloned());
                position += 2;
                if !is_path(&tokens[position..]) {
                    let points = points_name(name);
                    output.extend(quote_spanned!(method.span()=> ::<{ #points }>));
                }
            }
            uses.push(found);
        } else if let TokenTree::Group(group) = token {
            let mut inner = Group::new(group.delimiter(), scan(group.stream(), scopes, uses));
            inner.set_span(group.span());
            output.extend([TokenTree::Group(inner)]);
        } else {
            output.extend([token.clone()]);
        }
    }
    output
}

/// The names that a macro may give anew: all that it is handed outside of reads.
pub(crate) fn bare(tokens: &TokenStream, scopes: &Scopes) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut names = Vec::new();
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        position += 1;
        match token {
            TokenTree::Ident(name) => {
                let window = scopes.window_named(&name.to_string());
                match window.map(|window| classify(window, name, &tokens[position..])) {
                    Some(Use::Read { .. }) => position += 1,
                    Some(Use::Values { .. } | Use::Harmless) => {}
                    Some(Use::Escape { .. }) | None => names.push(name.to_string()),
                }
            }
            TokenTree::Group(group) => names.extend(bare(&group.stream(), scopes)),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    names
}

/// The constant that holds the number of points in the box of a window's footprint.
pub(crate) fn points_name(window: &Ident) -> Ident {
    format_ident!("__POINTS_{}", plain(window))
}

fn is_path(rest: &[TokenTree]) -> bool {
    let colon = |token: &Punct| token.as_char() == ':';
    matches!(rest.first(), Some(TokenTree::Punct(punct)) if colon(punct))
}

fn classify(window: usize, name: &Ident, rest: &[TokenTree]) -> Use {
    match rest {
        // `Point { x: 1.0 }` and `println!("{x}", x = 1.0)`: names of something else.
        [TokenTree::Punct(mark), ..] if matches!(mark.as_char(), ':' | '=') && mark.spacing() == Spacing::Alone => {
            Use::Harmless
        }
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Bracket => match syn::parse2(group.stream()) {
            Ok(index) => Use::Read { window, index },
            Err(_) => Use::Escape { window, name: name.clone() },
        },
        [TokenTree::Punct(dot), TokenTree::Ident(method), ..] if dot.as_char() == '.' => {
            let text = method.to_string();
            if text == "values" {
                Use::Values { window, method: method.clone() }
            } else if HARMLESS.contains(&text.as_str()) {
                Use::Harmless
            } else {
                Use::Escape { window, name: name.clone() }
            }
        }
        _ => Use::Escape { window, name: name.clone() },
    }
}
