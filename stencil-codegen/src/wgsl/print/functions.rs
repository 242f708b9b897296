//! Whole functions.

use super::Mode;
use super::printer::{Printer, Sink};
use super::shared::Shared;
use crate::wgsl::lower::program::Program;
use crate::wgsl::lower::tree::Function;
use crate::wgsl::lower::types::Ty;
use crate::wgsl::text::Text;

/// The element function.
pub(crate) fn element(program: &Program<'_>, function: &Function, mode: Mode, shared: &mut Shared, text: &mut Text) {
    let mut printer = Printer::new(program, function, Some(mode), shared);
    printer.is_element = true;
    let result = match &function.result {
        Ty::Tuple(items) if items.is_empty() => String::new(),
        Ty::Tuple(_) => " -> Out".to_owned(),
        ty => format!(" -> {}", printer.shared.ty(ty)),
    };
    let header = format!("fn {}({}){result}", printer.placed("element"), printer.at_parameter());
    printer.finish(&header, text);
}

/// A helper.
pub(crate) fn helper(
    program: &Program<'_>,
    function: &Function,
    mode: Option<Mode>,
    shared: &mut Shared,
    text: &mut Text,
) {
    let printer = Printer::new(program, function, mode, shared);
    let mut parameters = Vec::new();
    if mode.is_some() {
        parameters.push(printer.at_parameter());
    }
    for parameter in &function.parameters {
        let local = &function.locals[*parameter];
        parameters.push(format!("{}: {}", local.name, printer.shared.ty(&local.ty)));
    }
    let result = match &function.result {
        Ty::Never => String::new(),
        ty if ty.is_unit() => String::new(),
        ty => format!(" -> {}", printer.shared.ty(ty)),
    };
    let header = format!("fn {}({}){result}", printer.placed(&function.name), parameters.join(", "));
    printer.finish(&header, text);
}

impl Printer<'_> {
    fn at_parameter(&self) -> String {
        self.mode.map(|mode| format!("at: {}", mode.at())).unwrap_or_default()
    }

    /// Prints the body behind the header.
    fn finish(mut self, header: &str, text: &mut Text) {
        let function = self.function;
        let gives = !function.result.is_unit() && function.result != Ty::Never;
        let sink = if gives { Sink::Return } else { Sink::Nowhere };
        self.block_into(&function.body, &sink);
        // WGSL does not see that the end is not reached.
        if gives && !self.dead {
            self.leave();
        }
        text.push(&format!("{header} {{\n"));
        for name in &self.declared {
            text.push(&format!("    var {name} = 0u;\n"));
        }
        text.append(&self.text);
        text.push("}\n");
    }
}
