//! Variables that change, but alike in all lanes: counters of loops.
//!
//! A variable that begins alike in all lanes is taken for one until a statement of a lane changes it; then the walk begins
//! anew, without it.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprAssign, Local, Stmt};

use super::body::Body;
use super::control::Control;
use super::names::{Name, plain};
use super::pats::simple;
use super::uses::mentions;

/// The variables that are set by `(a, b) = ..`.
pub(super) fn taken_apart(expr: &Expr) -> BTreeSet<String> {
    struct Finder(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_assign(&mut self, node: &'ast ExprAssign) {
            if !matches!(*node.left, Expr::Path(_)) {
                self.0.extend(mentions(&node.left));
            }
            visit::visit_expr_assign(self, node);
        }
    }
    let mut finder = Finder(BTreeSet::new());
    finder.visit_expr(expr);
    finder.0
}

impl Body<'_> {
    /// `let mut name = ..` of something that is the same for all lanes.
    pub(super) fn is_counter(&self, local: &Local) -> bool {
        let Some((ident, true, ty)) = simple(&local.pat) else { return false };
        let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else { return false };
        let known = &self.function.known;
        let copies = ty.map_or_else(|| known.value(&init.expr, true), |ty| known.ty(ty));
        copies && !self.apart.borrow().contains(&plain(ident)) && self.is_steady(&init.expr)
    }

    /// `name = ..` and `name += ..` of a counter.
    pub(super) fn is_count(&self, stmt: &Stmt) -> bool {
        let (left, right) = match stmt {
            Stmt::Expr(Expr::Assign(node), _) => (&node.left, &node.right),
            Stmt::Expr(Expr::Binary(node), _) => (&node.left, &node.right),
            _ => return false,
        };
        let counter = matches!(&**left, Expr::Path(path) if path.path.get_ident().is_some_and(|ident| self.names.get(ident) == Name::Counter));
        counter && self.is_steady(right)
    }

    /// The same for all lanes, without an effect on counters.
    pub(super) fn is_steady(&self, expr: &Expr) -> bool {
        let straight = Control::of_stmts(&[Stmt::Expr(expr.clone(), None)]).is_straight();
        straight && self.names.is_same(expr) && self.names.counters_written(expr).is_empty()
    }
}
