//! The docstring of a ufunc, behind the line with the arguments that NumPy writes itself.

use ndstencil::__private::export::{ElementType, Exported, ExportedLoop, Reading};
use ndstencil::Halo;

use crate::kernel::Kernel;

/// The author's documentation, then the facts; `chosen` is the rule in place of the kernel's own.
pub(crate) fn of(kernel: &Kernel, chosen: Option<Reading>) -> String {
    let function = kernel.function();
    let mut parts = vec![function.doc.to_owned()];
    let mut facts =
        vec![format!("Operands: {}", function.inputs.join(", ")), format!("Signature: {}", function.signature)];
    let types = kernel.loops().map(|one| types(function, one));
    facts.push(format!("Types: {}", types.collect::<Vec<_>>().join("; ")));
    for ((name, halo), rank) in function.inputs.iter().zip(function.halos).zip(ranks(function.signature)) {
        facts.push(format!("Halo of {name}: {}", self::halo(halo, rank)));
    }
    if kernel.has_boundary() {
        let own = kernel.loops().next().map(|one| (one.rules)()).unwrap_or_default();
        for (name, axes) in function.inputs.iter().zip(own) {
            let rules = chosen.map_or_else(|| rules(&axes), |chosen| chosen.name().to_owned());
            facts.push(format!("Boundary of {name}: {rules}"));
        }
    }
    parts.push(facts.join("\n"));
    for (name, picture) in function.inputs.iter().zip(function.pictures).filter(|(_, picture)| !picture.is_empty()) {
        let rows: Vec<String> = picture.lines().map(|row| format!("    {row}")).collect();
        parts.push(format!("Cells of {name} that a point reads::\n\n{}", rows.join("\n")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn types(function: &Exported, one: &ExportedLoop) -> String {
    let names: Vec<&str> = (one.elements)().into_iter().map(numpy_name).collect();
    let (inputs, outputs) = names.split_at(function.inputs.len());
    format!("{} -> {}", inputs.join(", "), outputs.join(", "))
}

/// The name that NumPy has for a type.
fn numpy_name(element: ElementType) -> &'static str {
    match element {
        ElementType::Bool => "bool",
        ElementType::I8 => "int8",
        ElementType::I16 => "int16",
        ElementType::I32 => "int32",
        ElementType::I64 => "int64",
        ElementType::Isize => "intp",
        ElementType::U8 => "uint8",
        ElementType::U16 => "uint16",
        ElementType::U32 => "uint32",
        ElementType::U64 => "uint64",
        ElementType::Usize => "uintp",
        ElementType::F16 => "float16",
        ElementType::F32 => "float32",
        ElementType::F64 => "float64",
    }
}

/// The number of core dimensions of each input.
pub(crate) fn ranks(signature: &str) -> Vec<usize> {
    let inputs = signature.split("->").next().unwrap_or_default();
    let operands = inputs.split(')').filter_map(|operand| operand.split_once('(')).map(|(_, dims)| dims);
    operands.map(|dims| if dims.is_empty() { 0 } else { dims.split(',').count() }).collect()
}

/// The names of the rules before and after each axis: one where they are all the same.
fn rules(axes: &[[&str; 2]]) -> String {
    let names: Vec<String> = axes.iter().flatten().map(|name| name.to_lowercase()).collect();
    match names.first() {
        Some(first) if names.iter().all(|name| name == first) => first.clone(),
        _ => names
            .chunks(2)
            .map(|sides| format!("{} before, {} after", sides[0], sides[1]))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn halo(halo: &Halo, rank: usize) -> String {
    let sides: Vec<String> = (0..rank)
        .map(|axis| halo.axis(axis))
        .map(|[before, after]| format!("{before} before, {after} after"))
        .collect();
    sides.join("; ")
}
