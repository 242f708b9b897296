//! What the names in a body stand for.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::array_of;

/// What a name stands for where lanes run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A value that is the same for all lanes.
    Same,
    /// An input without core dimensions: `&[T; L]` of this very name.
    Element,
    /// A variable of each lane, in an array; whether it may change.
    Variable { mutable: bool },
    /// A variable of each lane that lives in one loop over lanes only.
    Passing,
    /// The value of a cell, from a row.
    Row,
    /// A reference to the value of a cell, from a row.
    RowRef,
    /// The core of an input.
    Core,
    /// The core of an output.
    Output,
    /// Scratch memory.
    Scratch,
}

/// The methods that tell the same about all lanes, and that a single lane has, too.
const SHAPE: &[&str] = &["len", "is_empty", "shape", "dim", "nrows", "ncols", "len_of"];

/// The names in scope.
#[derive(Default)]
pub(super) struct Names {
    entries: Vec<(Ident, Name)>,
}

impl Names {
    pub(super) fn declare(&mut self, ident: &Ident, name: Name) {
        self.entries.push((ident.clone(), name));
    }

    /// What a name stands for; what was not declared here is the same for all lanes.
    pub(super) fn get(&self, ident: &Ident) -> Name {
        self.entries.iter().rev().find(|(other, _)| other == ident).map_or(Name::Same, |(_, name)| *name)
    }

    /// A mark to return to when a block ends.
    pub(super) fn mark(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.entries.truncate(mark);
    }

    /// Forgets the variables of the loop over lanes that has ended.
    pub(super) fn end_of_loop(&mut self) {
        self.entries.retain(|(_, name)| *name != Name::Passing);
    }

    /// Whether the tokens give the same for all lanes: they mention lanes only to ask for shapes.
    pub(super) fn is_same(&self, tokens: impl ToTokens) -> bool {
        let mut same = true;
        each_use(tokens.to_token_stream(), &mut |ident, then| {
            same &= match self.get(ident) {
                Name::Same => true,
                Name::Core | Name::Output | Name::Scratch => then.is_shape(),
                _ => false,
            };
        });
        same
    }

    /// Whether cores and scratch are used only as a single lane of them can be: cell by cell, or for their shapes.
    pub(super) fn is_cellwise(&self, tokens: impl ToTokens) -> bool {
        let mut cellwise = true;
        each_use(tokens.to_token_stream(), &mut |ident, then| {
            if matches!(self.get(ident), Name::Core | Name::Output | Name::Scratch) {
                cellwise &= then.is_shape() || matches!(then, Then::Index);
            }
        });
        cellwise
    }

    /// What binds the mentioned names to the values of lane `__t`, and what stores those that may have changed.
    pub(super) fn lane(&self, mentioned: &BTreeSet<String>) -> (TokenStream, TokenStream) {
        let (mut loads, mut stores) = (TokenStream::new(), TokenStream::new());
        // A variable that is declared in the loop itself may hide one from outside, which then still begins it.
        let outside = || self.entries.iter().filter(|(_, name)| *name != Name::Passing);
        for (position, (ident, name)) in outside().enumerate() {
            let shadowed = outside().skip(position + 1).any(|(later, _)| later == ident);
            if shadowed || !mentioned.contains(&ident.to_string()) {
                continue;
            }
            let array = array_of(ident);
            loads.extend(match name {
                Name::Same | Name::Passing => TokenStream::new(),
                Name::Element => quote!(let #ident = #ident[__t];),
                Name::Variable { mutable: false } | Name::Row => quote!(let mut #ident = #array[__t];),
                Name::Variable { mutable: true } => {
                    stores.extend(quote!(#array[__t] = #ident;));
                    quote!(let mut #ident = #array[__t];)
                }
                Name::RowRef => quote!(let #ident = &#array[__t];),
                Name::Core => quote!(let #ident = #ident.lane(__t);),
                Name::Output | Name::Scratch => quote!(let mut #ident = #ident.lane(__t);),
            });
        }
        (loads, stores)
    }
}

/// What follows a name.
enum Then {
    Index,
    Method(String),
    Other,
}

impl Then {
    fn is_shape(&self) -> bool {
        matches!(self, Then::Method(method) if SHAPE.contains(&method.as_str()))
    }
}

/// Calls `found` with every identifier that may be a variable, and with what follows it.
fn each_use(tokens: TokenStream, found: &mut impl FnMut(&Ident, &Then)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |at: Option<usize>, mark: char| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    for (position, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => each_use(group.stream(), found),
            TokenTree::Ident(ident) => {
                let field = punct(position.checked_sub(1), '.') && !punct(position.checked_sub(2), '.');
                if field {
                    continue;
                }
                let then = match (tokens.get(position + 1), tokens.get(position + 2)) {
                    (Some(TokenTree::Group(group)), _) if group.delimiter() == Delimiter::Bracket => Then::Index,
                    (Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(method))) if dot.as_char() == '.' => {
                        Then::Method(method.to_string())
                    }
                    _ => Then::Other,
                };
                found(ident, &then);
            }
            // `assert!(ok, "{value}")`.
            TokenTree::Literal(literal) => {
                for ident in captured(&literal.to_string()) {
                    found(&ident, &Then::Other);
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The variables that a format string may capture.
fn captured(literal: &str) -> Vec<Ident> {
    if !literal.contains('"') {
        return Vec::new();
    }
    let word = |part: &str| part.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
    let words = literal.split('{').skip(1).filter_map(word);
    words.filter_map(|word| syn::parse_str(&word).ok()).collect()
}

/// The identifiers in the tokens that may be variables.
pub(super) fn mentions(tokens: impl ToTokens) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    each_use(tokens.to_token_stream(), &mut |ident, _| {
        names.insert(ident.to_string());
    });
    names
}
