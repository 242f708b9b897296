//! Types by the look of their values: which are `Copy`, so that an array can hold a value for each lane, and which cannot
//! change behind a shared reference, so that lanes can share them.
//!
//! The macro sees no types. What it cannot tell is taken to own memory, or to change, and the body runs for one loop
//! element after the other; a type in the `let` helps.

use syn::{
    BinOp, Block, Expr, ExprCall, ExprPath, GenericArgument, Ident, Lit, PathArguments, Stmt, Type, UnOp, parse_quote,
};

use super::kind::{self, Kind};
use super::names::{Name, Names};
use super::numbers::Number;
use super::uses::mentions;
use crate::function::{ElementFn, Role};
use crate::syntax::listed;

/// Arrays up to this length are kept for each lane.
const MAX_LEN: usize = 16;

/// Methods that give something `Copy` of something that is, beside those of numbers.
const COPIES: &[&str] = &[
    "len",
    "is_empty",
    "nrows",
    "ncols",
    "len_of",
    "dim",
    "abs_sub",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "exp_m1",
    "ln_1p",
    "log",
    "to_degrees",
    "to_radians",
    "neg",
    "add",
    "sub",
    "mul",
    "div",
    "abs",
    "signum",
    "unsigned_abs",
    "is_negative",
    "is_positive",
    "wrapping_neg",
    "wrapping_abs",
    "wrapping_shl",
    "wrapping_shr",
    "wrapping_rem",
    "wrapping_rem_euclid",
    "wrapping_div_euclid",
    "is_sign_negative",
    "is_sign_positive",
    "is_normal",
    "total_cmp",
    "cmp",
    "partial_cmp",
    "eq",
    "ne",
    "lt",
    "gt",
    "is_some",
    "is_none",
    "is_some_and",
    "is_none_or",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap",
    "to_f32",
    "to_f64",
    "to_usize",
    "midpoint",
];

/// The types that are known to be `Copy`: elements of operands, and generic parameters.
#[derive(Clone, Default)]
pub(crate) struct Known {
    types: Vec<Type>,
    /// The types of elements and type parameters.
    plain: Vec<Type>,
    /// The type parameters with the bound `Real`.
    pub(super) reals: Vec<Ident>,
    /// True when all elements are numbers.
    numbers: bool,
}

