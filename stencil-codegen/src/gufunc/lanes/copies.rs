//! What is `Copy` by the look of it: only that can stand in an array with a value for each lane.
//!
//! The macro sees no types. What it cannot tell is taken to own memory, and the body runs for one loop element after the
//! other; a type in the `let` helps.

use syn::{Block, Expr, ExprCall, GenericArgument, Lit, PathArguments, Stmt, Type, UnOp};

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
