//! The sequences that loops run over: ranges, arrays and views, and the adaptors of iterators.
//!
//! All of them know their length and can give any item, so that every loop in the shader counts.

use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{BinOp, ExprMethodCall, RangeLimits};

use super::constant;
use super::context::{Lowered, Lowerer};
use super::scope::Closure;
use super::tree::{Expr, ExprKind, Resource, Stmt};
use super::types::Ty;
use crate::scope::strip;

/// The function that is called for each item.
#[derive(Clone)]
pub(crate) enum Callable {
    Closure(Rc<Closure>),
    /// `f32::max`, or a helper.
    Path(syn::ExprPath),
}

/// Items by index.
pub(crate) enum Items {
    Range {
        start: Expr,
        end: Expr,
        inclusive: bool,
    },
    /// An array that may be written down often.
    Array(Expr),
    /// The elements of an array or a view, the last axis fastest.
    Cells(Resource),
    Reversed(Box<Items>),
    Stepped(Box<Items>, u32),
    Numbered(Box<Items>),
    Paired(Box<Items>, Box<Items>),
    Skipped(Box<Items>, Expr),
    Taken(Box<Items>, Expr),
    Mapped(Box<Items>, Callable),
    Filtered(Box<Items>, Callable),
}

impl Lowerer<'_, '_> {
    /// The items that `expr` runs over, or `None` if it is no iterator that is known here. Values that have to be
    /// computed once go into `stmts`.
    pub(crate) fn items(&mut self, expr: &syn::Expr, stmts: &mut Vec<Stmt>) -> Lowered<Option<Items>> {
        match strip(expr) {
            syn::Expr::Reference(inner) if inner.mutability.is_none() => self.items(&inner.expr, stmts),
            syn::Expr::Range(range) => self.range(range, stmts).map(Some),
            syn::Expr::MethodCall(call) => self.adapted(call, stmts),
            other => self.plain_items(other, stmts),
        }
    }

    fn range(&mut self, range: &syn::ExprRange, stmts: &mut Vec<Stmt>) -> Lowered<Items> {
        let at = range.to_token_stream();
        let (Some(start), Some(end)) = (&range.start, &range.end) else {
            return Err(self.refuse(range, "ranges without both ends", "write `a..b`"));
        };
        let (start, end) = (self.expr(start, None), self.expr(end, None));
        let (start, end) = (start?, end?);
        self.unify(&start.ty, &end.ty)?;
        let start = self.reusable(start, &at, stmts);
        let end = self.reusable(end, &at, stmts);
        Ok(Items::Range { start, end, inclusive: matches!(range.limits, RangeLimits::Closed(_)) })
    }

    /// Arrays and views by themselves.
    fn plain_items(&mut self, expr: &syn::Expr, stmts: &mut Vec<Stmt>) -> Lowered<Option<Items>> {
        if let Some(resource) = self.resource(expr) {
            return match resource {
                Resource::Window(_) => {
                    Err(self.refuse(expr, "loops over windows", "loop over the offsets, or over `values()`"))
                }
                _ => Ok(Some(Items::Cells(resource))),
            };
        }
        let value = self.expr(expr, None)?;
        match self.types.shallow(&value.ty) {
            Ty::Array(..) => Ok(Some(Items::Array(self.reusable_array(value, &expr.to_token_stream(), stmts)))),
            _ => Ok(None),
        }
    }

    /// Literal arrays stay what they are as long as their items are fixed: loops over them can be unrolled.
    fn reusable_array(&mut self, value: Expr, at: &TokenStream, stmts: &mut Vec<Stmt>) -> Expr {
        if constant::is_literal(&value) { value } else { self.reusable(value, at, stmts) }
    }