impl Known {
    /// The facts about a function with operands of these elements.
    pub(crate) fn of<R: Role>(function: &ElementFn<R>, elements: &[&Type]) -> Self {
        let parameters = || function.generics.type_params();
        let generic: Vec<Type> = parameters().map(|parameter| type_of(&parameter.ident)).collect();
        let is_number = |ty: &&Type| Kind::is_number(ty) || listed(&generic, ty);
        let numbers = elements.iter().all(is_number);
        let real = |parameter: &&syn::TypeParam| {
            let bounds = parameter.bounds.iter();
            bounds.filter_map(bound_name).any(|name| name == "Real")
        };
        let reals: Vec<Ident> = parameters().filter(real).map(|parameter| parameter.ident.clone()).collect();
        let wide = reals.iter().map(|real| parse_quote!(#real::MeanTotal));
        let plain: Vec<Type> = elements.iter().copied().cloned().chain(generic).chain(wide).collect();
        let scalars = function.scalars().map(|scalar| scalar.ty.clone());
        let types = plain.iter().cloned().chain(scalars.filter(|ty| matches!(ty, Type::Path(_)))).collect();
        Known { types, plain, reals, numbers }
    }

    pub(crate) fn ty(&self, ty: &Type) -> bool {
        if listed(&self.types, ty) {
            return true;
        }
        match ty {
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::Group(group) => self.ty(&group.elem),
            Type::Tuple(tuple) => tuple.elems.iter().all(|ty| self.ty(ty)),
            Type::Array(array) => is_short(&array.len) && self.ty(&array.elem),
            Type::Path(path) if path.qself.is_none() => {
                let Some(last) = path.path.segments.last() else { return false };
                match &last.arguments {
                    PathArguments::None => {
                        let name = last.ident.to_string();
                        Number::named(&name).is_some() || name == "bool" || name == "char"
                    }
                    PathArguments::AngleBracketed(list) if last.ident == "Option" || last.ident == "Wrapping" => {
                        list.args.iter().all(|argument| matches!(argument, GenericArgument::Type(ty) if self.ty(ty)))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Returns true when values of the type hold nothing that changes behind a shared reference, and their methods are
    /// known.
    pub(crate) fn is_plain(&self, ty: &Type) -> bool {
        if listed(&self.plain, ty) || Kind::is_number(ty) {
            return true;
        }
        match ty {
            Type::Paren(paren) => self.is_plain(&paren.elem),
            Type::Group(group) => self.is_plain(&group.elem),
            Type::Reference(reference) => reference.mutability.is_none() && self.is_plain(&reference.elem),
            Type::Slice(slice) => self.is_plain(&slice.elem),
            Type::Array(array) => self.is_plain(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().all(|ty| self.is_plain(ty)),
            Type::Path(path) => {
                let Some(last) = path.path.segments.last() else { return false };
                let name = last.ident.to_string();
                let PathArguments::AngleBracketed(list) = &last.arguments else { return name == "str" };
                let known =
                    name.starts_with("ArrayView") || ["Option", "Wrapping", "Range", "Vec"].contains(&name.as_str());
                known
                    && list.args.iter().all(|argument| match argument {
                        GenericArgument::Type(ty) => self.is_plain(ty) || is_dimension(ty),
                        GenericArgument::Lifetime(_) => true,
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    /// `same`: whether the same for all lanes, so that it may borrow.
    pub(super) fn value(&self, expr: &Expr, same: bool, names: &Names) -> bool {
        let value = |expr: &Expr| self.value(expr, same, names);
        match expr {
            Expr::Lit(lit) => !matches!(lit.lit, Lit::Verbatim(_)),
            Expr::Path(path) => self.named_value(path, names),
            Expr::Index(_) => true,
            Expr::Paren(inner) => value(&inner.expr),
            Expr::Group(inner) => value(&inner.expr),
            Expr::Field(inner) => value(&inner.base),
            Expr::Cast(_) => true,
            Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) || value(&unary.expr),
            // A type of the user's may multiply to something else.
            Expr::Binary(binary) => {
                let closed = self.numbers || Kind::of(expr, self, names).is_some() || is_logical(&binary.op);
                closed && value(&binary.left) && value(&binary.right)
            }
            Expr::Reference(reference) => same && reference.mutability.is_none(),
            Expr::Tuple(tuple) => tuple.elems.iter().all(value),
            Expr::Array(array) => array.elems.len() <= MAX_LEN && array.elems.iter().all(value),
            Expr::Repeat(repeat) => is_short(&repeat.len) && value(&repeat.expr),
            Expr::If(branch) => {
                self.tail(&branch.then_branch, same, names)
                    && branch.else_branch.as_ref().is_some_and(|(_, branch)| value(branch))
            }
            Expr::Match(node) => node.arms.iter().all(|arm| value(&arm.body)),
            Expr::Block(block) => self.tail(&block.block, same, names),
            Expr::Unsafe(block) => self.tail(&block.block, same, names),
            Expr::Struct(node) => self.named(&node.path),
            Expr::MethodCall(call) if kind::is_told_of_window(call, names) => true,
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                (COPIES.contains(&method.as_str()) || Number::some_leaves(&call.method))
                    && (value(&call.receiver) || Kind::of(&call.receiver, self, names).is_some())
                    && call.args.iter().all(|argument| matches!(argument, Expr::Closure(_)) || value(argument))
            }
            Expr::Call(call) => self.call(call, same, names),
            // `return`, `panic!()`.
            Expr::Return(_) => true,
            Expr::Macro(node) => ["panic", "unreachable", "matches"].iter().any(|name| node.mac.path.is_ident(name)),
            _ => false,
        }
    }

    /// A variable, or a constant of a number's type. Others may be of any type: `None`, `EMPTY`.
    fn named_value(&self, path: &ExprPath, names: &Names) -> bool {
        let Some(ident) = path.path.get_ident() else {
            return self.named(&owner(&path.path));
        };
        match names.find(ident) {
            Some(Name::UniformRef | Name::Opaque | Name::Given | Name::Core | Name::Output | Name::Scratch) => false,
            // Windows are copies, and long ones.
            Some(Name::Window) => false,
            Some(Name::Uniform | Name::UniformVar(_) | Name::Element | Name::Varying { .. }) => true,
            Some(Name::VaryingTemp | Name::Row | Name::RowRef) => true,
            None => !ident.to_string().starts_with(char::is_uppercase),
        }
    }

    /// Returns true when the value cannot change behind a shared reference: what lanes do with it leaves it as it is.
    pub(super) fn frozen(&self, expr: &Expr, names: &Names) -> bool {
        let frozen = |expr: &Expr| self.frozen(expr, names);
        match expr {
            Expr::Lit(_) | Expr::Cast(_) => true,
            Expr::Path(path) => {
                let name = path.path.get_ident().and_then(|ident| names.find(ident));
                let same = matches!(
                    name,
                    Some(Name::Uniform | Name::UniformRef | Name::UniformVar(_) | Name::Core | Name::Output)
                );
                same || Kind::of(expr, self, names).is_some()
            }
            Expr::Paren(inner) => frozen(&inner.expr),
            Expr::Group(inner) => frozen(&inner.expr),
            Expr::Field(inner) => frozen(&inner.base),
            Expr::Index(inner) => frozen(&inner.expr),
            Expr::Reference(reference) => reference.mutability.is_none() && frozen(&reference.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().all(frozen),
            Expr::If(branch) => {
                self.frozen_block(&branch.then_branch, names)
                    && branch.else_branch.as_ref().is_some_and(|(_, branch)| frozen(branch))
            }
            Expr::Block(block) => self.frozen_block(&block.block, names),
            Expr::Closure(closure) => {
                let opaque = |name: &String| matches!(names.find_plain(name), Some(Name::Opaque | Name::Given));
                !mentions(&closure.body).iter().any(opaque)
            }
            Expr::Call(call) if is_some(call) => call.args.iter().all(frozen),
            _ => Kind::of(expr, self, names).is_some() || kind::is_shape(expr, names),
        }
    }

    /// Names that are bound in the block are not known here.
    fn frozen_block(&self, block: &Block, names: &Names) -> bool {
        matches!(block.stmts.as_slice(), [Stmt::Expr(expr, None)] if self.frozen(expr, names))
    }

    fn tail(&self, block: &Block, same: bool, names: &Names) -> bool {
        matches!(block.stmts.last(), Some(Stmt::Expr(expr, None)) if self.value(expr, same, names))
    }

    /// `Some(0)`, `f32::from(v)`, `T::zero()`; not `Stats::new()`, nor `stats()`.
    fn call(&self, call: &ExprCall, same: bool, names: &Names) -> bool {
        const MAKERS: &[&str] = &["from", "new", "default", "from_f32", "from_f64", "from_bits"];
        let Expr::Path(function) = &*call.func else { return false };
        let Some(last) = function.path.segments.last().map(|last| &last.ident) else { return false };
        let value = |argument: &Expr| self.value(argument, same, names);
        if is_some(call) || ((last == "min" || last == "max") && function.path.segments.len() > 1) {
            return call.args.iter().all(value);
        }
        let makes = MAKERS.contains(&last.to_string().as_str()) || COPIES.contains(&last.to_string().as_str());
        let makes = makes || Number::some_leaves(last) || Kind::is_constant(last);
        function.path.segments.len() > 1 && makes && self.named(&owner(&function.path))
    }

    fn named(&self, path: &syn::Path) -> bool {
        self.ty(&Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: path.clone() }))
    }
}

/// The type parameter of a name, as a type.
fn type_of(ident: &Ident) -> Type {
    parse_quote!(#ident)
}

/// The name of a trait among bounds.
fn bound_name(bound: &syn::TypeParamBound) -> Option<String> {
    match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// The path without its last segment: `f32` of `f32::MAX`.
fn owner(path: &syn::Path) -> syn::Path {
    let mut owner = path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    owner
}

/// Comparisons and their like give truth, whatever they compare.
pub(super) fn is_logical(op: &BinOp) -> bool {
    use BinOp as B;
    matches!(op, B::And(_) | B::Or(_) | B::Lt(_) | B::Le(_) | B::Gt(_) | B::Ge(_) | B::Eq(_) | B::Ne(_))
}

/// `Ix1`, `IxDyn`
fn is_dimension(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with("Ix")))
}

/// `Some(..)`
fn is_some(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"))
}

fn is_short(len: &Expr) -> bool {
    matches!(len, Expr::Lit(lit) if matches!(&lit.lit, Lit::Int(int) if int.base10_parse::<usize>().is_ok_and(|len| len <= MAX_LEN)))
}
