//! The boundary rules of a kernel, as typed constructors.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::model::{Input, Model};
use crate::parse::boundary::{Axis, Family, Rule, Spec};
use crate::syntax::identifiers;

/// The type `Rules` of the kernel.
pub(crate) fn ty(model: &Model) -> TokenStream {
    let (krate, output, rank) = (&model.function.krate, &model.function.output, model.rank);
    let each = model.inputs.iter().map(|input| {
        let element = &input.element;
        quote!(#krate::__private::Rules<#element, #output, #rank>)
    });
    one_or_tuple(each.collect())
}

/// A single item, or a tuple of several.
pub(crate) fn one_or_tuple(items: Vec<TokenStream>) -> TokenStream {
    match items.as_slice() {
        [item] => item.clone(),
        items => quote!((#(#items),*)),
    }
}

/// The body of `fn rules(&self)`.
pub(crate) fn body(model: &Model) -> TokenStream {
    let used = parameters(model);
    let bindings = used.iter().map(|name| quote!(let #name = self.#name;));
    let each: Vec<_> = model.inputs.iter().map(|input| rules(model, input)).collect();
    let each = one_or_tuple(each);
    quote!(#(#bindings)* #each)
}

/// The parameters that boundaries mention.
pub(crate) fn parameters(model: &Model) -> Vec<&Ident> {
    let mut names = std::collections::HashSet::new();
    for input in &model.inputs {
        // Also where no rule is asked: the user wrote the name.
        if let Some(Ok(spec)) = model.boundary_of(input) {
            let exprs = spec.rules().into_iter().filter_map(Rule::expr);
            exprs.for_each(|expr| names.extend(identifiers(expr.to_token_stream())));
        }
    }
    let used = |name: &&Ident| names.contains(&name.to_string());
    model.function.scalars().map(|scalar| &scalar.name).filter(used).collect()
}

fn rules(model: &Model, input: &Input) -> TokenStream {
    let krate = &model.function.krate;
    let context = Context { model, element: &input.element, output: &model.function.output };
    let rank = model.rank;
    // An input that is read at the point alone never asks: a constant meant for the others need not fit its type.
    let asked = !(input.is_pointwise() && input.boundary.is_none() && model.inputs.len() > 1);
    let sides = match model.boundary_of(input).filter(|_| asked) {
        Some(Ok(Spec::All(Rule::Other(expr)))) => {
            let (element, output) = (context.element, context.output);
            return if input.boundary.is_some() {
                quote!(#krate::__private::IntoReads::<#element, #output, #rank>::into_reads(#expr))
            } else {
                quote!(#krate::__private::IntoRules::<#element, #output, #rank>::into_rules(#expr))
            };
        }
        Some(Ok(Spec::All(rule))) => {
            let rule = context.side(rule);
            return quote!({
                let __rule = #rule;
                #krate::__private::Rules::new([[__rule; 2]; #rank])
            });
        }
        Some(Ok(Spec::Axes(axes))) => axes.iter().map(|axis| context.axis(axis)).collect(),
        None | Some(Err(())) => {
            let (element, output) = (context.element, context.output);
            let nearest = quote!(
                #krate::__private::Rule::<#element, #output>::Read(#krate::__private::Boundary::Nearest)
            );
            vec![quote!([#nearest, #nearest]); rank]
        }
    };
    quote!(#krate::__private::Rules::new([#(#sides),*]))
}

struct Context<'a> {
    model: &'a Model,
    element: &'a Type,
    output: &'a Type,
}

impl Context<'_> {
    fn axis(&self, axis: &Axis) -> TokenStream {
        let Self { model, element, output } = self;
        let krate = &model.function.krate;
        match axis {
            Axis::Both(Rule::Other(expr)) => {
                quote!(#krate::__private::IntoAxis::<#element, #output>::into_axis(#expr))
            }
            Axis::Both(rule) => {
                let rule = self.side(rule);
                quote!({
                    let __rule = #rule;
                    [__rule; 2]
                })
            }
            Axis::Sides(before, after) => {
                let (before, after) = (self.side(before), self.side(after));
                quote!([#before, #after])
            }
        }
    }

    fn side(&self, rule: &Rule) -> TokenStream {
        let Self { model, element, output } = self;
        match rule {
            Rule::Other(expr) => {
                let krate = &model.function.krate;
                quote!(#krate::__private::IntoSide::<#element, #output>::into_side(#expr))
            }
            Rule::Named { name, family, argument, span } => {
                let krate = model.function.krate_at(*span);
                let name = Ident::new(name, *span);
                let argument = argument.as_ref().map(|argument| {
                    // In the user's place, so that a value of the wrong type is reported there.
                    let mut group = Group::new(Delimiter::Parenthesis, quote!(#argument));
                    group.set_span(argument.span());
                    TokenTree::Group(group)
                });
                match family {
                    Family::Read => quote_spanned!(*span=>
                        #krate::__private::Rule::<#element, #output>::Read(#krate::__private::Boundary::#name #argument)
                    ),
                    Family::Rim => quote_spanned!(*span=>
                        #krate::__private::Rule::<#element, #output>::Rim(#krate::__private::Rim::#name #argument)
                    ),
                }
            }
        }
    }
}
