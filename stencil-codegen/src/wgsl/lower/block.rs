//! Blocks and their statements.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Pat, PatIdent};

use super::context::{Lowered, Lowerer, Refused};
use super::scope::{Binding, Closure};
use super::tree::{Block, Expr, ExprKind, Stmt, StmtKind};
use super::types::Ty;

impl Lowerer<'_, '_> {
    /// A block in a scope of its own, and its type.
    pub(crate) fn block(&mut self, block: &syn::Block, expected: Option<&Ty>) -> Lowered<(Block, Ty)> {
        let outer = self.scopes.items;
        self.scopes.push();
        let lowered = self.statements(block, expected);
        self.scopes.pop();
        self.scopes.items = outer;
        lowered
    }

    /// The statements of a block in the current scope. One that is refused does not hide errors of the others.
    pub(crate) fn statements(&mut self, block: &syn::Block, expected: Option<&Ty>) -> Lowered<(Block, Ty)> {
        self.declare_items(block);
        let mut lowered = Block::default();
        let mut diverges = false;
        let mut refused = false;
        for (index, stmt) in block.stmts.iter().enumerate() {
            let is_last = index + 1 == block.stmts.len();
            if let (true, Some(value)) = (is_last, value_of(stmt)) {
                match self.expr(&value, expected) {
                    Ok(value) => lowered.value = Some(value.boxed()),
                    Err(Refused) => refused = true,
                }
            } else if self.stmt(stmt, &mut lowered.stmts).is_err() {
                refused = true;
            }
            diverges |=
                matches!(lowered.stmts.last(), Some(Stmt { kind: StmtKind::Expr(expr), .. }) if expr.ty == Ty::Never);
        }
        if refused {
            return Err(Refused);
        }
        let ty = match &lowered.value {
            _ if diverges => Ty::Never,
            Some(value) => value.ty.clone(),
            None => Ty::unit(),
        };
        Ok((lowered, ty))
    }

    fn declare_items(&mut self, block: &syn::Block) {
        let items = || block.stmts.iter().filter_map(item_of);
        if items().next().is_some() {
            let number = self.program.items.declare(self.scopes.items, items());
            self.program.items.enter(number, &mut self.scopes);
        }
        // What is refused below is not reported again where it is used.
        for item in items() {
            if let Some(name) = refused_name(item) {
                self.scopes.insert(&name.to_string(), Binding::Refused);
            }
        }
    }

    fn stmt(&mut self, stmt: &syn::Stmt, into: &mut Vec<Stmt>) -> Lowered<()> {
        match stmt {
            syn::Stmt::Local(local) => self.let_stmt(local, into),
            syn::Stmt::Item(item) => self.item(item),
            syn::Stmt::Expr(expr, _) => {
                let lowered = self.expr(expr, None)?;
                into.push(Stmt { at: expr.to_token_stream(), kind: StmtKind::Expr(lowered) });
                Ok(())
            }
            syn::Stmt::Macro(call) => {
                let lowered = self.macro_call(&call.mac)?;
                into.push(Stmt { at: call.mac.to_token_stream(), kind: StmtKind::Expr(lowered) });
                Ok(())
            }
        }
    }

    fn item(&mut self, item: &syn::Item) -> Lowered<()> {
        use syn::Item;
        match item {
            Item::Const(_) | Item::Fn(_) | Item::Type(_) | Item::Use(_) => Ok(()),
            Item::Static(item) => Err(self.refuse(&item.ident, "statics", "write `const` in place of `static`")),
            Item::Struct(_) | Item::Enum(_) | Item::Union(_) | Item::Trait(_) | Item::Impl(_) => {
                let at = refused_name(item).map_or_else(|| item.to_token_stream(), ToTokens::to_token_stream);
                let help = "write tuples and functions, and number the cases of an `enum`";
                Err(self.refuse(at, "types of its own", help))
            }
            other => Err(self.refuse(other, "items other than `const` and `fn`", "write constants and functions")),
        }
    }

    fn let_stmt(&mut self, local: &syn::Local, into: &mut Vec<Stmt>) -> Lowered<()> {
        let lowered = self.try_let(local, into);
        if lowered.is_err() {
            self.bind_refused(&local.pat);
        }
        lowered
    }

