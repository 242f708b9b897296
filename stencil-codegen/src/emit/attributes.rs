//! Where the user's attributes go.

use syn::spanned::Spanned;
use syn::{Attribute, Ident};

use crate::function::ElementFn;

/// The user's attributes, by where they go.
pub(crate) struct Attributes {
    pub(crate) cfg: Vec<Attribute>,
    /// On the public function: docs and all that is about the name.
    pub(crate) public: Vec<Attribute>,
    /// On the public function and on the element function.
    pub(crate) lints: Vec<Attribute>,
}

impl Attributes {
    pub(crate) fn of<R>(function: &ElementFn<R>) -> Self {
        let mut attributes = Self { cfg: Vec::new(), public: Vec::new(), lints: Vec::new() };
        for attribute in &function.attrs {
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
