//! Arrays that are indexed by offsets: `weights[[i + 1, j + 1]] * x[[i, j]]`, the convolution that one writes first.
//!
//! The loop's variable is an entry of an offset, and so an `isize`; an index of an array is a `usize`. rustc's message is of
//! traits of the index, and says nothing of either.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprForLoop, ExprIndex, Ident, Pat, Type};

use crate::arrays;
use crate::diagnostics::{Errors, Problem};
use crate::loop_offsets::{is_made_of, is_offset};
use crate::model::Model;
use crate::parse::function::Kind;
use crate::scope::strip;
use crate::syntax;
use crate::text;

/// Reports indices of array parameters that are made of offsets.
pub(crate) fn check(model: &Model, errors: &mut Errors) {
    let arguments = model.function.arguments.iter();
    let arrays = arguments.filter(|argument| matches!(argument.kind, Kind::Scalar) && is_array(&argument.ty));
    let mut names = Names::default();
    names.visit_block(&model.function.body);
    // A name that is given anew may be anything.
    let arrays = arrays.map(|argument| argument.name.to_string()).filter(|name| !names.0.contains(name)).collect();
    if !model.footprints.mixed {
        Finder { model, errors, names: names.0, arrays, offsets: Vec::new() }.visit_block(&model.function.body);
    }
}

/// A type that is indexed by `usize` alone.
fn is_array(ty: &Type) -> bool {
    match syntax::strip(ty) {
        Type::Reference(reference) => is_array(&reference.elem),
        Type::Array(_) | Type::Slice(_) => true,
        other => arrays::recognise(other).is_some(),
    }
}

/// The names that patterns give, but for variables of loops.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        self.0.insert(node.ident.to_string());
        visit::visit_pat_ident(self, node);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        if variable(node).is_none() {
            self.visit_pat(&node.pat);
        }
        self.visit_expr(&node.expr);
        self.visit_block(&node.body);
    }
}

/// The one variable of a loop.
fn variable(node: &ExprForLoop) -> Option<String> {
    match &*node.pat {
        Pat::Ident(pat) if pat.subpat.is_none() => Some(pat.ident.to_string()),
        _ => None,
    }
}

struct Finder<'m> {
    model: &'m Model,
    errors: &'m mut Errors,
    names: BTreeSet<String>,
    /// The parameters that are arrays.
    arrays: Vec<String>,
    /// The variables of the loops around that are offsets.
    offsets: Vec<String>,
}

impl Finder<'_> {
    /// The array that is indexed, through `w[i][j]`.
    fn array(&self, expr: &Expr) -> Option<Ident> {
        match strip(expr) {
            Expr::Path(path) => path.path.get_ident().filter(|name| self.arrays.contains(&name.to_string())).cloned(),
            Expr::Index(index) => self.array(&index.expr),
            _ => None,
        }
    }

    fn offset(&self, entry: &Expr) -> Option<&String> {
        self.offsets.iter().find(|name| is_made_of(entry, name))
    }

    /// The entry as an index.
    fn cast(&self, entry: &Expr) -> String {
        let text = text::tokens(entry);
        match (self.offset(entry), strip(entry)) {
            (None, _) => text,
            (Some(_), Expr::Path(_)) => format!("{text} as usize"),
            (Some(_), _) => format!("({}) as usize", text::tokens(strip(entry))),
        }
    }

    fn check(&mut self, node: &ExprIndex) {
        let Some(array) = self.array(&node.expr) else { return };
        let index = strip(&node.index);
        let entries: Vec<&Expr> = match index {
            Expr::Array(list) => list.elems.iter().collect(),
            Expr::Tuple(list) => list.elems.iter().collect(),
            other => vec![other],
        };
        let Some(name) = entries.iter().find_map(|entry| self.offset(entry)).cloned() else { return };
        let casts: Vec<String> = entries.iter().map(|entry| self.cast(entry)).collect();
        let base = text::tokens(&node.expr);
        let instead = match index {
            Expr::Array(_) => format!("{base}[[{}]]", casts.join(", ")),
            Expr::Tuple(_) => format!("{base}[({})]", casts.join(", ")),
            _ => format!("{base}[{}]", casts.join(", ")),
        };
        self.errors.report(Problem::IndexByOffset, &node.index, &[&name, &array, &instead]);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        let outer = self.offsets.clone();
        if let Some(name) = variable(node) {
            self.offsets.retain(|other| *other != name);
            // A `let` of that name may be of the right type.
            if !self.names.contains(&name) && is_offset(node, &self.model.footprints.reads) {
                self.offsets.push(name);
            }
        }
        visit::visit_expr_for_loop(self, node);
        self.offsets = outer;
    }

    fn visit_expr_index(&mut self, node: &'ast ExprIndex) {
        self.check(node);
        visit::visit_expr_index(self, node);
    }

    // Other items do not see these names.
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
