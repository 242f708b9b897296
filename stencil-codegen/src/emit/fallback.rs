//! The code that is emitted beside the errors, so that they stay the only ones.
//!
//! Callers of a function that does not compile would all light up. They get the same kernel with nothing in it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, parse_quote};

use super::kernel;
use crate::attribute::{Macro, is_own};
use crate::diagnostics::Errors;
use crate::footprint::Footprints;
use crate::model::Model;
use crate::parse::function::Kind;
use crate::parse::halo::Halo;
use crate::parse::{item as parse_item, window};
use crate::syntax;
use crate::wgsl;
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS};

/// The kernel with a stub for a body.
pub(crate) fn kernel(mut model: Model, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    if model.function.scalars().any(|scalar| !is_parameter(&scalar.ty)) || model.inputs.len() > MAX_INPUTS {
        return errors;
    }
    if !is_element(&model.function.output) || model.function.outputs().len() > MAX_OUTPUTS {
        model.function.output = model.inputs[0].element.clone();
    }
    if matches!(model.declared, Some(Halo::Known(_) | Halo::Constant(_))) {
        model.declared = None;
    }
    model.boundary = None;
    model.stride = None;
    model.footprints = Footprints::default();
    for input in &mut model.inputs {
        input.boundary = None;
        input.offsets.clear();
        input.values = false;
        input.complete = true;
        input.halo = Halo::Known(vec![[0, 0]; model.rank]);
    }
    let (krate, rank) = (&model.function.krate, model.rank);
    for argument in &mut model.function.arguments {
        let mut wrong = Errors::default();
        window::recognise(&argument.ty, &mut wrong);
        if let Kind::Window { element, matches, .. } = &argument.kind
            && !(*matches && wrong.is_empty())
        {
            argument.ty = parse_quote!(#krate::Window<'_, #element, #rank>);
        }
        argument.attrs.clear();
    }
    let brace = model.function.body.brace_token;
    model.function.body = parse_quote!({ ::core::unreachable!() });
    model.function.body.brace_token = brace;
    for attribute in [parse_quote!(#[allow(unused)]), parse_quote!(#[allow(clippy::all, clippy::pedantic)])] {
        model.function.attrs.push(attribute);
    }
    let kernel = kernel::emit(&model, &wgsl::stub(&model.function));
    quote!(#errors #kernel)
}

/// The item with a stub for a body, where there is no kernel to build.
pub(crate) fn item(item: TokenStream, errors: Errors) -> TokenStream {
    let said_nothing = errors.is_empty();
    let errors = errors.into_compile_errors();
    let function = parse_item::split(item.clone(), Macro::Stencil, &mut Errors::default());
    match function {
        // Not a function, or a syntax error that rustc has reported: leave it to rustc.
        None => quote!(#errors #item),
        Some(_) if said_nothing => quote!(#errors #item),
        Some(function) => {
            let (vis, signature) = (&function.vis, &function.signature);
            let attrs = function.attrs.iter().filter(|attribute| !is_own(attribute));
            let inputs = without_attributes(signature);
            quote! {
                #errors
                #(#attrs)*
                #[allow(unused, elided_lifetimes_in_paths, clippy::all, clippy::pedantic)]
                #vis #inputs { ::core::unreachable!() }
            }
        }
    }
}

/// The signature without `#[boundary]`, which only this macro understands.
fn without_attributes(signature: &syn::Signature) -> syn::Signature {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        if let syn::FnArg::Typed(typed) = input {
            typed.attrs.clear();
        }
    }
    signature
}

/// Whether a kernel could hold a parameter of this type.
pub(crate) fn is_parameter(ty: &Type) -> bool {
    let mut errors = Errors::default();
    crate::parse::signature::check_parameter(ty, &mut errors);
    errors.is_empty()
}

/// Whether an output of this type could compile at all.
pub(crate) fn is_element(ty: &Type) -> bool {
    match syntax::strip(ty) {
        Type::Tuple(tuple) => !tuple.elems.is_empty() && tuple.elems.iter().all(is_element),
        Type::Reference(_) | Type::ImplTrait(_) | Type::Never(_) => false,
        other => !window::is_window(other),
    }
}
