//! Variables that change, but alike in all lanes: counters of loops.
//!
//! A variable that begins alike in all lanes is taken for one until a statement of a lane changes it; then the walk begins
//! anew, without it.

use syn::{Expr, Local, Stmt};

use super::body::Body;
use super::control::Control;
use super::kind::Kind;
use super::names::Name;
use super::numbers::Number;
use super::pats::simple;
use super::uses::variable;
use crate::syntax::plain;

impl Body<'_> {
    /// `let mut name = ..` of something that is the same for all lanes.
    pub(super) fn is_counter(&self, local: &Local) -> bool {
        let Some((ident, true, ty)) = simple(&local.pat) else { return false };
        let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else { return false };
        let known = &self.function.known;
        let copies = ty.map_or_else(|| known.value(&init.expr, true, &self.names), |ty| known.ty(ty));
        copies && !self.apart.borrow().contains(&plain(ident)) && self.is_steady(&init.expr)
    }

    /// Declares a counter.
    pub(super) fn declare_counter(&mut self, local: &Local) {
        let ty = simple(&local.pat).and_then(|(.., ty)| ty);
        let number = local.init.as_ref().and_then(|init| Number::of(ty, &init.expr));
        if let Some((ident, ..)) = simple(&local.pat) {
            self.names.declare_kind(ident, Name::UniformVar(number), number.map(Kind::Number));
        }
    }

    /// `name = ..` and `name += ..` of a counter.
    pub(super) fn is_count(&self, stmt: &Stmt) -> bool {
        let (left, right) = match stmt {
            Stmt::Expr(Expr::Assign(node), _) => (&node.left, &node.right),
            Stmt::Expr(Expr::Binary(node), _) => (&node.left, &node.right),
            _ => return false,
        };
        let counter = variable(left).is_some_and(|ident| matches!(self.names.get(ident), Name::UniformVar(_)));
        counter && self.is_steady(right)
    }

    /// The same for all lanes, without an effect on counters.
    pub(super) fn is_steady(&self, expr: &Expr) -> bool {
        let straight = Control::of_expr(expr).is_straight();
        straight && self.names.is_same(expr) && self.names.counters_written(expr).is_empty()
    }
}
