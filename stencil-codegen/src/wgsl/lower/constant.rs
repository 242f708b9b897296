//! Values that are known while compiling.

use syn::{BinOp, UnOp};

use super::tree::{Expr, ExprKind, LocalId};
use super::types::Ty;
use crate::wgsl::scalar::Scalar;

/// A known value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Int(i128),
    Bool(bool),
    List(Vec<Value>),
    /// An item of a list that is not known.
    Opaque,
}

impl Value {
    pub(crate) fn int(&self) -> Option<i128> {
        match self {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns true when all of it is known.
    pub(crate) fn is_complete(&self) -> bool {
        match self {
            Value::Int(_) | Value::Bool(_) => true,
            Value::List(items) => items.iter().all(Value::is_complete),
            Value::Opaque => false,
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

/// The value of `expr`, where `local` tells those of locals.
pub(crate) fn evaluate(expr: &Expr, local: &dyn Fn(LocalId) -> Option<Value>) -> Option<Value> {
    let value = |expr: &Expr| evaluate(expr, local);
    let int = |expr: &Expr| evaluate(expr, local)?.int();
    Some(match &expr.kind {
        ExprKind::Int(number) if !is_float(&expr.ty) => Value::Int(*number),
        ExprKind::Bool(truth) => Value::Bool(*truth),
        ExprKind::Local(id) => local(*id)?,
        ExprKind::Tuple(items) | ExprKind::Array(items) => list(items.iter().map(value).collect())?,
        ExprKind::Repeat(item, count) => Value::List(vec![value(item)?; *count]),
        ExprKind::Field(base, index) => part(value(base)?, *index)?,
        ExprKind::Element(base, index) => element(base, usize::try_from(int(index)?).ok()?, local)?,
        ExprKind::Unary(UnOp::Neg(_), inner) => fitted(int(inner)?.checked_neg()?, &expr.ty)?,
        ExprKind::Unary(UnOp::Not(_), inner) => Value::Bool(!value(inner)?.bool()?),
        ExprKind::And(left, right) => Value::Bool(value(left)?.bool()? && value(right)?.bool()?),
        ExprKind::Or(left, right) => Value::Bool(value(left)?.bool()? || value(right)?.bool()?),
        ExprKind::Binary(op, left, right) => binary(op, value(left)?, value(right)?, &expr.ty)?,
        ExprKind::Cast(inner) => cast(value(inner)?, &expr.ty)?,
        ExprKind::Method(name, arguments) => {
            let numbers: Vec<i128> = arguments.iter().map(int).collect::<Option<_>>()?;
            fitted(method(name, &numbers)?, &expr.ty)?
        }
        ExprKind::Block(block) if block.stmts.is_empty() => value(block.value.as_ref()?)?,
        ExprKind::If(condition, then, otherwise) => {
            let branch = if value(condition)?.bool()? { then } else { otherwise };
            value(branch.value.as_ref().filter(|_| branch.stmts.is_empty())?)?
        }
        _ => return None,
    })
}

/// The value of floating-point arithmetic on literals, rounded after each step as Rust rounds.
pub(crate) fn float(expr: &Expr) -> Option<f64> {
    let scalar = expr.ty.scalar().filter(|scalar| scalar.is_float());
    let rounded = |value: f64| if scalar == Some(Scalar::F32) { f64::from(value as f32) } else { value };
    match &expr.kind {
        ExprKind::Float(digits) if scalar == Some(Scalar::F32) => Some(digits.parse::<f32>().ok()?.into()),
        ExprKind::Float(digits) => digits.parse().ok(),
        ExprKind::Int(value) if scalar.is_some() => Some(rounded(*value as f64)),
        ExprKind::Constant(text) => {
            let text = text.trim_start_matches('(').trim_end_matches(')');
            text.trim_end_matches(['f', 'l']).parse().ok().filter(|_| scalar.is_some())
        }
        ExprKind::Unary(UnOp::Neg(_), inner) => Some(-float(inner)?),
        ExprKind::Binary(op, left, right) => {
            let (a, b) = (float(left)?, float(right)?);
            // Rounding a result of 64 bits to 32 is as good as rounding once.
            match op {
                BinOp::Add(_) => Some(rounded(a + b)),
                BinOp::Sub(_) => Some(rounded(a - b)),
                BinOp::Mul(_) => Some(rounded(a * b)),
                BinOp::Div(_) => Some(rounded(a / b)),
                _ => None,
            }
        }
        ExprKind::Cast(inner) => match evaluate(inner, &|_| None) {
            Some(Value::Int(value)) if value.unsigned_abs() <= 1 << 53 => Some(rounded(value as f64)),
            _ => float(inner).filter(|_| scalar.is_some()).map(rounded),
        },
        ExprKind::Block(block) if block.stmts.is_empty() => float(block.value.as_ref()?),
        _ => None,
    }
}

/// Returns true when the expression is spelled out in numbers.
pub(crate) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Constant(_) => true,
        ExprKind::Unary(UnOp::Neg(_), inner) => matches!(inner.kind, ExprKind::Float(_)),
        ExprKind::Tuple(items) | ExprKind::Array(items) => items.iter().all(is_literal),
        ExprKind::Repeat(item, _) => is_literal(item),
        _ => false,
    }
}

fn element(base: &Expr, index: usize, local: &dyn Fn(LocalId) -> Option<Value>) -> Option<Value> {
    match &base.kind {
        ExprKind::Array(items) => evaluate(items.get(index)?, local),
        _ => part(evaluate(base, local)?, index),
    }
}

fn part(value: Value, index: usize) -> Option<Value> {
    match value {
        Value::List(mut items) if index < items.len() => {
            Some(items.swap_remove(index)).filter(|item| *item != Value::Opaque)
        }
        _ => None,
    }
}

/// The list, if something in it is known.
fn list(items: Vec<Option<Value>>) -> Option<Value> {
    let known = items.iter().any(Option::is_some);
    known.then(|| Value::List(items.into_iter().map(|item| item.unwrap_or(Value::Opaque)).collect()))
}

fn is_float(ty: &Ty) -> bool {
    ty.scalar().is_some_and(Scalar::is_float)
}

/// The least and the greatest value of the type: `usize` and `isize` mean 64 bits.
pub(crate) fn limits(scalar: Scalar) -> Option<(i128, i128)> {
    let bits = if scalar.is_index() { 64 } else { scalar.bits() };
    scalar
        .is_int()
        .then(|| if scalar.is_signed() { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) })
}

/// The value if the type holds it: what overflows is left to the shader.
fn fitted(value: i128, ty: &Ty) -> Option<Value> {
    let (least, most) = match ty {
        Ty::Scalar(scalar) => limits(*scalar)?,
        Ty::Variable(_) => limits(Scalar::I32)?,
        _ => return None,
    };
    (least..=most).contains(&value).then_some(Value::Int(value))
}

fn cast(value: Value, ty: &Ty) -> Option<Value> {
    let (least, most) = limits(ty.scalar()?)?;
    let value = match value {
        Value::Int(value) => value,
        Value::Bool(truth) => truth.into(),
        Value::List(_) | Value::Opaque => return None,
    };
    Some(Value::Int((value - least).rem_euclid(most - least + 1) + least))
}

fn binary(op: &BinOp, left: Value, right: Value, ty: &Ty) -> Option<Value> {
    if let (Value::Bool(a), Value::Bool(b)) = (&left, &right) {
        return Some(Value::Bool(match op {
            BinOp::Eq(_) => a == b,
            BinOp::Ne(_) | BinOp::BitXor(_) => a != b,
            BinOp::BitAnd(_) => a & b,
            BinOp::BitOr(_) => a | b,
            _ => return None,
        }));
    }
    let (a, b) = (left.int()?, right.int()?);
    // By more bits the amount would wrap.
    let bits = if ty.scalar().is_some_and(Scalar::is_index) { 64 } else { 32 };
    let number = match op {
        BinOp::Add(_) => a.checked_add(b),
        BinOp::Sub(_) => a.checked_sub(b),
        BinOp::Mul(_) => a.checked_mul(b),
        BinOp::Div(_) => a.checked_div(b),
        BinOp::Rem(_) => a.checked_rem(b),
        BinOp::BitAnd(_) => Some(a & b),
        BinOp::BitOr(_) => Some(a | b),
        BinOp::BitXor(_) => Some(a ^ b),
        BinOp::Shl(_) if (0..bits).contains(&b) => a.checked_mul(1 << b),
        BinOp::Shr(_) if (0..bits).contains(&b) => Some(a >> b),
        BinOp::Eq(_) => return Some(Value::Bool(a == b)),
        BinOp::Ne(_) => return Some(Value::Bool(a != b)),
        BinOp::Lt(_) => return Some(Value::Bool(a < b)),
        BinOp::Le(_) => return Some(Value::Bool(a <= b)),
        BinOp::Gt(_) => return Some(Value::Bool(a > b)),
        BinOp::Ge(_) => return Some(Value::Bool(a >= b)),
        _ => None,
    };
    fitted(number?, ty)
}

fn method(name: &str, arguments: &[i128]) -> Option<i128> {
    match (name, arguments) {
        ("abs" | "unsigned_abs", [a]) => a.checked_abs(),
        ("signum", [a]) => Some(a.signum()),
        ("min", [a, b]) => Some(*a.min(b)),
        ("max", [a, b]) => Some(*a.max(b)),
        ("abs_diff", [a, b]) => Some((a - b).abs()),
        ("pow", [a, b]) => a.checked_pow(u32::try_from(*b).ok()?),
        ("rem_euclid", [a, b]) => a.checked_rem_euclid(*b),
        ("div_euclid", [a, b]) => a.checked_div_euclid(*b),
        _ => None,
    }
}
