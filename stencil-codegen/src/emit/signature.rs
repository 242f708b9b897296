//! A gufunc's signature as a constant.

use proc_macro2::TokenStream;
use quote::quote;

use crate::signature::Signature;

impl Signature {
    /// The signature as an expression, with the operands' names.
    pub(crate) fn constant(
        &self,
        private: &TokenStream,
        inputs: impl Iterator<Item = String>,
        outputs: impl Iterator<Item = String>,
        computed: impl Fn(usize) -> bool,
        require: &str,
    ) -> TokenStream {
        let text = self.to_string();
        let dims = self.dims.iter().enumerate().map(|(number, dim)| {
            let (name, frozen, optional, computed) = (&dim.name, dim.frozen, dim.optional, computed(number));
            quote!(#private::Dim { name: #name, frozen: #frozen, optional: #optional, computed: #computed })
        });
        let operand = |(name, dims): (String, &Vec<usize>)| {
            let name = name.trim_start_matches("r#");
            quote!(#private::Operand { name: #name, dims: &[#(#dims),*] })
        };
        let inputs = inputs.zip(&self.inputs).map(operand);
        let outputs = outputs.zip(&self.outputs).map(operand);
        quote! {
            #private::Signature {
                text: #text,
                dims: &[#(#dims),*],
                inputs: &[#(#inputs),*],
                outputs: &[#(#outputs),*],
                require: #require,
            }
        }
    }
}
