//! Facts about integers whose values are not known: between which values they lie.
//!
//! Those of `usize` and `isize` are the signed values that their registers hold, see [`crate::wgsl::ops`].

use syn::{BinOp, UnOp};

use super::printer::Printer;
use crate::wgsl::lower::constant::limits;
use crate::wgsl::lower::program::Size;
use crate::wgsl::lower::tree::{Block, Expr, ExprKind, Resource};
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;
use stencil_abi::{MAX_GPU_AXIS, MAX_GPU_CELLS};

/// The values that an integer may have, both ends included.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    pub(crate) least: i128,
    pub(crate) most: i128,
    /// It is smaller than these.
    pub(crate) below: Vec<Size>,
}

impl Range {
    pub(super) fn of(least: i128, most: i128) -> Self {
        Self { least, most, below: Vec::new() }
    }

    /// From the least to the greatest of some values.
    fn around(values: &[i128]) -> Option<Self> {
        Some(Self::of(*values.iter().min()?, *values.iter().max()?))
    }

    fn hull(&self, other: &Self) -> Self {
        Self::of(self.least.min(other.least), self.most.max(other.most))
    }

    pub(super) fn is_within(&self, least: i128, most: i128) -> bool {
        least <= self.least && self.most <= most
    }

    pub(super) fn contains(&self, value: i128) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// The results of an operation that is monotone in each of its operands.
    pub(super) fn corners(&self, other: &Self, operation: impl Fn(i128, i128) -> i128) -> Option<Self> {
        let corners = [self.least, self.most].map(|a| [other.least, other.most].map(|b| operation(a, b)));
        Self::around(corners.as_flattened())
    }
}

/// The values that a register holds.
pub(super) fn register(scalar: Scalar) -> Option<(i128, i128)> {
    if scalar.is_index() { limits(Scalar::I32) } else { limits(scalar) }
}