    fn adapted(&mut self, call: &ExprMethodCall, stmts: &mut Vec<Stmt>) -> Lowered<Option<Items>> {
        let name = call.method.to_string();
        let arguments: Vec<&syn::Expr> = call.args.iter().collect();
        let known = matches!(
            (name.as_str(), arguments.len()),
            ("iter" | "into_iter" | "copied" | "cloned" | "rev" | "enumerate" | "by_ref", 0)
                | ("step_by" | "zip" | "skip" | "take" | "map" | "filter", 1)
        );
        if !known {
            return if self.resource(&call.receiver).is_none() || name == "values" {
                self.plain_items(&syn::Expr::MethodCall(call.clone()), stmts)
            } else {
                Ok(None)
            };
        }
        let Some(inner) = self.items(&call.receiver, stmts)? else { return Ok(None) };
        let inner = Box::new(inner);
        let filtered = inner.is_filtered();
        let adaptor = match (name.as_str(), arguments.as_slice()) {
            ("map", [function]) => return Ok(Some(Items::Mapped(inner, self.callable(function)?))),
            ("filter", [function]) => return Ok(Some(Items::Filtered(inner, self.callable(function)?))),
            ("iter" | "into_iter" | "copied" | "cloned" | "by_ref", _) => return Ok(Some(*inner)),
            _ if filtered => {
                let help = "write a loop with `if`, and count what is let through";
                return Err(self.refuse_method(&call.method, "a filtered iterator", help));
            }
            ("rev", []) => Items::Reversed(inner),
            ("enumerate", []) => Items::Numbered(inner),
            ("step_by", [step]) => Items::Stepped(inner, self.step(step)?),
            ("skip", [count]) => Items::Skipped(inner, self.count(count, stmts)?),
            ("take", [count]) => Items::Taken(inner, self.count(count, stmts)?),
            ("zip", [other]) => {
                let Some(other) = self.items(other, stmts)? else { return Ok(None) };
                Items::Paired(inner, Box::new(other))
            }
            _ => return Ok(None),
        };
        Ok(Some(adaptor))
    }

    fn step(&mut self, step: &syn::Expr) -> Lowered<u32> {
        let value = self.expr(step, Some(&Ty::USIZE))?;
        match constant::evaluate(&value, &|_| None).and_then(|value| value.int()) {
            Some(value @ 1..=0x7fff_ffff) => Ok(value as u32),
            _ => Err(self.refuse(
                step,
                "steps that are not known while compiling",
                "write a literal or a constant from 1 up",
            )),
        }
    }

    fn count(&mut self, count: &syn::Expr, stmts: &mut Vec<Stmt>) -> Lowered<Expr> {
        let value = self.expr(count, Some(&Ty::USIZE))?;
        let value = self.coerce(value, &Ty::USIZE)?;
        Ok(self.reusable(value, &count.to_token_stream(), stmts))
    }

