//! The size of what loops would become, were they unrolled.
//!
//! The compiled loop of a stencil is vector code where LLVM unrolls all loops inside of the element function, which it does
//! up to a size. Beyond that the code is scalar, 10 to 20 times slower, unless points run side by side.

use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprClosure, ExprForLoop, Item, Type};

use crate::scope::strip;
use crate::tags::Tag;
use crate::term::IntType;

/// Reads, operations and calls in loops, counted from the marks of the footprint pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unrolled {
    /// Those of all rounds of all loops; loops of unknown length count one round.
    pub(crate) size: u64,
    /// Those of one round of loops whose length is not known while the macro runs.
    pub(crate) open: u64,
    /// Some cells are widened to a longer integer.
    pub(crate) widens: bool,
}

impl Unrolled {
    pub(crate) fn of(body: &Block) -> Self {
        let mut walk = Walk::default();
        walk.visit_block(body);
        walk.found
    }
}

#[derive(Default)]
struct Walk {
    found: Unrolled,
    /// The number of times that the current place runs; none outside of loops.
    rounds: Option<u64>,
    /// Inside of a loop of unknown length.
    open: bool,
}

impl Walk {
    fn count(&mut self, number: u64) {
        let Some(rounds) = self.rounds else { return };
        self.found.size = self.found.size.saturating_add(rounds.saturating_mul(number));
        if self.open {
            self.found.open = self.found.open.saturating_add(number);
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        self.visit_expr(&node.expr);
        let outer = (self.rounds, self.open);
        let rounds = Tag::Rounds.get(&node.attrs);
        self.open |= rounds.is_none();
        self.rounds = Some(outer.0.unwrap_or(1).saturating_mul(rounds.map_or(1, |rounds| rounds as u64)));
        self.visit_block(&node.body);
        (self.rounds, self.open) = outer;
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        match node {
            Expr::Index(index) if is_read(node) || is_constant(&index.expr) => {
                return self.count(u64::from(is_read(node)));
            }
            // With a check of the bounds.
            Expr::Index(_) => return self.count(2),
            // Of loop variables, most often: `i == 0 && j == 0`.
            Expr::Binary(binary) if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::And(_) | BinOp::Or(_)) => {
            }
            Expr::Binary(_) | Expr::MethodCall(_) => self.count(1),
            Expr::Cast(cast) => self.found.widens |= is_read(&cast.expr) && is_integer(&cast.ty),
            Expr::Call(call) => self.found.widens |= call.args.iter().any(is_read) && makes_integer(&call.func),
            _ => {}
        }
        visit::visit_expr(self, node);
    }

    // What is in there is not taken apart.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}

/// `x[[i, j]]` of a window.
fn is_read(expr: &Expr) -> bool {
    matches!(strip(expr), Expr::Index(index) if Tag::Read.get(&index.attrs).is_some())
}

/// An array that is a constant, or a cell of it: what is read there is known where loops are unrolled.
fn is_constant(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Index(index) => is_constant(&index.expr),
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
        }
        _ => false,
    }
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| IntType::named(&name.to_string()).is_some()))
}

/// `u32::from`
fn makes_integer(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(segments.as_slice(), [ty, from] if from == "from" && IntType::named(ty).is_some())
}
