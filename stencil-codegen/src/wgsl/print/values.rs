//! Expressions that give values.

use syn::BinOp;

use super::printer::{Printer, is_name};
use crate::wgsl::lower::constant::{self, Value, is_literal};
use crate::wgsl::lower::tree::{Expr, ExprKind};
use crate::wgsl::lower::types::Ty;
use crate::wgsl::ops::{self, Right};
use crate::wgsl::scalar::Scalar;

/// Longer arrays of one value are filled in a loop.
const SPELLED_OUT: usize = 32;

impl Printer<'_> {
    /// The expression as WGSL; statements that it needs are written in front.
    pub(crate) fn value(&mut self, expr: &Expr) -> String {
        if let Some(text) = self.literal(expr) {
            return text;
        }
        match &expr.kind {
            ExprKind::Int(value) => self.int_text(*value, scalar(expr)),
            ExprKind::Float(digits) => float(digits, scalar(expr)),
            ExprKind::Bool(truth) => ops::literal_bool(*truth),
            ExprKind::Constant(text) => text.clone(),
            ExprKind::Local(local) => match self.known.get(local).cloned().filter(Value::is_complete) {
                Some(value) => self.spelled_out(&value, &expr.ty),
                None => self.function.locals[*local].name.clone(),
            },
            ExprKind::Parameter(number) => format!("scalar_{number}()"),
            ExprKind::Tuple(items) => self.composite(expr, items),
            ExprKind::Array(items) => self.composite(expr, items),
            ExprKind::Repeat(item, length) => self.repeat(item, *length, &expr.ty),
            ExprKind::Field(base, index) => match &base.kind {
                ExprKind::Tuple(items) if is_literal(base) => self.value(&items[*index]),
                _ => format!("{}.v{index}", self.value(base)),
            },
            ExprKind::Element(base, index) => self.element(base, index),
            ExprKind::Unary(op, inner) => {
                let held = self.is_held(expr);
                let text = self.value(inner);
                if !held {
                    return ops::print_neg(scalar(inner), &text, &mut self.shared.helpers);
                }
                match ops::unary(op, scalar(inner), &text, &mut self.shared.helpers) {
                    Ok(text) => text,
                    // rustc refuses it, too.
                    Err(_) => text,
                }
            }
            ExprKind::Binary(op, left, right) => {
                let operands = self.operands([&**left, &**right]);
                self.operation(op, left, right, &operands[0], &operands[1])
            }
            ExprKind::And(left, right) => self.lazy(left, right, true),
            ExprKind::Or(left, right) => self.lazy(left, right, false),
            ExprKind::Cast(inner) => self.cast(inner, scalar(expr)),
            ExprKind::Method(name, arguments) => {
                let held = self.is_held(expr);
                let texts = self.operands(arguments);
                ops::print_method(name, scalar(&arguments[0]), &texts, held, &mut self.shared.helpers)
            }
            ExprKind::Network(network, array) => {
                let text = self.value(array);
                let Ty::Array(element, length) = &array.ty else { return text };
                let scalar = element.scalar().unwrap_or(Scalar::F32);
                let name = ops::network(*network, scalar, *length, &mut self.shared.helpers);
                format!("{name}({text})")
            }
            ExprKind::Call(helper, arguments) if !expr.ty.is_unit() => self.call(*helper, arguments),
            ExprKind::Block(block) => {
                self.statements(block);
                match &block.value {
                    Some(value) => self.value(value),
                    None => String::new(),
                }
            }
            ExprKind::If(condition, then, otherwise) => self.conditional(expr, condition, then, otherwise),
            _ => self.asked(expr),
        }
    }

    /// The text of an expression that the module is asked for.
    fn asked(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Read(resource, indices) => self.read(*resource, indices),
            ExprKind::Cell(resource, index) => self.numbered_cell(*resource, index),
            ExprKind::Count(start, end, inclusive) => self.count(start, end, *inclusive),
            ExprKind::Length(resource, axis) => self.length(*resource, *axis),
            ExprKind::Position(axis) => format!("{}(at)", self.placed(&format!("position_{axis}"))),
            ExprKind::Shape(axis) => format!("shape_{axis}()"),
            ExprKind::Contains(offset) => {
                let offset = self.offsets(offset);
                format!("{}(at, {})", self.placed("contains"), offset.join(", "))
            }
            _ => {
                self.effect(expr);
                String::new()
            }
        }
    }

    /// Values that are known need no computation.
    fn literal(&mut self, expr: &Expr) -> Option<String> {
        let scalar = expr.ty.scalar()?;
        if matches!(scalar, Scalar::F32 | Scalar::F64) {
            // The front end of WGSL has no infinities and NaN in constants.
            return constant::float(expr).map(|value| ops::literal_float(value, scalar));
        }
        match self.value_of(expr)? {
            Value::Int(value) if scalar.is_int() => Some(self.int_text(value, scalar)),
            Value::Bool(truth) if scalar == Scalar::Bool => Some(ops::literal_bool(truth)),
            _ => None,
        }
    }

    /// A known value; it has no variable.
    fn spelled_out(&mut self, value: &Value, ty: &Ty) -> String {
        match (value, ty) {
            (Value::Int(value), Ty::Scalar(scalar)) => self.int_text(*value, *scalar),
            (Value::Bool(truth), _) => ops::literal_bool(*truth),
            (Value::List(items), Ty::Array(element, _)) => {
                let items: Vec<String> = items.iter().map(|item| self.spelled_out(item, element)).collect();
                format!("{}({})", self.shared.ty(ty), items.join(", "))
            }
            (Value::List(items), Ty::Tuple(types)) => {
                let items: Vec<String> = items.iter().zip(types).map(|(item, ty)| self.spelled_out(item, ty)).collect();
                format!("{}({})", self.shared.ty(ty), items.join(", "))
            }
            _ => String::new(),
        }
    }

    /// A tuple or an array of these items.
    fn composite(&mut self, expr: &Expr, items: &[Expr]) -> String {
        let texts = self.operands(items);
        if expr.ty.is_unit() {
            return String::new();
        }
        format!("{}({})", self.shared.ty(&expr.ty), texts.join(", "))
    }

    fn repeat(&mut self, item: &Expr, length: usize, ty: &Ty) -> String {
        let is_zero = matches!(&item.kind, ExprKind::Float(digits) if digits.parse() == Ok(0.0))
            || matches!(self.value_of(item), Some(Value::Int(0) | Value::Bool(false)));
        let name = self.shared.ty(ty);
        let text = self.value(item);
        if is_zero {
            return format!("{name}()");
        }
        if length <= SPELLED_OUT {
            let text = if is_literal(item) { text } else { self.spill(text, &item.ty) };
            return format!("{name}({})", vec![text; length].join(", "));
        }
        let text = self.spill(text, &item.ty);
        let (array, index) = (self.temporary(), self.temporary());
        self.line(&format!("var {array}: {name};"));
        self.line(&format!(
            "for (var {index} = 0u; {index} < {length}u; {index} = {index} + 1u) {{ {array}[{index}] = {text}; }}"
        ));
        array
    }

    /// An element of a local array.
    fn element(&mut self, base: &Expr, index: &Expr) -> String {
        let Ty::Array(_, length) = &base.ty else { return String::new() };
        let known = self.int_of(index).and_then(|index| usize::try_from(index).ok()).filter(|index| index < length);
        if let (Some(index), ExprKind::Array(items)) = (known, &base.kind)
            && items.iter().all(|item| self.is_pure(item))
        {
            return self.value(&items[index]);
        }
        if is_literal(base) || self.value_of(base).is_some_and(|value| value.is_complete()) {
            let (ty, value) = (self.shared.ty(&base.ty), self.value(base));
            let constant = self.shared.constant(&ty, &value);
            let index = self.local_index(index, *length);
            return format!("{constant}[{index}]");
        }
        let (base_text, before) = self.aside(|this| this.value(base));
        self.text.append(&before);
        let (index_text, before) = self.aside(|this| this.local_index(index, *length));
        let stable = is_name(&base_text) && (before.as_str().is_empty() || !self.is_mutable(base));
        let base_text = if stable { base_text } else { self.copied(base_text, &base.ty) };
        self.text.append(&before);
        format!("{base_text}[{index_text}]")
    }

    fn is_mutable(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Local(local) => self.function.locals[*local].mutable,
            ExprKind::Field(base, _) | ExprKind::Element(base, _) => self.is_mutable(base),
            _ => false,
        }
    }

    /// Returns true when an item that is not needed can be left out.
    fn is_pure(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Read(_, indices) => indices.iter().all(|index| self.int_of(index).is_some()),
            ExprKind::Position(_) | ExprKind::Shape(_) | ExprKind::Length(..) => true,
            ExprKind::Tuple(items) | ExprKind::Array(items) => items.iter().all(|item| self.is_pure(item)),
            _ => is_literal(expr) || self.is_cheap(expr),
        }
    }

    /// `left op right` of printed operands.
    pub(crate) fn operation(&mut self, op: &BinOp, left: &Expr, right: &Expr, one: &str, other: &str) -> String {
        let literal = self.int_of(right).filter(|_| scalar(right).is_int());
        let held = self.holds_binary(op, left, right);
        let sized = !held && self.is_sized(left);
        let right = Right { text: other, scalar: scalar(right), literal };
        let helpers = &mut self.shared.helpers;
        if held {
            return ops::binary(op, scalar(left), one, right, helpers);
        }
        ops::print_binary(op, scalar(left), sized, one, right, helpers)
    }

    /// `&&` and `||`, whose right side is computed only if the left side does not decide.
    fn lazy(&mut self, left: &Expr, right: &Expr, and: bool) -> String {
        if let Some(Value::Bool(decided)) = self.value_of(left) {
            return if decided == and { self.value(right) } else { ops::literal_bool(decided) };
        }
        let one = self.value(left);
        self.depth += 1;
        let (other, before) = self.aside(|this| {
            this.indent += 1;
            let text = this.value(right);
            this.indent -= 1;
            text
        });
        self.depth -= 1;
        if before.as_str().is_empty() {
            // Without a branch where none is needed.
            let operator = match (self.is_cheap(right), and) {
                (true, true) => "&",
                (true, false) => "|",
                (false, true) => "&&",
                (false, false) => "||",
            };
            return format!("({one} {operator} {other})");
        }
        let name = self.temporary();
        self.line(&format!("var {name}: bool = {one};"));
        self.line(&format!("if ({}{name}) {{", if and { "" } else { "!" }));
        self.text.append(&before);
        self.nested(|this| this.line(&format!("{name} = {other};")));
        self.line("}");
        name
    }

    fn cast(&mut self, inner: &Expr, to: Scalar) -> String {
        // Numbers that every float holds are written as floats.
        if let Some(Value::Int(value)) = self.value_of(inner)
            && to.is_float()
            && value.unsigned_abs() <= 1 << 11
        {
            return ops::literal_int(value, to);
        }
        let (from, held) = (scalar(inner), self.holds_cast(inner, to));
        let text = self.value(inner);
        ops::print_cast(from, to, &text, held, &mut self.shared.helpers)
    }

    fn count(&mut self, start: &Expr, end: &Expr, inclusive: bool) -> String {
        if let (Some(start), Some(end)) = (self.int_of(start), self.int_of(end)) {
            let count = (end - start + i128::from(inclusive)).max(0);
            return ops::literal_int(count, Scalar::Usize);
        }
        let (of, held) = (scalar(start), self.holds_count(start, end, inclusive));
        let texts = self.operands([start, end]);
        // The bounds stand there more than once.
        let start = self.spill(texts[0].clone(), &start.ty);
        let end = self.spill(texts[1].clone(), &end.ty);
        ops::print_count(of, [&start, &end], inclusive, held, &mut self.shared.helpers)
    }

    /// A call of a helper.
    pub(crate) fn call(&mut self, helper: usize, arguments: &[Expr]) -> String {
        let texts = self.operands(arguments);
        let helper = &self.program.helpers[helper];
        let placed = helper.function.as_ref().is_some_and(|function| function.placed);
        if !placed {
            return format!("{}({})", helper.name, texts.join(", "));
        }
        let texts: Vec<String> = std::iter::once("at".to_owned()).chain(texts).collect();
        format!("{}({})", self.placed(&helper.name), texts.join(", "))
    }
}

/// The scalar of an expression whose types were inferred.
pub(crate) fn scalar(expr: &Expr) -> Scalar {
    expr.ty.scalar().unwrap_or(Scalar::I32)
}

/// A literal, rounded once.
fn float(digits: &str, scalar: Scalar) -> String {
    let value = match scalar {
        Scalar::F32 => f64::from(digits.parse::<f32>().unwrap_or(f32::NAN)),
        _ => digits.parse().unwrap_or(f64::NAN),
    };
    ops::literal_float(value, scalar)
}
