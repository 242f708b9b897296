//! The kernel: its type, the function that makes it, the element function, and the implementation of `Kernel`.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Type};

use super::generics::{self, KernelGenerics};
use super::{docs, rules};
use crate::model::{Input, Model};
use crate::parse::function::{Argument, Kind};
use crate::parse::halo::Halo;
use crate::rewrite::values;
use crate::scan::points_name;

/// Everything the attribute expands to.
pub(crate) fn emit(model: &Model) -> TokenStream {
    let generics = generics::of(model);
    let attrs = Attributes::of(model);
    let (cfg, krate) = (&attrs.cfg, &model.krate);
    let structure = structure(model, &generics);
    let maker = maker(model, &generics, &attrs);
    let copies = copies(model, &generics);
    let element = element(model, &attrs);
    let kernel = kernel(model, &generics);
    let asserts = asserts(model, &generics);
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let name = &model.kernel;
    let dynamic = matches!(model.declared, Some(Halo::Dynamic)).then(|| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::__private::DynamicHalo for #name #ty_generics #clause {}
        }
    });
    quote! {
        #(#cfg)*
        #structure
        #maker
        #(#cfg)*
        const _: () = {
            #copies
            #element
            #kernel
            #dynamic
            #asserts
        };
    }
}

/// The user's attributes, by where they go.
struct Attributes {
    cfg: Vec<Attribute>,
    /// On the public function: docs and all that is about the name.
    public: Vec<Attribute>,
    /// On the public function and on the element function.
    lints: Vec<Attribute>,
}

impl Attributes {
    fn of(model: &Model) -> Self {
        let mut attributes = Self { cfg: Vec::new(), public: Vec::new(), lints: Vec::new() };
        for attribute in &model.attrs {
            let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "cfg" => attributes.cfg.push(attribute.clone()),
                "allow" | "warn" | "deny" | "forbid" => attributes.lints.push(attribute.clone()),
                // The expectation is fulfilled in one of the two functions and would fail in the other.
                "expect" => attributes.lints.push(expect_to_allow(attribute)),
                // The element function is always inlined, and nobody calls it.
                "inline" | "cold" | "track_caller" => {}
                _ => attributes.public.push(attribute.clone()),
            }
        }
        attributes
    }
}

fn expect_to_allow(attribute: &Attribute) -> Attribute {
    let mut attribute = attribute.clone();
    if let syn::Meta::List(list) = &mut attribute.meta {
        let span = list.path.span();
        list.path = Ident::new("allow", span).into();
    }
    attribute
}

/// The kernel's type. Braces always: without them the name would be a value, too.
fn structure(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let (vis, name) = (&model.vis, &model.kernel);
    let (parameters, clause) = (&generics.generics, &generics.generics.where_clause);
    let names = model.scalars().map(|scalar| &scalar.name);
    let types = &generics.fields;
    let phantom = phantom_field(generics).map(|ty| quote!(__types: #ty,));
    let params = (!parameters.params.is_empty()).then(|| {
        let params = &parameters.params;
        quote!(<#params>)
    });
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, unreachable_pub, single_use_lifetimes)]
        #vis struct #name #params #clause { #(#names: #types,)* #phantom }
    }
}

