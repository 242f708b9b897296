//! The expressions that may be computed although their value is not needed.

use syn::BinOp;

use super::printer::Printer;
use crate::wgsl::lower::tree::{Block, Expr, ExprKind};

/// Branches up to this many operations cost less than the branching.
const CHEAP: u32 = 6;

impl Printer<'_> {
    /// The value of a block that can be computed in vain.
    pub(crate) fn cheap_value<'e>(&self, block: &'e Block) -> Option<&'e Expr> {
        let value = block.value.as_deref().filter(|_| block.stmts.is_empty())?;
        self.cost(value).filter(|cost| *cost <= CHEAP).map(|_| value)
    }

    /// Returns true when `expr` costs next to nothing, has no effect and needs no statements.
    pub(crate) fn is_cheap(&self, expr: &Expr) -> bool {
        self.cost(expr).is_some_and(|cost| cost <= CHEAP)
    }

    fn cost(&self, expr: &Expr) -> Option<u32> {
        let all = |exprs: &[&Expr], own: u32| {
            exprs.iter().try_fold(own, |sum, expr| Some(sum + self.cost(expr)?)).filter(|sum| *sum <= CHEAP)
        };
        match &expr.kind {
            // A check fails for values that are needed alone.
            _ if !self.is_held(expr) => None,
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Constant(_) => Some(0),
            ExprKind::Local(_) | ExprKind::Parameter(_) => Some(0),
            ExprKind::Field(base, _) => all(&[base], 0),
            ExprKind::Element(base, index) => match (&base.kind, self.int_of(index)) {
                (ExprKind::Local(_), Some(_)) => Some(1),
                _ => None,
            },
            ExprKind::Unary(_, inner) => all(&[inner], 1),
            ExprKind::Cast(inner) => all(&[inner], 2),
            ExprKind::Binary(BinOp::Div(_) | BinOp::Rem(_), _, right)
                if right.ty.scalar()?.is_int() && self.int_of(right).is_none_or(|value| value == 0 || value == -1) =>
            {
                None
            }
            ExprKind::Binary(_, left, right) => all(&[left, right], 1),
            ExprKind::And(left, right) | ExprKind::Or(left, right) => all(&[left, right], 1),
            ExprKind::Method(name, arguments) => {
                let simple = ["abs", "min", "max", "floor", "ceil", "trunc", "is_nan", "wrapping_add", "wrapping_sub"];
                let arguments: Vec<&Expr> = arguments.iter().collect();
                if simple.contains(&name.as_str()) { all(&arguments, 2) } else { None }
            }
            ExprKind::Block(block) if block.stmts.is_empty() => all(&[block.value.as_deref()?], 0),
            ExprKind::If(condition, then, otherwise) => {
                expr.ty.scalar()?;
                let then = then.value.as_deref().filter(|_| then.stmts.is_empty())?;
                let otherwise = otherwise.value.as_deref().filter(|_| otherwise.stmts.is_empty())?;
                all(&[condition, then, otherwise], 1)
            }
            _ => None,
        }
    }
}
