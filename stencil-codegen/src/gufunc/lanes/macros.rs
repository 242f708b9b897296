//! Calls of the standard library's macros, whose arguments are expressions.

use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Token};

/// Macros that neither leave the statement they stand in nor name variables that are not handed to them.
const KNOWN: &[&str] = &[
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

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    /// Those whose values may be moved away.
    pub(super) taken: Vec<Expr>,
    /// Those that are taken by reference.
    pub(super) lent: Vec<Expr>,
}

/// Whether the macro is one of the standard library's.
pub(super) fn is_known(node: &Macro) -> bool {
    name(node).is_some_and(|name| KNOWN.contains(&name.as_str()))
}

/// The arguments; `None` where the macro is another, or its arguments are no expressions.
pub(super) fn arguments(node: &Macro) -> Option<Arguments> {
    let tokens = node.tokens.clone();
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let all = |list: Punctuated<Expr, _>| list.into_iter().collect();
    match name(node)?.as_str() {
        "matches" => Some(Arguments { taken: matched.parse2(tokens).ok()?, lent: Vec::new() }),
        "vec" => {
            let repeated = |input: ParseStream<'_>| {
                let value = input.parse()?;
                input.parse::<Token![;]>()?;
                Ok(vec![value, input.parse()?])
            };
            let taken = repeated.parse2(tokens.clone()).or_else(|_| list.parse2(tokens).map(all)).ok()?;
            Some(Arguments { taken, lent: Vec::new() })
        }
        "dbg" => Some(Arguments { taken: list.parse2(tokens).map(all).ok()?, lent: Vec::new() }),
        "concat" | "stringify" | "cfg" | "env" | "line" | "file" | "column" => Some(Arguments::default()),
        name if KNOWN.contains(&name) => {
            Some(Arguments { taken: Vec::new(), lent: list.parse2(tokens).map(all).ok()? })
        }
        _ => None,
    }
}

/// `value, pattern if guard`
fn matched(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut parts = vec![input.parse()?];
    input.parse::<Token![,]>()?;
    Pat::parse_multi_with_leading_vert(input)?;
    if input.parse::<Option<Token![if]>>()?.is_some() {
        parts.push(input.parse()?);
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(parts)
}

/// The name of the macro, where its path is the standard library's.
fn name(node: &Macro) -> Option<String> {
    let segments = &node.path.segments;
    let owner = segments.first()?.ident.to_string();
    let standard = segments.len() == 1 || (segments.len() == 2 && ["std", "core", "alloc"].contains(&owner.as_str()));
    standard.then(|| segments.last().map(|last| last.ident.to_string())).flatten()
}
