//! The model: everything about an element function that checks and emitters ask for.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Block, GenericParam, Generics, Ident, Path, Token, Type, Visibility};

use crate::diagnostics::Errors;
use crate::footprint::{self, Footprints, Offset};
use crate::parse::Source;
use crate::parse::boundary::{self, Context, Spec};
use crate::parse::function::{Argument, Function, Kind};
use crate::parse::halo::{self, Halo};
use crate::parse::window;

/// An element function, understood.
pub(crate) struct Model {
    /// Path to the facade, `::ndstencil` unless overridden.
    pub(crate) krate: TokenStream,
    pub(crate) krate_overridden: bool,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) fn_token: Token![fn],
    pub(crate) name: Ident,
    /// The name of the kernel's type.
    pub(crate) kernel: Ident,
    /// The user chose the type's name.
    pub(crate) kernel_named: bool,
    pub(crate) generics: Generics,
    /// All parameters in the user's order.
    pub(crate) arguments: Vec<Argument>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) rank: usize,
    pub(crate) output: Type,
    /// The attribute's boundary; `Err` where it was given but is wrong.
    pub(crate) boundary: Option<Result<Spec, ()>>,
    /// The attribute's halo.
    pub(crate) declared: Option<Halo>,
    /// The halo was given but is wrong: nothing more is said about offsets.
    pub(crate) halo_broken: bool,
    pub(crate) footprints: Footprints,
    pub(crate) body: Block,
    pub(crate) broken: bool,
}

/// One input.
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) element: Type,
    /// Its own boundary, `#[boundary(..)]`.
    pub(crate) boundary: Option<Result<Spec, ()>>,
    /// The offsets that are known to be read.
    pub(crate) offsets: BTreeSet<Offset>,
    /// All offsets are known.
    pub(crate) complete: bool,
    pub(crate) halo: Halo,
    /// The body asks for all values of the box.
    pub(crate) values: bool,
}

/// Builds the model: resolves the body and the attribute's values.
pub(crate) fn build(source: Source, errors: &mut Errors) -> Model {
    let Source { args, function } = source;
    let Function { attrs, vis, fn_token, name, generics, arguments, rank, output, mut body, broken } = function;
    let windows = windows(&arguments, rank);
    let parameters: Vec<Ident> = arguments.iter().map(|argument| argument.name.clone()).collect();
    let footprints =
        if broken { Footprints::default() } else { footprint::resolve(&windows, &parameters, &mut body, errors) };
    let declared = args.halo.as_ref().map(|expr| halo::parse(expr, rank, errors));
    let halo_broken = matches!(declared, Some(None));
    let declared = declared.flatten();
    let elements: Vec<&Type> = window_elements(&arguments).collect();
    let context = Context { rank, parameters: &parameters, elements: &elements, output: &output, input: false };
    let boundary = args.boundary.as_ref().map(|expr| boundary::parse(expr, &context, errors).ok_or(()));
    let inputs = inputs(&arguments, &context, &footprints, declared.as_ref(), errors);
    let kernel = args.type_name.clone().unwrap_or_else(|| upper_camel_case(&name));
    Model {
        krate: krate(args.krate.as_ref()),
        krate_overridden: args.krate.is_some(),
        attrs,
        vis,
        fn_token,
        name,
        kernel,
        kernel_named: args.type_name.is_some(),
        generics,
        inputs,
        rank,
        boundary,
        declared,
        halo_broken,
        footprints,
        body,
        broken,
        output,
        arguments,
    }
}

fn windows(arguments: &[Argument], rank: usize) -> Vec<(Ident, usize)> {
    let window = |argument: &&Argument| matches!(argument.kind, Kind::Window { .. });
    arguments.iter().filter(window).map(|argument| (argument.name.clone(), rank)).collect()
}

fn window_elements(arguments: &[Argument]) -> impl Iterator<Item = &Type> {
    arguments.iter().filter_map(|argument| match &argument.kind {
        Kind::Window { element, .. } => Some(element),
        Kind::Scalar => None,
    })
}

fn krate(path: Option<&Path>) -> TokenStream {
    path.map_or_else(|| quote!(::ndstencil), ToTokens::into_token_stream)
}

