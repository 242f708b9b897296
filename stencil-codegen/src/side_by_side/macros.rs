//! Calls of the standard library's macros, whose arguments are expressions.

use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Token};

use crate::syntax::std_macro;

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    /// Those whose values may be moved away.
    pub(super) taken: Vec<Expr>,
    /// Those that are taken by reference.
    pub(super) lent: Vec<Expr>,
}

/// The arguments; `None` where the macro is another, or its arguments are no expressions.
pub(super) fn arguments(node: &Macro) -> Option<Arguments> {
    let tokens = node.tokens.clone();
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let all = |list: Punctuated<Expr, _>| list.into_iter().collect();
    match std_macro(node)?.as_str() {
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
        _ => Some(Arguments { taken: Vec::new(), lent: list.parse2(tokens).map(all).ok()? }),
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
