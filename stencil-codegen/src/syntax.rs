//! Facts of Rust's syntax that several passes ask for.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Ident, Macro, Type, UseTree};

/// Macros that neither leave the statement they stand in nor name variables that are not handed to them.
const STD_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "vec",
    "matches",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "concat",
    "stringify",
    "cfg",
    "env",
    "line",
    "file",
    "column",
    "dbg",
];

/// Whether the operator writes its left side: `+=` and its like.
pub(crate) fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// The name of a macro of the standard library.
pub(crate) fn std_macro(node: &Macro) -> Option<String> {
    let segments = &node.path.segments;
    let owner = segments.first()?.ident.to_string();
    let standard = segments.len() == 1 || (segments.len() == 2 && ["std", "core", "alloc"].contains(&owner.as_str()));
    let name = segments.last()?.ident.to_string();
    (standard && STD_MACROS.contains(&name.as_str())).then_some(name)
}

/// The names that a `use` brings, and whether it brings everything there is.
pub(crate) fn imported(tree: &UseTree) -> (Vec<Ident>, bool) {
    match tree {
        UseTree::Path(path) => imported(&path.tree),
        UseTree::Name(name) => (vec![name.ident.clone()], false),
        UseTree::Rename(name) => (vec![name.rename.clone()], false),
        UseTree::Glob(_) => (Vec::new(), true),
        UseTree::Group(group) => {
            group.items.iter().map(imported).fold((Vec::new(), false), |mut all, (names, everything)| {
                all.0.extend(names);
                (all.0, all.1 || everything)
            })
        }
    }
}

/// Removes what only groups: parentheses, and the invisible delimiters that `macro_rules!` leaves.
pub(crate) fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

/// Every identifier in `tokens`.
pub(crate) fn identifiers(tokens: impl ToTokens) -> HashSet<String> {
    fn collect(tokens: TokenStream, into: &mut HashSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    into.insert(ident.to_string());
                }
                TokenTree::Group(group) => collect(group.stream(), into),
                _ => {}
            }
        }
    }
    let mut names = HashSet::new();
    collect(tokens.into_token_stream(), &mut names);
    names
}
