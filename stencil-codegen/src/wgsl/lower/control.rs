//! `if`, `match`, `return`, and loops that do not count.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Pat;

use super::context::{LoopFrame, Lowered, Lowerer};
use super::pattern::{Named, not};
use super::scope::Binding;
use super::tree::{Block, Expr, ExprKind, LocalId, Stmt, StmtKind};
use super::types::Ty;

impl Lowerer<'_, '_> {
    /// The type of a value that comes from one of two places.
    fn joined(&mut self, one: &Ty, other: &Ty) -> Lowered<Ty> {
        self.unify(one, other)?;
        Ok(if *one == Ty::Never { other.clone() } else { one.clone() })
    }

    fn condition(&mut self, expr: &syn::Expr) -> Lowered<Expr> {
        let condition = self.expr(expr, Some(&Ty::BOOL))?;
        self.coerce(condition, &Ty::BOOL)
    }

    pub(crate) fn if_expr(&mut self, node: &syn::ExprIf, expected: Option<&Ty>) -> Lowered<Expr> {
        let condition = self.condition(&node.cond);
        self.scopes.push();
        if let syn::Expr::Let(refused) = &*node.cond {
            self.bind_refused(&refused.pat);
        }
        let then = self.block(&node.then_branch, expected);
        self.scopes.pop();
        let otherwise = match &node.else_branch {
            Some((_, branch)) => self.expr(branch, expected).map(|value| {
                let ty = value.ty.clone();
                (unwrapped(value), ty)
            }),
            None => Ok((Block::default(), Ty::unit())),
        };
        let (condition, (then, then_ty), (otherwise, otherwise_ty)) = (condition?, then?, otherwise?);
        let ty = self.joined(&then_ty, &otherwise_ty)?;
        Ok(Expr::new(ExprKind::If(condition.boxed(), then, otherwise), ty))
    }

