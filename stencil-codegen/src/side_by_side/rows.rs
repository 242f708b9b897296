//! Loops that all lanes run through alike: over ranges, and over the rows of cores.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Expr, ExprMacro, ExprMethodCall, Ident, Pat};

use super::array_of;
use super::copies::Known;
use super::kind::Kind;
use super::names::{Name, Names};
use super::numbers::Number;
use super::pats::{bound, simple};
use super::uses::variable;

/// The values that one turn of a loop gives.
pub(super) enum Item {
    /// The same for all lanes, as `Name::Uniform`, `Shared` or `Opaque` says, of a kind that may be known.
    Alike(Name, Option<Kind>),
    /// A row: `&[T; L]`, which is `&T` in each lane.
    RowRef,
    /// A row by value: `[T; L]`, which is `T` in each lane.
    Row,
    Pair(Box<Item>, Box<Item>),
}

/// The item of an iteration over `expr`; `None` where that is not the same loop for all lanes.
pub(super) fn item(expr: &Expr, names: &Names, known: &Known) -> Option<Item> {
    if names.is_same(expr) && names.counters_written(expr).is_empty() {
        return Some(match (known.frozen(expr, names), owns(expr)) {
            (false, _) => Item::Alike(Name::Opaque, None),
            (true, true) => Item::Alike(Name::UniformRef, None),
            (true, false) => Item::Alike(Name::Uniform, counted(expr)),
        });
    }
    match expr {
        Expr::Paren(paren) => item(&paren.expr, names, known),
        Expr::Path(_) => is_core(expr, names).then_some(Item::RowRef),
        Expr::Reference(reference) => {
            (reference.mutability.is_none() && is_core(&reference.expr, names)).then_some(Item::RowRef)
        }
        Expr::MethodCall(call) => adapted(call, names, known),
        _ => None,
    }
}

fn adapted(call: &ExprMethodCall, names: &Names, known: &Known) -> Option<Item> {
    let item = |expr: &Expr| item(expr, names, known);
    let method = call.method.to_string();
    let arguments: Vec<&Expr> = call.args.iter().collect();
    match (method.as_str(), arguments.as_slice()) {
        ("iter", []) if is_core(&call.receiver, names) => Some(Item::RowRef),
        ("into_iter", []) => item(&call.receiver),
        ("copied" | "cloned", []) => match item(&call.receiver)? {
            Item::RowRef => Some(Item::Row),
            Item::Row | Item::Pair(..) | Item::Alike(..) => None,
        },
        ("enumerate", []) => {
            let count = Item::Alike(Name::Uniform, Some(Kind::Number(Number::Size)));
            Some(Item::Pair(Box::new(count), Box::new(item(&call.receiver)?)))
        }
        ("rev", []) => item(&call.receiver),
        ("skip" | "take" | "step_by", [count]) if names.is_same(*count) => item(&call.receiver),
        ("zip", [other]) => Some(Item::Pair(Box::new(item(&call.receiver)?), Box::new(item(other)?))),
        _ => None,
    }
}

/// The kind of what a range gives, through adaptors.
fn counted(expr: &Expr) -> Option<Kind> {
    match expr {
        Expr::Range(_) => Some(Kind::Number(Number::Int)),
        Expr::Paren(inner) => counted(&inner.expr),
        Expr::MethodCall(call) => {
            let same = ["rev", "step_by", "skip", "take"].iter().any(|name| call.method == name);
            if same { counted(&call.receiver) } else { None }
        }
        _ => None,
    }
}

fn is_core(expr: &Expr, names: &Names) -> bool {
    variable(expr).is_some_and(|ident| names.get(ident) == Name::Core)
}

/// The pattern that takes an item, with arrays for what differs from lane to lane; declares its names.
pub(super) fn pattern(pat: &Pat, item: &Item, names: &mut Names) -> Option<TokenStream> {
    match (pat, item) {
        (Pat::Wild(_), _) => Some(quote!(_)),
        (Pat::Paren(paren), _) => pattern(&paren.pat, item, names),
        (_, Item::Alike(name, kind)) => {
            for variable in bound(pat) {
                // It would change once for each lane.
                if variable.mutable {
                    return None;
                }
                names.declare_kind(&variable.ident, *name, kind.filter(|_| simple(pat).is_some()));
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
        (_, Item::RowRef) if constant(pat).is_some() => Some(array(constant(pat)?, Name::RowRef, names)),
        (Pat::Reference(reference), Item::RowRef) if reference.mutability.is_none() => match &*reference.pat {
            Pat::Wild(_) => Some(quote!(_)),
            pat => Some(array(constant(pat)?, Name::Row, names)),
        },
        (_, Item::Row) => Some(array(constant(pat)?, Name::Row, names)),
        _ => None,
    }
}

fn array(ident: &Ident, name: Name, names: &mut Names) -> TokenStream {
    names.declare(ident, name);
    array_of(ident).into_token_stream()
}

/// A variable that does not change: what each lane would do to it is not kept.
fn constant(pat: &Pat) -> Option<&Ident> {
    simple(pat).filter(|(_, mutable, ty)| !mutable && ty.is_none()).map(|(ident, ..)| ident)
}

/// Returns true when the values that `expr` gives may own memory.
fn owns(expr: &Expr) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
            self.0 |= node.method == "into_iter" || node.method == "drain" || node.method == "map";
            visit::visit_expr_method_call(self, node);
        }
        fn visit_expr_macro(&mut self, _: &'ast ExprMacro) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_expr(expr);
    finder.0
}
