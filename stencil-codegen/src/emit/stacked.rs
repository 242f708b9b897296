//! The implementation that a stencil below `#[gufunc]` has beside its kernel.

use proc_macro2::TokenStream;
use quote::quote;

use crate::generics::KernelGenerics;
use crate::model::Model;
use crate::signature::Signature;

/// The implementation of `Stacked`.
pub(crate) fn implementation(signature: &Signature, model: &Model, generics: &KernelGenerics) -> TokenStream {
    let (krate, kernel) = (&model.function.krate, &model.function.kernel);
    let private = quote!(#krate::__private);
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let inputs = model.inputs.iter().map(|input| input.name.to_string());
    let outputs = std::iter::repeat_n(String::new(), signature.outputs.len());
    // What no input has is computed by the stencil.
    let constant = signature.constant(&private, inputs, outputs, |dim| !signature.in_inputs(dim), "");
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::Stacked for #kernel #ty_generics #clause {
            const SIGNATURE: #private::Signature = #constant;
        }
    }
}
