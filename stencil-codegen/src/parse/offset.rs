//! The text between the brackets of a read, `x[..]`, and the advice where it is not an offset.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Expr, FnArg, Lit, Pat, Signature};

use super::window;
use crate::diagnostics::{Errors, Problem, axes, entries};
use crate::text;

/// Reports every `x[-1, 0]` in the body: two lists of numbers are written `x[[-1, 0]]`.
///
/// rustc has already reported a syntax error at the comma; this adds what to write.
pub(crate) fn report_unbracketed(signature: &Signature, body: TokenStream, errors: &mut Errors) {
    let windows: Vec<String> = signature.inputs.iter().filter_map(window_name).collect();
    scan(&windows, body, errors);
}

fn window_name(argument: &FnArg) -> Option<String> {
    let FnArg::Typed(typed) = argument else { return None };
    let Pat::Ident(pat) = &*typed.pat else { return None };
    window::is_window(&typed.ty).then(|| pat.ident.to_string())
}

fn scan(windows: &[String], tokens: TokenStream, errors: &mut Errors) {
    let mut before: Option<TokenTree> = None;
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            match &before {
                Some(TokenTree::Ident(name)) if windows.contains(&name.to_string()) && is_list(group) => {
                    let inner = text::tokens(group.stream());
                    let found = format!("{name}[{inner}]");
                    let instead = format!("{name}[[{inner}]]");
                    errors.report(Problem::UnbracketedOffset, group, &[&found, &instead]);
                }
                _ => scan(windows, group.stream(), errors),
            }
        }
        before = Some(token);
    }
}

/// Brackets with a comma at the top level.
fn is_list(group: &Group) -> bool {
    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    group.delimiter() == Delimiter::Bracket && group.stream().into_iter().any(|token| comma(&token))
}

/// Looks at the form of an offset of the window `name`; false where it was reported.
pub(crate) fn check_form(name: &str, rank: usize, index: &Expr, errors: &mut Errors) -> bool {
    match index {
        Expr::Paren(inner) => check_form(name, rank, &inner.expr, errors),
        Expr::Group(inner) => check_form(name, rank, &inner.expr, errors),
        Expr::Range(range) => {
            errors.report(Problem::SliceOffset, range, &[&text::centre(name, rank), &name]);
            false
        }
        Expr::Tuple(tuple) => {
            let inner = text::tokens(&tuple.elems);
            let found = format!("{name}[({inner})]");
            let instead = format!("{name}[[{inner}]]");
            errors.report(Problem::UnbracketedOffset, tuple, &[&found, &instead]);
            false
        }
        Expr::Array(array) if array.elems.len() != rank => {
            let found = array.elems.len();
            let fixed = resized(name, array.elems.iter(), rank);
            errors.report(Problem::OffsetRank, array, &[&entries(found), &name, &axes(rank), &fixed]);
            false
        }
        Expr::Array(array) => {
            // No short circuit: report each bad entry.
            array.elems.iter().filter(|entry| !check_entry(entry, errors)).count() == 0
        }
        other if rank > 1 && is_number(other) => {
            let fixed = resized(name, std::iter::once(other), rank);
            errors.report(Problem::ScalarOffset, other, &[&name, &axes(rank), &fixed]);
            false
        }
        other => check_entry(other, errors),
    }
}

fn check_entry(entry: &Expr, errors: &mut Errors) -> bool {
    match entry {
        Expr::Unary(unary) if is_float(&unary.expr) => {
            errors.report(Problem::FloatOffset, unary, &[&text::tokens(unary)]);
            false
        }
        Expr::Unary(unary) => check_entry(&unary.expr, errors),
        Expr::Paren(paren) => check_entry(&paren.expr, errors),
        Expr::Lit(literal) if is_float(entry) => {
            errors.report(Problem::FloatOffset, literal, &[&text::tokens(literal)]);
            false
        }
        Expr::Range(range) => {
            errors.report(Problem::SliceOffset, range, &[&"x[[0, 0]]", &"x"]);
            false
        }
        _ => true,
    }
}

fn is_float(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Float(_)))
}

/// A literal number, possibly signed.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_) | Lit::Float(_)),
        Expr::Unary(unary) => is_number(&unary.expr),
        _ => false,
    }
}

/// The read with its entries cut or filled up to the rank.
fn resized<'e>(name: &str, entries: impl Iterator<Item = &'e Expr>, rank: usize) -> String {
    let mut parts: Vec<String> = entries.take(rank).map(text::tokens).collect();
    parts.resize(rank, "0".to_owned());
    format!("{name}[[{}]]", parts.join(", "))
}
