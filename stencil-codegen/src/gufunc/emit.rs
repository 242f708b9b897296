//! The gufunc kernel: the implementations of `GufuncKernel` and `ElementFunction`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{docs, lanes, settings};
use crate::emit::shell::{self, Parts};
use crate::function::{Argument, Handle};
use crate::generics::{self, KernelGenerics};
use crate::model::gufunc::{GuModel, Output, Role, vec_element};
use crate::python;
use crate::rewrite::ranges;

/// Everything the attribute expands to.
///
/// `gpu` are implementations for the GPU.
pub(crate) fn emit(mut model: GuModel, gpu: &TokenStream) -> TokenStream {
    let generics = generics::of(&model.function);
    let function = if model.lanes { lanes::emit(&model) } else { None };
    let lanes = if model.lanes { Lanes::of(&model, &generics, function.is_some()) } else { Lanes::none() };
    let kernel = kernel(&model, &generics, &values(&model, &call(&model, &generics)), &lanes);
    ranges::rewrite(&mut model.function.body, &[]);
    let docs = docs::lines(&model, lanes.possible);
    shell(&model, &generics, docs, &quote!(#function #kernel #gpu))
}

/// A kernel whose element function takes the bound parameters alone and never returns.
pub(crate) fn stub(model: &GuModel, docs: Vec<String>, items: &TokenStream) -> TokenStream {
    let generics = generics::of(&model.function);
    let kernel = kernel(model, &generics, &call(model, &generics), &Lanes::none());
    shell(model, &generics, docs, &quote!(#items #kernel))
}

fn shell(model: &GuModel, generics: &KernelGenerics, docs: Vec<String>, kernel: &TokenStream) -> TokenStream {
    let elements = model.inputs.iter().chain(model.outputs.iter().map(Output::operand));
    let elements = elements.map(|operand| ("assert_element", &operand.element));
    let written = model.outputs.iter().filter(|output| !output.is_returned());
    let written = written.map(|output| ("assert_written", &output.operand().element));
    let scratch = model.scratch().map(|ty| ("assert_scratch", ty));
    let parts = Parts {
        handle: Handle::Gufunc,
        docs,
        used: settings::parameters(model),
        prelude: TokenStream::new(),
        implementations: kernel.clone(),
        assertions: elements.chain(written).chain(scratch).collect(),
        python: python::gufunc(model),
    };
    shell::emit(&model.function, generics, &parts)
}

/// The implementations; `core` is the body of the method of that name.
fn kernel(model: &GuModel, generics: &KernelGenerics, core: &TokenStream, lanes: &Lanes) -> TokenStream {
    let (private, krate, name) = (model.private(), &model.function.krate, &model.function.kernel);
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let (inputs_type, outputs_type) = (model.inputs_type(), model.outputs_type());
    let scratch = model.scratch();
    let spoken_name = model.function.spoken_name();
    let signature = settings::signature(model);
    let (sizes, accepts, identity) = (settings::sizes(model), settings::accepts(model), settings::identity(model));
    let told = settings::told(model);
    let identify = shell::identify(&model.function);
    let operations = model.operations;
    let (inputs, outputs) = patterns(model);
    let Lanes { possible, scratch: lane_scratch, method } = lanes;
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_qualifications, unused_variables)]
        impl #impl_generics #private::GufuncKernel for #name #ty_generics #clause {
            type Inputs = #inputs_type;
            type Outputs = #outputs_type;
            const NAME: &'static str = #spoken_name;
            const SIGNATURE: #private::Signature = #signature;
            #sizes
            #accepts
            #told
            #identify
            // Not inlined, so that the loops are compiled in this crate.
            #[inline(never)]
            fn loops() -> #private::InnerLoops<Self> {
                #private::element_loops::<Self>()
            }
            fn plan(
                &self,
                __inner: &#private::InnerLoop,
            ) -> ::core::result::Result<#private::InnerPlan, #krate::Error> {
                ::core::result::Result::Ok(#private::element_plan::<Self>(__inner))
            }
        }
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_qualifications, unused_variables)]
        impl #impl_generics #private::ElementFunction for #name #ty_generics #clause {
            type Results = #outputs_type;
            type Scratch = (#(#scratch,)*);
            type LaneScratch<const __L: usize> = #lane_scratch;
            const SIDE_BY_SIDE: bool = #possible;
            const OPERATIONS: usize = #operations;
            #identity
            #[inline(always)]
            fn core(
                &self,
                #inputs: <Self::Inputs as #private::Inputs>::Views<'_>,
                #outputs: <Self::Results as #private::ElementOutputs>::Views<'_>,
                __scratch: &mut Self::Scratch,
            ) -> <Self::Results as #private::ElementOutputs>::Values {
                #core
            }
            #method
        }
    }
}

