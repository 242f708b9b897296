//! Types by the look of their values: which are `Copy`, so that an array can hold a value for each lane, and which cannot
//! change behind a shared reference, so that lanes can share them.
//!
//! The macro sees no types. What it cannot tell is taken to own memory, or to change, and the body runs for one loop
//! element after the other; a type in the `let` helps.

use syn::{Block, Expr, ExprCall, GenericArgument, Lit, PathArguments, Stmt, Type, UnOp};

use super::macros;
use super::names::{Name, Names};
use super::numbers::Number;
use super::uses::mentions;

/// Arrays up to this length are kept for each lane.
const MAX_LEN: usize = 16;

const NUMBERS: &[&str] = &[
    "f32", "f64", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool",
    "char",
];

/// Methods that give something that owns memory, or borrows it, or goes through it.
const OWNERS: &[&str] = &[
    "to_vec",
    "to_owned",
    "to_string",
    "collect",
    "clone",
    "iter",
    "iter_mut",
    "into_iter",
    "view",
    "map",
    "filter",
    "zip",
    "rev",
    "bytes",
    "chars",
    "as_ref",
    "as_mut",
    "as_slice",
    "by_ref",
    "into",
    "try_into",
    "borrow",
    "entry",
];

/// Methods of slices, arrays, iterators and views that only look, and give something that does.
const READERS: &[&str] = &[
    "len",
    "is_empty",
    "shape",
    "dim",
    "nrows",
    "ncols",
    "len_of",
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
    "to_owned",
    "clone",
    "view",
    "row",
    "column",
    "rows",
    "t",
    "slice",
    "as_slice",
    "first",
    "last",
    "get",
    "unwrap",
    "unwrap_or",
    "is_some",
    "is_none",
];

/// The types that are known to be `Copy`: elements of operands, and generic parameters.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) types: Vec<Type>,
}

