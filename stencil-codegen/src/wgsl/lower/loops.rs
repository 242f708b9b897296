//! Loops over items, and the iterator methods that are loops.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{BinOp, ExprMethodCall, Pat};

use super::context::{Lowered, Lowerer};
use super::items::{Callable, Items};
use super::tree::{Block, Expr, ExprKind, For, LocalId, Stmt, StmtKind};
use super::types::Ty;
use crate::text;

/// Adds what is done with an item.
type Body<'b, L> = dyn FnOnce(&mut L, Expr, &mut Vec<Stmt>) -> Lowered<()> + 'b;

/// A loop that runs over a range itself.
struct Plain {
    start: Expr,
    end: Expr,
    inclusive: bool,
    reversed: bool,
    step: u32,
}

impl Items {
    fn plain(&self) -> Option<Plain> {
        match self {
            Items::Range { start, end, inclusive } => {
                Some(Plain { start: start.clone(), end: end.clone(), inclusive: *inclusive, reversed: false, step: 1 })
            }
            Items::Reversed(inner) => {
                let plain = inner.plain().filter(|plain| plain.step == 1)?;
                Some(Plain { reversed: !plain.reversed, ..plain })
            }
            Items::Stepped(inner, step) => {
                let plain = inner.plain().filter(|plain| plain.step == 1)?;
                Some(Plain { step: *step, ..plain })
            }
            _ => None,
        }
    }
}

