//! `#[kernel_module] mod ..`: constants and functions of a module, made visible to the GPU forms of its kernels.
//!
//! A macro sees the item that it stands on, and nothing else. On a module it sees all of it, and hands each kernel the
//! constants and functions that the kernel names, and that those name, in an attribute of their own: [`take`] reads it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, File, Item, ItemMod, Meta};

use crate::attribute::is_own;
use crate::diagnostics::{Errors, Problem};

/// The attribute in which a kernel gets the items.
const ITEMS: &str = "__kernel_items";

/// Expands `#[kernel_module] item`.
pub(crate) fn expand(args: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !args.is_empty() {
        errors.report(Problem::KernelModule, args, &[&"something with arguments"]);
    }
    let Ok(mut module) = syn::parse2::<ItemMod>(item.clone()) else {
        errors.report(Problem::KernelModule, &item, &[&"something else than a module"]);
        return with_errors(item, errors);
    };
    let Some((_, items)) = &mut module.content else {
        errors.report(Problem::KernelModule, &module, &[&"a module whose content is in another file"]);
        return with_errors(item, errors);
    };
    let shared: Vec<Item> = items.iter().filter(|item| is_shared(item)).cloned().collect();
    for item in items.iter_mut() {
        if let Item::Fn(function) = item
            && let Some(place) = function.attrs.iter().position(is_own)
        {
            let needed = needed(&function.to_token_stream(), &shared);
            if !needed.is_empty() {
                let name = Ident::new(ITEMS, proc_macro2::Span::call_site());
                function.attrs.insert(place + 1, syn::parse_quote!(#[#name(#(#needed)*)]));
            }
        }
    }
    with_errors(module.into_token_stream(), errors)
}

/// Takes the items out of a kernel's attributes.
pub(crate) fn take(attrs: &mut Vec<Attribute>) -> Vec<Item> {
    let (own, rest): (Vec<_>, Vec<_>) = attrs.drain(..).partition(|attribute| attribute.path().is_ident(ITEMS));
    *attrs = rest;
    let items = own.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => syn::parse2::<File>(list.tokens.clone()).ok(),
        Meta::Path(_) | Meta::NameValue(_) => None,
    });
    items.flat_map(|file| file.items).collect()
}

fn with_errors(item: TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    quote!(#item #errors)
}

/// A constant or a function that is no kernel.
fn is_shared(item: &Item) -> bool {
    match item {
        Item::Const(_) => true,
        Item::Fn(function) => !function.attrs.iter().any(is_own),
        _ => false,
    }
}

/// The items that the tokens name, and that those name, in the order of the module.
fn needed<'a>(tokens: &TokenStream, shared: &'a [Item]) -> Vec<&'a Item> {
    let mut named = HashSet::new();
    names(tokens.clone(), &mut named);
    let mut kept = vec![false; shared.len()];
    loop {
        let next = (0..shared.len()).find(|&k| !kept[k] && name(&shared[k]).is_some_and(|name| named.contains(&name)));
        let Some(next) = next else { break };
        kept[next] = true;
        names(shared[next].to_token_stream(), &mut named);
    }
    shared.iter().zip(kept).filter_map(|(item, kept)| kept.then_some(item)).collect()
}

fn name(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        _ => None,
    }
}

/// All identifiers in the tokens.
fn names(tokens: TokenStream, found: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => names(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the items that the kernel `k` of a module gets.
    fn given(module: &str) -> Vec<String> {
        let expanded = expand(&TokenStream::new(), module.parse().unwrap());
        let module: ItemMod = syn::parse2(expanded).unwrap();
        let (_, items) = module.content.unwrap();
        let kernel = items.into_iter().find_map(|item| match item {
            Item::Fn(function) if function.sig.ident == "k" => Some(function),
            _ => None,
        });
        take(&mut kernel.unwrap().attrs).iter().filter_map(name).collect()
    }

    #[test]
    fn a_kernel_gets_what_it_names_and_what_that_names() {
        let module = "mod m {
            const A: f32 = B; const B: f32 = 1.0; const C: f32 = 2.0;
            fn f(v: f32) -> f32 { g(v) } fn g(v: f32) -> f32 { v + A } fn h(v: f32) -> f32 { v }
            #[stencil(gpu)] fn k(x: Window1<f32>) -> f32 { f(x[0]) }
            #[stencil(gpu)] fn other(x: Window1<f32>) -> f32 { C * k(x[0]) }
        }";
        assert_eq!(given(module), ["A", "B", "f", "g"]);
    }

    #[test]
    fn other_functions_get_nothing() {
        let module =
            "mod m { const A: f32 = 1.0; fn f() -> f32 { A } #[stencil] fn k(x: Window1<f32>) -> f32 { x[0] } }";
        let expanded = expand(&TokenStream::new(), module.parse().unwrap()).to_string();
        assert_eq!(expanded, module.parse::<TokenStream>().unwrap().to_string());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        for (args, item) in [("", "fn f() {}"), ("", "mod m;"), ("deep", "mod m {}")] {
            let expanded = expand(&args.parse().unwrap(), item.parse().unwrap()).to_string();
            assert!(expanded.contains("compile_error"), "{item}: {expanded}");
        }
    }
}