impl Known {
    pub(super) fn ty(&self, ty: &Type) -> bool {
        if self.types.contains(ty) {
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
                    PathArguments::None => NUMBERS.contains(&last.ident.to_string().as_str()),
                    PathArguments::AngleBracketed(list) if last.ident == "Option" || last.ident == "Wrapping" => {
                        list.args.iter().all(|argument| matches!(argument, GenericArgument::Type(ty) if self.ty(ty)))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// `same`: whether the same for all lanes, so that it may borrow.
    pub(super) fn value(&self, expr: &Expr, same: bool) -> bool {
        let value = |expr: &Expr| self.value(expr, same);
        match expr {
            Expr::Lit(lit) => !matches!(lit.lit, Lit::Verbatim(_)),
            Expr::Path(_) | Expr::Index(_) => true,
            Expr::Paren(inner) => value(&inner.expr),
            Expr::Group(inner) => value(&inner.expr),
            Expr::Field(inner) => value(&inner.base),
            Expr::Cast(_) => true,
            Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) || value(&unary.expr),
            Expr::Binary(binary) => value(&binary.left) && value(&binary.right),
            Expr::Reference(reference) => same && reference.mutability.is_none(),
            Expr::Tuple(tuple) => tuple.elems.iter().all(value),
            Expr::Array(array) => array.elems.len() <= MAX_LEN && array.elems.iter().all(value),
            Expr::Repeat(repeat) => is_short(&repeat.len) && value(&repeat.expr),
            Expr::If(branch) => {
                self.tail(&branch.then_branch, same)
                    && branch.else_branch.as_ref().is_some_and(|(_, branch)| value(branch))
            }
            Expr::Match(node) => node.arms.iter().all(|arm| value(&arm.body)),
            Expr::Block(block) => self.tail(&block.block, same),
            Expr::Unsafe(block) => self.tail(&block.block, same),
            Expr::Struct(node) => self.named(&node.path),
            Expr::MethodCall(call) => {
                !OWNERS.contains(&call.method.to_string().as_str())
                    && value(&call.receiver)
                    && call.args.iter().all(|argument| matches!(argument, Expr::Closure(_)) || value(argument))
            }
            Expr::Call(call) => self.call(call, same),
            // `return`, `panic!()`.
            Expr::Return(_) => true,
            Expr::Macro(node) => ["panic", "unreachable", "matches"].iter().any(|name| node.mac.path.is_ident(name)),
            _ => false,
        }
    }

    /// Whether the value cannot change behind a shared reference: what lanes do with it leaves it as it is.
    pub(super) fn frozen(&self, expr: &Expr, names: &Names) -> bool {
        let frozen = |expr: &Expr| self.frozen(expr, names);
        match expr {
            Expr::Lit(_) | Expr::Cast(_) => true,
            Expr::Path(path) => path.path.get_ident().is_some_and(|ident| {
                let name = names.find(ident);
                matches!(name, Some(Name::Same | Name::Shared | Name::Counter(_) | Name::Core | Name::Output))
            }),
            Expr::Paren(inner) => frozen(&inner.expr),
            Expr::Group(inner) => frozen(&inner.expr),
            Expr::Field(inner) => frozen(&inner.base),
            Expr::Index(inner) => frozen(&inner.expr),
            Expr::Reference(reference) => reference.mutability.is_none() && frozen(&reference.expr),
            Expr::Unary(unary) => frozen(&unary.expr),
            Expr::Binary(binary) => frozen(&binary.left) && frozen(&binary.right),
            Expr::Range(range) => [&range.start, &range.end].into_iter().flatten().all(|end| frozen(end)),
            Expr::Tuple(tuple) => tuple.elems.iter().all(frozen),
            Expr::Array(array) => array.elems.iter().all(frozen),
            Expr::Repeat(repeat) => frozen(&repeat.expr),
            Expr::If(branch) => {
                self.frozen_block(&branch.then_branch, names)
                    && branch.else_branch.as_ref().is_some_and(|(_, branch)| frozen(branch))
            }
            Expr::Block(block) => self.frozen_block(&block.block, names),
            Expr::Match(node) => node.arms.iter().all(|arm| frozen(&arm.body)),
            Expr::Struct(node) => self.named(&node.path),
            Expr::Closure(closure) => {
                mentions(&closure.body).iter().all(|name| names.find_plain(name) != Some(Name::Opaque))
            }
            Expr::MethodCall(call) => {
                let looks = READERS.contains(&call.method.to_string().as_str()) || Number::some_leaves(&call.method);
                looks && frozen(&call.receiver) && call.args.iter().all(frozen)
            }
            Expr::Call(call) => self.call(call, true),
            Expr::Macro(node) => macros::arguments(&node.mac)
                .is_some_and(|arguments| [arguments.taken, arguments.lent].concat().iter().all(frozen)),
            _ => false,
        }
    }

    /// Names that are bound in the block are not known here.
    fn frozen_block(&self, block: &Block, names: &Names) -> bool {
        matches!(block.stmts.as_slice(), [Stmt::Expr(expr, None)] if self.frozen(expr, names))
    }

    fn tail(&self, block: &Block, same: bool) -> bool {
        matches!(block.stmts.last(), Some(Stmt::Expr(expr, None)) if self.value(expr, same))
    }

    /// `Some(0)`, `f32::from(v)`, `T::zero()`; not `Stats::new()`, nor `stats()`.
    fn call(&self, call: &ExprCall, same: bool) -> bool {
        let Expr::Path(function) = &*call.func else { return false };
        let segments = &function.path.segments;
        let last = segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if segments.len() == 1 {
            return last == "Some" && call.args.iter().all(|argument| self.value(argument, same));
        }
        if last == "min" || last == "max" {
            return call.args.iter().all(|argument| self.value(argument, same));
        }
        let mut owner = function.path.clone();
        owner.segments.pop();
        owner.segments.pop_punct();
        self.named(&owner)
    }

    fn named(&self, path: &syn::Path) -> bool {
        self.ty(&Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: path.clone() }))
    }
}

fn is_short(len: &Expr) -> bool {
    matches!(len, Expr::Lit(lit) if matches!(&lit.lit, Lit::Int(int) if int.base10_parse::<usize>().is_ok_and(|len| len <= MAX_LEN)))
}
