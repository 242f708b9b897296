//! What a body must not have anywhere, to run side by side: words whose meaning depends on where they stand, or on how
//! often they are reached.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Generics, Item, Lifetime, Macro, PatIdent};

/// Macros that neither leave the statement they stand in nor name variables that are not handed to them.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "vec",
    "matches",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "concat",
    "stringify",
    "cfg",
    "env",
    "line",
    "file",
    "column",
    "dbg",
];

/// Whether there is something of this kind in the body of a function with these generics.
pub(super) fn any(body: &Block, generics: &Generics) -> bool {
    let mut finder = Finder { generics, found: false };
    finder.visit_block(body);
    finder.found || words(body.to_token_stream())
}

/// Names that the emitted code uses itself, and memory that all lanes would share.
fn words(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Ident(ident) => {
            let word = ident.to_string();
            let shared = ["Cell", "RefCell", "OnceCell", "LazyCell", "UnsafeCell", "Mutex", "RwLock", "OnceLock"];
            word.starts_with("__") || word.starts_with("Atomic") || shared.contains(&word.as_str())
        }
        _ => false,
    })
}

struct Finder<'g> {
    generics: &'g Generics,
    found: bool,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_attribute(&mut self, node: &'ast Attribute) {
        self.found |= node.path().is_ident("cfg") || node.path().is_ident("cfg_attr");
    }

    // A second copy of an `impl` or a `static` is not the same.
    fn visit_item(&mut self, node: &'ast Item) {
        self.found |= !matches!(node, Item::Const(_) | Item::Fn(_) | Item::Use(_));
        visit::visit_item(self, node);
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        let last = node.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        self.found |= !MACROS.contains(&last.as_str());
    }

    // Lanes are not borrowed for the lifetime of the arrays.
    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        self.found |= self.generics.lifetimes().any(|parameter| parameter.lifetime == *node);
    }

    fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
        self.found |= node.by_ref.is_some() && node.mutability.is_some();
        visit::visit_pat_ident(self, node);
    }
}
