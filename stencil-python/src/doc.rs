//! The docstring of a ufunc, behind the line with the arguments that NumPy writes itself.

use ndstencil::__private::export::Exported;
use ndstencil::Halo;

/// The author's documentation, then the facts.
pub(crate) fn of(kernel: &Exported) -> String {
    let mut parts = vec![kernel.doc.to_owned()];
    let mut facts = vec![format!("Operands: {}", kernel.inputs.join(", ")), format!("Signature: {}", kernel.signature)];
    let types = kernel.loops.iter().map(|one| types(kernel, one));
    facts.push(format!("Types: {}", types.collect::<Vec<_>>().join("; ")));
    for ((name, halo), rank) in kernel.inputs.iter().zip(kernel.halos).zip(ranks(kernel.signature)) {
        facts.push(format!("Halo of {name}: {}", self::halo(halo, rank)));
    }
    parts.push(facts.join("\n"));
    for (name, picture) in kernel.inputs.iter().zip(kernel.pictures).filter(|(_, picture)| !picture.is_empty()) {
        let rows: Vec<String> = picture.lines().map(|row| format!("    {row}")).collect();
        parts.push(format!("Cells of {name} that a point reads::\n\n{}", rows.join("\n")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn types(kernel: &Exported, one: &ndstencil::__private::export::ExportedLoop) -> String {
    let names: Vec<&str> = (one.elements)().into_iter().map(numpy_name).collect();
    let (inputs, outputs) = names.split_at(kernel.inputs.len());
    format!("{} -> {}", inputs.join(", "), outputs.join(", "))
}

/// The name that NumPy has for a type.
fn numpy_name(element: ndstencil::__private::export::ElementType) -> &'static str {
    use ndstencil::__private::export::ElementType::*;
    match element {
        Bool => "bool",
        I8 => "int8",
        I16 => "int16",
        I32 => "int32",
        I64 => "int64",
        Isize => "intp",
        U8 => "uint8",
        U16 => "uint16",
        U32 => "uint32",
        U64 => "uint64",
        Usize => "uintp",
        F16 => "float16",
        F32 => "float32",
        F64 => "float64",
    }
}

/// The number of core dimensions of each input.
pub(crate) fn ranks(signature: &str) -> Vec<usize> {
    let inputs = signature.split("->").next().unwrap_or_default();
    let operands = inputs.split(')').filter_map(|operand| operand.split_once('(')).map(|(_, dims)| dims);
    operands.map(|dims| if dims.is_empty() { 0 } else { dims.split(',').count() }).collect()
}

fn halo(halo: &Halo, rank: usize) -> String {
    let sides: Vec<String> = (0..rank)
        .map(|axis| halo.axis(axis))
        .map(|[before, after]| format!("{before} before, {after} after"))
        .collect();
    sides.join("; ")
}
