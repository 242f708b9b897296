//! The attributes on a function: one of the two, or both, in any order.

use proc_macro2::TokenStream;
use syn::{Attribute, Meta};

use crate::diagnostics::{Errors, Problem};

/// One of the macros of this crate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Stencil,
    Gufunc,
}

impl Macro {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stencil => "stencil",
            Self::Gufunc => "gufunc",
        }
    }

    /// The attribute on a function.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Stencil => "#[stencil(..)] fn name(x: Window2<f32>) -> f32 { .. }",
            Self::Gufunc => "#[gufunc(\"(n)->()\")] fn name(x: ArrayView1<f32>) -> f32 { .. }",
        }
    }

    /// Returns true when this is that macro, by the last name of its path.
    fn is(self, attribute: &Attribute) -> bool {
        attribute.path().segments.last().is_some_and(|last| last.ident == self.name())
    }

    fn other(self) -> Self {
        match self {
            Self::Stencil => Self::Gufunc,
            Self::Gufunc => Self::Stencil,
        }
    }
}

/// Returns true when the attribute is one of this crate's.
pub(crate) fn is_own(attribute: &Attribute) -> bool {
    Macro::Stencil.is(attribute) || Macro::Gufunc.is(attribute)
}

/// The arguments of the attributes on one function.
pub(crate) enum Attributes {
    Stencil(TokenStream),
    Gufunc(TokenStream),
    Stacked { stencil: TokenStream, gufunc: TokenStream },
}

/// Takes the other macro of this crate out of `attrs`: it is expanded together with the first one.
pub(crate) fn collect(first: Macro, args: TokenStream, attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Attributes {
    let (own, rest): (Vec<_>, Vec<_>) = attrs.drain(..).partition(is_own);
    *attrs = rest;
    let other = first.other();
    let mut others = own.iter().filter(|attribute| other.is(attribute));
    let second = others.next();
    let again = own.iter().filter(|attribute| first.is(attribute)).map(|attribute| (first, attribute));
    for (name, attribute) in again.chain(others.map(|attribute| (other, attribute))) {
        errors.report(Problem::SameAttribute, attribute, &[&name.name()]);
    }
    match (first, second.map(arguments)) {
        (Macro::Stencil, None) => Attributes::Stencil(args),
        (Macro::Gufunc, None) => Attributes::Gufunc(args),
        (Macro::Stencil, Some(gufunc)) => Attributes::Stacked { stencil: args, gufunc },
        (Macro::Gufunc, Some(stencil)) => Attributes::Stacked { stencil, gufunc: args },
    }
}

fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    }
}
