//! `python_module!(filters: smooth, other::nanmedian, mean = [mean_of_integers, mean_of_floats])`: a module of Python with a
//! ufunc for each kernel, or for several that differ in their types.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Path, Token, bracketed};

use super::export_name;
use crate::syntax::plain;

/// The module's name and its ufuncs.
struct Module {
    attrs: Vec<Attribute>,
    name: Ident,
    ufuncs: Punctuated<Ufunc, Token![,]>,
}

/// A kernel, or several under a name of their own.
struct Ufunc {
    name: Option<Ident>,
    kernels: Punctuated<Kernel, Token![,]>,
}

/// The path to the static of a kernel: that of its element function, or `&STATIC`, one that was exported by hand.
struct Kernel(Path);

impl Parse for Kernel {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let is_static = input.parse::<Option<Token![&]>>()?.is_some();
        let mut path = input.call(Path::parse_mod_style)?;
        match path.segments.last_mut() {
            Some(last) if !is_static => last.ident = export_name(&last.ident),
            _ => {}
        }
        Ok(Self(path))
    }
}

impl ToTokens for Kernel {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self(path) = self;
        tokens.extend(quote!(&#path));
    }
}

impl Parse for Ufunc {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek2(Token![=]) {
            return Ok(Self { name: None, kernels: Punctuated::from_iter([input.parse::<Kernel>()?]) });
        }
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let list;
        let bracket = bracketed!(list in input);
        let kernels = Punctuated::parse_terminated(&list)?;
        if kernels.is_empty() {
            return Err(syn::Error::new(bracket.span.join(), "a ufunc without kernels"));
        }
        Ok(Self { name: Some(name), kernels })
    }
}

impl ToTokens for Ufunc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let kernels = self.kernels.iter();
        let name = match &self.name {
            Some(name) => {
                let name = plain(name);
                quote!(::core::option::Option::Some(#name))
            }
            None => quote!(::core::option::Option::None),
        };
        tokens.extend(quote!((#name, &[#(#kernels),*])));
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { attrs, name, ufuncs: Punctuated::parse_terminated(input)? })
    }
}

/// Expands the macro.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let Module { attrs, name, ufuncs } = match syn::parse2(tokens) {
        Ok(module) => module,
        Err(error) => {
            let help = "write `python_module!(name: kernel, path::to::another, several = [of_integers, of_floats])`";
            let error = syn::Error::new(error.span(), format!("{error}\nhelp: {help}"));
            return error.to_compile_error();
        }
    };
    let ufuncs = ufuncs.iter();
    quote!(::ndstencil_python::__module!([#(#attrs)*] #name [#(#ufuncs),*]);)
}
