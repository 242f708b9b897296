//! The code that is emitted beside the errors, so that they stay the only ones: a kernel that fits its callers.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::{docs, emit};
use crate::arrays;
use crate::emit::fallback::{is_element, is_parameter};
use crate::function::is_unit;
use crate::generics;
use crate::model::gufunc::{GuModel, Operand, Output, Role};
use crate::python;

/// The kernel without a body; nothing where no kernel could hold the parameters.
pub(crate) fn emit(mut model: GuModel) -> TokenStream {
    if model.function.scalars().any(|scalar| !is_parameter(&scalar.ty)) {
        return TokenStream::new();
    }
    model.function.kernel = model.function.free_kernel();
    python::forget(&mut model.function);
    let docs = docs::lines(&model, false);
    let mentioned = mentioned(&model);
    for output in &mut model.outputs {
        let (Output::ByValue(operand) | Output::ByView(operand)) = output;
        repair(operand);
    }
    model.inputs.iter_mut().for_each(repair);
    model.computed.clear();
    model.require = None;
    model.identity = None;
    // Inputs and outputs may have wrong types: nothing is passed on, and nothing comes back.
    let function = &mut model.function;
    function.arguments.retain(|argument| matches!(argument.kind, Role::Bound));
    function.arguments.iter_mut().for_each(|argument| argument.attrs.clear());
    function.output = parse_quote!(!);
    function.attrs.push(parse_quote!(#[allow(unused, clippy::all, clippy::pedantic)]));
    let brace = function.body.brace_token;
    function.body = parse_quote!({ ::core::unreachable!() });
    function.body.brace_token = brace;
    emit::stub(&model, docs, &mentioned)
}

/// An element that no array can have was reported.
fn repair(operand: &mut Operand) {
    if !is_element(&operand.element) {
        operand.element = parse_quote!(f32);
    }
}

/// Mentions the user's types, so that their imports are used.
fn mentioned(model: &GuModel) -> TokenStream {
    let function = &model.function;
    let complete = |ty: &&syn::Type| arrays::recognise(ty).is_none_or(|found| found.element.is_some());
    let types = function.arguments.iter().map(|argument| &argument.ty).filter(complete);
    let types = types.map(|ty| generics::named(ty, "'_", &mut false));
    let generics = generics::with_elements(function);
    let (params, clause) = (&generics.params, &generics.where_clause);
    let output = &function.output;
    let output = (!is_unit(output) && is_element(output)).then(|| quote!(-> #output));
    quote! {
        #[allow(unused, single_use_lifetimes, clippy::all, clippy::pedantic)]
        fn __mentioned<#params>(#(_: #types),*) #output #clause {
            ::core::unreachable!()
        }
    }
}