    fn try_let(&mut self, local: &syn::Local, into: &mut Vec<Stmt>) -> Lowered<()> {
        let at = local.to_token_stream();
        let (pat, annotation) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(self.ty(&typed.ty)?)),
            pat => (pat, None),
        };
        let Some(init) = &local.init else {
            return self.declare(pat, annotation, at, into);
        };
        if let Some((otherwise, _)) = &init.diverge {
            return Err(self.refuse(otherwise, "`let .. else`", "write `if` or `match`"));
        }
        if let Pat::Ident(name) = pat
            && self.see_through(name, &init.expr)?
        {
            return Ok(());
        }
        let value = self.expr(&init.expr, annotation.as_ref())?;
        let mut value = match &annotation {
            Some(ty) => self.coerce(value, ty)?,
            None => value,
        };
        if value.ty == Ty::Never {
            value.ty = annotation.unwrap_or(Ty::Never);
        }
        self.bind(pat, value, &at, into)
    }

    /// `let x;`
    fn declare(&mut self, pat: &Pat, ty: Option<Ty>, at: TokenStream, into: &mut Vec<Stmt>) -> Lowered<()> {
        let Pat::Ident(name) = pat else {
            return Err(self.refuse(pat, "patterns without a value", "declare each name: `let a; let b;`"));
        };
        let ty = ty.unwrap_or_else(|| self.types.unknown());
        let local = self.local(&name.ident, ty, true);
        into.push(Stmt { at, kind: StmtKind::Let { local, init: None } });
        Ok(())
    }

    /// Names for windows, views and closures need no variable in the shader.
    fn see_through(&mut self, name: &PatIdent, init: &syn::Expr) -> Lowered<bool> {
        if let Some(resource) = self.resource(init) {
            self.scopes.insert(&name.ident.to_string(), Binding::Resource(resource));
            return Ok(true);
        }
        if let syn::Expr::Closure(closure) = crate::scope::strip(init) {
            let closure = self.closure(closure)?;
            self.scopes.insert(&name.ident.to_string(), Binding::Closure(closure));
            return Ok(true);
        }
        Ok(false)
    }

    /// A closure of the current scope.
    pub(crate) fn closure(&mut self, closure: &syn::ExprClosure) -> Lowered<std::rc::Rc<Closure>> {
        let mut parameters = Vec::new();
        for pat in &closure.inputs {
            parameters.push(match pat {
                Pat::Type(typed) => self.ty(&typed.ty)?,
                _ => self.types.unknown(),
            });
        }
        let result = match &closure.output {
            syn::ReturnType::Type(_, ty) => self.ty(ty)?,
            syn::ReturnType::Default => self.types.unknown(),
        };
        Ok(Closure { expr: closure.clone(), scopes: self.scopes.clone(), parameters, result }.into())
    }

    /// Uses of these names are not reported again.
    pub(crate) fn bind_refused(&mut self, pat: &Pat) {
        struct Names<'s, 'p, 'a>(&'s mut Lowerer<'p, 'a>);
        impl<'ast> Visit<'ast> for Names<'_, '_, '_> {
            fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
                self.0.scopes.insert(&node.ident.to_string(), Binding::Refused);
                syn::visit::visit_pat_ident(self, node);
            }
            fn visit_expr(&mut self, _: &'ast syn::Expr) {}
        }
        Names(self).visit_pat(pat);
    }

    /// A block as an expression.
    pub(crate) fn block_expr(&mut self, block: &syn::Block, expected: Option<&Ty>) -> Lowered<Expr> {
        let (block, ty) = self.block(block, expected)?;
        Ok(Expr::new(ExprKind::Block(block), ty))
    }
}

/// The name of an item that has no form.
fn refused_name(item: &syn::Item) -> Option<&syn::Ident> {
    match item {
        syn::Item::Static(item) => Some(&item.ident),
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Union(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        _ => None,
    }
}

fn item_of(stmt: &syn::Stmt) -> Option<&syn::Item> {
    match stmt {
        syn::Stmt::Item(item) => Some(item),
        _ => None,
    }
}

/// The value that a block ends with, if this is its last statement.
fn value_of(stmt: &syn::Stmt) -> Option<syn::Expr> {
    match stmt {
        syn::Stmt::Expr(expr, None) => Some(expr.clone()),
        syn::Stmt::Macro(call) if call.semi_token.is_none() => {
            Some(syn::Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: call.mac.clone() }))
        }
        _ => None,
    }
}
