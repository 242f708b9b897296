//! Uses of windows that no kernel can have: writes, calls of the function itself, forms of other languages' arrays.

use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Token};

use super::Walk;
use crate::diagnostics::Problem;
use crate::scope::strip;
use crate::syntax::is_assignment;
use crate::text;

impl Walk<'_> {
    /// A use that another language's arrays would have: `x(-1, 0)`, `x.get([0, 1])`, `x.iter()`, `for v in x`.
    pub(super) fn slip(&self, node: &Expr) -> Option<(usize, Ident, (String, String))> {
        let offset = |name: &Ident, rank: usize, arguments: &Punctuated<Expr, Token![,]>| {
            let entries = text::tokens(arguments);
            let entries = entries.trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
            match rank {
                1 => format!("`{name}[{entries}]`"),
                _ => format!("`{name}[[{entries}]]`"),
            }
        };
        let (base, found, instead) = match node {
            Expr::Call(call) => {
                let window = self.scopes.window(&call.func)?;
                let (name, rank) = &self.windows[window];
                (&*call.func, text::tokens(node), offset(name, *rank, &call.args))
            }
            Expr::MethodCall(call) => {
                let window = self.scopes.window(&call.receiver)?;
                let (name, rank) = &self.windows[window];
                let instead = match call.method.to_string().as_str() {
                    "get" | "at" | "uget" => offset(name, *rank, &call.args),
                    "iter" | "into_iter" | "indexed_iter" | "to_vec" | "as_slice" => format!("`{name}.values()`"),
                    _ => return None,
                };
                (&*call.receiver, text::tokens(node), instead)
            }
            Expr::ForLoop(node) => {
                let base = match strip(&node.expr) {
                    Expr::Reference(reference) => &*reference.expr,
                    other => other,
                };
                let name = &self.windows[self.scopes.window(base)?].0;
                (base, format!("for .. in {}", text::tokens(&node.expr)), format!("`{name}.values()`"))
            }
            _ => return None,
        };
        let Expr::Path(path) = strip(base) else { return None };
        Some((self.scopes.window(base)?, path.path.get_ident()?.clone(), (found, instead)))
    }

    /// Looks for a call of the function itself, with a window.
    pub(super) fn check_recursion(&mut self, node: &syn::ExprCall) {
        if let Expr::Path(path) = &*node.func
            && let Some(name) = path.path.get_ident()
            && *name == *self.own
            && self.scopes.lookup(&name.to_string()).is_none()
            && node.args.iter().any(|argument| self.scopes.window(argument).is_some())
        {
            self.found.recursion.get_or_insert_with(|| name.clone());
        }
    }

    /// Reports writes to windows; the rest of the body is looked at all the same.
    pub(super) fn check_writes(&mut self, node: &Expr) {
        match node {
            Expr::Assign(assign) if self.cell(&assign.left).is_some() => {
                self.errors.report(Problem::WriteToWindow, &assign.left, &[]);
            }
            Expr::Binary(binary) if is_assignment(&binary.op) && self.cell(&binary.left).is_some() => {
                self.errors.report(Problem::WriteToWindow, &binary.left, &[]);
            }
            Expr::Reference(reference) if reference.mutability.is_some() && self.cell(&reference.expr).is_some() => {
                let cell = text::tokens(&reference.expr);
                self.errors.report(Problem::MutableBorrow, reference, &[&cell]);
            }
            _ => {}
        }
    }
}
