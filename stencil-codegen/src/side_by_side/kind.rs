//! Values of which it is known that the standard library made them, so that their operators and methods are its own.
//!
//! A method or an operator is found by its name, and any type may have one of that name, with a result that changes behind
//! shared references. Only what begins with literals, lengths, ranges, arrays, slices, views and numbers by their types,
//! and goes on with their own operators and methods, is surely none of these.

use syn::{Expr, ExprCall, ExprMethodCall, Lit, Type, UnOp};

use super::copies::{Known, is_logical};
use super::macros;
use super::names::{Name, Names};
use super::numbers::Number;

/// The kind of a value of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Number(Number),
    /// Of a type parameter with the bound `Real`.
    Real,
    /// A range, an array, a vector, a slice, a view, or an iterator over one.
    Sequence,
}

/// Functions of numeric traits that give a constant of the type.
const CONSTANTS: &[&str] =
    &["zero", "one", "real", "nan", "infinity", "neg_infinity", "epsilon", "min_value", "max_value"];

/// Methods of arrays and sequences that give sizes.
const SIZES: &[&str] = &["len", "nrows", "ncols", "len_of"];

/// Methods of sequences that give sequences.
const ADAPTORS: &[&str] = &[
    "iter",
    "into_iter",
    "copied",
    "cloned",
    "rev",
    "enumerate",
    "zip",
    "skip",
    "take",
    "step_by",
    "chain",
    "windows",
    "chunks",
    "chunks_exact",
    "to_vec",
    "view",
    "row",
    "column",
    "as_slice",
];

impl Kind {
    /// The kind of a parameter's or variable's type.
    pub(super) fn of_type(ty: &Type, known: &Known) -> Option<Kind> {
        match ty {
            Type::Paren(inner) => Self::of_type(&inner.elem, known),
            Type::Group(inner) => Self::of_type(&inner.elem, known),
            Type::Reference(inner) => Self::of_type(&inner.elem, known),
            Type::Slice(_) | Type::Array(_) => Some(Self::Sequence),
            Type::Path(path) => match path.path.get_ident() {
                Some(name) if name == "bool" => Some(Self::Bool),
                Some(name) if known.reals.contains(name) => Some(Self::Real),
                _ => Number::of_type(ty).map(Self::Number).or_else(|| Self::of_view(path)),
            },
            _ => None,
        }
    }

    /// Returns true when the type is a number.
    pub(super) fn is_number(ty: &Type) -> bool {
        let Type::Path(path) = ty else { return false };
        let last = path.path.segments.last().map(|last| last.ident.to_string());
        Number::of_type(ty).is_some() || last.is_some_and(|last| ["bool", "f16", "bf16"].contains(&last.as_str()))
    }

    fn of_view(path: &syn::TypePath) -> Option<Kind> {
        let last = path.path.segments.last()?.ident.to_string();
        last.starts_with("ArrayView").then_some(Self::Sequence)
    }

