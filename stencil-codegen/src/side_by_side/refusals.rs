//! The words that a body must not have anywhere, to run side by side: words whose meaning depends on where they stand,
//! or on how often they are reached.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ExprForLoop, Generics, Item, Lifetime, Local, Macro, Pat, PatIdent};

use crate::function::ElementFn;
use crate::syntax::{self, std_macro};

/// Returns true when there is something of this kind in a function, whose body the user wrote so.
pub(crate) fn any<R>(function: &ElementFn<R>, body: &Block) -> bool {
    let mut finder = Finder { generics: &function.generics, blocks: 0, found: false };
    finder.visit_block(body);
    let types = function.arguments.iter().map(|argument| &argument.ty);
    finder.found
        || words(quote!(#body #(#types)*))
        || syntax::has_mixed_names(body, function.arguments.iter().map(|argument| &argument.name))
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
    /// Blocks around the current place.
    blocks: usize,
    found: bool,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_attribute(&mut self, node: &'ast Attribute) {
        self.found |= node.path().is_ident("cfg") || node.path().is_ident("cfg_attr");
    }

    fn visit_block(&mut self, node: &'ast Block) {
        self.blocks += 1;
        visit::visit_block(self, node);
        self.blocks -= 1;
    }

    // A second copy of an `impl` or a `static` is not the same; the items of an inner block hide outer names.
    fn visit_item(&mut self, node: &'ast Item) {
        self.found |= self.blocks > 1 || !matches!(node, Item::Const(_) | Item::Fn(_) | Item::Use(_));
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        self.found |= std_macro(node).is_none();
    }

    // Lanes are not borrowed for the lifetime of the arrays.
    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        self.found |= self.generics.lifetimes().any(|parameter| parameter.lifetime == *node);
    }

    // A name in capitals may be a constant's, or a new variable's.
    fn visit_local(&mut self, node: &'ast Local) {
        self.found |= has_capitals(&node.pat);
        visit::visit_local(self, node);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        self.found |= has_capitals(&node.pat);
        visit::visit_expr_for_loop(self, node);
    }

    fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
        self.found |= node.by_ref.is_some() && node.mutability.is_some();
        visit::visit_pat_ident(self, node);
    }
}

fn has_capitals(pat: &Pat) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
            self.0 |= node.ident.to_string().starts_with(char::is_uppercase) && node.ident != "None";
            visit::visit_pat_ident(self, node);
        }
    }
    let mut finder = Finder(false);
    finder.visit_pat(pat);
    finder.0
}
