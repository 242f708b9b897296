//! What the names in a body stand for.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::array_of;
use super::uses;

/// What a name stands for where lanes run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A value that is the same for all lanes.
    Same,
    /// The same, of a type that may own memory.
    Shared,
    /// A variable that changes alike in all lanes.
    Counter,
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

/// The names in scope.
#[derive(Clone, Default)]
pub(super) struct Names {
    entries: Vec<(Ident, Name)>,
}

/// The name without `r#`.
pub(super) fn plain(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

impl Names {
    pub(super) fn declare(&mut self, ident: &Ident, name: Name) {
        self.entries.push((ident.clone(), name));
    }

    /// What a name stands for; what was not declared here is the same for all lanes.
    pub(super) fn get(&self, ident: &Ident) -> Name {
        let ident = plain(ident);
        self.entries.iter().rev().find(|(other, _)| plain(other) == ident).map_or(Name::Same, |(_, name)| *name)
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
        uses::each(tokens.to_token_stream(), &mut |ident, then| {
            same &= match self.get(ident) {
                Name::Same | Name::Shared | Name::Counter => true,
                Name::Core | Name::Output | Name::Scratch => then.is_shape(),
                _ => false,
            };
        });
        same
    }

    /// Whether the tokens can stand in a loop over lanes: cores and scratch are used only as a single lane of them can be,
    /// cell by cell or for their shapes, and nothing that lanes share is moved.
    pub(super) fn is_cellwise(&self, tokens: impl ToTokens) -> bool {
        let mut cellwise = true;
        uses::each(tokens.to_token_stream(), &mut |ident, then| {
            cellwise &= match self.get(ident) {
                Name::Core | Name::Output | Name::Scratch => then.is_shape() || then.is_cell(),
                Name::Shared => !then.is_move(),
                _ => true,
            };
        });
        cellwise
    }

    /// The counters that the tokens may change.
    pub(super) fn counters_written(&self, tokens: impl ToTokens) -> BTreeSet<String> {
        let mut written = BTreeSet::new();
        uses::each(tokens.to_token_stream(), &mut |ident, then| {
            if then.written && self.get(ident) == Name::Counter {
                written.insert(plain(ident));
            }
        });
        written
    }

    /// Whether the tokens may change a variable of a lane.
    pub(super) fn changes(&self, tokens: impl ToTokens) -> bool {
        let mut changes = false;
        uses::each(tokens.to_token_stream(), &mut |ident, then| {
            changes |= then.written && self.get(ident) == Name::Variable { mutable: true };
        });
        changes
    }

    /// What binds the mentioned names to the values of lane `__t`, and what stores those that may have changed.
    pub(super) fn lane(&self, mentioned: &BTreeSet<String>) -> (TokenStream, TokenStream) {
        let (mut loads, mut stores) = (TokenStream::new(), TokenStream::new());
        // A variable that is declared in the loop itself may hide one from outside, which then still begins it.
        let outside = || self.entries.iter().filter(|(_, name)| *name != Name::Passing);
        for (position, (ident, name)) in outside().enumerate() {
            let shadowed = outside().skip(position + 1).any(|(later, _)| plain(later) == plain(ident));
            if shadowed || !mentioned.contains(&plain(ident)) {
                continue;
            }
            let array = array_of(ident);
            loads.extend(match name {
                Name::Same | Name::Shared | Name::Counter | Name::Passing => TokenStream::new(),
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
