//! The meanings of the names in a body.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::array_of;
use super::kind::Kind;
use super::numbers::Number;
use super::uses::{self, Code, Use};
use crate::syntax::plain;

/// The meaning of a name where lanes run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A value that is the same for all lanes.
    Uniform,
    /// The same, of a type that may own memory.
    UniformRef,
    /// The same, of a type of which nothing is known: it may change behind a shared reference, as a generator of random
    /// numbers does, so that lanes can share it only for what its operators give.
    Opaque,
    /// A parameter of such a type: what it holds or leads to outlives the loop element, so that each has to ask anew.
    Given,
    /// A variable that changes alike in all lanes, and the kind of number it is known to be.
    UniformVar(Option<Number>),
    /// An input without core dimensions: `&[T; L]` of this very name.
    Element,
    /// A variable of each lane, in an array; whether it may change.
    Varying { mutable: bool },
    /// A variable of each lane that lives in one loop over lanes only.
    VaryingTemp,
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
    /// The windows of a stencil on an input.
    Window,
}

/// The names in scope.
#[derive(Clone, Default)]
pub(super) struct Names {
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    ident: Ident,
    name: Name,
    /// The kind of its value, where it is one of the standard library's.
    kind: Option<Kind>,
}

impl Names {
    /// Returns true where the body writes to memory besides variables of its own.
    pub(super) fn writes_memory(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.name, Name::Output | Name::Scratch))
    }

    pub(super) fn declare(&mut self, ident: &Ident, name: Name) {
        self.declare_kind(ident, name, None);
    }

    /// Declares a name of which the kind of value is known.
    pub(super) fn declare_kind(&mut self, ident: &Ident, name: Name, kind: Option<Kind>) {
        self.entries.push(Entry { ident: ident.clone(), name, kind });
    }

    /// The kind of value that a name stands for, where the standard library has it.
    pub(super) fn kind(&self, ident: &Ident) -> Option<Kind> {
        self.entry(&plain(ident))?.kind
    }

    /// The meaning of a name; one that was not declared here is the same for all lanes.
    pub(super) fn get(&self, ident: &Ident) -> Name {
        self.find(ident).unwrap_or(Name::Uniform)
    }

    /// The meaning of a name, if it was declared here.
    pub(super) fn find(&self, ident: &Ident) -> Option<Name> {
        self.find_plain(&plain(ident))
    }

    /// The same by a name without `r#`.
    pub(super) fn find_plain(&self, name: &str) -> Option<Name> {
        self.entry(name).map(|entry| entry.name)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| plain(&entry.ident) == name)
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
        self.entries.retain(|entry| entry.name != Name::VaryingTemp);
    }

    /// Returns true when the code gives the same for all lanes: it mentions lanes only to ask for shapes.
    pub(super) fn is_same(&self, code: &(impl Code + ?Sized)) -> bool {
        let mut same = true;
        uses::each(code, |ident, used| {
            same &= match self.get(ident) {
                Name::Uniform | Name::UniformRef | Name::Opaque | Name::UniformVar(_) => true,
                Name::Core | Name::Output | Name::Scratch => matches!(used, Use::Shape(_) | Use::Captured),
                Name::Window => uses::is_of_all(used),
                Name::Given => matches!(used, Use::Cell { written: false } | Use::Operand),
                Name::Element | Name::Varying { .. } | Name::VaryingTemp | Name::Row | Name::RowRef => false,
            };
        });
        same
    }

    /// Returns true when the code can stand in a loop over lanes: cores and scratch are used only as a single lane of
    /// them can be, cell by cell or for their shapes, and nothing that lanes share is moved, or changed.
    pub(super) fn is_cellwise(&self, code: &(impl Code + ?Sized)) -> bool {
        let mut cellwise = true;
        uses::each(code, |ident, used| {
            cellwise &= match self.get(ident) {
                Name::Core | Name::Output | Name::Scratch => {
                    matches!(used, Use::Shape(_) | Use::Cell { .. } | Use::Captured)
                }
                Name::UniformRef => match used {
                    Use::Receiver(method) => !uses::takes_itself(method),
                    Use::Moved | Use::Captured => false,
                    Use::Shape(_) | Use::Cell { .. } | Use::Operand | Use::Lent | Use::ByView => true,
                },
                Name::Opaque | Name::Given => matches!(used, Use::Cell { written: false } | Use::Operand),
                Name::Uniform | Name::UniformVar(_) | Name::Element | Name::Varying { .. } => true,
                Name::VaryingTemp | Name::Row | Name::RowRef => true,
                // Each lane has a window of its own, a copy.
                Name::Window => true,
            };
        });
        cellwise
    }

    /// The counters that the code may change.
    pub(super) fn counters_written(&self, code: &(impl Code + ?Sized)) -> BTreeSet<String> {
        let mut written = BTreeSet::new();
        uses::each(code, |ident, used| {
            if let Name::UniformVar(number) = self.get(ident)
                && may_change(used, number)
            {
                written.insert(plain(ident));
            }
        });
        written
    }

    /// Returns true when the code may change a variable of a lane.
    pub(super) fn changes(&self, code: &(impl Code + ?Sized)) -> bool {
        let mut changes = false;
        uses::each(code, |ident, used| {
            changes |= self.get(ident) == Name::Varying { mutable: true } && may_change(used, None);
        });
        changes
    }

    /// The code that binds the mentioned names to the values of lane `__t`, and the code that stores those that may
    /// have changed.
    pub(super) fn lane(&self, mentioned: &BTreeSet<String>) -> (TokenStream, TokenStream) {
        let (mut loads, mut stores) = (TokenStream::new(), TokenStream::new());
        // A variable that is declared in the loop itself may hide one from outside, which then still begins it.
        let outside = || self.entries.iter().filter(|entry| entry.name != Name::VaryingTemp);
        for (position, Entry { ident, name, .. }) in outside().enumerate() {
            let shadowed = outside().skip(position + 1).any(|later| plain(&later.ident) == plain(ident));
            if shadowed || !mentioned.contains(&plain(ident)) {
                continue;
            }
            let array = array_of(ident);
            loads.extend(match name {
                Name::Uniform | Name::UniformRef | Name::Opaque | Name::Given => TokenStream::new(),
                Name::UniformVar(_) | Name::VaryingTemp => TokenStream::new(),
                Name::Element => quote!(let #ident = #ident[__t];),
                Name::Varying { mutable: false } | Name::Row => quote!(let mut #ident = #array[__t];),
                Name::Varying { mutable: true } => {
                    stores.extend(quote!(#array[__t] = #ident;));
                    quote!(let mut #ident = #array[__t];)
                }
                Name::RowRef => quote!(let #ident = &#array[__t];),
                Name::Core | Name::Window => quote!(let #ident = #ident.lane(__t);),
                Name::Output | Name::Scratch => quote!(let mut #ident = #ident.lane(__t);),
            });
        }
        (loads, stores)
    }
}

/// Returns true when the use may change a variable that is such a number.
fn may_change(used: Use<'_>, number: Option<Number>) -> bool {
    match used {
        Use::ByView | Use::Cell { written: true } => true,
        Use::Receiver(method) => !number.is_some_and(|number| number.leaves(method)),
        Use::Shape(_) => number.is_none(),
        Use::Cell { written: false } | Use::Operand | Use::Lent | Use::Moved | Use::Captured => false,
    }
}
