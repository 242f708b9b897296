//! Patterns: those that always match take values apart, the others become conditions.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{BinOp, Ident, Lit, Pat, RangeLimits};

use super::context::{Lowered, Lowerer};
use super::scope::Binding;
use super::tree::{Block, Expr, ExprKind, Stmt, StmtKind};
use super::types::Ty;
use crate::text;

/// A name in a pattern and its value.
pub(crate) struct Named {
    pub(crate) name: Ident,
    pub(crate) mutable: bool,
    pub(crate) value: Expr,
}

impl Lowerer<'_, '_> {
    /// Binds a pattern that always matches.
    pub(crate) fn bind(&mut self, pat: &Pat, value: Expr, at: &TokenStream, into: &mut Vec<Stmt>) -> Lowered<()> {
        match pat {
            Pat::Paren(inner) => self.bind(&inner.pat, value, at, into),
            Pat::Reference(inner) => self.bind(&inner.pat, value, at, into),
            Pat::Type(typed) => {
                let ty = self.ty(&typed.ty)?;
                let value = self.coerce(value, &ty)?;
                self.bind(&typed.pat, value, at, into)
            }
            Pat::Ident(name) if name.subpat.is_none() => {
                if name.by_ref.is_some() && name.mutability.is_some() {
                    return Err(self.refuse(pat, "mutable references", "write `let mut` and assign"));
                }
                let ty = value.ty.clone();
                let local = self.local(&name.ident, ty, name.mutability.is_some());
                into.push(Stmt { at: at.clone(), kind: StmtKind::Let { local, init: Some(value) } });
                Ok(())
            }
            Pat::Wild(_) => {
                into.push(Stmt { at: at.clone(), kind: StmtKind::Expr(value) });
                Ok(())
            }
            Pat::Tuple(list) => self.bind_parts(list.elems.iter().collect(), value, at, into),
            Pat::Slice(list) => self.bind_parts(list.elems.iter().collect(), value, at, into),
            other => {
                Err(self.refuse(other, format!("pattern `{}`", text::tokens(other)), "write names, tuples and arrays"))
            }
        }
    }

    fn bind_parts(&mut self, pats: Vec<&Pat>, value: Expr, at: &TokenStream, into: &mut Vec<Stmt>) -> Lowered<()> {
        let parts = self.parts(&pats, value, at, into)?;
        for (pat, part) in pats.iter().filter(|pat| !matches!(pat, Pat::Rest(_))).zip(parts) {
            self.bind(pat, part, at, into)?;
        }
        Ok(())
    }

    /// The parts of a tuple or an array that the patterns stand for, `..` left out.
    fn parts(&mut self, pats: &[&Pat], value: Expr, at: &TokenStream, into: &mut Vec<Stmt>) -> Lowered<Vec<Expr>> {
        let ty = self.types.shallow(&value.ty);
        let (count, is_tuple) = match &ty {
            Ty::Tuple(items) => (items.len(), true),
            Ty::Array(_, length) => (*length, false),
            _ => return Err(self.mismatch()),
        };
        let rest = pats.iter().position(|pat| matches!(pat, Pat::Rest(_)));
        let wanted = pats.len() - usize::from(rest.is_some());
        if wanted > count || (rest.is_none() && wanted != count) {
            return Err(self.mismatch());
        }
        let positions = (0..wanted).map(|i| if rest.is_some_and(|rest| i >= rest) { count - wanted + i } else { i });
        if let (ExprKind::Tuple(items) | ExprKind::Array(items), None) = (&value.kind, rest) {
            return Ok(items.clone());
        }
        let value = self.reusable(value, at, into);
        let part = |index: usize| match &ty {
            Ty::Tuple(items) if is_tuple => {
                Expr::new(ExprKind::Field(value.clone().boxed(), index), items[index].clone())
            }
            Ty::Array(element, _) => {
                let index = Expr::index(index).boxed();
                Expr::new(ExprKind::Element(value.clone().boxed(), index), (**element).clone())
            }
            _ => value.clone(),
        };
        Ok(positions.map(part).collect())
    }

    /// The condition under which a pattern matches, `None` where it always does. The value may be written down often.
    pub(crate) fn test(&mut self, pat: &Pat, value: &Expr, named: &mut Vec<Named>) -> Lowered<Option<Expr>> {
        match pat {
            Pat::Paren(inner) => self.test(&inner.pat, value, named),
            Pat::Reference(inner) => self.test(&inner.pat, value, named),
            Pat::Wild(_) => Ok(None),
            Pat::Ident(name) if name.subpat.is_none() && self.is_constant(&name.ident) => {
                let path = syn::Expr::Path(syn::parse_quote!(#name));
                self.equals(value, &path, pat).map(Some)
            }
            Pat::Ident(name) => {
                let (name, mutable, inner) = (name.ident.clone(), name.mutability.is_some(), &name.subpat);
                named.push(Named { name, mutable, value: value.clone() });
                match inner {
                    Some((_, inner)) => self.test(inner, value, named),
                    None => Ok(None),
                }
            }
            Pat::Lit(literal) => {
                let literal_expr = syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: literal.lit.clone() });
                if let Lit::Bool(truth) = &literal.lit {
                    self.unify(&value.ty, &Ty::BOOL)?;
                    let value = value.clone();
                    return Ok(Some(if truth.value { value } else { not(value) }));
                }
                self.equals(value, &literal_expr, pat).map(Some)
            }
            Pat::Path(path) => {
                let path = syn::Expr::Path(path.clone());
                self.equals(value, &path, pat).map(Some)
            }
            Pat::Range(range) => self.test_range(range, value),
            Pat::Or(list) => self.test_or(list, value, named),
            Pat::Tuple(list) => self.test_parts(list.elems.iter().collect(), value, named),
            Pat::Slice(list) => self.test_parts(list.elems.iter().collect(), value, named),
            other => Err(self.refuse(
                other,
                format!("pattern `{}`", text::tokens(other)),
                "write numbers, ranges, names and tuples",
            )),
        }
    }

