//! A gufunc's parameters and results where several loop elements run side by side.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use crate::emit::attributes::Attributes;
use crate::function::Argument;
use crate::model::gufunc::{GuModel, Output, Role, vec_element};
use crate::side_by_side::{self, Known, Lanes, Name, Parameter, Results, array_of};
use crate::syntax::plain;

/// The item `fn __lanes`, where the body allows it.
pub(crate) fn emit(model: &GuModel) -> Option<TokenStream> {
    let (private, function) = (model.private(), &model.function);
    if side_by_side::is_refused(function, &function.body) {
        return None;
    }
    let mut body = function.body.clone();
    let of_kind = |kind: fn(&Role) -> bool| -> BTreeSet<String> {
        let arguments = function.arguments.iter().filter(|argument| kind(&argument.kind));
        arguments.map(|argument| plain(&argument.name)).collect()
    };
    side_by_side::rewrite(
        &mut body,
        of_kind(|kind| matches!(kind, Role::Input(_))),
        of_kind(|kind| matches!(kind, Role::Scratch(_))),
    );
    let operands = model.inputs.iter().chain(model.outputs.iter().map(Output::operand));
    let elements: Vec<&Type> = operands.map(|operand| &operand.element).collect();
    let known = Known::of(function, &elements);
    let parameters = function.arguments.iter().map(|argument| parameter(model, argument, &known));
    let parameters = parameters.collect::<Option<Vec<_>>>()?;
    let outputs = model.outputs_type();
    let results = Results {
        collect: quote!(#private::lane_values::<#outputs, __L>),
        wrap: wrap(model),
        ty: quote!(<#outputs as #private::ElementOutputs>::LaneValues<__L>),
    };
    let (name, private, prelude) = ("__lanes", &private, TokenStream::new());
    let lints = Attributes::of(function).allowed();
    Lanes { function, body: &body, name, lints, private, rolled: false, known, parameters, prelude, results }.emit()
}

/// `None` where scratch memory is no vector of values.
fn parameter(model: &GuModel, argument: &Argument<Role>, known: &Known) -> Option<Parameter> {
    let (private, name) = (model.private(), &argument.name);
    let (kind, declared, first) = match &argument.kind {
        Role::Bound => return Some(Parameter::bound(argument, known)),
        Role::Input(number) => {
            let (element, rank) = (&model.inputs[*number].element, model.inputs[*number].rank);
            match (rank, argument.mutability) {
                (0, None) => (Name::Element, quote!(#name: &[#element; __L]), None),
                (0, Some(_)) => {
                    let array = array_of(name);
                    let first = quote!(let mut #array = *#name;);
                    (Name::Varying { mutable: true }, quote!(#name: &[#element; __L]), Some(first))
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
    Some(Parameter { name: kind, declared, first })
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
