//! The stencil kernel: the implementation of `Kernel`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::points::Points;
use super::shell::{self, Parts};
use super::{docs, rules, stacked};
use crate::function::{Argument, ElementFn, Handle};
use crate::generics::{self, KernelGenerics};
use crate::model::{Input, Model};
use crate::offset::volume;
use crate::parse::function::Kind;
use crate::parse::halo::Halo;
use crate::parse::stride::Stride;
use crate::python;
use crate::scan::points_name;

/// Everything the attribute expands to; `gpu` are implementations for the GPU.
pub(crate) fn emit(model: &Model, gpu: &TokenStream) -> TokenStream {
    let function = &model.function;
    let generics = generics::of(function);
    let points = model.inputs.iter().enumerate().filter_map(|(number, input)| points(model, number, input));
    let points: Vec<TokenStream> = points.collect();
    let elements = model.inputs.iter().map(|input| &input.element).chain(function.outputs());
    let side_by_side = Points::of(model, &generics, &quote!(#(#points)*));
    let kernel = kernel(model, &generics, &side_by_side);
    let function_of_points = &side_by_side.function;
    let marks = marks(model, &generics);
    let stacked = python::signature_of_stencil(model);
    let stacked = stacked.map(|signature| stacked::implementation(&signature, model, &generics));
    let parts = Parts {
        handle: if model.stacked.is_some() { Handle::Stacked } else { Handle::Stencil },
        docs: docs::lines(model),
        used: rules::parameters(model),
        prelude: quote!(#(#points)*),
        implementations: quote!(#function_of_points #kernel #(#marks)* #stacked #gpu),
        assertions: elements.map(|ty| ("assert_element", ty)).collect(),
        python: python::stencil(model),
    };
    shell::emit(function, &generics, &parts)
}

/// The facts of a kernel's type, for methods that not every kernel has.
fn marks(model: &Model, generics: &KernelGenerics) -> Vec<TokenStream> {
    let ElementFn { krate, kernel, .. } = &model.function;
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let dynamic = matches!(model.declared, Some(Halo::Dynamic)).then(|| quote!(DynamicHalo));
    let pointwise = is_pointwise(model).then(|| quote!(Pointwise));
    let mark = |name: TokenStream| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::__private::#name for #kernel #ty_generics #clause {}
        }
    };
    dynamic.into_iter().chain(pointwise).map(mark).collect()
}

/// Returns true when each point is computed, from itself alone.
fn is_pointwise(model: &Model) -> bool {
    let every = model.stride.iter().flatten().all(Stride::is_one);
    let [input] = model.inputs.as_slice() else { return false };
    every && input.is_pointwise() && model.function.outputs().len() == 1
}

/// The constant with the number of points of an input's box, where the body asks for it.
fn points(model: &Model, number: usize, input: &Input) -> Option<TokenStream> {
    let counted = match &input.halo {
        Halo::Known(sides) => {
            if !model.footprints.values_in_macros.contains(&number) {
                return None;
            }
            let points = volume(sides);
            quote!(#points)
        }
        Halo::Constant(sides) if input.values => {
            let extents = sides.iter().map(|[before, after]| quote!((#before) + 1 + (#after)));
            quote!(1 #(* (#extents))*)
        }
        _ => return None,
    };
    let name = points_name(&input.name);
    Some(quote! {
        #[allow(non_upper_case_globals, unused_parens)]
        const #name: usize = #counted;
    })
}

/// The implementation of `Kernel`.
fn kernel(model: &Model, generics: &KernelGenerics, side_by_side: &Points) -> TokenStream {
    let (ElementFn { krate, kernel, .. }, rank) = (&model.function, &model.rank);
    let private = quote!(#krate::__private);
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let dim = format_ident!("Ix{}", rank);
    let elements: Vec<&Type> = model.inputs.iter().map(|input| &input.element).collect();
    let args = args(&private, &elements, &dim);
    let out = out(model);
    let rules_type = rules::ty(model);
    let rules_body = rules::body(model);
    let name = model.function.spoken_name();
    let inputs = model.inputs.iter().map(|input| input.name.to_string());
    let halos = model.inputs.iter().map(|input| halo(&private, input, *rank));
    let pictures = model.inputs.iter().map(docs::picture_of);
    let dynamic = matches!(model.declared, Some(Halo::Dynamic)).then(|| {
        quote!(
            const DYNAMIC_HALO: bool = true;
        )
    });
    let stride = model.stride.as_ref().map(|strides| {
        let strides = strides.iter().map(|stride| &stride.expr);
        quote!(
            const STRIDE: &'static [usize] = &#private::stride([#(#strides),*]);
        )
    });
    let cost = cost(model);
    let point = point(model, generics);
    let identify = shell::identify(&model.function);
    let Points { constant, method, .. } = side_by_side;
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        impl #impl_generics #private::Kernel for #kernel #ty_generics #clause {
            type Args<'w> = #args;
            type Windows<'w> = (#(#krate::Window<'w, #elements, #rank>,)*);
            type Out = #out;
            type Dim = #private::#dim;
            type Rules = #rules_type;
            const NAME: &'static str = #name;
            const INPUTS: &'static [&'static str] = &[#(#inputs),*];
            const HALOS: &'static [#krate::Halo] = &[#(#halos),*];
            const PICTURES: &'static [&'static str] = &[#(#pictures),*];
            #dynamic
            #stride
            const COST: #private::Cost = #cost;
            #constant
            fn rules(&self) -> Self::Rules {
                #rules_body
            }
            #identify
            // Not generic and not inlined, so that the loops are compiled in this crate.
            #[inline(never)]
            fn loops() -> #private::PatchLoops<Self> {
                #private::patch_loops::<Self>()
            }
            #point
            #method
        }
    }
}

/// The inputs of a call: one, or a tuple.
fn args(private: &TokenStream, elements: &[&Type], dim: &Ident) -> TokenStream {
    // What is wrong with an element is said of its type.
    let args = elements.iter().map(|element| {
        let place = Span::call_site().located_at(element.span());
        quote_spanned!(place=> &'w #private::ArrayRef<#element, #private::#dim>)
    });
    rules::one_or_tuple(args.collect())
}

/// The outputs.
pub(super) fn out(model: &Model) -> TokenStream {
    let (krate, outputs) = (&model.function.krate, model.function.outputs());
    match outputs.as_slice() {
        [output] => quote!(#krate::__private::Single<#output>),
        outputs => quote!((#(#outputs),*)),
    }
}

fn point(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let windows: Vec<Ident> = (0..model.inputs.len()).map(|number| format_ident!("__window_{number}")).collect();
    let arguments = arguments(model, &windows);
    let (output, turbofish) = (&model.function.output, generics.turbofish());
    quote! {
        #[inline(always)]
        fn point(&self, (#(#windows,)*): Self::Windows<'_>) -> #output {
            __element #turbofish(#(#arguments),*)
        }
    }
}

/// The arguments of a call of the element function, in the user's order.
pub(super) fn arguments(model: &Model, windows: &[Ident]) -> Vec<TokenStream> {
    let mut next = windows.iter();
    let argument = |argument: &Argument<Kind>| match argument.kind {
        Kind::Window { .. } => next.next().map(ToTokens::to_token_stream).unwrap_or_default(),
        Kind::Scalar => {
            let name = &argument.name;
            quote!(self.#name)
        }
    };
    model.function.arguments.iter().map(argument).collect()
}

fn halo(private: &TokenStream, input: &Input, rank: usize) -> TokenStream {
    let sides = match &input.halo {
        Halo::Known(sides) => sides.iter().map(|[before, after]| quote!([#before, #after])).collect(),
        Halo::Constant(sides) => sides.iter().map(|[before, after]| quote!([#before, #after])).collect(),
        Halo::Dynamic => vec![quote!([0usize, 0usize]); rank],
    };
    quote!(#private::Halo::new([#(#sides),*]))
}

fn cost(model: &Model) -> TokenStream {
    let (reads, shared) = model.inputs.iter().map(Input::reads).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let operations = usize::try_from(model.footprints.operations).unwrap_or(usize::MAX);
    let krate = &model.function.krate;
    quote!(#krate::__private::Cost { reads: #reads, shared: #shared, operations: #operations })
}
