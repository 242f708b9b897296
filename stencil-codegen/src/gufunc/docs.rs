//! The documentation generated onto each gufunc: the element function's signature and what becomes of each dimension.

use crate::emit::call;
use crate::emit::docs::{gpu, indented, signature};
use crate::model::gufunc::{GuModel, Output};
use crate::text;

/// The generated lines, to follow the user's own.
pub(crate) fn lines(model: &GuModel, side_by_side: bool) -> Vec<String> {
    let mut lines = vec![call::of_gufunc(model)];
    lines.extend(signature(&model.function));
    lines.extend([String::new(), format!("# Core dimensions: `{}`", model.signature), String::new()]);
    for (number, dims) in model.signature.inputs.iter().enumerate() {
        let name = model.input(number).map(|argument| argument.name.to_string()).unwrap_or_default();
        lines.push(format!("- input `{name}`: {}", operand(model, dims)));
    }
    for (number, dims) in model.signature.outputs.iter().enumerate() {
        let how = match (&model.outputs[number], model.output(number)) {
            (Output::ByView(_), Some(argument)) => format!("output `{}`", argument.name),
            _ => "output, returned".to_owned(),
        };
        lines.push(format!("- {how}: {}", operand(model, dims)));
    }
    lines.extend(sizes(model));
    let way = match side_by_side {
        true => "The body runs for several loop elements side by side, in SIMD lanes.",
        false => "The body runs for one loop element after the other.",
    };
    lines.extend([String::new(), way.to_owned()]);
    lines.extend(gpu(&model.function));
    indented(&lines)
}

fn operand(model: &GuModel, dims: &[usize]) -> String {
    if dims.is_empty() { "single elements".to_owned() } else { format!("`{}`", model.signature.operand(dims)) }
}

/// The attribute's rules for sizes, as lines of a list.
fn sizes(model: &GuModel) -> Vec<String> {
    let dims = &model.signature.dims;
    let mut lines = Vec::new();
    for computed in &model.computed {
        lines.push(format!("- `{} = {}`", dims[computed.dim].name, text::expression(&computed.size.value)));
    }
    for dim in dims.iter().filter(|dim| dim.optional) {
        lines.push(format!("- `{}` may be absent: the function then sees one of size 1", dim.name));
    }
    if let Some(require) = &model.require {
        lines.push(format!("- required: `{}`", text::expression(&require.value)));
    }
    if let Some(identity) = &model.identity {
        lines.push(format!("- identity: `{}`", text::expression(&identity.value)));
    }
    lines
}
