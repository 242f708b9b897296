//! Loops that all lanes run through alike: over ranges, and over the rows of cores.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall, Ident, Pat};

use super::array_of;
use super::names::{Name, Names};

/// What one turn of a loop gives.
pub(super) enum Item {
    /// The same for all lanes.
    Same,
    /// A row: `&[T; L]`, which is `&T` in each lane.
    RowRef,
    /// A row by value: `[T; L]`, which is `T` in each lane.
    Row,
    Pair(Box<Item>, Box<Item>),
}

/// What iterating over `expr` gives; `None` where that is not the same loop for all lanes.
pub(super) fn item(expr: &Expr, names: &Names) -> Option<Item> {
    if names.is_same(expr) {
        return Some(Item::Same);
    }
    match expr {
        Expr::Paren(paren) => item(&paren.expr, names),
        Expr::Path(_) => is_core(expr, names).then_some(Item::RowRef),
        Expr::Reference(reference) => {
            (reference.mutability.is_none() && is_core(&reference.expr, names)).then_some(Item::RowRef)
        }
        Expr::MethodCall(call) => adapted(call, names),
        _ => None,
    }
}

fn adapted(call: &ExprMethodCall, names: &Names) -> Option<Item> {
    let method = call.method.to_string();
    let arguments: Vec<&Expr> = call.args.iter().collect();
    match (method.as_str(), arguments.as_slice()) {
        ("iter", []) if is_core(&call.receiver, names) => Some(Item::RowRef),
        ("into_iter", []) => item(&call.receiver, names),
        ("copied" | "cloned", []) => match item(&call.receiver, names)? {
            Item::RowRef => Some(Item::Row),
            _ => None,
        },
        ("enumerate", []) => Some(Item::Pair(Box::new(Item::Same), Box::new(item(&call.receiver, names)?))),
        ("rev", []) => item(&call.receiver, names),
        ("skip" | "take" | "step_by", [count]) if names.is_same(count) => item(&call.receiver, names),
        ("zip", [other]) => Some(Item::Pair(Box::new(item(&call.receiver, names)?), Box::new(item(other, names)?))),
        _ => None,
    }
}

fn is_core(expr: &Expr, names: &Names) -> bool {
    matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|ident| names.get(ident) == Name::Core))
}

/// The pattern that takes an item, with arrays for what differs from lane to lane; declares its names.
pub(super) fn pattern(pat: &Pat, item: &Item, names: &mut Names) -> Option<TokenStream> {
    match (pat, item) {
        (Pat::Wild(_), _) => Some(quote!(_)),
        (Pat::Paren(paren), _) => pattern(&paren.pat, item, names),
        (_, Item::Same) => {
            let mut idents = Vec::new();
            bound(pat, &mut idents)?;
            for (ident, _) in idents {
                names.declare(&ident, Name::Same);
            }
            Some(pat.to_token_stream())
        }
        (Pat::Tuple(tuple), Item::Pair(first, second)) => {
            let elements: Vec<&Pat> = tuple.elems.iter().collect();
            let [left, right] = elements.as_slice() else { return None };
            let left = pattern(left, first, names)?;
            let right = pattern(right, second, names)?;
            Some(quote!((#left, #right)))
        }
        (Pat::Ident(pat), Item::RowRef) if pat.subpat.is_none() && pat.by_ref.is_none() => {
            Some(array(&pat.ident, Name::RowRef, names))
        }
        (Pat::Reference(reference), Item::RowRef) if reference.mutability.is_none() => match &*reference.pat {
            Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
                Some(array(&pat.ident, Name::Row, names))
            }
            Pat::Wild(_) => Some(quote!(_)),
            _ => None,
        },
        (Pat::Ident(pat), Item::Row) if pat.subpat.is_none() && pat.by_ref.is_none() => {
            Some(array(&pat.ident, Name::Row, names))
        }
        _ => None,
    }
}

fn array(ident: &Ident, name: Name, names: &mut Names) -> TokenStream {
    names.declare(ident, name);
    array_of(ident).into_token_stream()
}

/// The variables that a pattern binds, and whether they may change; `None` where that cannot be told.
pub(super) fn bound(pat: &Pat, idents: &mut Vec<(Ident, bool)>) -> Option<()> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
            idents.push((pat.ident.clone(), pat.mutability.is_some()));
            Some(())
        }
        Pat::Tuple(tuple) => tuple.elems.iter().try_for_each(|pat| bound(pat, idents)),
        Pat::Paren(paren) => bound(&paren.pat, idents),
        Pat::Reference(reference) => bound(&reference.pat, idents),
        Pat::Type(typed) => bound(&typed.pat, idents),
        Pat::Slice(slice) => slice.elems.iter().try_for_each(|pat| bound(pat, idents)),
        Pat::Wild(_) | Pat::Rest(_) => Some(()),
        _ => None,
    }
}
