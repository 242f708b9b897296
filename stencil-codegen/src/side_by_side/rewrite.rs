//! Calls of iterators that are loops over a core, written as such: `fold`, and `extend` of what `map` gives.

use std::collections::BTreeSet;

use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprClosure, ExprMethodCall, Ident, Item, Pat, Stmt, parse_quote};

use super::control::Control;
use super::uses::{self, Use, mentions};
use crate::syntax::{Bound, plain};

/// Rewrites the body; `cores` and `scratch` are the names of these parameters.
pub(crate) fn rewrite(body: &mut Block, mut cores: BTreeSet<String>, mut scratch: BTreeSet<String>) {
    // A name that is given anew somewhere may be anything there, with a `fold` of its own.
    let given = Bound::of(body);
    cores.retain(|name| !given.contains(name));
    scratch.retain(|name| !given.contains(name));
    Rewriter { cores, scratch, folds: 0 }.visit_block_mut(body);
}

struct Rewriter {
    cores: BTreeSet<String>,
    scratch: BTreeSet<String>,
    folds: usize,
}

impl VisitMut for Rewriter {
    fn visit_block_mut(&mut self, node: &mut Block) {
        let mut stmts = Vec::new();
        for mut stmt in std::mem::take(&mut node.stmts) {
            if let Some(stmt) = self.extend(&stmt) {
                stmts.push(stmt);
                continue;
            }
            while let Some(before) = value_of(&mut stmt).and_then(first).and_then(|call| self.fold(call)) {
                stmts.extend(before);
            }
            stmts.push(stmt);
        }
        node.stmts = stmts;
        visit_mut::visit_block_mut(self, node);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
}

impl Rewriter {
    /// `iter.fold(init, |acc, v| ..)`: the loop, with a variable in the place of the call.
    fn fold(&mut self, call: &mut Expr) -> Option<[Stmt; 2]> {
        let Expr::MethodCall(ExprMethodCall { receiver, method, turbofish: None, args, .. }) = &*call else {
            return None;
        };
        let arguments: Vec<&Expr> = args.iter().collect();
        let [init, Expr::Closure(closure)] = arguments.as_slice() else { return None };
        let (inputs, body) = inlined(closure)?;
        let [before, item] = inputs.as_slice() else { return None };
        if method != "fold" || !self.is_over_core(receiver) || matches!(item, Pat::Type(_)) {
            return None;
        }
        // The receiver is computed before `init`: what that writes the loop would meet.
        if writes(init) {
            return None;
        }
        let all: Ident = format_ident!("__fold_{}", self.folds);
        self.folds += 1;
        let start = parse_quote!(let mut #all = #init;);
        let turns = parse_quote! {
            for #item in #receiver {
                let #before = #all;
                #all = #body;
            }
        };
        *call = parse_quote!(#all);
        Some([start, turns])
    }

    /// Returns true when the expression is a core, or an iterator over one by the standard library's adaptors.
    fn is_over_core(&self, expr: &Expr) -> bool {
        const ADAPTORS: &[&str] =
            &["iter", "into_iter", "copied", "cloned", "enumerate", "rev", "skip", "take", "step_by", "zip"];
        match expr {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.cores.contains(&plain(name))),
            Expr::Paren(inner) => self.is_over_core(&inner.expr),
            Expr::Reference(inner) => inner.mutability.is_none() && self.is_over_core(&inner.expr),
            Expr::MethodCall(call) => {
                ADAPTORS.contains(&call.method.to_string().as_str())
                    && self.is_over_core(&call.receiver)
                    && call.args.iter().all(|argument| self.is_over_core(argument) || !writes(argument))
            }
            _ => false,
        }
    }

    /// `scratch.extend(iter.map(|v| ..));`
    fn extend(&self, stmt: &Stmt) -> Option<Stmt> {
        let Stmt::Expr(Expr::MethodCall(call), Some(_)) = stmt else { return None };
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let [Expr::MethodCall(map)] = arguments.as_slice() else { return None };
        if call.method != "extend" || map.method != "map" || map.turbofish.is_some() {
            return None;
        }
        let scratch = &call.receiver;
        let Some(Expr::Closure(closure)) = map.args.first() else { return None };
        let (inputs, body) = inlined(closure)?;
        let [item] = inputs.as_slice() else { return None };
        let over_core = self.is_over_core(&map.receiver);
        let known = matches!(&**scratch, Expr::Path(_)) && !mentions(scratch).is_disjoint(&self.scratch);
        if !over_core || !known || mentions(body).iter().any(|name| self.scratch.contains(name)) {
            return None;
        }
        let rows = &map.receiver;
        Some(parse_quote!(for #item in #rows { #scratch.push(#body); }))
    }
}

/// The parameters and the body of a closure that is nothing but an expression.
fn inlined(closure: &ExprClosure) -> Option<(Vec<&Pat>, &Expr)> {
    let ExprClosure { lifetimes: None, constness: None, asyncness: None, capture: None, output, inputs, body, .. } =
        closure
    else {
        return None;
    };
    let straight = Control::of_expr(body).is_straight();
    let untyped = matches!(output, syn::ReturnType::Default);
    (straight && untyped).then(|| (Punctuated::iter(inputs).collect(), &**body))
}

/// Returns true when the expression may change a variable.
fn writes(expr: &Expr) -> bool {
    let mut writes = false;
    uses::each(expr, |_, used| writes |= matches!(used, Use::ByView | Use::Receiver(_) | Use::Cell { written: true }));
    writes
}

/// The value that a statement makes.
fn value_of(stmt: &mut Stmt) -> Option<&mut Expr> {
    match stmt {
        Stmt::Local(local) => local.init.as_mut().filter(|init| init.diverge.is_none()).map(|init| &mut *init.expr),
        Stmt::Expr(Expr::Return(node), _) => node.expr.as_deref_mut(),
        Stmt::Expr(expr, None) => Some(expr),
        Stmt::Expr(..) | Stmt::Item(_) | Stmt::Macro(_) => None,
    }
}

/// The part of an expression that is computed first.
fn first(expr: &mut Expr) -> Option<&mut Expr> {
    let is_fold = |expr: &Expr| matches!(expr, Expr::MethodCall(call) if call.method == "fold");
    if is_fold(expr) {
        return Some(expr);
    }
    match expr {
        Expr::Binary(node) => first(&mut node.left),
        Expr::MethodCall(node) => first(&mut node.receiver),
        Expr::Paren(node) => first(&mut node.expr),
        Expr::Cast(node) => first(&mut node.expr),
        Expr::Field(node) => first(&mut node.base),
        Expr::Unary(node) => first(&mut node.expr),
        Expr::Call(node) if matches!(*node.func, Expr::Path(_)) => first(node.args.first_mut()?),
        _ => None,
    }
}