    /// A closure, or the path of a function, as an argument.
    pub(crate) fn callable(&mut self, expr: &syn::Expr) -> Lowered<Callable> {
        match strip(expr) {
            syn::Expr::Closure(closure) => Ok(Callable::Closure(self.closure(closure)?)),
            syn::Expr::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string);
                match name.and_then(|name| self.scopes.lookup(&name).cloned()) {
                    Some(super::scope::Binding::Closure(closure)) => Ok(Callable::Closure(closure)),
                    _ => Ok(Callable::Path(path.clone())),
                }
            }
            other => Err(self.refuse(other, "functions as values", "write a closure here")),
        }
    }

    /// The number of items, written down once for each loop.
    pub(crate) fn item_count(&mut self, items: &Items) -> Expr {
        match items {
            Items::Range { start, end, inclusive } => range_count(start, end, *inclusive),
            Items::Array(array) => {
                let length = match self.types.shallow(&array.ty) {
                    Ty::Array(_, length) => length,
                    _ => 0,
                };
                Expr::index(length)
            }
            Items::Cells(resource) => self.cell_count(*resource),
            Items::Numbered(inner) | Items::Reversed(inner) | Items::Mapped(inner, _) | Items::Filtered(inner, _) => {
                self.item_count(inner)
            }
            Items::Paired(one, other) => {
                let (one, other) = (self.item_count(one), self.item_count(other));
                method("min", vec![one, other])
            }
            Items::Stepped(inner, step) => {
                // Rounded up without an overflow.
                let count = self.item_count(inner);
                let step = Expr::index(*step as usize);
                let whole = binary(BinOp::Div(Default::default()), count.clone(), step.clone());
                let rest = binary(BinOp::Rem(Default::default()), count, step);
                let rest = method("min", vec![rest, Expr::index(1)]);
                binary(BinOp::Add(Default::default()), whole, rest)
            }
            Items::Skipped(inner, count) => method("saturating_sub", vec![self.item_count(inner), count.clone()]),
            Items::Taken(inner, count) => method("min", vec![self.item_count(inner), count.clone()]),
        }
    }

    /// The number of elements of an array or a view.
    pub(crate) fn cell_count(&self, resource: Resource) -> Expr {
        let extent = self.program.extent(resource);
        let length = |axis| match extent.length {
            Some(length) => Expr::index(length),
            None => Expr::new(ExprKind::Length(resource, axis), Ty::USIZE),
        };
        let product = |product: Expr, axis| binary(BinOp::Mul(Default::default()), product, length(axis));
        (1..extent.rank).fold(length(0), product)
    }

    /// The item at `index`, which may be written down often.
    pub(crate) fn item_at(&mut self, items: &Items, index: Expr) -> Lowered<Expr> {
        match items {
            Items::Range { start, .. } => {
                let offset = Expr::new(ExprKind::Cast(index.boxed()), start.ty.clone());
                Ok(typed_binary(BinOp::Add(Default::default()), start.clone(), offset))
            }
            Items::Array(array) => {
                let Ty::Array(element, _) = self.types.shallow(&array.ty) else { return Err(self.mismatch()) };
                Ok(Expr::new(ExprKind::Element(array.clone().boxed(), index.boxed()), *element))
            }
            Items::Cells(resource) => {
                let element = self.program.extent(*resource).element;
                Ok(Expr::new(ExprKind::Cell(*resource, index.boxed()), Ty::Scalar(element)))
            }
            Items::Reversed(inner) => {
                let last = binary(BinOp::Sub(Default::default()), self.item_count(inner), Expr::index(1));
                let index = binary(BinOp::Sub(Default::default()), last, index);
                self.item_at(inner, index)
            }
            Items::Stepped(inner, step) => {
                let index = binary(BinOp::Mul(Default::default()), index, Expr::index(*step as usize));
                self.item_at(inner, index)
            }
            Items::Numbered(inner) => {
                let item = self.item_at(inner, index.clone())?;
                Ok(pair(index, item))
            }
            Items::Paired(one, other) => {
                let (one, other) = (self.item_at(one, index.clone())?, self.item_at(other, index)?);
                Ok(pair(one, other))
            }
            Items::Skipped(inner, count) => {
                let index = binary(BinOp::Add(Default::default()), index, count.clone());
                self.item_at(inner, index)
            }
            Items::Taken(inner, _) | Items::Filtered(inner, _) => self.item_at(inner, index),
            Items::Mapped(inner, function) => {
                let item = self.item_at(inner, index)?;
                self.call_with(function, vec![item])
            }
        }
    }
}

impl Items {
    pub(crate) fn is_filtered(&self) -> bool {
        match self {
            Items::Filtered(..) => true,
            Items::Mapped(inner, _) => inner.is_filtered(),
            _ => false,
        }
    }
}

fn pair(one: Expr, other: Expr) -> Expr {
    let ty = Ty::Tuple(vec![one.ty.clone(), other.ty.clone()]);
    Expr::new(ExprKind::Tuple(vec![one, other]), ty)
}

/// An operation of two `usize`.
pub(crate) fn binary(op: BinOp, left: Expr, right: Expr) -> Expr {
    Expr::new(ExprKind::Binary(op, left.boxed(), right.boxed()), Ty::USIZE)
}

fn typed_binary(op: BinOp, left: Expr, right: Expr) -> Expr {
    let ty = left.ty.clone();
    Expr::new(ExprKind::Binary(op, left.boxed(), right.boxed()), ty)
}

fn method(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::new(ExprKind::Method(name.to_owned(), arguments), Ty::USIZE)
}

fn range_count(start: &Expr, end: &Expr, inclusive: bool) -> Expr {
    Expr::new(ExprKind::Count(start.clone().boxed(), end.clone().boxed(), inclusive), Ty::USIZE)
}
