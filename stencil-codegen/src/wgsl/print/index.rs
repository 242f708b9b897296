//! Arithmetic of `usize` and `isize`, checked where the 32 bits of a register may not hold the result.

use syn::{BinOp, UnOp};

use super::printer::Printer;
use super::ranges::{Range, register};
use super::values::scalar;
use crate::wgsl::lower::tree::{Expr, ExprKind};
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;

/// Bits by which a register can be shifted.
const MOST_BITS: i128 = 31;

impl Printer<'_> {
    /// The literal of a known integer.
    pub(super) fn int_text(&mut self, value: i128, scalar: Scalar) -> String {
        if scalar.is_index() && ops::held(value, scalar).is_none() {
            return ops::beyond(scalar, &mut self.shared.helpers);
        }
        ops::literal_int(value, scalar)
    }

    /// Returns true when an operation needs no check of that kind: registers hold what it gives.
    pub(super) fn is_held(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Binary(op, left, right) => self.holds_binary(op, left, right),
            ExprKind::Unary(UnOp::Neg(_), inner) if scalar(expr).is_index() => self.holds_negated(inner),
            ExprKind::Cast(inner) => scalar(expr).is_float() || self.holds_cast(inner, scalar(expr)),
            ExprKind::Method(name, arguments) => self.holds_method(name, arguments),
            ExprKind::Int(value) => {
                expr.ty.scalar().is_none_or(|scalar| !scalar.is_index() || ops::held(*value, scalar).is_some())
            }
            _ => true,
        }
    }

    /// Returns true when an integer is at least 0, as a size less than 2^31.
    pub(super) fn is_sized(&self, expr: &Expr) -> bool {
        self.range_of(expr).is_some_and(|range| range.least >= 0)
    }

    pub(super) fn holds_binary(&self, op: &BinOp, left: &Expr, right: &Expr) -> bool {
        let of = scalar(left);
        let sized = || of == Scalar::Isize || self.is_sized(left);
        let fits = || self.combined(op, left, right).is_some_and(|range| in_register(&range));
        let shifts = || self.range_of(right).is_some_and(|range| range.is_within(0, MOST_BITS));
        match op {
            _ if !of.is_index() => true,
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) => fits(),
            BinOp::Div(_) if of == Scalar::Isize => self.divides(left, right),
            BinOp::Div(_) | BinOp::Rem(_) => sized(),
            BinOp::Shl(_) => shifts() && fits(),
            BinOp::Shr(_) => shifts() && sized(),
            _ => true,
        }
    }

    /// Returns true when a quotient is not that of the least value by -1.
    fn divides(&self, left: &Expr, right: &Expr) -> bool {
        self.holds_negated(left) || self.range_of(right).is_some_and(|range| !range.contains(-1))
    }

    pub(super) fn holds_negated(&self, inner: &Expr) -> bool {
        let least = register(Scalar::Isize).map_or(0, |(least, _)| least);
        self.range_of(inner).is_some_and(|range| range.least > least)
    }

    pub(super) fn holds_cast(&self, inner: &Expr, to: Scalar) -> bool {
        let from = scalar(inner);
        if to.is_float() && from == Scalar::Usize {
            return self.is_sized(inner);
        }
        if !to.is_index() || from == Scalar::Bool || from.is_index() {
            return true;
        }
        self.cast_range(inner).is_some_and(|range| in_register(&range))
    }

    pub(super) fn holds_method(&self, name: &str, arguments: &[Expr]) -> bool {
        let receiver = scalar(&arguments[0]);
        if !receiver.is_index() {
            return true;
        }
        let sized = || arguments.iter().all(|argument| self.is_sized(argument));
        let fits = || self.method_range(name, arguments).is_some_and(|range| in_register(&range));
        let is_size = receiver == Scalar::Usize;
        match name {
            "abs" | "wrapping_abs" | "saturating_abs" | "unsigned_abs" | "saturating_neg" | "wrapping_neg" => {
                self.holds_negated(&arguments[0])
            }
            "abs_diff" => (!is_size || sized()) && fits(),
            "wrapping_add" | "wrapping_sub" | "wrapping_mul" | "pow" | "wrapping_pow" => fits(),
            "saturating_pow" | "saturating_add" | "saturating_mul" if is_size => sized() && fits(),
            "saturating_add" => self.holds_binary(&BinOp::Add(Default::default()), &arguments[0], &arguments[1]),
            "saturating_sub" if !is_size => {
                self.holds_binary(&BinOp::Sub(Default::default()), &arguments[0], &arguments[1])
            }
            "saturating_mul" => self.holds_binary(&BinOp::Mul(Default::default()), &arguments[0], &arguments[1]),
            "saturating_pow" => fits(),
            "wrapping_shl" => self.holds_binary(&BinOp::Shl(Default::default()), &arguments[0], &arguments[1]),
            "wrapping_shr" => !is_size || self.is_sized(&arguments[0]),
            "next_power_of_two" | "next_multiple_of" => sized() && fits(),
            "midpoint" | "isqrt" | "ilog2" | "is_power_of_two" | "is_multiple_of" | "rem_euclid" | "div_euclid"
            | "div_ceil" | "wrapping_div" | "wrapping_rem" | "saturating_div" | "saturating_sub"
                if is_size =>
            {
                sized()
            }
            "rem_euclid" | "div_euclid" | "wrapping_div" | "wrapping_rem" | "saturating_div" => {
                self.divides(&arguments[0], &arguments[1])
            }
            _ => true,
        }
    }

    /// Returns true when the number of items of a range is surely held.
    pub(super) fn holds_count(&self, start: &Expr, end: &Expr, inclusive: bool) -> bool {
        let (Some(from), Some(to)) = (self.range_of(start), self.range_of(end)) else { return false };
        let sizes = scalar(start) != Scalar::Usize || from.least >= 0 && to.least >= 0;
        sizes && in_register(&Range::of(0, (to.most - from.least + i128::from(inclusive)).max(0)))
    }
}

/// Returns true when all values of a range can be held.
fn in_register(range: &Range) -> bool {
    register(Scalar::Isize).is_some_and(|(least, most)| range.is_within(least, most))
}
