//! Takes the function apart: which parameters are windows, which are bound when the kernel is made.

use syn::{Attribute, FnArg, Ident, Meta, PatType, Type};

use stencil_abi::MAX_RANK;

use super::signature;
use super::window;
use crate::arrays;
use crate::diagnostics::{Errors, Problem, axes};
use crate::function::{Argument, ElementFn, FunctionItem, Names, Role, name_of};
use crate::syntax::strip;
use crate::text;

/// An element function and the windows among its parameters.
pub(crate) struct Function {
    pub(crate) function: ElementFn<Kind>,
    pub(crate) rank: usize,
    pub(crate) broken: bool,
}

/// The kind of a parameter.
// A handful for each function: nothing is gained by a box.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Kind {
    Window {
        element: Type,
        boundary: Option<syn::Expr>,
        /// Its rank is that of the windows before it.
        matches: bool,
    },
    Scalar,
}

impl Role for Kind {
    fn is_bound(&self) -> bool {
        matches!(self, Self::Scalar)
    }
}

/// Reads the signature; `None` where no window is left to build a kernel from.
pub(crate) fn parse(item: FunctionItem, names: &Names, errors: &mut Errors) -> Option<Function> {
    signature::check(&item.signature, errors);
    let mut broken = item.broken;
    let mut arguments = Vec::new();
    let mut rank = None;
    for input in &item.signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let parsed = argument(typed, arguments.len(), &mut rank, errors);
        // What an offset has to look like is not known then.
        broken |= matches!(&parsed.kind, Kind::Window { matches: false, .. });
        arguments.push(parsed);
    }
    if rank.is_none() {
        errors.report(Problem::NoWindow, &item.signature.ident, &[]);
        // An array is the window that was meant: callers stay quiet.
        rank = arguments.first_mut().and_then(as_window);
        broken = true;
    }
    let rank = rank?;
    if matches!(item.signature.inputs.first(), Some(FnArg::Receiver(_))) {
        return None;
    }
    Some(Function { function: ElementFn::new(item, arguments, names), rank, broken })
}

/// Takes an array parameter for a window over arrays like it, and returns its rank.
fn as_window(argument: &mut Argument<Kind>) -> Option<usize> {
    let array = arrays::recognise(&argument.ty)?;
    let (element, arrays::Rank::Fixed(rank)) = (array.element?.clone(), array.rank) else { return None };
    argument.kind = Kind::Window { element, boundary: None, matches: false };
    (1..=MAX_RANK).contains(&rank).then_some(rank)
}

/// One parameter; the first window sets the rank.
fn argument(typed: &PatType, position: usize, rank: &mut Option<usize>, errors: &mut Errors) -> Argument<Kind> {
    let (name, mutability) = name_of(typed, position, errors);
    let (own, attrs) = split_boundary(&typed.attrs);
    let kind = match window::recognise(&typed.ty, errors) {
        None => {
            if let Some(attribute) = own.first() {
                errors.report(Problem::BoundaryOnParameter, attribute, &[&name]);
            }
            signature::check_parameter(&typed.ty, errors);
            if matches!(strip(&typed.ty), Type::Reference(reference) if reference.mutability.is_some()) {
                errors.report(Problem::MutableParameter, &typed.ty, &[&text::tokens(&typed.ty)]);
            }
            Kind::Scalar
        }
        Some(found) => {
            if mutability.is_some() {
                errors.report(Problem::MutableWindow, &typed.pat, &[]);
            }
            let expected = *rank.get_or_insert(found.rank);
            if expected != found.rank {
                let counts = [axes(found.rank), axes(expected)];
                errors.report(Problem::RankMismatch, &typed.ty, &[&name, &counts[0], &counts[1]]);
            }
            let boundary = boundary_of(&name, &own, errors);
            Kind::Window { element: found.element, boundary, matches: expected == found.rank }
        }
    };
    Argument { name, ty: (*typed.ty).clone(), attrs, mutability, kind }
}

/// `#[boundary(..)]` attributes, and all others.
fn split_boundary(attrs: &[Attribute]) -> (Vec<Attribute>, Vec<Attribute>) {
    attrs.iter().cloned().partition(|attribute| attribute.path().is_ident("boundary"))
}

fn boundary_of(name: &Ident, own: &[Attribute], errors: &mut Errors) -> Option<syn::Expr> {
    let first = own.first()?;
    if let Some(second) = own.get(1) {
        errors.report(Problem::DuplicateBoundary, second, &[name]);
    }
    let Meta::List(list) = &first.meta else {
        errors.report(Problem::BoundaryAttribute, first, &[]);
        return None;
    };
    match syn::parse2(list.tokens.clone()) {
        Ok(expr) => Some(expr),
        // `#[boundary(Wrap, Nearest)]` reads naturally: take the list as the tuple it stands for.
        Err(_) => {
            let tokens = &list.tokens;
            let tuple = syn::parse2(quote::quote!((#tokens))).ok();
            if tuple.is_none() || list.tokens.is_empty() {
                errors.report(Problem::BoundaryAttribute, first, &[]);
            }
            tuple
        }
    }
}
