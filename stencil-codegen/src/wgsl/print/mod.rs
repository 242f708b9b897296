//! A typed tree as WGSL.

mod control;
mod cost;
mod counters;
mod functions;
mod index;
mod loops;
mod places;
mod printer;
mod ranges;
mod readers;
mod shared;
mod statements;
mod unroll;
mod values;

use super::lower;
use super::lower::tree::Uses;
use super::ops::Helpers;
use super::source::{Kind, Source};
use super::text::Text;
use crate::diagnostics::Errors;
use shared::Shared;

/// The source of the cells: the body is printed once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    Near,
    Edge,
    Core,
}

impl Mode {
    /// The prefix of the mode's functions.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Mode::Near => "near",
            Mode::Edge => "edge",
            Mode::Core => "core",
        }
    }

    /// The type of the place that they take.
    pub(crate) fn at(self) -> &'static str {
        match self {
            Mode::Near => "Near",
            Mode::Edge => "Edge",
            Mode::Core => "Core",
        }
    }
}

/// A body in WGSL.
pub(crate) struct Element {
    shared: Text,
    modes: Vec<(Mode, Text)>,
    helpers: Helpers,
    uses: Uses,
}

/// Lowers and prints a body. `None` where errors were reported, or where the types do not fit and rustc will say so.
pub(crate) fn lower(source: &Source<'_>, errors: &mut Errors) -> Option<Element> {
    let (program, element) = lower::lower(source, errors)?;
    let is_stencil = source.arguments.iter().any(|argument| matches!(argument.kind, Kind::Window { .. }));
    let modes = if is_stencil { vec![Mode::Near, Mode::Edge] } else { vec![Mode::Core] };
    let mut shared = Shared::default();
    let mut printed = Vec::new();
    let mut common = Text::default();
    for mode in modes {
        let mut text = Text::default();
        for helper in program.helpers.iter().filter_map(|helper| helper.function.as_ref()) {
            if helper.placed {
                functions::helper(&program, helper, Some(mode), &mut shared, &mut text);
            }
        }
        functions::element(&program, &element, mode, &mut shared, &mut text);
        printed.push((mode, text));
    }
    for helper in program.helpers.iter().filter_map(|helper| helper.function.as_ref()) {
        if !helper.placed {
            functions::helper(&program, helper, None, &mut shared, &mut common);
        }
    }
    let mut text = Text::default();
    text.push(&shared.text());
    text.append(&common);
    Some(Element { shared: text, modes: printed, helpers: shared.helpers, uses: program.uses })
}

impl Element {
    /// The element function and those of its helpers that depend on the mode.
    pub(crate) fn print(&self, mode: Mode, text: &mut Text) {
        for (other, printed) in &self.modes {
            if *other == mode {
                text.append(printed);
            }
        }
    }

    /// Prints all that does not depend on the mode: types, constants, helpers.
    pub(crate) fn print_shared(&self, text: &mut Text) {
        text.append(&self.shared);
    }

    /// The messages of the checks, in the order of their codes.
    pub(crate) fn checks(&self) -> &[String] {
        self.helpers.checks()
    }

    /// The functions of the library that are called.
    pub(crate) fn helpers(&self) -> &Helpers {
        &self.helpers
    }

    pub(crate) fn uses(&self) -> &Uses {
        &self.uses
    }
}