fn phantom_field(generics: &KernelGenerics) -> Option<TokenStream> {
    let phantom = &generics.phantom;
    (!phantom.is_empty()).then(|| quote!(::core::marker::PhantomData<fn() -> (#phantom)>))
}

/// The public function: the user's name, `fn` token and braces, so that `dead_code` speaks of it, once.
fn maker(model: &Model, generics: &KernelGenerics, attrs: &Attributes) -> TokenStream {
    let Model { vis, fn_token, name, kernel, krate, .. } = model;
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let names: Vec<_> = model.scalars().map(|scalar| &scalar.name).collect();
    let types = &generics.fields;
    let phantom = phantom_field(generics).map(|_| quote!(__types: ::core::marker::PhantomData));
    let body = quote!(#krate::__private::stencil(#kernel { #(#names,)* #phantom }));
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(model.body.brace_token.span.join());
    let (public, lints, cfg) = (&attrs.public, &attrs.lints, &attrs.cfg);
    let docs = docs::lines(model);
    quote! {
        #(#cfg)*
        #(#public)*
        #(#[doc = #docs])*
        #(#lints)*
        #[allow(
            single_use_lifetimes,
            clippy::must_use_candidate,
            clippy::multiple_bound_locations,
            clippy::needless_pass_by_value,
            clippy::needless_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::too_many_arguments,
            clippy::missing_const_for_fn
        )]
        #vis #fn_token #name #impl_generics(#(#names: #types),*) -> #krate::Stencil<#kernel #ty_generics> #clause #body
    }
}

/// `Clone` and `Copy` by hand: derived ones would bound the type parameters.
fn copies(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let name = &model.kernel;
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    // On a parameter's type, so that an owned array is refused there.
    let span = generics.fields.first().map_or_else(Span::call_site, Spanned::span);
    let copy = quote_spanned!(Span::call_site().located_at(span)=> ::core::marker::Copy);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #name #ty_generics #clause {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }
        #[automatically_derived]
        impl #impl_generics #copy for #name #ty_generics #clause {}
    }
}

/// The element function: the user's signature and body.
fn element(model: &Model, attrs: &Attributes) -> TokenStream {
    let lints = &attrs.lints;
    let generics = generics::with_elements(model);
    let (params, clause) = (&generics.params, &generics.where_clause);
    let params = (!params.is_empty()).then(|| quote!(<#params>));
    let arguments = model.arguments.iter().map(|argument| {
        let Argument { name, ty, attrs, mutability, .. } = argument;
        let ty = generics::named(ty, "'_", &mut false);
        quote!(#(#attrs)* #mutability #name: #ty)
    });
    let output = &model.output;
    // A parameter that only the boundary mentions is used, too.
    let used = rules::parameters(model);
    let points = model.inputs.iter().enumerate().filter_map(|(number, input)| points(model, number, input));
    let stmts = &model.body.stmts;
    let body = quote!(#(let _ = &#used;)* #(#points)* #(#stmts)*);
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(model.body.brace_token.span.join());
    quote! {
        #(#lints)*
        #[inline(always)]
        #[allow(
            elided_lifetimes_in_paths,
            single_use_lifetimes,
            unused_labels,
            clippy::inline_always,
            clippy::multiple_bound_locations,
            clippy::items_after_statements,
            clippy::needless_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::extra_unused_lifetimes,
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::large_types_passed_by_value,
            clippy::too_many_arguments,
            clippy::missing_const_for_fn,
            clippy::range_plus_one,
            clippy::unnecessary_wraps
        )]
        fn __element #params(#(#arguments),*) -> #output #clause #body
    }
}

/// The constant with the number of points of an input's box, where the body asks for it.
fn points(model: &Model, number: usize, input: &Input) -> Option<TokenStream> {
    let counted = match &input.halo {
        Halo::Known(sides) => {
            if !model.footprints.values_in_macros.contains(&number) {
                return None;
            }
            let points = values::volume(sides);
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
fn kernel(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let Model { krate, kernel, rank, .. } = model;
    let private = quote!(#krate::__private);
    let (impl_generics, ty_generics, clause) = generics.generics.split_for_impl();
    let dim = format_ident!("Ix{}", rank);
    let elements: Vec<&Type> = model.inputs.iter().map(|input| &input.element).collect();
    let args = elements.iter().map(|element| quote!(&'w #private::ArrayRef<#element, #private::#dim>));
    let args = rules::one_or_tuple(args.collect());
    let out = out(model);
    let rules_type = rules::ty(model);
    let rules_body = rules::body(model);
    let name = model.name.to_string();
    let name = name.trim_start_matches("r#");
    let inputs = model.inputs.iter().map(|input| input.name.to_string());
    let halos = model.inputs.iter().map(|input| halo(&private, input, *rank));
    let dynamic = matches!(model.declared, Some(Halo::Dynamic)).then(|| {
        quote!(
            const DYNAMIC_HALO: bool = true;
        )
    });
    let cost = cost(model);
    let point = point(model, generics);
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
            #dynamic
            const COST: #private::Cost = #cost;
            fn rules(&self) -> Self::Rules {
                #rules_body
            }
            // Not generic and not inlined, so that the loops are compiled in this crate.
            #[inline(never)]
            fn lanes() -> #private::Lanes<Self> {
                #private::lanes::<Self>()
            }
            #point
        }
    }
}

fn out(model: &Model) -> TokenStream {
    let (krate, outputs) = (&model.krate, model.outputs());
    match outputs.as_slice() {
        [output] => quote!(#krate::__private::One<#output>),
        outputs => quote!((#(#outputs),*)),
    }
}

fn point(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let windows: Vec<Ident> = (0..model.inputs.len()).map(|number| format_ident!("__window_{number}")).collect();
    let mut next = windows.iter();
    let arguments = model.arguments.iter().map(|argument| match argument.kind {
        Kind::Window { .. } => next.next().map(ToTokens::to_token_stream).unwrap_or_default(),
        Kind::Scalar => {
            let name = &argument.name;
            quote!(self.#name)
        }
    });
    let (output, turbofish) = (&model.output, &generics.turbofish);
    quote! {
        #[inline(always)]
        fn point(&self, (#(#windows,)*): Self::Windows<'_>) -> #output {
            __element #turbofish(#(#arguments),*)
        }
    }
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
    let krate = &model.krate;
    quote!(#krate::__private::Cost { reads: #reads, shared: #shared, operations: #operations })
}

/// One assertion for each type the user wrote, on its tokens.
fn asserts(model: &Model, generics: &KernelGenerics) -> TokenStream {
    let krate = &model.krate;
    let (impl_generics, _, clause) = generics.generics.split_for_impl();
    let elements = model.inputs.iter().map(|input| &input.element).chain(model.outputs());
    let elements = elements.map(|ty| quote_spanned!(ty.span()=> #krate::__private::assert_element::<#ty>();));
    let fields = generics.fields.iter();
    let fields = fields.map(|ty| quote_spanned!(ty.span()=> #krate::__private::assert_param::<#ty>();));
    quote! {
        #[allow(dead_code, single_use_lifetimes, clippy::all, clippy::pedantic)]
        fn __assert #impl_generics() #clause {
            #(#elements)*
            #(#fields)*
        }
    }
}
