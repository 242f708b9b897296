//! Takes the function apart: which parameters are windows, which are bound when the kernel is made.

use std::collections::HashSet;

use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Block, FnArg, Generics, Ident, Meta, Pat, PatType, ReturnType, Token, Type, Visibility};

use super::item::FunctionItem;
use super::signature;
use super::window;
use crate::diagnostics::{Errors, Problem, axes};

/// An element function in pieces.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) fn_token: Token![fn],
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// In the user's order.
    pub(crate) arguments: Vec<Argument>,
    pub(crate) rank: usize,
    pub(crate) output: Type,
    pub(crate) body: Block,
    pub(crate) broken: bool,
}

/// One parameter of the element function.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// The user's attributes, without `#[boundary]`.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) mutability: Option<Token![mut]>,
    pub(crate) kind: Kind,
}

/// What a parameter is.
// A handful for each function: nothing is gained by a box.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Kind {
    Window {
        element: Type,
        boundary: Option<syn::Expr>,
        /// Its rank is that of the windows before it.
        matches: bool,
    },
    Scalar,
}

/// Reads the signature; `None` where no window is left to build a kernel from.
pub(crate) fn parse(item: FunctionItem, errors: &mut Errors) -> Option<Function> {
    let FunctionItem { attrs, vis, signature, body, mut broken } = item;
    signature::check(&signature, errors);
    let mut arguments = Vec::new();
    let mut rank = None;
    for input in &signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let parsed = argument(typed, arguments.len(), &mut rank, errors);
        // What an offset has to look like is not known then.
        broken |= matches!(&parsed.kind, Kind::Window { matches: false, .. });
        arguments.push(parsed);
    }
    let Some(rank) = rank else {
        errors.report(Problem::NoWindow, &signature.ident, &[]);
        return None;
    };
    if matches!(signature.inputs.first(), Some(FnArg::Receiver(_))) {
        return None;
    }
    let output = match &signature.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => syn::parse_quote!(()),
    };
    Some(Function {
        attrs,
        vis,
        fn_token: signature.fn_token,
        name: signature.ident,
        generics: signature.generics,
        arguments,
        rank,
        output,
        body,
        broken,
    })
}

/// One parameter; the first window sets the rank.
fn argument(typed: &PatType, position: usize, rank: &mut Option<usize>, errors: &mut Errors) -> Argument {
    let (name, mutability) = name_of(typed, position, errors);
    let (own, attrs) = split_boundary(&typed.attrs);
    let kind = match window::recognise(&typed.ty, errors) {
        None => {
            if let Some(attribute) = own.first() {
                errors.report(Problem::BoundaryOnParameter, attribute, &[&name]);
            }
            signature::check_parameter(&typed.ty, errors);
            Kind::Scalar
        }
        Some(found) => {
            if mutability.is_some() {
                errors.report(Problem::MutableWindow, &typed.pat, &[]);
            }
            let expected = *rank.get_or_insert(found.rank);
            if expected != found.rank {
                let counts = [axes(found.rank), axes(expected)];
                errors.report(Problem::RankMismatch, &typed.ty, &[&name, &counts[0], &counts[1]]);
            }
            let boundary = boundary_of(&name, &own, errors);
            Kind::Window { element: found.element, boundary, matches: expected == found.rank }
        }
    };
    Argument { name, ty: (*typed.ty).clone(), attrs, mutability, kind }
}

fn name_of(typed: &PatType, position: usize, errors: &mut Errors) -> (Ident, Option<Token![mut]>) {
    match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            let text = pat.ident.to_string();
            if text.starts_with("__") {
                errors.report(Problem::ReservedName, &pat.ident, &[&text]);
            }
            (pat.ident.clone(), pat.mutability)
        }
        // A parameter that is not looked at, `_: f32`, is a common way to keep a signature.
        Pat::Wild(_) => (format_ident!("_unused_{position}", span = typed.pat.span()), None),
        other => {
            errors.report(Problem::PatternParameter, other, &[&crate::emit::text::tokens(other)]);
            (format_ident!("_pattern_{position}", span = other.span()), None)
        }
    }
}

/// `#[boundary(..)]` attributes, and all others.
fn split_boundary(attrs: &[Attribute]) -> (Vec<Attribute>, Vec<Attribute>) {
    attrs.iter().cloned().partition(|attribute| attribute.path().is_ident("boundary"))
}

fn boundary_of(name: &Ident, own: &[Attribute], errors: &mut Errors) -> Option<syn::Expr> {
    let first = own.first()?;
    if let Some(second) = own.get(1) {
        errors.report(Problem::DuplicateBoundary, second, &[name]);
    }
    let Meta::List(list) = &first.meta else {
        errors.report(Problem::BoundaryAttribute, first, &[]);
        return None;
    };
    match syn::parse2(list.tokens.clone()) {
        Ok(expr) => Some(expr),
        // `#[boundary(Wrap, Nearest)]` reads naturally: take the list as the tuple it stands for.
        Err(_) => {
            let tokens = &list.tokens;
            let tuple = syn::parse2(quote::quote!((#tokens))).ok();
            if tuple.is_none() || list.tokens.is_empty() {
                errors.report(Problem::BoundaryAttribute, first, &[]);
            }
            tuple
        }
    }
}

/// Every identifier in `tokens`.
pub(crate) fn identifiers(tokens: impl ToTokens) -> HashSet<String> {
    fn collect(tokens: proc_macro2::TokenStream, into: &mut HashSet<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => {
                    into.insert(ident.to_string());
                }
                proc_macro2::TokenTree::Group(group) => collect(group.stream(), into),
                _ => {}
            }
        }
    }
    let mut names = HashSet::new();
    collect(tokens.into_token_stream(), &mut names);
    names
}
