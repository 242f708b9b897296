//! `#[gufunc("(n),(n)->()")]`: element functions over core dimensions.

mod args;
mod arrays;
mod check;
mod docs;
mod emit;
mod function;
mod guess;
mod inputs;
mod lanes;
mod model;
mod outputs;
mod settings;
mod signature;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Errors;
use crate::emit::fallback;
use crate::parse::item;

/// Expands `#[gufunc(args)] item`.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = args::parse(args, &mut errors);
    let Some(function) = item::split(item.clone(), &mut errors) else {
        return fallback::item(item, errors);
    };
    let Some(model) = function::parse(function, args, &mut errors) else {
        return fallback::item(item, errors);
    };
    check::check(&model, &mut errors);
    if errors.is_empty() && !model.broken {
        return emit::emit(model);
    }
    let errors = errors.into_compile_errors();
    let stub = emit::stub(model);
    quote!(#errors #stub)
}
