//! Bodies that run for several loop elements side by side.
//!
//! A vector register holds the same variable of `L` loop elements. What is the same for all of them, the lengths of
//! cores and loops over them, stays as the user wrote it; every other statement happens for one lane after the other in
//! a loop over `L`, which LLVM turns into vector instructions. So of
//!
//! ```text
//! let mut sum = 0.0;
//! for &v in x { if !v.is_nan() { sum += v; } }
//! sum
//! ```
//!
//! with `x` a row of `L` values for each cell, this becomes
//!
//! ```text
//! let mut __lane_sum = [0.0; L];
//! for __lane_v in x {
//!     for __t in 0..L {
//!         let mut sum = __lane_sum[__t];
//!         let v = __lane_v[__t];
//!         { if !v.is_nan() { sum += v; } }
//!         __lane_sum[__t] = sum;
//!     }
//! }
//! lane_values(|__t| { let sum = __lane_sum[__t]; (sum,) })
//! ```
//!
//! The statements are the user's tokens: they mean what they meant, in the same order for each lane, so that each lane
//! gives the same bits as the function alone. A body with a loop that differs from lane to lane, or that hands a core
//! to another function, has no such form; it runs for one loop element after the other.

mod body;
mod control;
mod copies;
mod hoist;
mod kind;
mod macros;
mod names;
mod numbers;
mod pats;
mod refusals;
mod returns;
mod rewrite;
mod rows;
mod statement;
mod uniform;
mod uniform_vars;
mod uses;
mod varying;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Type, parse_quote};

use crate::emit::attributes::Attributes;
use crate::function::Argument;
use crate::generics;
use crate::model::gufunc::{GuModel, Output, Role, vec_element};
use crate::syntax::{listed, plain};
use body::Function;
use copies::Known;
use kind::Kind;
use names::{Name, Names};