fn inputs(
    arguments: &[Argument],
    context: &Context<'_>,
    footprints: &Footprints,
    declared: Option<&Halo>,
    errors: &mut Errors,
) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for argument in arguments {
        let Kind::Window { element, boundary, .. } = &argument.kind else { continue };
        let elements = [element];
        let context = Context { elements: &elements, input: true, ..*context };
        let boundary = boundary.as_ref().map(|expr| boundary::parse(expr, &context, errors).ok_or(()));
        let number = inputs.len();
        let reads = || footprints.reads.iter().filter(move |read| read.window == number);
        let offsets: BTreeSet<Offset> = reads().filter_map(|read| read.offsets.as_ref()).flatten().cloned().collect();
        let escapes = footprints.escapes.iter().any(|(window, _)| *window == number);
        let complete = !escapes && reads().all(|read| read.offsets.is_some());
        let halo = declared.cloned().unwrap_or_else(|| Halo::Known(bounds(&offsets, context.rank)));
        let values = footprints.values.iter().any(|(window, _)| *window == number);
        let name = argument.name.clone();
        inputs.push(Input { name, element: element.clone(), boundary, offsets, complete, halo, values });
    }
    inputs
}

/// The halo of a set of offsets. The point itself always belongs to it.
fn bounds(offsets: &BTreeSet<Offset>, rank: usize) -> Vec<[usize; 2]> {
    let axis = |axis: usize| {
        let entries = || offsets.iter().map(|offset| offset[axis]);
        let before = entries().map(isize::wrapping_neg).max().unwrap_or(0).max(0);
        let after = entries().max().unwrap_or(0).max(0);
        [before.unsigned_abs(), after.unsigned_abs()]
    };
    (0..rank).map(axis).collect()
}

/// `grad_x` becomes `GradX`: a type of the function's own name would collide with a module of that name.
fn upper_camel_case(name: &Ident) -> Ident {
    let text = name.to_string();
    let mut camel = String::new();
    for word in text.trim_start_matches("r#").split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.extend(letters);
    }
    let starts_well = camel.starts_with(|first: char| first.is_alphabetic());
    if !starts_well || camel == "Self" {
        camel.insert_str(0, "Kernel");
    }
    Ident::new(&camel, name.span())
}

impl Model {
    /// The path to the facade as tokens at `span`, so that what begins with it is located there.
    pub(crate) fn krate_at(&self, span: Span) -> TokenStream {
        if self.krate_overridden { self.krate.clone() } else { quote_spanned!(span=> ::ndstencil) }
    }

    /// Parameters that are bound when the kernel is made.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().filter(|argument| matches!(argument.kind, Kind::Scalar))
    }

    /// The element types of the outputs: a literal tuple type is several outputs, anything else is one.
    pub(crate) fn outputs(&self) -> Vec<&Type> {
        match window::strip(&self.output) {
            Type::Tuple(tuple) if tuple.elems.len() > 1 => tuple.elems.iter().collect(),
            _ => vec![&self.output],
        }
    }

    /// The boundary of one input: its own, or the attribute's.
    pub(crate) fn boundary_of<'a>(&'a self, input: &'a Input) -> Option<&'a Result<Spec, ()>> {
        input.boundary.as_ref().or(self.boundary.as_ref())
    }

    /// The names of const generics.
    pub(crate) fn const_generics(&self) -> impl Iterator<Item = &Ident> {
        self.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Const(parameter) => Some(&parameter.ident),
            _ => None,
        })
    }
}

impl Input {
    /// Only the point itself is read, so that no read leaves the array.
    pub(crate) fn is_pointwise(&self) -> bool {
        match &self.halo {
            Halo::Known(sides) => sides.iter().flatten().all(|side| *side == 0),
            _ => false,
        }
    }

    /// Distinct offsets that one point reads, and how many of them the point one row further reads too.
    pub(crate) fn reads(&self) -> (usize, usize) {
        match &self.halo {
            Halo::Known(sides) if self.values || !self.complete => {
                let extents = sides.iter().map(|[before, after]| before.saturating_add(after + 1));
                let cells = extents.fold(1, usize::saturating_mul);
                let rows =
                    sides.len().checked_sub(2).map_or(1, |axis| sides[axis][0].saturating_add(sides[axis][1] + 1));
                (cells, cells - cells / rows)
            }
            _ => {
                let shared = self.offsets.iter().filter(|offset| {
                    let mut above = offset.to_vec();
                    let rank = above.len();
                    rank >= 2 && {
                        above[rank - 2] -= 1;
                        self.offsets.contains(&above)
                    }
                });
                (self.offsets.len(), shared.count())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_upper_camel_case() {
        let camel = |name: &str| upper_camel_case(&quote::format_ident!("{name}")).to_string();
        assert_eq!(camel("grad_x"), "GradX");
        assert_eq!(camel("blur3"), "Blur3");
        assert_eq!(camel("_private"), "Private");
        assert_eq!(camel("__"), "Kernel");
        assert_eq!(camel("self_"), "KernelSelf");
    }
}
