//! `python_module!(filters: smooth, other::nanmedian)`: a module of Python with a ufunc for each kernel.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Path, Token};

use super::export_name;

/// The module's name and its kernels.
struct Module {
    attrs: Vec<Attribute>,
    name: Ident,
    kernels: Punctuated<Entry, Token![,]>,
}

/// A kernel, or `&STATIC`, one that was exported by hand.
enum Entry {
    Kernel(Path),
    Static(Path),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        match input.parse::<Option<Token![&]>>()? {
            Some(_) => input.call(Path::parse_mod_style).map(Self::Static),
            None => input.call(Path::parse_mod_style).map(Self::Kernel),
        }
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { attrs, name, kernels: Punctuated::parse_terminated(input)? })
    }
}

/// Expands the macro.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let Module { attrs, name, kernels } = match syn::parse2(tokens) {
        Ok(module) => module,
        Err(error) => {
            let help = "write `python_module!(name: kernel, path::to::another)`";
            let error = syn::Error::new(error.span(), format!("{error}\nhelp: {help}"));
            return error.to_compile_error();
        }
    };
    let kernels = kernels.into_iter().map(|entry| match entry {
        Entry::Static(path) => path,
        Entry::Kernel(mut path) => {
            if let Some(last) = path.segments.last_mut() {
                last.ident = export_name(&last.ident);
            }
            path
        }
    });
    quote!(::ndstencil_python::__module!([#(#attrs)*] #name [#(&#kernels),*]);)
}