/// The item `fn __lanes`, where the body allows it.
pub(crate) fn emit(model: &GuModel) -> Option<TokenStream> {
    let private = model.private();
    if refusals::any(&model.function) {
        return None;
    }
    let mut block = model.function.body.clone();
    let known = known(model);
    let mut names = Names::default();
    let (mut parameters, mut prelude) = (Vec::new(), TokenStream::new());
    for argument in &model.function.arguments {
        let Parameter { name, declared, first } = parameter(model, argument, &known)?;
        let kind = Kind::of_type(&argument.ty, &known).filter(|_| argument.mutability.is_none());
        names.declare_kind(&argument.name, name, kind);
        parameters.push(declared);
        prelude.extend(first);
    }
    let of_kind = |kind: fn(&Role) -> bool| -> BTreeSet<String> {
        let arguments = model.function.arguments.iter().filter(|argument| kind(&argument.kind));
        arguments.map(|argument| plain(&argument.name)).collect()
    };
    rewrite::rewrite(
        &mut block,
        of_kind(|kind| matches!(kind, Role::Input(_))),
        of_kind(|kind| matches!(kind, Role::Scratch(_))),
    );
    let outputs = model.outputs_type();
    let function = Function {
        lane_values: quote!(#private::lane_values::<#outputs, __L>),
        wrap: wrap(model),
        result: &model.function.output,
        private: &private,
        known,
    };
    let body = body::emit(&function, &names, &block)?;
    let mut generics = generics::with_elements(&model.function);
    generics.params.push(parse_quote!(const __L: usize));
    let (parameters_of_type, clause) = (&generics.params, &generics.where_clause);
    let lints = Attributes::of(&model.function).lints;
    let lints = lints.iter().filter(|lint| lint.path().is_ident("allow"));
    Some(quote! {
        #(#lints)*
        #[inline(always)]
        #[allow(
            unused,
            nonstandard_style,
            single_use_lifetimes,
            elided_lifetimes_in_paths,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        fn __lanes<#parameters_of_type>(#(#parameters),*) -> <#outputs as #private::ElementOutputs>::LaneValues<__L>
        #clause
        {
            #prelude
            #body
        }
    })
}

/// A parameter of `__lanes`.
struct Parameter {
    name: Name,
    declared: TokenStream,
    /// The beginning of the body.
    first: TokenStream,
}

/// The types of which something is known.
fn known(model: &GuModel) -> Known {
    let operands = model.inputs.iter().chain(model.outputs.iter().map(Output::operand));
    let elements: Vec<&Type> = operands.map(|operand| &operand.element).collect();
    let parameters = || model.function.generics.type_params();
    let generic: Vec<Type> = parameters().map(|parameter| type_of(&parameter.ident)).collect();
    let is_number = |ty: &&Type| Kind::is_number(ty) || listed(&generic, ty);
    let numbers = elements.iter().all(is_number);
    let real = |parameter: &&syn::TypeParam| {
        let bounds = parameter.bounds.iter();
        bounds.filter_map(bound_name).any(|name| name == "Real")
    };
    let reals: Vec<syn::Ident> = parameters().filter(real).map(|parameter| parameter.ident.clone()).collect();
    let wide = reals.iter().map(|real| parse_quote!(#real::MeanTotal));
    let plain: Vec<Type> = elements.into_iter().cloned().chain(generic).chain(wide).collect();
    let scalars = model.function.scalars().map(|scalar| scalar.ty.clone());
    let types = plain.iter().cloned().chain(scalars.filter(|ty| matches!(ty, Type::Path(_)))).collect();
    Known { types, plain, reals, numbers }
}

/// The type parameter of a name, as a type.
fn type_of(ident: &syn::Ident) -> Type {
    parse_quote!(#ident)
}

/// The name of a trait among bounds.
fn bound_name(bound: &syn::TypeParamBound) -> Option<String> {
    match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// `None` where scratch memory is no vector of values.
fn parameter(model: &GuModel, argument: &Argument<Role>, known: &Known) -> Option<Parameter> {
    let (private, name) = (model.private(), &argument.name);
    let array = array_of(name);
    let changes = argument.mutability.is_some();
    let variable = Name::Varying { mutable: true };
    let (kind, declared, first) = match &argument.kind {
        Role::Bound => {
            let ty = generics::named(&argument.ty, "'_", &mut false);
            let first = changes.then(|| quote!(let mut #array = [#name; __L];));
            // What a type of the user's does behind its methods is not known.
            let shared = if known.is_plain(&argument.ty) { Name::Uniform } else { Name::Given };
            (if changes { variable } else { shared }, quote!(#name: #ty), first)
        }
        Role::Input(number) => {
            let (element, rank) = (&model.inputs[*number].element, model.inputs[*number].rank);
            match rank {
                0 => {
                    let first = changes.then(|| quote!(let mut #array = *#name;));
                    (if changes { variable } else { Name::Element }, quote!(#name: &[#element; __L]), first)
                }
                _ => (Name::Core, quote!(#name: #private::LaneView<'_, #element, #rank, __L>), None),
            }
        }
        Role::Output(number) => {
            let operand = model.outputs[*number].operand();
            let (element, rank) = (&operand.element, operand.rank);
            (Name::Output, quote!(mut #name: #private::LaneViewMut<'_, #element, #rank, __L>), None)
        }
        Role::Scratch(ty) => {
            let element = vec_element(ty).filter(|element| known.ty(element))?;
            (Name::Scratch, quote!(#name: &mut #private::LaneVec<#element, __L>), None)
        }
    };
    Some(Parameter { name: kind, declared, first: first.unwrap_or_default() })
}

/// All outputs of one lane, made of `__value`, which the function returns.
fn wrap(model: &GuModel) -> TokenStream {
    let returned = model.outputs.iter().filter(|output| output.is_returned()).count();
    let mut next = 0;
    let values = model.outputs.iter().map(|output| match output {
        Output::ByView(_) => quote!(()),
        Output::ByValue(_) if returned == 1 => quote!(__value),
        Output::ByValue(_) => {
            let field = syn::Index::from(next);
            next += 1;
            quote!(__value.#field)
        }
    });
    quote!((#(#values,)*))
}

/// The array with the values of a variable in all lanes.
fn array_of(name: &syn::Ident) -> syn::Ident {
    format_ident!("__lane_{}", plain(name))
}
