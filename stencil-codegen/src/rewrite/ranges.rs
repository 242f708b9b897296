//! Inclusive ranges of loops become half-open: `-1..=1` is `-1..2`.
//!
//! An inclusive range keeps a flag beside its counter, and LLVM does not unroll loops over it (10 to 15 times slower).
//! The end must not overflow the type of the counter, which is only known from the literals: an unsuffixed end stays
//! below `i8::MAX`, the smallest signed type, unless the counter is used as an offset and so is an `isize`. That is then
//! written, `-1..2isize`: where the counter is an index of another array as well, rustc complains of that and not of the `-1`.

use proc_macro2::Span;
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprForLoop, ExprLit, ExprRange, Lit, LitInt, RangeLimits, UnOp};

use crate::footprint::Read;
use crate::loop_offsets::is_offset;
use crate::scope::strip;
use crate::term::IntType;

/// Rewrites the ranges that loops run over.
pub(crate) fn rewrite(body: &mut Block, reads: &[Read]) {
    Loops { reads }.visit_block_mut(body);
}

struct Loops<'r> {
    reads: &'r [Read],
}

impl VisitMut for Loops<'_> {
    fn visit_expr_for_loop_mut(&mut self, node: &mut ExprForLoop) {
        visit_mut::visit_expr_for_loop_mut(self, node);
        let offset = is_offset(node, self.reads);
        if let Some(range) = iterated(&mut node.expr) {
            half_open(range, offset);
            if offset {
                signed(range);
            }
        } else if let Some(range) = adapted(&mut node.expr) {
            half_open(range, false);
        }
    }

    fn visit_expr_method_call_mut(&mut self, node: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, node);
        // `(-1..=1).map(|i| ..).sum()`: both kinds of ranges are iterators, and the iterator itself goes nowhere else.
        if is_consumer(&node.method.to_string())
            && let Some(range) = adapted(&mut node.receiver)
        {
            half_open(range, false);
        }
    }
}

/// Methods of `Iterator` that give another iterator.
fn is_adapter(method: &str) -> bool {
    matches!(
        method,
        "map"
            | "filter"
            | "filter_map"
            | "flat_map"
            | "rev"
            | "step_by"
            | "zip"
            | "chain"
            | "enumerate"
            | "take"
            | "skip"
            | "cloned"
            | "copied"
    )
}

/// Methods of `Iterator` that use it up.
fn is_consumer(method: &str) -> bool {
    matches!(
        method,
        "fold"
            | "sum"
            | "product"
            | "count"
            | "for_each"
            | "any"
            | "all"
            | "min_by"
            | "max_by"
            | "min"
            | "max"
            | "last"
    )
}

/// The range at the beginning of a chain of adaptors.
fn adapted(expr: &mut Expr) -> Option<&mut ExprRange> {
    match expr {
        Expr::Range(range) => Some(range),
        Expr::Paren(inner) => adapted(&mut inner.expr),
        Expr::Group(inner) => adapted(&mut inner.expr),
        Expr::MethodCall(call) if is_adapter(&call.method.to_string()) => adapted(&mut call.receiver),
        _ => None,
    }
}

/// The range behind parentheses and `.rev()`.
fn iterated(expr: &mut Expr) -> Option<&mut ExprRange> {
    match expr {
        Expr::Range(range) => Some(range),
        Expr::Paren(inner) => iterated(&mut inner.expr),
        Expr::Group(inner) => iterated(&mut inner.expr),
        Expr::MethodCall(call) if call.method == "rev" && call.args.is_empty() => iterated(&mut call.receiver),
        _ => None,
    }
}

/// Writes the type of an offset behind the end of a range of untyped literals.
fn signed(range: &mut ExprRange) {
    let untyped = |end: &Expr| literal(end).filter(|(_, suffix)| suffix.is_empty());
    let start = range.start.as_deref().and_then(untyped);
    if let Some(end) = range.end.as_deref_mut()
        && let (Some(_), Some((value, _))) = (start, untyped(end))
        && let Some(typed) = number(value, "isize", end)
    {
        *end = typed;
    }
}

fn half_open(range: &mut ExprRange, offset: bool) {
    let RangeLimits::Closed(limits) = &range.limits else { return };
    let span = limits.spans[0];
    let suffix = range.start.as_deref().and_then(literal).map(|(_, suffix)| suffix).unwrap_or_default();
    let Some(end) = range.end.as_deref_mut() else { return };
    let next = match literal(end) {
        Some((value, own)) => {
            let suffix = if own.is_empty() { suffix } else { own.clone() };
            if value >= limit(&suffix, offset) {
                return;
            }
            number(value + 1, &own, end)
        }
        // Any other end may be of any type, unless the counter is an offset.
        None if offset => {
            let span = Span::mixed_site();
            // Behind `isize::MAX` there is no offset that anything could read.
            syn::parse2(quote_spanned!(span=> ::core::primitive::isize::saturating_add(#end, 1))).ok()
        }
        None => None,
    };
    if let Some(next) = next {
        *end = next;
        range.limits = RangeLimits::HalfOpen(syn::token::DotDot { spans: [span, span] });
    }
}

/// The largest value of the counter's type.
fn limit(suffix: &str, offset: bool) -> i128 {
    match IntType::named(suffix) {
        Some(ty) => ty.max(),
        None if !suffix.is_empty() => i128::MIN,
        None if offset => i128::from(i32::MAX),
        None => i128::from(i8::MAX),
    }
}

/// A literal with its sign, and its suffix.
fn literal(expr: &Expr) -> Option<(i128, String)> {
    match strip(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            Some((number.base10_parse().ok()?, number.suffix().to_owned()))
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal(&unary.expr).map(|(value, suffix)| (-value, suffix))
        }
        _ => None,
    }
}

/// A literal in the place of `old`.
fn number(value: i128, suffix: &str, old: &Expr) -> Option<Expr> {
    let span = syn::spanned::Spanned::span(old);
    let text = format!("{}{suffix}", value.unsigned_abs());
    let literal = LitInt::new(&text, span.resolved_at(Span::mixed_site()));
    let tokens = if value < 0 { quote_spanned!(span=> -#literal) } else { literal.to_token_stream() };
    syn::parse2(tokens).ok()
}
