//! The end of a function: every type is known, or an error says where it is not.

use proc_macro2::TokenStream;
use quote::ToTokens;

use syn::{BinOp, UnOp};

use super::context::{Judged, Lowered, Lowerer, Refused};
use super::program::{Given, Key};
use super::tree::{Block, Expr, ExprKind, Function, Local, LocalId, Stmt, StmtKind};
use super::types::{Ty, Types};
use crate::diagnostics::{Errors, Problem};
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;

impl Lowerer<'_, '_> {
    /// The function with all types filled in, and the helpers that it calls.
    pub(crate) fn finish(
        mut self,
        name: String,
        placed: bool,
        parameters: Vec<LocalId>,
        mut body: Block,
    ) -> Lowered<(Function, Vec<usize>)> {
        if self.mismatch {
            return Err(Refused);
        }
        self.pass_judgement()?;
        let calls = self.resolve_calls()?;
        let Self { program, errors, types, locals, result, .. } = self;
        let locals = locals.into_iter().map(|local| finished_local(&types, local)).collect();
        let mut finisher = Finisher { types: &types, errors, calls: &calls, at: TokenStream::new(), failed: false };
        finisher.block(&mut body);
        let mut failed = finisher.failed;
        walk_block(&mut body, &mut |expr| failed |= !has_meaning(expr));
        let result = types.finished(&result).unwrap_or(Ty::Never);
        if failed {
            return Err(Refused);
        }
        let function = Function { name, placed, parameters, locals, result, body };
        note_scalars(&function, program);
        Ok((function, calls))
    }

    /// Operators of what turned out to be no scalar.
    fn pass_judgement(&mut self) -> Lowered<()> {
        let mut refused = false;
        for (ty, judged, at) in std::mem::take(&mut self.judged) {
            match (self.types.finished(&ty), judged) {
                (Some(Ty::Scalar(_) | Ty::Never), _) => {}
                (Some(ty), Judged::Scalar) => {
                    let what = format!("operators of `{}`", ty.rust());
                    self.refuse(at, what, "write the operation for each part");
                    refused = true;
                }
                (Some(_), Judged::Castable) => {
                    self.mismatch();
                    refused = true;
                }
                (None, _) => {
                    self.errors.report(Problem::GpuUnknownType, at, &[]);
                    refused = true;
                }
            }
        }
        if refused { Err(Refused) } else { Ok(()) }
    }

    /// The helpers that are called, for the types that became known.
    fn resolve_calls(&mut self) -> Lowered<Vec<usize>> {
        let mut calls = Vec::new();
        for (key, at) in std::mem::take(&mut self.calls) {
            let Some(key) = finished_key(&self.types, &key) else {
                self.errors.report(Problem::GpuUnknownType, at, &[]);
                return Err(Refused);
            };
            let (item, _) = self.program.items.items[key.item].clone();
            let name = match &*item {
                syn::Item::Fn(function) => function.sig.ident.to_string(),
                _ => String::new(),
            };
            calls.push(self.program.request(key, &name));
        }
        Ok(calls)
    }
}

/// Returns true when Rust has the operator for these types; rustc says so where it has not.
fn has_meaning(expr: &Expr) -> bool {
    let scalar = |expr: &Expr| expr.ty.scalar();
    match &expr.kind {
        ExprKind::Binary(op, left, right) | ExprKind::Update(op, left, right) => {
            let shift = matches!(op, BinOp::Shl(_) | BinOp::Shr(_));
            let amount = !shift || scalar(right).is_some_and(Scalar::is_int);
            amount && scalar(left).is_some_and(|left| ops::binary_result(op, left).is_some())
        }
        ExprKind::Unary(UnOp::Neg(_), inner) => scalar(inner).is_some_and(Scalar::is_signed),
        ExprKind::Unary(UnOp::Not(_), inner) => scalar(inner).is_some_and(|scalar| !scalar.is_float()),
        ExprKind::Cast(inner) => match (scalar(inner), scalar(expr)) {
            (Some(from), Some(to)) => from == to || to != Scalar::Bool,
            _ => false,
        },
        _ => true,
    }
}

fn finished_local(types: &Types, local: Local) -> Local {
    // A local without a type is never read: uses of it would have been reported.
    let ty = types.finished(&local.ty).unwrap_or(Ty::unit());
    Local { ty, ..local }
}

fn finished_key(types: &Types, key: &Key) -> Option<Key> {
    let given = |given: &Given| {
        Some(match given {
            Given::Value(ty) => Given::Value(types.finished(ty)?),
            Given::Resource(resource) => Given::Resource(*resource),
        })
    };
    Some(Key {
        item: key.item,
        generics: key.generics.iter().map(|ty| types.finished(ty)).collect::<Option<_>>()?,
        arguments: key.arguments.iter().map(given).collect::<Option<_>>()?,
        result: types.finished(&key.result)?,
    })
}

/// 64-bit scalars need features of the device.
fn note_scalars(function: &Function, program: &mut super::program::Program<'_>) {
    let mut note = |scalar| program.uses.add(scalar);
    function.locals.iter().for_each(|local| local.ty.scalars(&mut note));
    function.result.scalars(&mut note);
    each_type(&function.body, &mut |ty| ty.scalars(&mut note));
}

