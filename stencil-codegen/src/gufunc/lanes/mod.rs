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
mod hoist;
mod names;
mod rows;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use super::model::{GuModel, Output, Role, vec_element};
use crate::emit::generics;
use body::Body;
use names::{Name, Names};

/// The item `fn __lanes`, where the body allows it.
pub(crate) fn emit(model: &GuModel) -> Option<TokenStream> {
    let private = model.private();
    let mut names = Names::default();
    let mut parameters = Vec::new();
    for argument in &model.function.arguments {
        let name = &argument.name;
        let (kind, parameter) = match &argument.kind {
            Role::Bound => {
                let ty = generics::named(&argument.ty, "'_", &mut false);
                (Name::Same, quote!(#name: #ty))
            }
            Role::Input(number) => {
                let (element, rank) = (&model.inputs[*number].element, model.inputs[*number].rank);
                match rank {
                    0 => (Name::Element, quote!(#name: &[#element; __L])),
                    _ => (Name::Core, quote!(#name: #private::LaneView<'_, #element, #rank, __L>)),
                }
            }
            Role::Output(number) => {
                let operand = model.outputs[*number].operand();
                let (element, rank) = (&operand.element, operand.rank);
                (Name::Output, quote!(mut #name: #private::LaneViewMut<'_, #element, #rank, __L>))
            }
            Role::Scratch(ty) => {
                let element = vec_element(ty)?;
                (Name::Scratch, quote!(#name: &mut #private::LaneVec<#element, __L>))
            }
        };
        names.declare(name, kind);
        parameters.push(parameter);
    }
    let outputs = model.outputs_type();
    let body = Body {
        names,
        lane_values: quote!(#private::lane_values::<#outputs, __L>),
        wrap: wrap(model),
        result: &model.function.output,
        private: &private,
    };
    let body = body.emit(&model.function.body)?;
    let mut generics = generics::with_elements(&model.function);
    generics.params.push(parse_quote!(const __L: usize));
    let (parameters_of_type, clause) = (&generics.params, &generics.where_clause);
    Some(quote! {
        #[inline(always)]
        #[allow(unused, single_use_lifetimes, elided_lifetimes_in_paths, clippy::all, clippy::pedantic, clippy::nursery)]
        fn __lanes<#parameters_of_type>(#(#parameters),*) -> <#outputs as #private::GuOutputs>::LaneValues<__L>
        #clause
        {
            #body
        }
    })
}

/// All outputs of one lane, made of `__value`, which the function returns.
fn wrap(model: &GuModel) -> TokenStream {
    let returned = model.outputs.iter().filter(|output| output.is_returned()).count();
    let mut next = 0;
    let values = model.outputs.iter().map(|output| match output {
        Output::Written(_) => quote!(()),
        Output::Returned(_) if returned == 1 => quote!(__value),
        Output::Returned(_) => {
            let field = syn::Index::from(next);
            next += 1;
            quote!(__value.#field)
        }
    });
    quote!((#(#values,)*))
}

/// The array with the values of a variable in all lanes.
fn array_of(name: &syn::Ident) -> syn::Ident {
    format_ident!("__lane_{}", name.to_string().trim_start_matches("r#"))
}
