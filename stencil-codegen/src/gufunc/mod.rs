//! `#[gufunc("(n),(n)->()")]`: element functions over core dimensions.

pub(crate) mod args;
mod check;
mod docs;
mod emit;
mod function;
mod guess;
mod inputs;
mod lanes;
mod outputs;
mod settings;
pub(crate) mod stacked;
mod stub;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Errors;
use crate::emit::fallback;
use crate::function::FunctionItem;
use crate::python;
use crate::wgsl;

/// Expands `#[gufunc(args)]` on `function`; `item` are its tokens.
pub(crate) fn expand(args: TokenStream, function: FunctionItem, item: TokenStream, mut errors: Errors) -> TokenStream {
    let args = args::parse(args, &mut errors);
    let Some(model) = function::parse(function, args, &mut errors) else {
        return fallback::item(item, errors);
    };
    check::check(&model, &mut errors);
    python::check_gufunc(&model, &mut errors);
    if errors.is_empty() && !model.broken {
        let gpu = wgsl::gufunc(&model, &mut errors);
        if errors.is_empty() {
            return emit::emit(model, &gpu);
        }
    }
    let errors = errors.into_compile_errors();
    let gpu = wgsl::stub(&model.function);
    let stub = stub::emit(model);
    // Of a kernel that is not there, there is no form.
    let gpu = (!stub.is_empty()).then_some(gpu);
    quote!(#errors #stub #gpu)
}
