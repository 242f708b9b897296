//! Bodies that run for several loop elements, or several points, side by side.
//!
//! A vector register holds the same variable of `L` loop elements of a gufunc, or of `L` neighbouring points of a
//! stencil: its *lanes*. What is the same for all of them, lengths, weights and loops over them, stays as the user wrote
//! it; every other statement happens for one lane after the other in a loop over `L`, which LLVM turns into vector
//! instructions. So of
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
//! to another function, has no such form; it runs for one lane after the other.
//!
//! Each attribute says for itself what its parameters are to the lanes, [`Name`], and what keeps a lane's result, [`Results`]:
//! `gufunc/lanes.rs` and `emit/points.rs`. The walk is one.

mod body;
mod control;
mod copies;
mod hoist;
mod kind;
mod macros;
mod names;
mod numbers;
mod pats;
mod refusals;
mod returns;
mod rewrite;
mod rows;
mod statement;
mod uniform;
mod uniform_vars;
mod uses;
mod varying;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Block, parse_quote};

use crate::function::{Argument, ElementFn};
use crate::generics;
use crate::syntax::plain;
use body::Function;
pub(crate) use copies::Known;
use kind::Kind;
pub(crate) use names::Name;
use names::Names;
pub(crate) use refusals::any as is_refused;
pub(crate) use rewrite::rewrite;

/// A parameter of the function for all lanes.
pub(crate) struct Parameter {
    /// Its meaning to the lanes.
    pub(crate) name: Name,
    pub(crate) declared: TokenStream,
    /// The beginning of the body, where it needs one.
    pub(crate) first: Option<TokenStream>,
}

impl Parameter {
    /// A parameter that is bound when the kernel is made: all lanes share its value.
    pub(crate) fn bound<R>(argument: &Argument<R>, known: &Known) -> Parameter {
        let (name, array) = (&argument.name, array_of(&argument.name));
        let ty = generics::named(&argument.ty, "'_", &mut false);
        let declared = quote!(#name: #ty);
        if argument.mutability.is_some() {
            let first = Some(quote!(let mut #array = [#name; __L];));
            return Parameter { name: Name::Varying { mutable: true }, declared, first };
        }
        // What a type of the user's does behind its methods is not known.
        let name = if known.is_plain(&argument.ty) { Name::Uniform } else { Name::Given };
        Parameter { name, declared, first: None }
    }
}

/// The results of all lanes.
pub(crate) struct Results {
    /// The function that collects them, of a closure which makes those of one lane.
    pub(crate) collect: TokenStream,
    /// Those of a lane, made of `__value`, which the user's function returns.
    pub(crate) wrap: TokenStream,
    /// The type of all of them.
    pub(crate) ty: TokenStream,
}

/// A function that is to run side by side.
pub(crate) struct Lanes<'m, R> {
    pub(crate) function: &'m ElementFn<R>,
    pub(crate) body: &'m Block,
    /// The name of the function that is emitted.
    pub(crate) name: &'m str,
    /// On the function.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) private: &'m TokenStream,
    /// Loops of a few rounds, over offsets, stay loops.
    pub(crate) rolled: bool,
    pub(crate) known: Known,
    /// One for each of the function's, in the user's order.
    pub(crate) parameters: Vec<Parameter>,
    /// Items and statements in front of the body.
    pub(crate) prelude: TokenStream,
    pub(crate) results: Results,
}

impl<R> Lanes<'_, R> {
    /// The function for `__L` lanes, where the body allows it.
    pub(crate) fn emit(self) -> Option<TokenStream> {
        let Lanes { function, body, name, lints, private, rolled, known, parameters, prelude, results } = self;
        let mut names = Names::default();
        for (argument, parameter) in function.arguments.iter().zip(&parameters) {
            let kind = Kind::of_type(&argument.ty, &known).filter(|_| argument.mutability.is_none());
            names.declare_kind(&argument.name, parameter.name, kind);
        }
        let Results { collect, wrap, ty } = results;
        let walked = Function { lane_values: collect, wrap, result: &function.output, private, rolled, known };
        let body = body::emit(&walked, &names, body)?;
        let mut generics = generics::with_elements(function);
        generics.params.push(parse_quote!(const __L: usize));
        let (of_type, clause) = (&generics.params, &generics.where_clause);
        let name = format_ident!("{name}");
        let declared = parameters.iter().map(|parameter| &parameter.declared);
        let first = parameters.iter().map(|parameter| &parameter.first);
        Some(quote! {
            #(#lints)*
            #[inline(always)]
            #[allow(
                unused,
                nonstandard_style,
                single_use_lifetimes,
                elided_lifetimes_in_paths,
                clippy::all,
                clippy::pedantic,
                clippy::nursery,
                clippy::restriction
            )]
            fn #name<#of_type>(#(#declared),*) -> #ty
            #clause
            {
                #prelude
                #(#first)*
                #body
            }
        })
    }
}

/// The array with the values of a variable in all lanes.
pub(crate) fn array_of(name: &Ident) -> Ident {
    format_ident!("__lane_{}", plain(name))
}