    pub(crate) fn match_expr(&mut self, node: &syn::ExprMatch, expected: Option<&Ty>) -> Lowered<Expr> {
        let at = node.expr.to_token_stream();
        let subject = self.expr(&node.expr, None)?;
        let mut stmts = Vec::new();
        let subject = match subject.kind {
            ExprKind::Tuple(items) => {
                let items = items.into_iter().map(|item| self.reusable(item, &at, &mut stmts)).collect();
                Expr::new(ExprKind::Tuple(items), subject.ty)
            }
            _ => self.reusable(subject, &at, &mut stmts),
        };
        let arms: Vec<_> = node.arms.iter().map(|arm| self.arm(arm, &subject, expected)).collect();
        let arms: Vec<Arm> = arms.into_iter().collect::<Lowered<_>>()?;
        let mut chain: Option<(Block, Ty)> = None;
        for arm in arms.into_iter().rev() {
            chain = Some(match (chain, arm.condition) {
                // The last arm takes what is left, and so does one without a condition: rustc checks that one does.
                (None, _) | (_, None) => (arm.body, arm.ty),
                (Some((rest, rest_ty)), Some(condition)) => {
                    let ty = self.joined(&arm.ty, &rest_ty)?;
                    let expr = Expr::new(ExprKind::If(condition.boxed(), arm.body, rest), ty.clone());
                    (Block::of(expr), ty)
                }
            });
        }
        let Some((mut chain, ty)) = chain else { return Err(self.mismatch()) };
        stmts.append(&mut chain.stmts);
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: chain.value }), ty))
    }

    fn arm(&mut self, arm: &syn::Arm, subject: &Expr, expected: Option<&Ty>) -> Lowered<Arm> {
        let (pat, guard) = match &arm.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
            pat => (pat, None),
        };
        let mut named = Vec::new();
        let test = self.test(pat, subject, &mut named)?;
        self.scopes.push();
        for Named { name, value, .. } in &named {
            self.scopes.insert(&name.to_string(), Binding::Value(value.clone()));
        }
        let lowered = self.arm_body(arm, guard, named, expected);
        self.scopes.pop();
        let (guard, body, ty) = lowered?;
        let condition = match (test, guard) {
            (Some(test), Some(guard)) => Some(Expr::new(ExprKind::And(test.boxed(), guard.boxed()), Ty::BOOL)),
            (test, guard) => test.or(guard),
        };
        Ok(Arm { condition, body, ty })
    }

    fn arm_body(
        &mut self,
        arm: &syn::Arm,
        guard: Option<&syn::Expr>,
        named: Vec<Named>,
        expected: Option<&Ty>,
    ) -> Lowered<(Option<Expr>, Block, Ty)> {
        let guard = guard.map(|guard| self.condition(guard)).transpose();
        let mut stmts = Vec::new();
        // Only names that change need a variable of their own.
        for Named { name, value, .. } in named.into_iter().filter(|named| named.mutable) {
            let local = self.local(&name, value.ty.clone(), true);
            stmts.push(Stmt { at: name.to_token_stream(), kind: StmtKind::Let { local, init: Some(value) } });
        }
        let value = self.expr(&arm.body, expected);
        let (guard, value) = (guard?, value?);
        let ty = value.ty.clone();
        let mut body = unwrapped(value);
        if !stmts.is_empty() {
            stmts.append(&mut body.stmts);
            body.stmts = stmts;
        }
        Ok((guard, body, ty))
    }

    /// The body of a loop.
    pub(crate) fn loop_body<T>(
        &mut self,
        label: Option<&syn::Label>,
        result: Option<LocalId>,
        lower: impl FnOnce(&mut Self) -> Lowered<T>,
    ) -> (Lowered<T>, bool) {
        let label = label.map(|label| label.name.ident.to_string());
        self.loops.push(LoopFrame { label, result, broken: false });
        let body = lower(self);
        let broken = self.loops.pop().is_some_and(|frame| frame.broken);
        (body, broken)
    }

    pub(crate) fn while_loop(&mut self, node: &syn::ExprWhile) -> Lowered<Expr> {
        let condition = self.condition(&node.cond);
        let (body, _) = self.loop_body(node.label.as_ref(), None, |this| this.block(&node.body, None));
        Ok(Expr::new(ExprKind::While(condition?.boxed(), body?.0), Ty::unit()))
    }

    pub(crate) fn infinite_loop(&mut self, node: &syn::ExprLoop, expected: Option<&Ty>) -> Lowered<Expr> {
        let ty = expected.cloned().unwrap_or_else(|| self.types.unknown());
        let result = self.hidden("result", ty.clone(), true);
        let (body, broken) = self.loop_body(node.label.as_ref(), Some(result), |this| this.block(&node.body, None));
        let body = Expr::new(ExprKind::Loop(body?.0), if broken { Ty::unit() } else { Ty::Never });
        if !broken {
            self.locals[result].ty = Ty::unit();
            return Ok(body);
        }
        if self.types.shallow(&ty).is_unit() {
            return Ok(body);
        }
        let at = node.loop_token.to_token_stream();
        let stmts = vec![
            Stmt { at: at.clone(), kind: StmtKind::Let { local: result, init: None } },
            Stmt { at, kind: StmtKind::Expr(body) },
        ];
        let value = Some(Expr::local(result, ty.clone()).boxed());
        Ok(Expr::new(ExprKind::Block(Block { stmts, value }), ty))
    }

    /// The number of loops between the current place and the loop that is meant.
    fn target(&mut self, label: Option<&syn::Lifetime>, at: impl ToTokens) -> Lowered<usize> {
        let found = match label {
            None => (!self.loops.is_empty()).then_some(0),
            Some(label) => {
                let name = label.ident.to_string();
                self.loops.iter().rev().position(|frame| frame.label.as_ref() == Some(&name))
            }
        };
        match found {
            Some(distance) => Ok(distance),
            None if label.is_some() => {
                Err(self.refuse(at, "labelled blocks", "write `if`, or a function with `return`"))
            }
            None => Err(self.mismatch()),
        }
    }

    pub(crate) fn break_expr(&mut self, node: &syn::ExprBreak) -> Lowered<Expr> {
        let distance = self.target(node.label.as_ref(), node)?;
        let number = self.loops.len() - 1 - distance;
        self.loops[number].broken = true;
        let result = self.loops[number].result;
        let leave = Expr::new(ExprKind::Break(distance), Ty::Never);
        let Some(value) = &node.expr else {
            if let Some(result) = result {
                let ty = self.locals[result].ty.clone();
                self.unify(&ty, &Ty::unit())?;
            }
            return Ok(leave);
        };
        let Some(result) = result else { return Err(self.mismatch()) };
        let ty = self.locals[result].ty.clone();
        let value = self.expr(value, Some(&ty))?;
        let value = self.coerce(value, &ty)?;
        let at = node.to_token_stream();
        let place = Expr::local(result, ty).boxed();
        let store = Expr::new(ExprKind::Assign(place, value.boxed()), Ty::unit());
        Ok(diverging(vec![store, leave], &at))
    }

    pub(crate) fn continue_expr(&mut self, node: &syn::ExprContinue) -> Lowered<Expr> {
        let distance = self.target(node.label.as_ref(), node)?;
        Ok(Expr::new(ExprKind::Continue(distance), Ty::Never))
    }

    pub(crate) fn return_expr(&mut self, node: &syn::ExprReturn) -> Lowered<Expr> {
        if self.in_closure {
            return Err(self.refuse(node, "`return` in closures", "write `if` and `else`"));
        }
        let ty = self.result.clone();
        let value = match &node.expr {
            Some(value) => {
                let value = self.expr(value, Some(&ty))?;
                Some(self.coerce(value, &ty)?.boxed())
            }
            None => {
                self.unify(&ty, &Ty::unit())?;
                None
            }
        };
        Ok(Expr::new(ExprKind::Return(value), Ty::Never))
    }

    /// `if !condition { panic!(message) }`
    pub(crate) fn check(&mut self, condition: Expr, message: String) -> Lowered<Expr> {
        let condition = self.coerce(condition, &Ty::BOOL)?;
        let raise = Expr::new(ExprKind::Raise(message), Ty::Never);
        Ok(Expr::new(ExprKind::If(not(condition).boxed(), Block::of(raise), Block::default()), Ty::unit()))
    }
}

/// One arm of a `match`.
struct Arm {
    condition: Option<Expr>,
    body: Block,
    ty: Ty,
}

/// The expression as a block, without a block inside of a block.
pub(crate) fn unwrapped(value: Expr) -> Block {
    match value.kind {
        ExprKind::Block(block) => block,
        _ => Block::of(value),
    }
}

/// Expressions one after the other, the last of which does not come back.
fn diverging(exprs: Vec<Expr>, at: &TokenStream) -> Expr {
    let stmts = exprs.into_iter().map(|expr| Stmt { at: at.clone(), kind: StmtKind::Expr(expr) }).collect();
    Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::Never)
}