    fn is_constant(&self, name: &Ident) -> bool {
        matches!(self.scopes.lookup(&name.to_string()), Some(Binding::Item(_)))
    }

    fn equals(&mut self, value: &Expr, other: &syn::Expr, at: &Pat) -> Lowered<Expr> {
        let other = self.expr(other, Some(&value.ty))?;
        self.operation(BinOp::Eq(Default::default()), value.clone(), other, at)
    }

    fn test_range(&mut self, range: &syn::PatRange, value: &Expr) -> Lowered<Option<Expr>> {
        let mut condition = None;
        let upper = match range.limits {
            RangeLimits::HalfOpen(_) => BinOp::Lt(Default::default()),
            RangeLimits::Closed(_) => BinOp::Le(Default::default()),
        };
        for (bound, op) in [(&range.start, BinOp::Ge(Default::default())), (&range.end, upper)] {
            let Some(bound) = bound else { continue };
            let bound = self.expr(bound, Some(&value.ty))?;
            let test = self.operation(op, value.clone(), bound, range)?;
            condition = Some(both(condition, test));
        }
        Ok(condition)
    }

    fn test_or(&mut self, list: &syn::PatOr, value: &Expr, named: &mut [Named]) -> Lowered<Option<Expr>> {
        let _ = named;
        let mut condition: Option<Expr> = None;
        for case in &list.cases {
            let mut names = Vec::new();
            let test = self.test(case, value, &mut names)?;
            if !names.is_empty() {
                return Err(self.refuse(
                    case,
                    "names inside of `|`",
                    "write one arm for each, or bind the whole: `n @ (1 | 2)`",
                ));
            }
            let Some(test) = test else { return Ok(None) };
            condition = Some(match condition {
                Some(before) => Expr::new(ExprKind::Or(before.boxed(), test.boxed()), Ty::BOOL),
                None => test,
            });
        }
        Ok(condition)
    }

    fn test_parts(&mut self, pats: Vec<&Pat>, value: &Expr, named: &mut Vec<Named>) -> Lowered<Option<Expr>> {
        let mut none = Vec::new();
        let at = TokenStream::new();
        let parts = self.parts(&pats, value.clone(), &at, &mut none)?;
        let mut condition = None;
        for (pat, part) in pats.iter().filter(|pat| !matches!(pat, Pat::Rest(_))).zip(parts) {
            if let Some(test) = self.test(pat, &part, named)? {
                condition = Some(both(condition, test));
            }
        }
        Ok(condition)
    }

    /// `(a, b) = (b, a)`: all values are there before the first is stored.
    pub(crate) fn assign_parts(&mut self, assign: &syn::ExprAssign) -> Lowered<Expr> {
        let places: Vec<&syn::Expr> = match crate::scope::strip(&assign.left) {
            syn::Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            syn::Expr::Array(array) => array.elems.iter().collect(),
            _ => Vec::new(),
        };
        let at = assign.to_token_stream();
        let value = self.expr(&assign.right, None)?;
        let values: Vec<(Expr, Ty)> = match (value.kind, self.types.shallow(&value.ty)) {
            (ExprKind::Tuple(items) | ExprKind::Array(items), _) => {
                items.into_iter().map(|item| (item.clone(), item.ty)).collect()
            }
            _ => {
                let help = "write the values out, `(a, b) = (b, a);`, or take the value apart with `let` first";
                return Err(self.refuse(&assign.right, "assignments that take a value apart", help));
            }
        };
        if values.len() != places.len() {
            return Err(self.mismatch());
        }
        let mut stmts = Vec::new();
        let mut held = Vec::new();
        for (value, ty) in values {
            let local = self.hidden("part", ty.clone(), false);
            stmts.push(Stmt { at: at.clone(), kind: StmtKind::Let { local, init: Some(value) } });
            held.push(Expr::local(local, ty));
        }
        for (place, value) in places.into_iter().zip(held) {
            if matches!(place, syn::Expr::Infer(_)) {
                continue;
            }
            let place = self.place(place)?;
            let value = self.coerce(value, &place.ty)?;
            let assign = Expr::new(ExprKind::Assign(place.boxed(), value.boxed()), Ty::unit());
            stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(assign) });
        }
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::unit()))
    }
}

fn both(before: Option<Expr>, test: Expr) -> Expr {
    match before {
        Some(before) => Expr::new(ExprKind::And(before.boxed(), test.boxed()), Ty::BOOL),
        None => test,
    }
}

/// `!condition`
pub(crate) fn not(condition: Expr) -> Expr {
    Expr::new(ExprKind::Unary(syn::UnOp::Not(Default::default()), condition.boxed()), Ty::BOOL)
}
