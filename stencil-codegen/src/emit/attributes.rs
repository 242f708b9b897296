//! The places that the user's attributes go to.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta};

use crate::function::ElementFn;

/// The user's attributes, by where they go.
pub(crate) struct Attributes {
    pub(crate) cfg: Vec<Attribute>,
    /// On the public function: docs and all that is about the name.
    pub(crate) public: Vec<Attribute>,
    /// On the public function and on the element function.
    pub(crate) lints: Vec<Attribute>,
}

/// The user's own documentation of a kernel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnDocs {
    None,
    Plain,
    /// With headings.
    Headed,
}

impl Attributes {
    /// The user's own documentation of the function.
    pub(crate) fn own_docs(&self) -> OwnDocs {
        let docs: Vec<&Attribute> = self.public.iter().filter(|attribute| is_doc(attribute)).collect();
        let headed = |attribute: &&Attribute| {
            let text = attribute.meta.require_name_value().map(|doc| doc.value.to_token_stream().to_string());
            text.is_ok_and(|text| text.trim_start_matches('"').trim_start().starts_with("# "))
        };
        match (docs.is_empty(), docs.iter().any(headed)) {
            (true, _) => OwnDocs::None,
            (false, false) => OwnDocs::Plain,
            (false, true) => OwnDocs::Headed,
        }
    }

    /// The lints that the user allows: those of a second copy of the body.
    pub(crate) fn allowed(self) -> Vec<Attribute> {
        self.lints.into_iter().filter(|lint| lint.path().is_ident("allow")).collect()
    }

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

/// A line of documentation, or what may become one: not `#[doc(hidden)]`.
fn is_doc(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::NameValue(meta) => meta.path.is_ident("doc"),
        Meta::List(list) => list.path.is_ident("cfg_attr") && list.tokens.to_string().contains("doc ="),
        Meta::Path(_) => false,
    }
}

fn expect_to_allow(attribute: &Attribute) -> Attribute {
    let mut attribute = attribute.clone();
    if let Meta::List(list) = &mut attribute.meta {
        let span = list.path.span();
        list.path = Ident::new("allow", span).into();
    }
    attribute
}
