//! The state that the passes over one function share.

use std::collections::HashSet;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;

use super::program::{Key, Program};
use super::scope::{Binding, Scopes};
use super::tree::{Expr, ExprKind, Local, LocalId, Resource, Stmt, StmtKind};
use super::types::{Ty, Types};
use crate::diagnostics::{Errors, Problem};

/// Something that has no form here: either an error said so, or rustc will.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

/// A part of the tree, or nothing.
pub(crate) type Lowered<T> = Result<T, Refused>;

/// One loop around the current place.
pub(crate) struct LoopFrame {
    pub(crate) label: Option<String>,
    /// The local that `break` leaves its value in.
    pub(crate) result: Option<LocalId>,
    pub(crate) broken: bool,
}

/// Turns one function into a tree.
pub(crate) struct Lowerer<'p, 'a> {
    pub(crate) program: &'p mut Program<'a>,
    pub(crate) errors: &'p mut Errors,
    pub(crate) types: Types,
    pub(crate) locals: Vec<Local>,
    names: HashSet<String>,
    pub(crate) scopes: Scopes,
    pub(crate) loops: Vec<LoopFrame>,
    /// The type that the function returns.
    pub(crate) result: Ty,
    /// Calls of helpers, whose types are known in the end.
    pub(crate) calls: Vec<(Key, TokenStream)>,
    /// Types that only the end of the function tells, and what stands there.
    pub(crate) judged: Vec<(Ty, Judged, TokenStream)>,
    /// Closures and constants around the current place.
    pub(crate) inlined: usize,
    pub(crate) in_closure: bool,
    /// Some types do not fit: rustc says so.
    pub(crate) mismatch: bool,
}

/// The requirement that a type has to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Operands of arithmetic and comparisons.
    Scalar,
    /// Operands of `as`.
    Castable,
}

impl<'p, 'a> Lowerer<'p, 'a> {
    pub(crate) fn new(program: &'p mut Program<'a>, errors: &'p mut Errors, scopes: Scopes, result: Ty) -> Self {
        Self {
            program,
            errors,
            types: Types::default(),
            locals: Vec::new(),
            names: HashSet::new(),
            scopes,
            loops: Vec::new(),
            result,
            calls: Vec::new(),
            judged: Vec::new(),
            inlined: 0,
            in_closure: false,
            mismatch: false,
        }
    }

    /// Says that the GPU form has no `what`, and what to write instead.
    pub(crate) fn refuse(&mut self, at: impl ToTokens, what: impl Display, help: impl Display) -> Refused {
        self.errors.report(Problem::GpuConstruct, at, &[&what, &help]);
        Refused
    }

    /// Says that a method has no GPU form.
    pub(crate) fn refuse_method(&mut self, method: &Ident, of: impl Display, help: impl Display) -> Refused {
        self.errors.report(Problem::GpuMethod, method, &[method, &of, &help]);
        Refused
    }

    /// Says that a name is not known here.
    pub(crate) fn unknown_name(&mut self, at: impl ToTokens, name: impl Display) -> Refused {
        let name = name.to_string();
        // `Case::First` of an `enum` that is refused itself.
        let first = name.split(' ').next().and_then(|path| path.split("::").next()).unwrap_or_default();
        if !matches!(self.scopes.lookup(first), Some(Binding::Refused)) {
            self.errors.report(Problem::GpuUnknownName, at, &[&name]);
        }
        Refused
    }

    /// Leaves the message to rustc.
    pub(crate) fn mismatch(&mut self) -> Refused {
        self.mismatch = true;
        Refused
    }

    /// Makes two types the same.
    pub(crate) fn unify(&mut self, a: &Ty, b: &Ty) -> Lowered<()> {
        self.types.unify(a, b).map_err(|_| self.mismatch())
    }

    /// The expression as a value of the type.
    pub(crate) fn coerce(&mut self, expr: Expr, ty: &Ty) -> Lowered<Expr> {
        self.unify(&expr.ty, ty)?;
        Ok(expr)
    }

    /// A fresh local; `prefix` tells users' names from others.
    fn add_local(&mut self, prefix: &str, name: &str, ty: Ty, mutable: bool) -> LocalId {
        let base = format!("{prefix}{}", name.trim_start_matches("r#"));
        let mut unique = base.clone();
        let mut count = 0;
        while !self.names.insert(unique.clone()) {
            count += 1;
            unique = format!("{base}_{count}");
        }
        self.locals.push(Local { name: unique, ty, mutable });
        self.locals.len() - 1
    }

    /// A local of the user.
    pub(crate) fn local(&mut self, name: &Ident, ty: Ty, mutable: bool) -> LocalId {
        let local = self.add_local("u_", &name.to_string(), ty, mutable);
        self.scopes.insert(&name.to_string(), Binding::Local(local));
        local
    }

    /// A local that the user has no name for.
    pub(crate) fn hidden(&mut self, name: &str, ty: Ty, mutable: bool) -> LocalId {
        self.add_local("t_", name, ty, mutable)
    }

    /// The expression if it may be written down several times, else a local that holds it.
    pub(crate) fn reusable(&mut self, value: Expr, at: &TokenStream, stmts: &mut Vec<Stmt>) -> Expr {
        if self.is_fixed(&value) {
            return value;
        }
        let ty = value.ty.clone();
        let local = self.hidden("value", ty.clone(), false);
        stmts.push(Stmt { at: at.clone(), kind: StmtKind::Let { local, init: Some(value) } });
        Expr::local(local, ty)
    }

    /// Returns true when the expression is cheap and gives the same value wherever it stands.
    fn is_fixed(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Constant(_) => true,
            ExprKind::Parameter(_) | ExprKind::Length(..) | ExprKind::Shape(_) => true,
            ExprKind::Local(local) => !self.locals[*local].mutable,
            ExprKind::Field(base, _) => self.is_fixed(base),
            ExprKind::Element(base, index) => {
                self.is_fixed(base)
                    && matches!(index.kind, ExprKind::Int(_))
                    && !matches!(base.kind, ExprKind::Array(_))
            }
            ExprKind::Tuple(items) => items.iter().all(|item| self.is_fixed(item)),
            _ => false,
        }
    }

    /// The window, array or view that an expression names.
    pub(crate) fn resource(&self, expr: &syn::Expr) -> Option<Resource> {
        match expr {
            syn::Expr::Path(path) => match self.scopes.lookup(&path.path.get_ident()?.to_string())? {
                Binding::Resource(resource) => Some(*resource),
                _ => None,
            },
            syn::Expr::Paren(inner) => self.resource(&inner.expr),
            syn::Expr::Group(inner) => self.resource(&inner.expr),
            syn::Expr::Reference(inner) => self.resource(&inner.expr),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => self.resource(expr),
            syn::Expr::MethodCall(call) if call.args.is_empty() => {
                let same = ["view", "view_mut", "as_ref", "clone", "reborrow", "to_owned"];
                if same.iter().any(|name| call.method == name) { self.resource(&call.receiver) } else { None }
            }
            _ => None,
        }
    }
}