/// The patterns that take inputs and outputs apart.
fn patterns(model: &GuModel) -> (TokenStream, TokenStream) {
    let inputs = (0..model.inputs.len()).map(|number| format_ident!("__input_{number}"));
    let outputs = model.outputs.iter().enumerate().map(|(number, output)| match output {
        Output::ByValue(_) => format_ident!("_"),
        Output::ByView(_) => format_ident!("__output_{number}"),
    });
    (quote!((#(#inputs,)*)), quote!((#(#outputs,)*)))
}

/// The arguments of a call of the element function, in the user's order; `input` says what stands for an input.
fn arguments(model: &GuModel, input: impl Fn(usize) -> TokenStream) -> Vec<TokenStream> {
    let mut scratch = 0..;
    let argument = |argument: &Argument<Role>| match argument.kind {
        Role::Input(number) => input(number),
        Role::Bound => {
            let name = &argument.name;
            quote!(self.#name)
        }
        Role::Scratch(_) => {
            let number = syn::Index::from(scratch.next().unwrap_or_default());
            quote!(&mut __scratch.#number)
        }
        Role::Output(number) => format_ident!("__output_{number}").to_token_stream(),
    };
    model.function.arguments.iter().map(argument).collect()
}

/// The whole input, as it came.
fn input(number: usize) -> TokenStream {
    format_ident!("__input_{number}").to_token_stream()
}

fn call(model: &GuModel, generics: &KernelGenerics) -> TokenStream {
    let (turbofish, arguments) = (generics.turbofish(), arguments(model, input));
    quote!(__element #turbofish(#(#arguments),*))
}

/// The results of a call as one tuple of all outputs: `()` stands for those that were written.
fn values(model: &GuModel, call: &TokenStream) -> TokenStream {
    let returned = model.outputs.iter().filter(|output| output.is_returned()).count();
    let mut next = 0..;
    let values = model.outputs.iter().map(|output| match output {
        Output::ByView(_) => quote!(()),
        Output::ByValue(_) if returned == 1 => quote!(__values),
        Output::ByValue(_) => {
            let number = syn::Index::from(next.next().unwrap_or_default());
            quote!(__values.#number)
        }
    });
    match (returned, model.outputs.len()) {
        (1, 1) => quote!((#call,)),
        (0, _) => quote!({ #call; (#(#values,)*) }),
        _ => quote!({ let __values = #call; (#(#values,)*) }),
    }
}

/// The code for several loop elements side by side.
struct Lanes {
    possible: bool,
    scratch: TokenStream,
    /// The method `lanes`.
    method: Option<TokenStream>,
}

impl Lanes {
    fn none() -> Self {
        Self { possible: false, scratch: quote!(()), method: None }
    }

    /// `function`: there is a function `__lanes` for it.
    fn of(model: &GuModel, generics: &KernelGenerics, function: bool) -> Self {
        let private = model.private();
        if function {
            let vectors = model.scratch().filter_map(vec_element);
            let scratch = quote!((#(#private::LaneVec<#vectors, __L>,)*));
            let mut generic: Vec<Ident> = generics.arguments.clone();
            generic.push(format_ident!("__L"));
            let arguments = arguments(model, input);
            let body = quote!(__lanes::<#(#generic),*>(#(#arguments),*));
            return Self { possible: true, scratch, method: Some(Self::method(model, &body)) };
        }
        if model.is_elementwise() {
            let element = |number| {
                let name = format_ident!("__input_{number}");
                quote!(#name[__t])
            };
            let (turbofish, arguments) = (generics.turbofish(), arguments(model, element));
            let values = values(model, &quote!(__element #turbofish(#(#arguments),*)));
            let body = quote!(#private::lane_values::<Self::Results, __L>(|__t| #values));
            return Self { possible: true, method: Some(Self::method(model, &body)), ..Self::none() };
        }
        Self::none()
    }

    fn method(model: &GuModel, body: &TokenStream) -> TokenStream {
        let private = model.private();
        let (inputs, outputs) = patterns(model);
        quote! {
            #[inline(always)]
            fn lanes<const __L: usize>(
                &self,
                #inputs: <Self::Inputs as #private::Inputs>::Lanes<'_, __L>,
                #outputs: <Self::Results as #private::ElementOutputs>::LaneViews<'_, __L>,
                __scratch: &mut Self::LaneScratch<__L>,
            ) -> <Self::Results as #private::ElementOutputs>::LaneValues<__L> {
                #body
            }
        }
    }
}