fn each_type(block: &Block, visit: &mut dyn FnMut(&Ty)) {
    let mut block = block.clone();
    let mut every = |expr: &mut Expr| visit(&expr.ty);
    walk_block(&mut block, &mut every);
}

/// Calls `visit` with every expression of a block, outer ones first.
pub(crate) fn walk_block(block: &mut Block, visit: &mut dyn FnMut(&mut Expr)) {
    for Stmt { kind, .. } in &mut block.stmts {
        match kind {
            StmtKind::Let { init: Some(init), .. } => walk(init, visit),
            StmtKind::Let { init: None, .. } => {}
            StmtKind::Expr(expr) => walk(expr, visit),
        }
    }
    if let Some(value) = &mut block.value {
        walk(value, visit);
    }
}

/// Calls `visit` with every statement.
pub(crate) fn walk_stmts(block: &mut Block, visit: &mut dyn FnMut(&Stmt)) {
    block.stmts.iter().for_each(&mut *visit);
    walk_block(block, &mut |expr| match &mut expr.kind {
        ExprKind::Block(block) | ExprKind::Loop(block) | ExprKind::While(_, block) => {
            block.stmts.iter().for_each(&mut *visit)
        }
        ExprKind::If(_, then, otherwise) => then.stmts.iter().chain(&otherwise.stmts).for_each(&mut *visit),
        ExprKind::For(node) => node.body.stmts.iter().for_each(&mut *visit),
        _ => {}
    });
}

fn walk(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    children(expr, visit);
}

fn children(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    use ExprKind as K;
    match &mut expr.kind {
        K::Int(_) | K::Float(_) | K::Bool(_) | K::Constant(_) | K::Local(_) | K::Parameter(_) => {}
        K::Length(..) | K::Position(_) | K::Shape(_) | K::Break(_) | K::Continue(_) | K::Raise(_) => {}
        K::Tuple(items) | K::Array(items) | K::Method(_, items) | K::Read(_, items) | K::Contains(items) => {
            items.iter_mut().for_each(|item| walk(item, visit));
        }
        K::Call(_, items) => items.iter_mut().for_each(|item| walk(item, visit)),
        K::Repeat(inner, _) | K::Field(inner, _) | K::Unary(_, inner) | K::Cast(inner) => walk(inner, visit),
        K::Network(_, inner) | K::Cell(_, inner) => walk(inner, visit),
        K::Element(a, b) | K::Binary(_, a, b) | K::And(a, b) | K::Or(a, b) => {
            walk(a, visit);
            walk(b, visit);
        }
        K::Assign(a, b) | K::Update(_, a, b) | K::Count(a, b, _) => {
            walk(a, visit);
            walk(b, visit);
        }
        K::Block(block) | K::Loop(block) => walk_block(block, visit),
        K::If(condition, then, otherwise) => {
            walk(condition, visit);
            walk_block(then, visit);
            walk_block(otherwise, visit);
        }
        K::While(condition, body) => {
            walk(condition, visit);
            walk_block(body, visit);
        }
        K::For(node) => {
            walk(&mut node.start, visit);
            walk(&mut node.end, visit);
            walk_block(&mut node.body, visit);
        }
        K::Return(value) => {
            if let Some(value) = value {
                walk(value, visit);
            }
        }
    }
}

/// Fills types in.
struct Finisher<'f> {
    types: &'f Types,
    errors: &'f mut Errors,
    calls: &'f [usize],
    /// The statement that is being finished.
    at: TokenStream,
    failed: bool,
}

impl Finisher<'_> {
    fn block(&mut self, block: &mut Block) {
        for Stmt { at, kind } in &mut block.stmts {
            self.at = at.clone();
            match kind {
                StmtKind::Let { init: Some(init), .. } => self.expr(init),
                StmtKind::Let { init: None, .. } => {}
                StmtKind::Expr(expr) => self.expr(expr),
            }
        }
        if let Some(value) = &mut block.value {
            self.expr(value);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        let Self { types, errors, calls, at, failed } = self;
        walk(expr, &mut |expr| {
            match types.finished(&expr.ty) {
                Some(ty) => expr.ty = ty,
                None => {
                    if !*failed {
                        errors.report(Problem::GpuUnknownType, at.to_token_stream(), &[]);
                    }
                    *failed = true;
                }
            }
            match (&mut expr.kind, &expr.ty) {
                (ExprKind::Call(call, _), _) => *call = calls[*call],
                (ExprKind::Int(value), Ty::Scalar(scalar))
                    if scalar.is_index() && ops::held(*value, *scalar).is_none() =>
                {
                    let what = format!("`{value}` as `{}`", scalar.rust());
                    let help = format!(
                        "a GPU form holds values of 32 bits in it: compute in `{}`",
                        if scalar.is_signed() { "i64" } else { "u64" }
                    );
                    errors.report(Problem::GpuConstruct, at.to_token_stream(), &[&what, &help]);
                    *failed = true;
                }
                _ => {}
            }
        });
    }
}
