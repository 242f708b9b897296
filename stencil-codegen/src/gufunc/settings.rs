//! The signature as a constant, and the expressions of the attribute: sizes, `require` and `identity`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Type};

use crate::function::Argument;
use crate::model::gufunc::GuModel;
use crate::syntax::{plain, strip};
use crate::text;

/// The constant `SIGNATURE`.
pub(crate) fn signature(model: &GuModel) -> TokenStream {
    let name = |argument: Option<&Argument<_>>| argument.map(|argument| argument.name.to_string()).unwrap_or_default();
    let inputs = (0..model.inputs.len()).map(|number| name(model.input(number)));
    let outputs = (0..model.outputs.len()).map(|number| name(model.output(number)));
    let computed = |dim| model.computed.iter().any(|computed| computed.dim == dim);
    let require = model.require.as_ref().map(|require| text::expression(&require.value)).unwrap_or_default();
    model.signature.constant(&model.private(), inputs, outputs, computed, &require)
}

/// The method that fills in computed sizes.
pub(crate) fn sizes(model: &GuModel) -> Option<TokenStream> {
    let steps = model.computed.iter().enumerate().map(|(number, computed)| {
        // What is computed before may be used.
        let before = &model.computed[..number];
        let known = |dim| model.signature.in_inputs(dim) || before.iter().any(|computed| computed.dim == dim);
        let (dim, value) = (computed.dim, &computed.size.value);
        let bindings = bindings(model, value, known);
        quote!({ #bindings __sizes[#dim] = #value; })
    });
    (!model.computed.is_empty()).then(|| {
        quote! {
            fn sizes(&self, __sizes: &mut [isize]) {
                #(#steps)*
            }
        }
    })
}

/// The method that says which sizes are accepted.
pub(crate) fn accepts(model: &GuModel) -> Option<TokenStream> {
    let require = &model.require.as_ref()?.value;
    let bindings = bindings(model, require, |_| true);
    Some(quote! {
        fn accepts(&self, __sizes: &[isize]) -> bool {
            #bindings
            #require
        }
    })
}

/// The method that tells the parameters in the requirement to its error: numbers and the like, which all can be printed.
pub(crate) fn told(model: &GuModel) -> Option<TokenStream> {
    let mut mentioned = Vec::new();
    idents(model.require.as_ref()?.value.to_token_stream(), &mut mentioned);
    let is_dim = |name: &Ident| model.signature.dims.iter().any(|dim| dim.name == plain(name));
    let told = model
        .function
        .scalars()
        .filter(|scalar| mentioned.contains(&scalar.name) && !is_dim(&scalar.name) && is_primitive(&scalar.ty));
    let (names, fields): (Vec<_>, Vec<_>) = told.map(|scalar| (plain(&scalar.name), &scalar.name)).unzip();
    (!names.is_empty()).then(|| {
        quote! {
            fn parameters(
                &self,
                __tell: &mut dyn ::core::ops::FnMut(&'static str, &dyn ::core::fmt::Debug),
            ) {
                #(__tell(#names, &self.#fields);)*
            }
        }
    })
}

/// Returns true when this is a number, `bool` or `char`.
fn is_primitive(ty: &Type) -> bool {
    const NAMES: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    matches!(strip(ty), Type::Path(path) if path.path.get_ident().is_some_and(|name| NAMES.iter().any(|other| name == other)))
}

/// The method that says what reducing no elements gives.
pub(crate) fn identity(model: &GuModel) -> Option<TokenStream> {
    let value = &model.identity.as_ref()?.value;
    let private = model.private();
    let element = &model.outputs[0].operand().element;
    let bindings = bindings(model, value, |_| false);
    Some(quote! {
        #[allow(unreachable_code)]
        fn identity(&self) -> ::core::option::Option<<Self::Results as #private::ElementOutputs>::Values> {
            #bindings
            let __identity: #element = #value;
            ::core::option::Option::Some((__identity,))
        }
    })
}

/// `let`s for the names that an expression mentions: bound parameters, and the dimensions that are known.
fn bindings(model: &GuModel, expr: &Expr, known: impl Fn(usize) -> bool) -> Option<TokenStream> {
    let mut mentioned = Vec::new();
    idents(expr.to_token_stream(), &mut mentioned);
    let lets = mentioned.iter().filter_map(|ident| {
        let name = ident.to_string();
        let name = name.trim_start_matches("r#");
        let dim = model.signature.dims.iter().position(|dim| dim.name == name);
        match dim.filter(|dim| known(*dim)) {
            Some(dim) => Some((ident, quote!(__sizes[#dim]))),
            None => model.function.scalars().any(|scalar| scalar.name == *ident).then(|| (ident, quote!(self.#ident))),
        }
    });
    let (names, values): (Vec<_>, Vec<_>) = lets.unzip();
    (!names.is_empty()).then(|| quote!(let (#(#names,)*) = (#(#values,)*);))
}

/// The distinct identifiers in the tokens.
fn idents(tokens: TokenStream, into: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if !into.contains(&ident) => into.push(ident),
            TokenTree::Group(group) => idents(group.stream(), into),
            _ => {}
        }
    }
}

/// The parameters that expressions of the attribute mention.
pub(crate) fn parameters(model: &GuModel) -> Vec<&Ident> {
    let mut mentioned = Vec::new();
    let sizes = model.computed.iter().map(|computed| &computed.size);
    for keyed in sizes.chain(&model.require).chain(&model.identity) {
        idents(keyed.value.to_token_stream(), &mut mentioned);
    }
    model.function.scalars().map(|scalar| &scalar.name).filter(|name| mentioned.contains(name)).collect()
}
