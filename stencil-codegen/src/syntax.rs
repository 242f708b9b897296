//! Facts of Rust's syntax that several passes ask for.

use std::collections::{BTreeSet, HashMap, HashSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, Ident, Macro, Pat, PatIdent, Type, UseTree};

use crate::text;

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

/// Returns true when the operator writes its left side: `+=` and its like.
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

/// Returns true when the type is among `types`, written in the same words.
pub(crate) fn listed(types: &[Type], ty: &Type) -> bool {
    let written = text::tokens(ty);
    types.iter().any(|other| text::tokens(other) == written)
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

/// The name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// The names that patterns bind, without `r#`.
#[derive(Default)]
pub(crate) struct Bound(pub(crate) BTreeSet<String>);

impl Bound {
    pub(crate) fn of(block: &Block) -> BTreeSet<String> {
        let mut bound = Self::default();
        bound.visit_block(block);
        bound.0
    }
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
        self.0.insert(plain(&node.ident));
        visit::visit_pat_ident(self, node);
    }
}

/// `.name`, but not `..name`: the name behind these tokens is a field.
pub(crate) fn is_field(before: &[TokenTree]) -> bool {
    let is_dot = |back: usize| {
        let token = before.len().checked_sub(back).and_then(|at| before.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '.')
    };
    is_dot(1) && !is_dot(2)
}

/// Returns true for a condition that binds names: `if let`.
pub(crate) fn has_let(cond: &Expr) -> bool {
    match cond {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(paren) => has_let(&paren.expr),
        Expr::Group(group) => has_let(&group.expr),
        _ => false,
    }
}

/// Returns true where `..` is among the patterns.
pub(crate) fn has_rest<'p>(pats: impl IntoIterator<Item = &'p Pat>) -> bool {
    pats.into_iter().any(|pat| matches!(pat, Pat::Rest(_)))
}

/// Returns true when a name that patterns or parameters bind stands in the body from different places: a macro's own
/// and one of its arguments are two variables, though they are spelled alike.
pub(crate) fn has_mixed_names<'n>(body: &Block, parameters: impl Iterator<Item = &'n Ident>) -> bool {
    let mut bound = Bound::of(body);
    let mut places: HashMap<String, String> = HashMap::new();
    let mut mixed = false;
    for parameter in parameters {
        bound.insert(plain(parameter));
        places.insert(plain(parameter), context(parameter));
    }
    compare(body.to_token_stream(), &bound, &mut places, &mut mixed);
    mixed
}

fn compare(tokens: TokenStream, bound: &BTreeSet<String>, places: &mut HashMap<String, String>, mixed: &mut bool) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => compare(group.stream(), bound, places, mixed),
            TokenTree::Ident(ident) if bound.contains(&plain(&ident)) => {
                let here = context(&ident);
                *mixed |= *places.entry(plain(&ident)).or_insert_with(|| here.clone()) != here;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The expansion that a name belongs to. rustc prints it in front of the place, `#4 bytes(10..12)`; where nothing is
/// printed, all names are of one.
fn context(ident: &Ident) -> String {
    let text = format!("{:?}", ident.span());
    match text.split_once(' ') {
        Some((context, _)) if context.starts_with('#') => context.to_owned(),
        _ => String::new(),
    }
}