impl Printer<'_> {
    /// Between which values an integer lies.
    pub(crate) fn range_of(&self, expr: &Expr) -> Option<Range> {
        let scalar = expr.ty.scalar()?;
        if scalar == Scalar::Bool {
            return Some(Range::of(0, 1));
        }
        let (least, most) = register(scalar)?;
        match self.exact_range(expr) {
            Some(range) if range.is_within(least, most) => Some(range),
            // What is not held raised a check and is 0.
            Some(range) if scalar.is_index() => {
                let clamped = Range::of(range.least.clamp(least, most), range.most.clamp(least, most));
                Some(clamped.hull(&Range::of(0, 0)))
            }
            _ => Some(Range::of(least, most)),
        }
    }

    /// Between which values the result lies before it is brought into its type.
    pub(super) fn exact_range(&self, expr: &Expr) -> Option<Range> {
        if let (Some(value), Some(scalar)) = (self.int_of(expr), expr.ty.scalar()) {
            let value = if scalar.is_index() { ops::held(value, scalar).unwrap_or(0) } else { value };
            return Some(Range::of(value, value));
        }
        match &expr.kind {
            ExprKind::Local(local) => match (self.ranges.get(local), self.inits.get(local)) {
                (Some(range), _) => Some(range.clone()),
                (None, Some(init)) => self.exact_range(init),
                _ => None,
            },
            ExprKind::Position(_) => Some(Range::of(0, MAX_GPU_AXIS as i128 - 1)),
            // Where there is a point, no axis is empty.
            ExprKind::Shape(_) => Some(Range::of(1, MAX_GPU_AXIS as i128)),
            ExprKind::Length(..) => Some(Range::of(0, MAX_GPU_AXIS as i128)),
            ExprKind::Count(start, end, inclusive) => {
                let (start, end) = (self.range_of(start)?, self.range_of(end)?);
                Some(Range::of(0, (end.most - start.least + i128::from(*inclusive)).max(0)))
            }
            ExprKind::Cast(inner) => self.cast_range(inner),
            ExprKind::Unary(UnOp::Neg(_), inner) => {
                let inner = self.range_of(inner)?;
                Some(Range::of(-inner.most, -inner.least))
            }
            ExprKind::Binary(op, left, right) => self.combined(op, left, right),
            ExprKind::Method(name, arguments) => self.method_range(name, arguments),
            ExprKind::Element(base, index) => match self.part(base, self.int_of(index)) {
                Some(part) => self.range_of(part),
                None => self.any_of(self.items(base)?),
            },
            ExprKind::Field(base, index) => self.range_of(self.part(base, Some(*index as i128))?),
            ExprKind::If(_, then, otherwise) => Some(self.value_range(then)?.hull(&self.value_range(otherwise)?)),
            ExprKind::Block(block) if block.stmts.is_empty() => self.exact_range(block.value.as_ref()?),
            _ => None,
        }
    }

    fn value_range(&self, block: &Block) -> Option<Range> {
        self.range_of(block.value.as_ref().filter(|_| block.stmts.is_empty())?)
    }

    /// The items of an array or a tuple that is spelled out.
    fn items<'e>(&'e self, base: &'e Expr) -> Option<&'e [Expr]> {
        match &base.kind {
            ExprKind::Array(items) | ExprKind::Tuple(items) => Some(items),
            ExprKind::Local(local) => self.items(self.inits.get(local)?),
            _ => None,
        }
    }

    fn part<'e>(&'e self, base: &'e Expr, index: Option<i128>) -> Option<&'e Expr> {
        self.items(base)?.get(usize::try_from(index?).ok()?)
    }

    fn any_of(&self, items: &[Expr]) -> Option<Range> {
        let mut ranges = items.iter().map(|item| self.range_of(item));
        let first = ranges.next()??;
        ranges.try_fold(first, |all, range| Some(all.hull(&range?)))
    }

    pub(super) fn cast_range(&self, inner: &Expr) -> Option<Range> {
        let range = self.range_of(inner)?;
        // The upper half of `u64` is that of negative values.
        let folds = inner.ty.scalar() == Some(Scalar::U64) && range.most > i64::MAX.into();
        (!folds).then_some(range)
    }

    pub(super) fn combined(&self, op: &BinOp, left: &Expr, right: &Expr) -> Option<Range> {
        if matches!(op, BinOp::Mul(_)) && self.is_cell_count(left, right) {
            return Some(Range::of(0, MAX_GPU_CELLS as i128));
        }
        let (mut a, b) = (self.range_of(left)?, self.range_of(right)?);
        if left.ty.scalar() == Some(Scalar::Usize) && matches!(op, BinOp::Div(_) | BinOp::Rem(_) | BinOp::Shr(_)) {
            // Of large sizes, these are checked.
            (a.least, a.most) = (a.least.max(0), a.most.max(0));
        }
        // By more bits, only some of the amount's count.
        let shifts = b.is_within(0, i128::from(left.ty.scalar()?.bits().min(32)) - 1);
        Some(match op {
            BinOp::Add(_) => Range::of(a.least + b.least, a.most + b.most),
            BinOp::Sub(_) => Range::of(a.least - b.most, a.most - b.least),
            BinOp::Mul(_) => a.corners(&b, i128::saturating_mul)?,
            BinOp::Div(_) if b.least > 0 => {
                let below = if a.least >= 0 { a.below.clone() } else { Vec::new() };
                Range { below, ..a.corners(&b, |a, b| a / b)? }
            }
            // Also by a size that is held as a negative value, and by 0, which raises a check.
            BinOp::Div(_) if a.least >= 0 && !left.ty.scalar()?.is_signed() => Range::of(0, a.most),
            BinOp::Rem(_) => {
                let most = if b.least > 0 { b.most - 1 } else { i128::MAX };
                Range::of(a.least.max(-most).min(0), a.most.min(most).max(0))
            }
            BinOp::BitAnd(_) if a.least >= 0 || b.least >= 0 => {
                let most = [&a, &b].into_iter().filter(|range| range.least >= 0).map(|range| range.most).min();
                Range::of(0, most?)
            }
            BinOp::Shl(_) if shifts => a.corners(&b, |a, b| a << b)?,
            BinOp::Shr(_) if shifts => a.corners(&b, |a, b| a >> b)?,
            _ => return None,
        })
    }

    /// Returns true when a product is that of lengths of one array, each once.
    fn is_cell_count(&self, left: &Expr, right: &Expr) -> bool {
        let ExprKind::Length(resource, axis) = &right.kind else { return false };
        let mut axes = vec![*axis];
        let mut rest = left;
        while let ExprKind::Binary(BinOp::Mul(_), left, right) = &rest.kind {
            match right.kind {
                ExprKind::Length(other, axis) if other == *resource && !axes.contains(&axis) => axes.push(axis),
                _ => return false,
            }
            rest = left;
        }
        matches!(rest.kind, ExprKind::Length(other, axis) if other == *resource && !axes.contains(&axis))
            && !matches!(resource, Resource::Window(_))
    }

    pub(super) fn method_range(&self, name: &str, arguments: &[Expr]) -> Option<Range> {
        let range = |number: usize| self.range_of(arguments.get(number)?);
        let a = range(0)?;
        let positive = a.least >= 0;
        // A size that is held as a negative value is a large one.
        let is_large = |range: &Range| arguments[0].ty.scalar() == Some(Scalar::Usize) && range.least < 0;
        Some(match name {
            "min" if arguments.len() == 2 => {
                let b = range(1)?;
                if is_large(&a) || is_large(&b) {
                    return None;
                }
                let mut range = Range::of(a.least.min(b.least), a.most.min(b.most));
                range.below = [a.below, b.below].concat();
                range
            }
            "max" | "clamp" if is_large(&a) => return None,
            "max" => {
                let b = range(1)?;
                if is_large(&b) {
                    return None;
                }
                Range::of(a.least.max(b.least), a.most.max(b.most))
            }
            "clamp" => {
                let (low, high) = (range(1)?, range(2)?);
                if is_large(&low) || is_large(&high) {
                    return None;
                }
                Range::of(low.least.min(high.least), low.most.max(high.most))
            }
            "abs" | "unsigned_abs" | "wrapping_abs" | "saturating_abs" => {
                let most = a.most.max(-a.least);
                Range::of(if a.contains(0) { 0 } else { a.least.max(-a.most) }, most)
            }
            "signum" => Range::of(-1, 1),
            "abs_diff" => {
                let b = range(1)?;
                Range::of(0, (a.most - b.least).max(b.most - a.least))
            }
            "wrapping_neg" | "saturating_neg" => Range::of(-a.most, -a.least),
            "wrapping_add" | "wrapping_sub" | "wrapping_mul" | "wrapping_shl" | "wrapping_shr" => {
                self.combined(&operator(name)?, &arguments[0], &arguments[1])?
            }
            "saturating_add" | "saturating_mul" if positive && range(1)?.least >= 0 => {
                self.combined(&operator(name)?, &arguments[0], &arguments[1])?
            }
            "saturating_sub" if positive && !arguments[0].ty.scalar()?.is_signed() && range(1)?.least >= 0 => {
                let b = range(1)?;
                Range::of((a.least - b.most).max(0), (a.most - b.least).max(0))
            }
            "pow" | "wrapping_pow" | "saturating_pow" => {
                let exponent = u32::try_from(self.int_of(arguments.get(1)?)?).ok()?;
                let powers = [a.least, a.most].map(|base| base.saturating_pow(exponent));
                let range = Range::around(&powers)?;
                if a.contains(0) { range.hull(&Range::of(0, 0)) } else { range }
            }
            "rem_euclid" if range(1)?.least > 0 => {
                let b = range(1)?;
                Range::of(0, if positive { a.most.min(b.most - 1) } else { b.most - 1 })
            }
            "div_euclid" if positive && range(1)?.least > 0 => a.corners(&range(1)?, |a, b| a / b)?,
            "isqrt" if positive => Range::of(0, a.most.isqrt()),
            "div_ceil" if positive && range(1)?.least > 0 => Range::of(0, a.most),
            "next_power_of_two" if positive => Range::of(1, 2 * a.most.max(1)),
            "next_multiple_of" if positive && range(1)?.least > 0 => Range::of(0, a.most + range(1)?.most),
            _ => return None,
        })
    }

    /// The sizes that a counter which stays below `end` is smaller than.
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

/// The operator of a method such as `wrapping_add`.
fn operator(method: &str) -> Option<BinOp> {
    Some(match method.rsplit('_').next()? {
        "add" => BinOp::Add(Default::default()),
        "sub" => BinOp::Sub(Default::default()),
        "mul" => BinOp::Mul(Default::default()),
        "shl" => BinOp::Shl(Default::default()),
        "shr" => BinOp::Shr(Default::default()),
        _ => return None,
    })
}
