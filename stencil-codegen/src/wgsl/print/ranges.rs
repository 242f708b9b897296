//! What is known of integers that are not known: between which values they lie.

use syn::{BinOp, UnOp};

use super::printer::Printer;
use crate::wgsl::lower::constant::limits;
use crate::wgsl::lower::program::Size;
use crate::wgsl::lower::tree::{Expr, ExprKind};

/// The values that an integer may have, both ends included.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    pub(crate) least: i128,
    pub(crate) most: i128,
    /// It is smaller than these.
    pub(crate) below: Vec<Size>,
}

impl Range {
    fn of(least: i128, most: i128) -> Self {
        Self { least, most, below: Vec::new() }
    }
}

impl Printer<'_> {
    /// Between which values an integer lies.
    pub(crate) fn range_of(&self, expr: &Expr) -> Option<Range> {
        let scalar = expr.ty.scalar()?;
        let (least, most) = limits(scalar)?;
        let range = self.narrower(expr).filter(|range| least <= range.least && range.most <= most);
        Some(range.unwrap_or(Range::of(least, most)))
    }

    fn narrower(&self, expr: &Expr) -> Option<Range> {
        if let Some(value) = self.int_of(expr) {
            return Some(Range::of(value, value));
        }
        match &expr.kind {
            ExprKind::Local(local) => match (self.ranges.get(local), self.inits.get(local)) {
                (Some(range), _) => Some(range.clone()),
                (None, Some(init)) => self.narrower(init),
                _ => None,
            },
            ExprKind::Cast(inner) => self.range_of(inner),
            ExprKind::Unary(UnOp::Neg(_), inner) => {
                let inner = self.range_of(inner)?;
                Some(Range::of(-inner.most, -inner.least))
            }
            ExprKind::Binary(op, left, right) => self.combined(op, left, right),
            ExprKind::Method(name, arguments) if name == "min" && arguments.len() == 2 => {
                let (a, b) = (self.range_of(&arguments[0])?, self.range_of(&arguments[1])?);
                let mut range = Range::of(a.least.min(b.least), a.most.min(b.most));
                range.below = [a.below, b.below].concat();
                Some(range)
            }
            ExprKind::Block(block) if block.stmts.is_empty() => self.narrower(block.value.as_ref()?),
            _ => None,
        }
    }

    fn combined(&self, op: &BinOp, left: &Expr, right: &Expr) -> Option<Range> {
        let (a, b) = (self.range_of(left)?, self.range_of(right)?);
        Some(match op {
            BinOp::Add(_) => Range::of(a.least + b.least, a.most + b.most),
            BinOp::Sub(_) => Range::of(a.least - b.most, a.most - b.least),
            BinOp::Mul(_) => {
                let corners = [a.least, a.most].map(|a| [b.least, b.most].map(|b| a.saturating_mul(b)));
                let corners = corners.as_flattened();
                Range::of(*corners.iter().min()?, *corners.iter().max()?)
            }
            BinOp::Div(_) if a.least >= 0 && b.least > 0 => {
                Range { below: a.below, ..Range::of(a.least / b.most, a.most / b.least) }
            }
            BinOp::Rem(_) if a.least >= 0 && b.least > 0 => Range::of(0, a.most.min(b.most - 1)),
            BinOp::BitAnd(_) if a.least >= 0 && b.least >= 0 => Range::of(0, a.most.min(b.most)),
            _ => return None,
        })
    }

    /// What a counter that stays below `end` is smaller than.
    pub(crate) fn sizes_above(&self, end: &Expr) -> Vec<Size> {
        match &end.kind {
            ExprKind::Length(resource, axis) => vec![self.program.extent(*resource).size(*axis)],
            ExprKind::Local(local) => self.inits.get(local).map(|init| self.sizes_above(init)).unwrap_or_default(),
            ExprKind::Method(name, arguments) if name == "min" => {
                arguments.iter().flat_map(|argument| self.sizes_above(argument)).collect()
            }
            ExprKind::Block(block) if block.stmts.is_empty() => {
                block.value.as_ref().map(|value| self.sizes_above(value)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}
