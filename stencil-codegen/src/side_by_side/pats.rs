//! The variables that patterns bind.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Ident, Local, Pat, PatIdent, Stmt, Type};

use crate::syntax::plain;

/// A variable of a pattern.
pub(super) struct Variable {
    pub(super) ident: Ident,
    pub(super) mutable: bool,
    /// `ref`: it points into what is matched.
    pub(super) by_ref: bool,
}

/// All variables that a pattern binds.
pub(super) fn bound(pat: &Pat) -> Vec<Variable> {
    struct Finder(Vec<Variable>);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
            // `None`, and other constants.
            if !node.ident.to_string().starts_with(char::is_uppercase) {
                let (mutable, by_ref) = (node.mutability.is_some(), node.by_ref.is_some());
                self.0.push(Variable { ident: node.ident.clone(), mutable, by_ref });
            }
            visit::visit_pat_ident(self, node);
        }
    }
    let mut finder = Finder(Vec::new());
    finder.visit_pat(pat);
    finder.0
}

/// The names that a `let` binds; `None` for other statements.
pub(super) fn lets(stmt: &Stmt) -> Option<BTreeSet<String>> {
    match stmt {
        Stmt::Local(local) => Some(lets_of(local)),
        _ => None,
    }
}

pub(super) fn lets_of(local: &Local) -> BTreeSet<String> {
    bound(&local.pat).into_iter().map(|variable| plain(&variable.ident)).collect()
}

/// One variable, whether it may change, and its type where that is written.
pub(super) fn simple(pat: &Pat) -> Option<(&Ident, bool, Option<&Type>)> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
            Some((&pat.ident, pat.mutability.is_some(), None))
        }
        Pat::Type(typed) => {
            let (ident, mutable, _) = simple(&typed.pat)?;
            Some((ident, mutable, Some(&typed.ty)))
        }
        _ => None,
    }
}
