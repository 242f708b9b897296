//! A stencil's form for several points side by side.
//!
//! It is there for bodies with [long loops](Gain): small ones become better code as they are.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Type;

use super::attributes::Attributes;
use super::kernel;
use crate::function::Argument;
use crate::generics::KernelGenerics;
use crate::model::Model;
use crate::model::gain::Gain;
use crate::parse::function::Kind;
use crate::side_by_side::{self, Known, Lanes, Name, Parameter, Results};

/// The code for several points side by side; nothing where there is no such form.
#[derive(Default)]
pub(super) struct Points {
    /// The item `fn __points`.
    pub(super) function: TokenStream,
    /// The constant that says that points gain by it.
    pub(super) constant: TokenStream,
    /// The method `points`.
    pub(super) method: TokenStream,
}

impl Points {
    /// `prelude` are items that the body uses.
    pub(super) fn of(model: &Model, generics: &KernelGenerics, prelude: &TokenStream) -> Self {
        let (Some(gain), Some(function)) = (Gain::of(model), function(model, prelude)) else { return Self::default() };
        let gain = constant(model, gain);
        let constant = quote!(const SIDE_BY_SIDE: bool = #gain;);
        Self { function, constant, method: method(model, generics) }
    }
}

/// The constant's value.
fn constant(model: &Model, gain: Gain) -> TokenStream {
    match gain {
        Gain::Always => quote!(true),
        Gain::ByHalo { round, long } => {
            let krate = &model.function.krate;
            quote!(#krate::__private::is_long(Self::HALOS, #round, #long))
        }
    }
}

fn function(model: &Model, prelude: &TokenStream) -> Option<TokenStream> {
    let (function, body) = (&model.function, model.unhoisted.as_ref()?);
    if side_by_side::is_refused(function, &model.written) {
        return None;
    }
    let krate = &function.krate;
    let private = &quote!(#krate::__private);
    let elements: Vec<&Type> = model.inputs.iter().map(|input| &input.element).chain(function.outputs()).collect();
    let known = Known::of(function, &elements);
    let parameters = function.arguments.iter().map(|argument| parameter(model, private, argument, &known));
    let parameters = parameters.collect::<Option<Vec<_>>>()?;
    let out = kernel::out(model);
    let results = Results {
        collect: quote!(#private::point_values::<#out, __L>),
        wrap: quote!(__value),
        ty: quote!(#private::Points<#out, __L>),
    };
    let (name, lints, prelude) = ("__points", Attributes::of(function).allowed(), prelude.clone());
    Lanes { function, body, name, lints, private, rolled: true, known, parameters, prelude, results }.emit()
}

/// `None` where a window is a variable.
fn parameter(model: &Model, private: &TokenStream, argument: &Argument<Kind>, known: &Known) -> Option<Parameter> {
    let Kind::Window { element, .. } = &argument.kind else { return Some(Parameter::bound(argument, known)) };
    let (name, rank) = (&argument.name, model.rank);
    let declared = quote!(#name: #private::LaneWindow<'_, #element, #rank, __L>);
    argument.mutability.is_none().then_some(Parameter { name: Name::Window, declared, first: None })
}

fn method(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let krate = &model.function.krate;
    let private = quote!(#krate::__private);
    let windows: Vec<Ident> = (0..model.inputs.len()).map(|number| format_ident!("__window_{number}")).collect();
    let arguments = kernel::arguments(model, &windows);
    let mut generic: Vec<Ident> = generics.arguments.clone();
    generic.push(format_ident!("__L"));
    quote! {
        #[inline(always)]
        fn points<'w, const __L: usize>(
            &self,
            (#(#windows,)*): <Self::Windows<'w> as #private::Windows<'w>>::Lanes<__L>,
        ) -> #private::Points<Self::Out, __L> {
            __points::<#(#generic),*>(#(#arguments),*)
        }
    }
}