impl Lowerer<'_, '_> {
    pub(crate) fn for_loop(&mut self, node: &syn::ExprForLoop) -> Lowered<Expr> {
        let mut stmts = Vec::new();
        self.scopes.push();
        let lowered = self.for_stmts(node, &mut stmts);
        self.scopes.pop();
        lowered?;
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::unit()))
    }

    fn for_stmts(&mut self, node: &syn::ExprForLoop, stmts: &mut Vec<Stmt>) -> Lowered<()> {
        let Ok(items) = self.items(&node.expr, stmts) else {
            // The body has errors of its own to tell.
            self.bind_refused(&node.pat);
            let _ = self.loop_body(node.label.as_ref(), None, |this| this.block(&node.body, None));
            return Err(super::context::Refused);
        };
        let Some(items) = items else {
            let help = "loop over a range, an array, a view, or `.iter()` of those";
            let what = format!("loops over `{}`", text::tokens(&node.expr));
            return Err(self.refuse(&node.expr, what, help));
        };
        let at = node.to_token_stream();
        if let (Some(plain), Pat::Ident(name)) = (items.plain(), &*node.pat)
            && name.mutability.is_none()
        {
            let counter = self.local(&name.ident, plain.start.ty.clone(), false);
            let (body, _) = self.loop_body(node.label.as_ref(), None, |this| this.block(&node.body, None));
            stmts.push(Stmt { at, kind: StmtKind::Expr(counting(counter, plain, body?.0)) });
            return Ok(());
        }
        let (body, _) = self.loop_body(node.label.as_ref(), None, |this| {
            this.consume(&items, &at, |this, item, body| {
                this.bind(&node.pat, item, &at, body)?;
                let (block, ty) = this.block(&node.body, None)?;
                body.push(Stmt {
                    at: node.body.to_token_stream(),
                    kind: StmtKind::Expr(Expr::new(ExprKind::Block(block), ty)),
                });
                Ok(())
            })
        });
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(body?) });
        Ok(())
    }

    /// A loop in which `lower` adds what is done with an item.
    fn consume(
        &mut self,
        items: &Items,
        at: &TokenStream,
        lower: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Lowered<()>,
    ) -> Lowered<Expr> {
        let plain = items.plain();
        let (counter, plain) = match plain {
            Some(plain) => (self.hidden("i", plain.start.ty.clone(), false), plain),
            None => {
                let end = self.item_count(items);
                let plain = Plain { start: Expr::index(0), end, inclusive: false, reversed: false, step: 1 };
                (self.hidden("i", Ty::USIZE, false), plain)
            }
        };
        let index = Expr::local(counter, plain.start.ty.clone());
        let mut stmts = Vec::new();
        if items.plain().is_some() {
            lower(self, index, &mut stmts)?;
        } else {
            self.through(items, index, at, &mut stmts, lower)?;
        }
        Ok(counting(counter, plain, Block { stmts, value: None }))
    }

    /// Takes the item at `index` through the filters.
    fn through(
        &mut self,
        items: &Items,
        index: Expr,
        at: &TokenStream,
        stmts: &mut Vec<Stmt>,
        lower: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Lowered<()>,
    ) -> Lowered<()> {
        // The adaptors behind the last one that needs an index.
        let mut stages = Vec::new();
        let mut inner = items;
        loop {
            inner = match inner {
                Items::Mapped(next, function) if items.is_filtered() => {
                    stages.push((false, function));
                    next
                }
                Items::Filtered(next, function) => {
                    stages.push((true, function));
                    next
                }
                _ => break,
            };
        }
        let item = self.item_at(inner, index)?;
        self.staged(&mut stages, item, at, stmts, lower)
    }

    fn staged(
        &mut self,
        stages: &mut Vec<(bool, &Callable)>,
        item: Expr,
        at: &TokenStream,
        stmts: &mut Vec<Stmt>,
        lower: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Lowered<()>,
    ) -> Lowered<()> {
        match stages.pop() {
            None => lower(self, item, stmts),
            Some((false, function)) => {
                let item = self.call_with(function, vec![item])?;
                self.staged(stages, item, at, stmts, lower)
            }
            Some((true, function)) => {
                let item = self.reusable(item, at, stmts);
                let condition = self.call_with(function, vec![item.clone()])?;
                let condition = self.coerce(condition, &Ty::BOOL)?;
                let mut inner = Vec::new();
                // Deep chains of closures are rare: the recursion ends with them.
                let lower: Box<Body<'_, Self>> = Box::new(lower);
                self.staged(stages, item, at, &mut inner, lower)?;
                let then = Block { stmts: inner, value: None };
                let guarded = Expr::new(ExprKind::If(condition.boxed(), then, Block::default()), Ty::unit());
                stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(guarded) });
                Ok(())
            }
        }
    }

    /// Iterator methods that give one value; `None` where the method is none of them.
    pub(crate) fn consumer(&mut self, call: &ExprMethodCall, expected: Option<&Ty>) -> Lowered<Option<Expr>> {
        let name = call.method.to_string();
        let arguments: Vec<&syn::Expr> = call.args.iter().collect();
        let known = matches!(
            (name.as_str(), arguments.len()),
            ("sum" | "product" | "count", 0) | ("fold", 2) | ("any" | "all" | "for_each", 1)
        );
        let is_iterator = matches!(strip_receiver(&call.receiver), syn::Expr::MethodCall(_) | syn::Expr::Range(_));
        let is_view = self.resource(&call.receiver).is_some();
        if !known || !(is_iterator || is_view) {
            return Ok(None);
        }
        let mut stmts = Vec::new();
        let Some(items) = self.items(&call.receiver, &mut stmts)? else { return Ok(None) };
        let at = call.to_token_stream();
        let value = match (name.as_str(), arguments.as_slice()) {
            ("sum" | "product", _) => self.total(call, &items, &at, &mut stmts, expected)?,
            ("count", _) => self.counted(&items, &at, &mut stmts)?,
            ("fold", [init, function]) => self.fold(init, function, &items, &at, &mut stmts, expected)?,
            ("any" | "all", [function]) => self.quantified(name == "any", function, &items, &at, &mut stmts)?,
            (_, [function]) => {
                let function = self.callable(function)?;
                let each = self.consume(&items, &at, |this, item, body| {
                    let done = this.call_with(&function, vec![item])?;
                    body.push(Stmt { at: at.clone(), kind: StmtKind::Expr(done) });
                    Ok(())
                })?;
                stmts.push(Stmt { at, kind: StmtKind::Expr(each) });
                Expr::unit()
            }
            _ => return Ok(None),
        };
        let ty = value.ty.clone();
        Ok(Some(Expr::new(ExprKind::Block(Block { stmts, value: Some(value.boxed()) }), ty)))
    }

    /// `.min().unwrap()`, `.max().unwrap_or(0)` of an iterator; `None` where the method is none of them.
    pub(crate) fn extreme(&mut self, call: &ExprMethodCall) -> Lowered<Option<Expr>> {
        let (name, arguments) = (call.method.to_string(), call.args.iter().collect::<Vec<_>>());
        let message = match (name.as_str(), arguments.as_slice()) {
            ("unwrap", []) => "called `Option::unwrap()` on a `None` value".to_owned(),
            ("expect", [syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })]) => text.value(),
            ("unwrap_or", [_]) => String::new(),
            _ => return Ok(None),
        };
        let syn::Expr::MethodCall(mut inner) = strip_receiver(&call.receiver).clone() else { return Ok(None) };
        while let ("copied" | "cloned", syn::Expr::MethodCall(next)) =
            (inner.method.to_string().as_str(), strip_receiver(&inner.receiver).clone())
        {
            inner = next;
        }
        let least = inner.method == "min";
        let known = (least || inner.method == "max") && inner.args.is_empty();
        if !known || !matches!(strip_receiver(&inner.receiver), syn::Expr::MethodCall(_) | syn::Expr::Range(_)) {
            return Ok(None);
        }
        let mut stmts = Vec::new();
        let Some(items) = self.items(&inner.receiver, &mut stmts)? else { return Ok(None) };
        let at = call.to_token_stream();
        let stmt = |expr| Stmt { at: at.clone(), kind: StmtKind::Expr(expr) };
        let (_, found) = self.accumulator(Expr::new(ExprKind::Bool(false), Ty::BOOL), &at, &mut stmts);
        let ty = self.types.unknown();
        let local = self.hidden("best", ty.clone(), true);
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Let { local, init: None } });
        let best = Expr::local(local, ty.clone());
        let each = self.consume(&items, &at, |this, item, body| {
            this.unify(&ty, &item.ty)?;
            let item = this.reusable(item, &at, body);
            // Of equal ones, the least is the first and the greatest the last.
            let op = if least { BinOp::Lt(Default::default()) } else { BinOp::Ge(Default::default()) };
            let better = this.operation(op, item.clone(), best.clone(), &at)?;
            let first = super::pattern::not(found.clone());
            let condition = Expr::new(ExprKind::Or(first.boxed(), better.boxed()), Ty::BOOL);
            let assign = |place: &Expr, value: Expr| {
                stmt(Expr::new(ExprKind::Assign(place.clone().boxed(), value.boxed()), Ty::unit()))
            };
            let truth = Expr::new(ExprKind::Bool(true), Ty::BOOL);
            let then = Block { stmts: vec![assign(&best, item), assign(&found, truth)], value: None };
            body.push(stmt(Expr::new(ExprKind::If(condition.boxed(), then, Block::default()), Ty::unit())));
            Ok(())
        })?;
        stmts.push(stmt(each));
        let value = match arguments.as_slice() {
            [other] if name == "unwrap_or" => {
                let other = self.expr(other, Some(&ty))?;
                let other = self.coerce(other, &ty)?;
                Expr::new(ExprKind::If(found.boxed(), Block::of(best), Block::of(other)), ty.clone())
            }
            _ => {
                let raise = Block { stmts: vec![stmt(Expr::new(ExprKind::Raise(message), Ty::Never))], value: None };
                let none = super::pattern::not(found);
                stmts.push(stmt(Expr::new(ExprKind::If(none.boxed(), raise, Block::default()), Ty::unit())));
                best
            }
        };
        Ok(Some(Expr::new(ExprKind::Block(Block { stmts, value: Some(value.boxed()) }), ty)))
    }

    fn accumulator(&mut self, init: Expr, at: &TokenStream, stmts: &mut Vec<Stmt>) -> (LocalId, Expr) {
        let ty = init.ty.clone();
        let local = self.hidden("all", ty.clone(), true);
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Let { local, init: Some(init) } });
        (local, Expr::local(local, ty))
    }

    /// `sum()` and `product()`.
    fn total(
        &mut self,
        call: &ExprMethodCall,
        items: &Items,
        at: &TokenStream,
        stmts: &mut Vec<Stmt>,
        expected: Option<&Ty>,
    ) -> Lowered<Expr> {
        let is_sum = call.method == "sum";
        let op = if is_sum { BinOp::Add(Default::default()) } else { BinOp::Mul(Default::default()) };
        let ty = match (&call.turbofish, expected) {
            (Some(turbofish), _) => match turbofish.args.first() {
                Some(syn::GenericArgument::Type(ty)) => self.ty(ty)?,
                _ => return Err(self.mismatch()),
            },
            (None, Some(ty)) => ty.clone(),
            (None, None) => self.types.unknown(),
        };
        let init = Expr::new(ExprKind::Int(i128::from(!is_sum)), ty.clone());
        let (_, all) = self.accumulator(init, at, stmts);
        let total = all.clone();
        let each = self.consume(items, at, |this, item, body| {
            this.unify(&ty, &item.ty)?;
            let update = Expr::new(ExprKind::Update(op, all.boxed(), item.boxed()), Ty::unit());
            body.push(Stmt { at: at.clone(), kind: StmtKind::Expr(update) });
            Ok(())
        })?;
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(each) });
        Ok(total)
    }

    fn counted(&mut self, items: &Items, at: &TokenStream, stmts: &mut Vec<Stmt>) -> Lowered<Expr> {
        if !items.is_filtered() {
            return Ok(self.item_count(items));
        }
        let (_, all) = self.accumulator(Expr::index(0), at, stmts);
        let total = all.clone();
        let each = self.consume(items, at, |_, _, body| {
            let add = BinOp::Add(Default::default());
            let update = Expr::new(ExprKind::Update(add, all.boxed(), Expr::index(1).boxed()), Ty::unit());
            body.push(Stmt { at: at.clone(), kind: StmtKind::Expr(update) });
            Ok(())
        })?;
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(each) });
        Ok(total)
    }

    fn fold(
        &mut self,
        init: &syn::Expr,
        function: &syn::Expr,
        items: &Items,
        at: &TokenStream,
        stmts: &mut Vec<Stmt>,
        expected: Option<&Ty>,
    ) -> Lowered<Expr> {
        let init = self.expr(init, expected)?;
        let function = self.callable(function)?;
        let (_, all) = self.accumulator(init, at, stmts);
        let total = all.clone();
        let each = self.consume(items, at, |this, item, body| {
            let next = this.call_with(&function, vec![all.clone(), item])?;
            let next = this.coerce(next, &all.ty)?;
            let assign = Expr::new(ExprKind::Assign(all.boxed(), next.boxed()), Ty::unit());
            body.push(Stmt { at: at.clone(), kind: StmtKind::Expr(assign) });
            Ok(())
        })?;
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(each) });
        Ok(total)
    }

    /// `any` and `all`.
    fn quantified(
        &mut self,
        any: bool,
        function: &syn::Expr,
        items: &Items,
        at: &TokenStream,
        stmts: &mut Vec<Stmt>,
    ) -> Lowered<Expr> {
        let function = self.callable(function)?;
        let (_, found) = self.accumulator(Expr::new(ExprKind::Bool(!any), Ty::BOOL), at, stmts);
        let result = found.clone();
        let each = self.consume(items, at, |this, item, body| {
            let condition = this.call_with(&function, vec![item])?;
            let condition = this.coerce(condition, &Ty::BOOL)?;
            let condition = if any { condition } else { super::pattern::not(condition) };
            let truth = Expr::new(ExprKind::Bool(any), Ty::BOOL);
            let store = Expr::new(ExprKind::Assign(found.boxed(), truth.boxed()), Ty::unit());
            let leave = Expr::new(ExprKind::Break(0), Ty::Never);
            let stmt = |expr| Stmt { at: at.clone(), kind: StmtKind::Expr(expr) };
            let then = Block { stmts: vec![stmt(store), stmt(leave)], value: None };
            body.push(stmt(Expr::new(ExprKind::If(condition.boxed(), then, Block::default()), Ty::unit())));
            Ok(())
        })?;
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Expr(each) });
        Ok(result)
    }
}

fn counting(counter: LocalId, plain: Plain, body: Block) -> Expr {
    let Plain { start, end, inclusive, reversed, step } = plain;
    let node = For { counter, start, end, inclusive, reversed, step, body };
    Expr::new(ExprKind::For(Box::new(node)), Ty::unit())
}

fn strip_receiver(expr: &syn::Expr) -> &syn::Expr {
    match crate::scope::strip(expr) {
        syn::Expr::Reference(inner) => strip_receiver(&inner.expr),
        other => other,
    }
}
