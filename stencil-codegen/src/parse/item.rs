//! Splits the item into attributes, visibility, signature and body.
//!
//! The body is parsed on its own, so that a slip inside it does not cost the signature: callers stay quiet.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Block, Item};

use super::offset;
use crate::attribute::Macro;
use crate::diagnostics::{Errors, Problem};
use crate::function::FunctionItem;
use crate::kernel_module;

/// Splits `item`, or says what stands there instead of a function.
pub(crate) fn split(item: TokenStream, attribute: Macro, errors: &mut Errors) -> Option<FunctionItem> {
    let head = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let signature = input.parse()?;
        let rest: TokenStream = input.parse()?;
        Ok((attrs, vis, signature, rest))
    };
    let (mut attrs, vis, signature, rest) = match head.parse2(item.clone()) {
        Ok(parts) => parts,
        Err(error) => {
            not_a_function(item, attribute, error, errors);
            return None;
        }
    };
    let Some(group) = braces(rest) else {
        // A function without a body: rustc says so.
        return None;
    };
    let (body, broken) = match syn::parse2::<Block>(TokenTree::Group(group.clone()).into()) {
        Ok(block) => (block, false),
        Err(_) => {
            // rustc has already reported the syntax error; what it cannot know is how an offset is written.
            offset::report_unbracketed(&signature, group.stream(), errors);
            (empty_block(&group)?, true)
        }
    };
    let items = kernel_module::take(&mut attrs);
    Some(FunctionItem { attrs, vis, signature, body, items, broken, facade: None })
}

/// The body, also where it is the argument `$body:block` of a macro, between invisible delimiters.
fn braces(rest: TokenStream) -> Option<Group> {
    match rest.into_iter().next()? {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => Some(group),
            Delimiter::None => braces(group.stream()),
            Delimiter::Parenthesis | Delimiter::Bracket => None,
        },
        _ => None,
    }
}

fn empty_block(group: &Group) -> Option<Block> {
    let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
    empty.set_span(group.span());
    syn::parse2(TokenTree::Group(empty).into()).ok()
}

fn not_a_function(tokens: TokenStream, attribute: Macro, error: syn::Error, errors: &mut Errors) {
    let Ok(item) = syn::parse2::<Item>(tokens) else {
        return errors.push(error);
    };
    let kind = match &item {
        Item::Const(_) => "a constant",
        Item::Enum(_) => "an enum",
        Item::Impl(_) => "an `impl` block",
        Item::Macro(_) => "a macro",
        Item::Mod(_) => "a module",
        Item::Static(_) => "a static",
        Item::Struct(_) => "a struct",
        Item::Trait(_) => "a trait",
        Item::Type(_) => "a type alias",
        Item::Use(_) => "a `use`",
        _ => "an item that is not a function",
    };
    errors.report_at(
        Problem::NotAFunction,
        proc_macro2::Span::call_site(),
        &[&kind, &attribute.name(), &attribute.example()],
    );
}
