//! The treatment of each statement.

use syn::{Block, Expr, ExprCall, ExprForLoop, ExprIf, ExprLoop, ExprMethodCall, ExprWhile, Local, Stmt};

use super::body::Body;
use super::control::Control;
use super::names::Name;
use super::pats::bound;
use super::rows::{self, Item};
use super::uses::variable;
use crate::syntax::has_let;

/// The treatment of a statement.
pub(super) enum Kind<'s> {
    /// `let` of something that is the same for all lanes and does not change.
    Uniform(&'s Local),
    /// `let mut` of something that changes alike in all lanes.
    UniformVar(&'s Local),
    /// Something for each lane, straight on.
    Varying,
    /// Loops that all lanes run through alike.
    For(&'s ExprForLoop),
    While(&'s ExprWhile),
    Loop(&'s ExprLoop),
    /// A branch that all lanes take alike.
    If(&'s ExprIf),
    /// A block with one of these inside.
    Block(&'s Block),
    /// `return`, for all lanes.
    Return(Option<&'s Expr>),
    /// As it stands: `break`, counting, and calls that prepare scratch memory of all lanes.
    Whole,
    /// `scratch.push(..)`.
    Push(&'s ExprMethodCall),
    /// A lane may return here, so that from here on each goes its own way.
    DivergentReturn,
}

impl Body<'_> {
    pub(super) fn kind<'s>(&self, stmt: &'s Stmt) -> Option<Kind<'s>> {
        let control = Control::of_stmts(std::slice::from_ref(stmt));
        Some(match stmt {
            Stmt::Local(local) if self.is_same_let(local) => Kind::Uniform(local),
            Stmt::Local(local) if self.is_counter(local) => Kind::UniformVar(local),
            Stmt::Expr(Expr::ForLoop(node), _) => Kind::For(node),
            Stmt::Expr(Expr::While(node), _) if self.is_shared(&node.cond) => Kind::While(node),
            Stmt::Expr(Expr::Loop(node), _) => Kind::Loop(node),
            Stmt::Expr(Expr::If(node), _) if self.is_shared(&node.cond) => Kind::If(node),
            Stmt::Expr(Expr::Block(node), _) if node.label.is_none() && !control.is_straight() => {
                Kind::Block(&node.block)
            }
            Stmt::Expr(Expr::Return(node), _) => Kind::Return(node.expr.as_deref()),
            Stmt::Expr(Expr::Break(node), _) if node.expr.is_none() => Kind::Whole,
            Stmt::Expr(Expr::Continue(_), _) => Kind::Whole,
            Stmt::Expr(Expr::MethodCall(call), Some(_)) if self.is_scratch(&call.receiver) => {
                self.scratch_call(call, control)?
            }
            Stmt::Expr(Expr::Call(call), Some(_)) if self.sorts(call) => Kind::Whole,
            _ if self.is_count(stmt) => Kind::Whole,
            _ if control.loops || control.jumps || !self.is_cellwise(std::slice::from_ref(stmt)) => return None,
            _ if control.returns => Kind::DivergentReturn,
            _ => Kind::Varying,
        })
    }

    /// Returns true when the last statement of the function is its value, and no loop that all lanes share.
    pub(super) fn ends_here(&self, rest: &[Stmt]) -> bool {
        match rest {
            [Stmt::Expr(Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_), None)] => false,
            [Stmt::Expr(_, None)] | [Stmt::Expr(Expr::Return(_), Some(_))] => true,
            [Stmt::Macro(stmt)] => stmt.semi_token.is_none(),
            _ => false,
        }
    }

    /// Returns true when these statements go into the last loop over lanes, as they stand.
    pub(super) fn is_closing(&self, rest: &[Stmt]) -> bool {
        match rest {
            [] => false,
            [Stmt::Expr(Expr::If(node), None)] => !self.is_shared(&node.cond),
            [Stmt::Expr(Expr::Block(_), None)] => Control::of_stmts(rest).is_straight(),
            _ => self.ends_here(rest) || matches!(self.kind(&rest[0]), Some(Kind::DivergentReturn)),
        }
    }

    /// A condition that all lanes meet alike.
    pub(super) fn is_shared(&self, cond: &Expr) -> bool {
        self.names.is_same(cond) && !has_let(cond) && Control::of_expr(cond).is_straight()
    }

    /// `let name = ..` of something that is the same for all lanes and does not change.
    fn is_same_let(&self, local: &Local) -> bool {
        let Some(init) = &local.init else { return false };
        init.diverge.is_none()
            && !bound(&local.pat).iter().any(|variable| variable.mutable)
            && self.is_steady(&init.expr)
    }

    pub(super) fn is_scratch(&self, expr: &Expr) -> bool {
        variable(expr).is_some_and(|ident| self.names.get(ident) == Name::Scratch)
    }

    /// A call of a method of scratch memory as a statement: it grows or shrinks alike in all lanes.
    fn scratch_call<'s>(&self, call: &'s ExprMethodCall, control: Control) -> Option<Kind<'s>> {
        let method = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        if !control.is_straight() || call.turbofish.is_some() {
            return None;
        }
        match (method.as_str(), arguments.as_slice()) {
            ("clear" | "truncate" | "reserve" | "resize", arguments)
                if arguments.iter().all(|argument| self.names.is_same(*argument)) =>
            {
                Some(Kind::Whole)
            }
            ("push", [value]) if self.is_cellwise(*value) => Some(Kind::Push(call)),
            ("extend", [rows])
                if matches!(rows::item(rows, &self.names, &self.function.known)?, Item::Row | Item::RowRef) =>
            {
                Some(Kind::Whole)
            }
            _ => None,
        }
    }

    /// `sort_slice(scratch)`.
    fn sorts(&self, call: &ExprCall) -> bool {
        let named = matches!(&*call.func, Expr::Path(path) if is_sort_slice(&path.path));
        named && call.args.len() == 1 && self.is_scratch(&call.args[0])
    }
}

/// The library's function, by whichever path; not one of that name in another module.
fn is_sort_slice(path: &syn::Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [owners @ .., "sort_slice"] => owners.iter().all(|owner| ["ndstencil", "crate", "network"].contains(owner)),
        _ => false,
    }
}
