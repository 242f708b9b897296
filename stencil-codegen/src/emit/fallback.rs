//! The code that is emitted beside the errors, so that they stay the only ones.
//!
//! Callers of a function that does not compile would all light up. They get the same kernel with nothing in it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Type, parse_quote};

use super::kernel;
use crate::attribute::Macro;
use crate::diagnostics::Errors;
use crate::footprint::Footprints;
use crate::function::FunctionItem;
use crate::model::Model;
use crate::parse::function::Kind;
use crate::parse::halo::Halo;
use crate::parse::{item as parse_item, signature, window};
use crate::python;
use crate::syntax;
use crate::wgsl;
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS};

/// The kernel with a stub for a body.
pub(crate) fn kernel(mut model: Model, errors: Errors) -> TokenStream {
    python::forget(&mut model.function);
    let errors = errors.into_compile_errors();
    let mutable = |ty| matches!(syntax::strip(ty), Type::Reference(reference) if reference.mutability.is_some());
    if model.function.scalars().any(|scalar| !is_parameter(&scalar.ty) || mutable(&scalar.ty))
        || model.inputs.len() > MAX_INPUTS
    {
        return errors;
    }
    if !is_element(&model.function.output) || model.function.outputs().len() > MAX_OUTPUTS {
        model.function.output = model.inputs[0].element.clone();
    }
    if matches!(model.declared, Some(Halo::Known(_) | Halo::Constant(_))) {
        model.declared = None;
    }
    model.function.kernel = model.function.free_kernel();
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

/// The item's stand-in where there is no kernel to build.
pub(crate) fn item(item: TokenStream, errors: Errors) -> TokenStream {
    let function = parse_item::split(item.clone(), Macro::Stencil, &mut Errors::default());
    match function {
        // Not a function, or a syntax error that rustc has reported: leave it to rustc.
        None => {
            let errors = errors.into_compile_errors();
            quote!(#errors #item)
        }
        Some(_) if errors.is_empty() => item,
        Some(function) => unknown(&function, errors),
    }
}

/// A name of no known type, of which rustc says nothing: what kernel it would be is not known.
fn unknown(function: &FunctionItem, errors: Errors) -> TokenStream {
    let (first, others) = errors.into_first_and_others();
    let cfg = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let (vis, name) = (&function.vis, &function.signature.ident);
    let mut inputs = function.signature.inputs.iter();
    let item = match inputs.next() {
        // Windows are no arguments of a call.
        Some(FnArg::Receiver(receiver)) => {
            let bound = inputs.filter_map(|input| match input {
                FnArg::Typed(typed) if !window::is_window(&typed.ty) => Some(&typed.ty),
                _ => None,
            });
            quote!(#vis fn #name(#receiver #(, _: #bound)*) -> #first { ::core::unreachable!() })
        }
        _ => quote!(#vis const #name: #first = #first;),
    };
    quote! {
        #others
        #(#cfg)*
        #[allow(unused, non_upper_case_globals, elided_lifetimes_in_paths, clippy::all, clippy::pedantic)]
        #item
    }
}

/// Returns true when a kernel could hold a parameter of this type.
pub(crate) fn is_parameter(ty: &Type) -> bool {
    let mut errors = Errors::default();
    crate::parse::signature::check_parameter(ty, &mut errors);
    errors.is_empty()
}

/// Returns true when an output of this type could compile at all.
pub(crate) fn is_element(ty: &Type) -> bool {
    match syntax::strip(ty) {
        Type::Tuple(tuple) => !tuple.elems.is_empty() && tuple.elems.iter().all(is_element),
        Type::Reference(_) | Type::ImplTrait(_) | Type::Never(_) => false,
        other => !window::is_window(other) && !signature::owns(other),
    }
}
