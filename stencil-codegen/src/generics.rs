//! Generic parameters of the kernel's type, and the lifetimes that the user left out.
//!
//! The element function keeps the user's own parameters. The kernel's type is stored, so that every lifetime in it
//! needs a name: hidden ones are called `'a`, or by the next letter that is free. They stand in public signatures.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, GenericParam, Generics, Ident, Lifetime, ParenthesizedGenericArguments, PathArguments, Type,
    TypeFnPtr, TypePath, TypeReference, parse_quote,
};

use crate::function::{ElementFn, Role};
use crate::parse::window;

/// The kernel's generics and the types of its fields.
pub(crate) struct KernelGenerics {
    /// Parameters with bounds: `T: Element` is added to each type parameter.
    pub(crate) generics: Generics,
    /// The types of the scalar parameters, with every lifetime named.
    pub(crate) fields: Vec<Type>,
    /// `PhantomData`'s argument, or nothing where the fields use everything.
    pub(crate) phantom: TokenStream,
    /// Types and constants, the arguments for a call of the element function.
    pub(crate) arguments: Vec<Ident>,
}

/// Derives the kernel's generics.
pub(crate) fn of<R: Role>(function: &ElementFn<R>) -> KernelGenerics {
    let mut hidden = false;
    let lifetime = free_lifetime(function);
    let fields: Vec<Type> = function.scalars().map(|scalar| named(&scalar.ty, &lifetime, &mut hidden)).collect();
    let mut generics = with_elements(function);
    let used = used_lifetimes(function, &generics);
    generics.params = generics
        .params
        .into_iter()
        .filter(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => used.contains(&parameter.lifetime.ident.to_string()),
            _ => true,
        })
        .collect();
    if hidden {
        let lifetime = Lifetime::new(&lifetime, Span::call_site());
        generics.params.insert(0, parse_quote!(#lifetime));
    }
    let markers = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.to_token_stream()),
        GenericParam::Lifetime(parameter) => {
            let lifetime = &parameter.lifetime;
            Some(quote!(&#lifetime ()))
        }
        GenericParam::Const(_) => None,
    });
    let phantom = quote!(#(#markers,)*);
    let arguments: Vec<Ident> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.clone()),
            GenericParam::Const(parameter) => Some(parameter.ident.clone()),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    KernelGenerics { generics, fields, phantom, arguments }
}

impl KernelGenerics {
    /// The arguments for a call of the element function: `::<T, R>`.
    pub(crate) fn turbofish(&self) -> Option<TokenStream> {
        let arguments = &self.arguments;
        (!arguments.is_empty()).then(|| quote!(::<#(#arguments),*>))
    }
}

/// The user's generics, with `T: Element` for each type parameter.
///
/// Not in a `where` clause: what rustc proposes to add to that would have no place in the user's code.
pub(crate) fn with_elements<R>(function: &ElementFn<R>) -> Generics {
    let krate = &function.krate;
    let mut generics = function.generics.clone();
    for parameter in generics.type_params_mut() {
        // At the parameter, where rustc proposes further bounds.
        let place = Span::call_site().located_at(parameter.ident.span());
        parameter.colon_token.get_or_insert(syn::token::Colon(place));
        parameter.bounds.push(parse_quote!(#krate::__private::Element));
    }
    generics
}

/// Lifetimes that the fields or the bounds mention. Those of windows are the executor's, not the kernel's.
fn used_lifetimes<R: Role>(function: &ElementFn<R>, generics: &Generics) -> HashSet<String> {
    let mut finder = Lifetimes::default();
    function.scalars().for_each(|scalar| finder.visit_type(&scalar.ty));
    finder.visit_type(&function.output);
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(parameter) => {
                parameter.bounds.iter().for_each(|bound| finder.visit_lifetime(bound));
                if !parameter.bounds.is_empty() {
                    finder.visit_lifetime(&parameter.lifetime);
                }
            }
            other => finder.visit_generic_param(other),
        }
    }
    if let Some(clause) = &generics.where_clause {
        finder.visit_where_clause(clause);
    }
    finder.0
}

/// The first of `'a`, `'b`, .. that the user's signature does not mention.
fn free_lifetime<R: Role>(function: &ElementFn<R>) -> String {
    let mut names = Lifetimes::default();
    names.visit_generics(&function.generics);
    function.scalars().for_each(|scalar| names.visit_type(&scalar.ty));
    let letters = ('a'..='z').map(|letter| letter.to_string());
    let free = letters.chain([String::from("kernel")]).find(|name| !names.0.contains(name));
    format!("'{}", free.unwrap_or_default())
}

/// The names of lifetimes.
#[derive(Default)]
struct Lifetimes(HashSet<String>);

impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        self.0.insert(node.ident.to_string());
    }
}

/// The type with its hidden lifetimes called `name`; `found` says whether there were any.
pub(crate) fn named(ty: &Type, name: &str, found: &mut bool) -> Type {
    let mut ty = ty.clone();
    Namer { name, found }.visit_type_mut(&mut ty);
    ty
}

struct Namer<'f> {
    name: &'f str,
    found: &'f mut bool,
}

impl Namer<'_> {
    fn lifetime(&mut self, span: proc_macro2::Span) -> Lifetime {
        *self.found = true;
        Lifetime::new(self.name, span)
    }
}

impl VisitMut for Namer<'_> {
    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        if node.ident == "_" {
            *node = self.lifetime(node.apostrophe);
        }
    }

    fn visit_type_reference_mut(&mut self, node: &mut TypeReference) {
        if node.lifetime.is_none() {
            node.lifetime = Some(self.lifetime(node.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, node);
    }

    fn visit_type_path_mut(&mut self, node: &mut TypePath) {
        let view = hides_a_lifetime(node);
        if let Some(last) = node.path.segments.last_mut()
            && view
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && !arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
        {
            let lifetime = self.lifetime(last.ident.span());
            arguments.args.insert(0, GenericArgument::Lifetime(lifetime));
        }
        visit_mut::visit_type_path_mut(self, node);
    }

    // Elided lifetimes of function types are their own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}

/// `ArrayView`, `ArrayView2`, `ArrayViewD`, `Window2`: types that are known to have a lifetime.
pub(crate) fn hides_a_lifetime(path: &TypePath) -> bool {
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.to_string();
    let digits = name.strip_prefix("ArrayView");
    let view = digits.is_some_and(|rest| matches!(rest, "" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "D"));
    view || window::is_window(&Type::Path(path.clone()))
}
