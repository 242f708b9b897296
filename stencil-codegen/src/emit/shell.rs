//! The code around every kernel: its type, the function that makes it, and the element function.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type, Visibility};

use super::attributes::{Attributes, OwnDocs};
use crate::function::{Argument, ElementFn, Handle, Role, is_unit};
use crate::generics::{self, KernelGenerics};
use crate::syntax::plain;

/// The parts that are particular to one kernel.
pub(crate) struct Parts<'m> {
    pub(crate) handle: Handle,
    /// Lines of documentation to follow the user's own.
    pub(crate) docs: Vec<String>,
    /// Parameters that expressions of the attribute mention: they are used, whether or not the body does.
    pub(crate) used: Vec<&'m Ident>,
    /// Items in front of the body.
    pub(crate) prelude: TokenStream,
    /// The implementations for the kernel's type.
    pub(crate) implementations: TokenStream,
    /// Types of the user's, each with the name of the assertion that it has to pass.
    pub(crate) assertions: Vec<(&'static str, &'m Type)>,
    /// The form for Python.
    pub(crate) python: Option<TokenStream>,
}

/// Everything the attribute expands to.
pub(crate) fn emit<R: Role>(function: &ElementFn<R>, generics: &KernelGenerics, parts: &Parts<'_>) -> TokenStream {
    let attrs = Attributes::of(function);
    let cfg = &attrs.cfg;
    let structure = structure(function, generics);
    let maker = maker(function, generics, &attrs, parts.handle, &parts.docs);
    let copies = copies(function, generics);
    let element = element(function, &attrs, &parts.used, &parts.prelude);
    let implementations = &parts.implementations;
    let asserts = asserts(function, generics, &parts.assertions);
    let python = parts.python.as_ref().map(|python| quote!(#(#cfg)* #python));
    quote! {
        #(#cfg)*
        #structure
        #maker
        #(#cfg)*
        const _: () = {
            #copies
            // What is wrong with a type is said here first.
            #asserts
            #element
            #implementations
        };
        #python
    }
}

impl Handle {
    pub(crate) fn ty(self, krate: &TokenStream, kernel: &TokenStream) -> TokenStream {
        match self {
            Self::Stencil => quote!(#krate::Stencil<#kernel>),
            Self::Gufunc => quote!(#krate::Gufunc<#kernel>),
            Self::Stacked => quote!(#krate::Gufunc<#krate::Stencil<#kernel>>),
        }
    }

    fn make(self, krate: &TokenStream, kernel: &TokenStream) -> TokenStream {
        match self {
            Self::Stencil => quote!(#krate::__private::stencil(#kernel)),
            Self::Gufunc => quote!(#krate::__private::gufunc(#kernel)),
            Self::Stacked => quote!(#krate::__private::gufunc(#krate::__private::stencil(#kernel))),
        }
    }
}

/// The kernel's type. Braces always: without them the name would be a value, too.
fn structure<R: Role>(function: &ElementFn<R>, generics: &KernelGenerics) -> TokenStream {
    let (vis, name) = (&function.vis, &function.kernel);
    let (parameters, clause) = (&generics.generics, &generics.generics.where_clause);
    let names = function.scalars().map(|scalar| &scalar.name);
    let types = &generics.fields;
    let phantom = phantom_field(generics).map(|ty| quote!(__types: #ty,));
    let params = (!parameters.params.is_empty()).then(|| {
        let params = &parameters.params;
        quote!(<#params>)
    });
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, unreachable_pub, single_use_lifetimes)]
        #vis struct #name #params #clause { #(#names: #types,)* #phantom }
    }
}

/// The method that tells what results depend on: the text of the body, and the values of the parameters.
pub(crate) fn identify<R: Role>(function: &ElementFn<R>) -> TokenStream {
    let private = {
        let krate = &function.krate;
        quote!(#krate::__private)
    };
    // Compilers differ in the spaces.
    let text = function.text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let hash = text.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        // FNV-1a.
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let parameters: Vec<&Ident> = function.scalars().map(|scalar| &scalar.name).collect();
    let names = parameters.iter().map(|name| plain(name));
    // The one more reference lets `Debug` be preferred where there is one.
    let told = (!parameters.is_empty()).then(|| {
        quote! {
            use #private::{TellDebug as _, TellType as _};
            #((&#private::Parameter(&self.#parameters)).tell(#names, __identity);)*
        }
    });
    quote! {
        fn identify(&self, __identity: &mut #private::Identity) {
            __identity.function::<Self>(#hash);
            #told
        }
    }
}

fn phantom_field(generics: &KernelGenerics) -> Option<TokenStream> {
    let phantom = &generics.phantom;
    (!phantom.is_empty()).then(|| quote!(::core::marker::PhantomData<fn() -> (#phantom)>))
}

/// The public function: the user's name, `fn` token and braces, so that `dead_code` speaks of it, once.
fn maker<R: Role>(
    function: &ElementFn<R>,
    generics: &KernelGenerics,
    attrs: &Attributes,
    handle: Handle,
    docs: &[String],
) -> TokenStream {
    let ElementFn { vis, fn_token, name, kernel, krate, .. } = function;
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let names: Vec<_> = function.scalars().map(|scalar| &scalar.name).collect();
    let types = &generics.fields;
    let phantom = phantom_field(generics).map(|_| quote!(__types: ::core::marker::PhantomData));
    let body = handle.make(krate, &quote!(#kernel { #(#names,)* #phantom }));
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(function.body.brace_token.span.join());
    let (public, lints, cfg) = (&attrs.public, &attrs.lints, &attrs.cfg);
    let returned = handle.ty(krate, &quote!(#kernel #ty_generics));
    // In the user's place, as all of the signature, so that `dead_code` speaks of it.
    let constant = quote_spanned!(fn_token.span=> const);
    let docs = documentation(vis, attrs.own_docs(), docs);
    quote! {
        #(#cfg)*
        #(#public)*
        #docs
        #(#lints)*
        #[allow(
            single_use_lifetimes,
            clippy::must_use_candidate,
            clippy::multiple_bound_locations,
            clippy::needless_pass_by_value,
            clippy::needless_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::too_many_arguments
        )]
        #vis #constant #fn_token #name #impl_generics(#(#names: #types),*) -> #returned #clause #body
    }
}

/// The generated documentation, behind the user's own.
///
/// A public function that its author has not documented gets it from rustdoc alone, so that `missing_docs` still speaks.
fn documentation(vis: &Visibility, own: OwnDocs, lines: &[String]) -> TokenStream {
    let before: &[&str] = match own {
        OwnDocs::None => &[],
        OwnDocs::Plain => &[""],
        // Behind a heading of the user's the call would belong to that.
        OwnDocs::Headed => &["", " # Call", ""],
    };
    let undocumented = own == OwnDocs::None && matches!(vis, Visibility::Public(_));
    let lines: Vec<&str> = before.iter().copied().chain(lines.iter().map(String::as_str)).collect();
    if undocumented { quote!(#[cfg_attr(doc, #(doc = #lines),*)]) } else { quote!(#(#[doc = #lines])*) }
}

/// `Clone` and `Copy` by hand: derived ones would bound the type parameters.
fn copies<R>(function: &ElementFn<R>, generics: &KernelGenerics) -> TokenStream {
    let name = &function.kernel;
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    // On a parameter's type, so that an owned array is refused there.
    let span = generics.fields.first().map_or_else(Span::call_site, Spanned::span);
    let copy = quote_spanned!(Span::call_site().located_at(span)=> ::core::marker::Copy);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #name #ty_generics #clause {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }
        #[automatically_derived]
        impl #impl_generics #copy for #name #ty_generics #clause {}
    }
}

/// The element function: the user's signature and body.
fn element<R>(function: &ElementFn<R>, attrs: &Attributes, used: &[&Ident], prelude: &TokenStream) -> TokenStream {
    let lints = &attrs.lints;
    let generics = generics::with_elements(function);
    let (params, clause) = (&generics.params, &generics.where_clause);
    let params = (!params.is_empty()).then(|| quote!(<#params>));
    let arguments = function.arguments.iter().map(|argument| {
        let Argument { name, ty, attrs, mutability, .. } = argument;
        let ty = generics::named(ty, "'_", &mut false);
        quote!(#(#attrs)* #mutability #name: #ty)
    });
    let output = (!is_unit(&function.output)).then(|| {
        let output = &function.output;
        quote!(-> #output)
    });
    let stmts = &function.body.stmts;
    let body = quote!(#(let _ = &#used;)* #prelude #(#stmts)*);
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(function.body.brace_token.span.join());
    quote! {
        #(#lints)*
        #[inline(always)]
        #[allow(
            elided_lifetimes_in_paths,
            single_use_lifetimes,
            unused_labels,
            clippy::inline_always,
            clippy::multiple_bound_locations,
            clippy::items_after_statements,
            clippy::needless_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::extra_unused_lifetimes,
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::large_types_passed_by_value,
            clippy::too_many_arguments,
            clippy::missing_const_for_fn,
            clippy::range_plus_one,
            clippy::unnecessary_wraps
        )]
        fn __element #params(#(#arguments),*) #output #clause #body
    }
}

/// One assertion for each type the user wrote, on its tokens. Those on types that depend on no parameter are evaluated
/// when the crate is checked: alignments are known then.
fn asserts<R>(function: &ElementFn<R>, generics: &KernelGenerics, types: &[(&str, &Type)]) -> TokenStream {
    let krate = &function.krate;
    let (impl_generics, _, clause) = generics.generics.split_for_impl();
    let call = |(assertion, ty): (&str, &Type)| {
        let assertion = Ident::new(assertion, ty.span());
        // All of the call, so that what comes out of it is said of the type.
        let mut krate: Vec<_> = krate.clone().into_iter().collect();
        krate.iter_mut().for_each(|token| token.set_span(token.span().located_at(ty.span())));
        quote_spanned!(ty.span()=> #(#krate)*::__private::#assertion::<#ty>();)
    };
    let types = types.iter().copied().map(call);
    let fields = generics.fields.iter().map(|ty| call(("assert_param", ty)));
    let (evaluated, checked): (Vec<_>, Vec<_>) = if function.generics.params.is_empty() {
        (types.collect(), fields.collect())
    } else {
        (vec![], types.chain(fields).collect())
    };
    let evaluated = (!evaluated.is_empty()).then(|| {
        quote! {
            #[allow(clippy::all, clippy::pedantic)]
            const _: () = { #(#evaluated)* };
        }
    });
    let checked = (!checked.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, single_use_lifetimes, clippy::all, clippy::pedantic)]
            fn __assert #impl_generics() #clause {
                #(#checked)*
            }
        }
    });
    quote!(#evaluated #checked)
}