    /// The kind of an expression's value.
    pub(super) fn of(expr: &Expr, known: &Known, names: &Names) -> Option<Kind> {
        let kind = |expr: &Expr| Self::of(expr, known, names);
        match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Bool(_) => Some(Self::Bool),
                _ => Number::of_value(expr).map(Self::Number),
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => names.kind(name),
                None => number_of_owner(&path.path).map(Self::Number),
            },
            Expr::Paren(inner) => kind(&inner.expr),
            Expr::Group(inner) => kind(&inner.expr),
            Expr::Reference(inner) if inner.mutability.is_none() => kind(&inner.expr),
            Expr::Unary(unary) => match unary.op {
                UnOp::Neg(_) | UnOp::Not(_) | UnOp::Deref(_) => kind(&unary.expr),
                _ => None,
            },
            Expr::Cast(cast) => Self::of_type(&cast.ty, known),
            Expr::Binary(binary) => {
                let (left, right) = (kind(&binary.left)?, kind(&binary.right)?);
                if is_logical(&binary.op) {
                    return Some(Self::Bool);
                }
                (left != Self::Sequence && right != Self::Sequence).then_some(left.wider(right))
            }
            Expr::Range(range) => {
                let mut ends = [&range.start, &range.end].into_iter().flatten();
                ends.all(|end| kind(end).is_some()).then_some(Self::Sequence)
            }
            Expr::Array(array) => array.elems.iter().all(|item| known.frozen(item, names)).then_some(Self::Sequence),
            Expr::Repeat(repeat) => known.frozen(&repeat.expr, names).then_some(Self::Sequence),
            Expr::Macro(node) if node.mac.path.is_ident("vec") => {
                let arguments = macros::arguments(&node.mac)?;
                arguments.taken.iter().all(|item| known.frozen(item, names)).then_some(Self::Sequence)
            }
            Expr::Index(index) => is_shape(&index.expr, names).then_some(Self::Number(Number::Size)),
            Expr::MethodCall(call) => Self::of_method(call, known, names),
            Expr::Call(call) => Self::of_call(call, known),
            _ => None,
        }
    }

    /// Returns true when the function of that name gives a constant of a numeric type.
    pub(super) fn is_constant(function: &syn::Ident) -> bool {
        CONSTANTS.contains(&function.to_string().as_str())
    }

    /// Literals without a type may be of any size.
    fn wider(self, other: Kind) -> Kind {
        let untyped = self == Self::Number(Number::Int) && other == Self::Number(Number::Size);
        if untyped { other } else { self }
    }

    fn of_method(call: &ExprMethodCall, known: &Known, names: &Names) -> Option<Kind> {
        let method = call.method.to_string();
        if let Expr::Path(path) = &*call.receiver
            && path
                .path
                .get_ident()
                .is_some_and(|name| matches!(names.find(name), Some(Name::Core | Name::Output | Name::Scratch)))
        {
            return match method.as_str() {
                method if SIZES.contains(&method) => Some(Self::Number(Number::Size)),
                "is_empty" => Some(Self::Bool),
                "shape" => Some(Self::Sequence),
                _ => None,
            };
        }
        if is_halo(&call.receiver, names) {
            return (method == "axis").then_some(Self::Sequence);
        }
        let receiver = Self::of(&call.receiver, known, names)?;
        if !call.args.iter().all(|argument| known.frozen(argument, names)) {
            return None;
        }
        match receiver {
            Self::Number(number) => number.result(&call.method).map(Self::Number),
            Self::Sequence if SIZES.contains(&method.as_str()) => Some(Self::Number(Number::Size)),
            Self::Sequence if method == "is_empty" => Some(Self::Bool),
            Self::Sequence => ADAPTORS.contains(&method.as_str()).then_some(Self::Sequence),
            Self::Bool | Self::Real => None,
        }
    }

    /// `f32::from(n)`, `usize::min(a, b)`, `T::zero()`, `T::MeanTotal::real(0.0)`.
    fn of_call(call: &ExprCall, known: &Known) -> Option<Kind> {
        let Expr::Path(function) = &*call.func else { return None };
        let segments: Vec<&syn::Ident> = function.path.segments.iter().map(|segment| &segment.ident).collect();
        let (owner, name) = match segments.as_slice() {
            [owner, name] => (owner, name),
            // As rewrites spell it.
            [core, primitive, owner, name] if *core == "core" && *primitive == "primitive" => (owner, name),
            [owner, wide, name] if *wide == "MeanTotal" && known.reals.contains(owner) => (owner, name),
            _ => return None,
        };
        if known.reals.contains(owner) {
            return Self::is_constant(name).then_some(Self::Real);
        }
        let number = Number::named(&owner.to_string())?;
        (*name == "from" || number.result(name) == Some(number)).then_some(Self::Number(number))
    }
}

/// `x.shape()` of an operand, `x.dim()` of a core, `x.halo().axis(0)` of a window: sizes.
pub(super) fn is_shape(expr: &Expr, names: &Names) -> bool {
    match operand_method(expr, names) {
        Some((Name::Core | Name::Output | Name::Scratch, method)) => method == "shape" || method == "dim",
        Some((Name::Window, method)) => method == "shape",
        _ => {
            matches!(expr, Expr::MethodCall(call) if call.method == "axis" && is_halo(&call.receiver, names))
        }
    }
}

/// `x.halo()` of a stencil's window.
fn is_halo(expr: &Expr, names: &Names) -> bool {
    matches!(operand_method(expr, names), Some((Name::Window, method)) if method == "halo")
}

/// `x.position()` of a stencil's window, and its like: numbers and truth.
pub(super) fn is_told_of_window(call: &ExprMethodCall, names: &Names) -> bool {
    const TOLD: &[&str] = &["position", "shape", "contains"];
    matches!(method_of(call, names), Some((Name::Window, method)) if TOLD.iter().any(|told| method == told))
}

/// The method of a name, and what the name stands for.
fn operand_method<'e>(expr: &'e Expr, names: &Names) -> Option<(Name, &'e syn::Ident)> {
    match expr {
        Expr::MethodCall(call) => method_of(call, names),
        _ => None,
    }
}

fn method_of<'e>(call: &'e ExprMethodCall, names: &Names) -> Option<(Name, &'e syn::Ident)> {
    let Expr::Path(path) = &*call.receiver else { return None };
    Some((names.find(path.path.get_ident()?)?, &call.method))
}

/// `f32::NAN`, `usize::MAX`.
fn number_of_owner(path: &syn::Path) -> Option<Number> {
    let segments: Vec<&syn::Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
    match segments.as_slice() {
        [owner, name] if name.to_string().starts_with(char::is_uppercase) => Number::named(&owner.to_string()),
        _ => None,
    }
}
