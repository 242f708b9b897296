//! Marks on nodes of the body: what the footprint pass learnt, for the rewrites to find again.
//!
//! A mark is an attribute that no user can have written (names with `__` are reserved), so that it stays with its
//! node wherever a rewrite moves it. The last rewrite takes all marks off.

use syn::visit_mut::VisitMut;
use syn::{Attribute, ExprArray, ExprForLoop, ExprIndex, ExprMethodCall, Local, parse_quote};

/// The kinds of marks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A read of a window; the number of the read.
    Read,
    /// A call of `values()`; the number of the window.
    Values,
    /// A loop or a `let` whose names are known; the number of the binding.
    Binding,
    /// A loop; about how many rounds it has.
    Rounds,
    /// A read that surely lies within the halo, wherever it stands; of no number. For points side by side, which take it off.
    Inside,
}

impl Tag {
    fn name(self) -> &'static str {
        match self {
            Self::Read => "__stencil_read",
            Self::Values => "__stencil_values",
            Self::Binding => "__stencil_binding",
            Self::Rounds => "__stencil_rounds",
            Self::Inside => "__stencil_inside",
        }
    }

    /// Marks a node.
    pub(crate) fn put(self, attrs: &mut Vec<Attribute>, number: usize) {
        let name = quote::format_ident!("{}", self.name());
        attrs.push(parse_quote!(#[#name(#number)]));
    }

    /// Takes the mark off a node; true where it was marked.
    pub(crate) fn take(self, attrs: &mut Vec<Attribute>) -> bool {
        let before = attrs.len();
        attrs.retain(|attribute| !attribute.path().is_ident(self.name()));
        attrs.len() < before
    }

    /// The number that this node was marked with.
    pub(crate) fn get(self, attrs: &[Attribute]) -> Option<usize> {
        let own = attrs.iter().find(|attribute| attribute.path().is_ident(self.name()))?;
        let number: syn::LitInt = own.parse_args().ok()?;
        number.base10_parse().ok()
    }
}

/// Takes all marks off.
pub(crate) struct Strip;

fn strip(attrs: &mut Vec<Attribute>) {
    let tags = [Tag::Read, Tag::Values, Tag::Binding, Tag::Rounds];
    attrs.retain(|attribute| !tags.iter().any(|tag| attribute.path().is_ident(tag.name())));
}

impl VisitMut for Strip {
    fn visit_expr_array_mut(&mut self, node: &mut ExprArray) {
        strip(&mut node.attrs);
        syn::visit_mut::visit_expr_array_mut(self, node);
    }

    fn visit_expr_index_mut(&mut self, node: &mut ExprIndex) {
        strip(&mut node.attrs);
        syn::visit_mut::visit_expr_index_mut(self, node);
    }

    fn visit_expr_method_call_mut(&mut self, node: &mut ExprMethodCall) {
        strip(&mut node.attrs);
        syn::visit_mut::visit_expr_method_call_mut(self, node);
    }

    fn visit_expr_for_loop_mut(&mut self, node: &mut ExprForLoop) {
        strip(&mut node.attrs);
        syn::visit_mut::visit_expr_for_loop_mut(self, node);
    }

    fn visit_local_mut(&mut self, node: &mut Local) {
        strip(&mut node.attrs);
        syn::visit_mut::visit_local_mut(self, node);
    }
}
