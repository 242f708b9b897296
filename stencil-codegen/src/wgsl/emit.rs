//! The implementation of `GpuKernel`.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Ident, WherePredicate};

use super::arguments::is_view;
use super::module::Shader;
use super::module::params::Field;
use super::scalar::Scalar;
use super::source::Kind;
use super::targets::Target;
use crate::function::ElementFn;
use crate::generics::KernelGenerics;

/// One GPU form of a kernel; `bound` are its bound parameters and how the body sees them.
pub(crate) fn implementation<R>(
    function: &ElementFn<R>,
    generics: &KernelGenerics,
    target: &Target,
    shader: &Shader,
    bound: &[(&Ident, Kind)],
) -> TokenStream {
    let krate = &function.krate;
    // On the user's type, so that a bound that it does not meet is reported there.
    let span = target.types.first().map_or_else(Span::call_site, |substitute| substitute.ty.span());
    let kernel = Ident::new(&function.kernel.to_string(), function.kernel.span().located_at(span));
    let gpu = quote!(#krate::__private::gpu);
    let constant = constant(&gpu, shader);
    let (lifetimes, arguments, clause) = substituted(generics, target);
    let hand_over = bound.iter().map(|(name, kind)| match kind {
        Kind::Array { .. } => {
            let view = function.arguments.iter().any(|argument| argument.name == **name && is_view(&argument.ty));
            let view = view.then(|| quote!(.view()));
            quote!(__parameters.array(&self.#name #view);)
        }
        Kind::Values { lengths, .. } => {
            let places = places(lengths);
            quote!(#(__parameters.scalar(self.#name #places);)*)
        }
        // A const generic is no field.
        _ if function.arguments.iter().all(|argument| argument.name != **name) => quote!(__parameters.scalar(#name);),
        _ => quote!(__parameters.scalar(self.#name);),
    });
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_qualifications, unused_variables)]
        impl #lifetimes #gpu::GpuKernel for #kernel #arguments #clause {
            const SHADER: #gpu::Shader = #constant;
            fn parameters(&self, __parameters: &mut #gpu::Parameters<'_>) {
                #(#hand_over)*
            }
        }
    }
}

/// The indices of all numbers of a nested array: `[0][1]`.
fn places(lengths: &[usize]) -> Vec<TokenStream> {
    let mut places = vec![TokenStream::new()];
    for length in lengths {
        let index = |place: &TokenStream| {
            let indices = (0..*length).map(Literal::usize_unsuffixed);
            indices.map(|index| quote!(#place [#index])).collect::<Vec<_>>()
        };
        places = places.iter().flat_map(index).collect();
    }
    places
}

/// The kernel's generics with types in place of the type parameters: what follows `impl`, the kernel's type and the
/// bounds of lifetimes. Bounds of types are proved by the kernel's own type.
fn substituted(generics: &KernelGenerics, target: &Target) -> (TokenStream, TokenStream, TokenStream) {
    let params = &generics.generics.params;
    let kept = params.iter().filter(|parameter| !matches!(parameter, GenericParam::Type(_)));
    let arguments: Vec<TokenStream> = params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => {
                let lifetime = &parameter.lifetime;
                Some(quote!(#lifetime))
            }
            GenericParam::Type(parameter) => {
                let substitute = target.types.iter().find(|substitute| substitute.parameter == parameter.ident)?;
                Some(substitute.ty.to_token_stream())
            }
            GenericParam::Const(parameter) => Some(parameter.ident.to_token_stream()),
        })
        .collect();
    let span = target.types.last().map_or_else(Span::call_site, |substitute| substitute.ty.span());
    let arguments = if arguments.is_empty() { quote!() } else { quote_spanned!(span=> <#(#arguments),*>) };
    let clause = generics.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let clause: Vec<_> = clause.filter(|predicate| matches!(predicate, WherePredicate::Lifetime(_))).collect();
    let clause = if clause.is_empty() { quote!() } else { quote!(where #(#clause),*) };
    (quote!(<#(#kept),*>), arguments, clause)
}

/// The constant `SHADER`.
fn constant(gpu: &TokenStream, shader: &Shader) -> TokenStream {
    let scalars = |scalars: &[Scalar]| {
        let names = scalars.iter().map(|scalar| format_ident!("{scalar:?}"));
        quote!(&[#(ElementType::#names),*])
    };
    let (inputs, arrays, outputs) = (scalars(&shader.inputs), scalars(&shader.arrays), scalars(&shader.outputs));
    let params = shader.params.iter().map(|field| self::field(*field));
    let text = shader.text.as_str();
    let native_f16 = match &shader.native_f16 {
        Some(text) => {
            let text = text.as_str();
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    };
    let Shader { cells, rows, workgroup, contiguous, checks, f64, int64, .. } = shader;
    quote! {{
        use #gpu::{ElementType, Field, Shader, Wide};
        Shader {
            wgsl: #text,
            native_f16: #native_f16,
            inputs: #inputs,
            arrays: #arrays,
            outputs: #outputs,
            cells: #cells,
            rows: #rows,
            workgroup: [#(#workgroup),*],
            contiguous: #contiguous,
            params: &[#(#params),*],
            checks: &[#(#checks),*],
            wide: Wide { f64: #f64, int64: #int64 },
        }
    }}
}

fn field(field: Field) -> TokenStream {
    let (variant, numbers) = field.parts();
    let variant = format_ident!("{variant}");
    let numbers: Vec<Literal> = numbers.into_iter().map(Literal::usize_unsuffixed).collect();
    let numbers = (!numbers.is_empty()).then(|| quote!((#(#numbers),*)));
    quote!(Field::#variant #numbers)
}
