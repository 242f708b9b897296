//! The line that says how a kernel is called, and what comes out: a reader of its page sees two names otherwise.

use crate::function::{ElementFn, Role};
use crate::model::Model;
use crate::model::gufunc::{GuModel, Output};
use crate::signature::Signature;
use crate::syntax::identifiers;
use crate::text;

/// ``"`heat(alpha).apply(&u)`: `Array2<f64>` to `Array2<f64>`; see [`ndstencil::Stencil`]."``
pub(crate) fn of_stencil(model: &Model) -> String {
    let function = &model.function;
    let names: Vec<String> = model.inputs.iter().map(|input| input.name.to_string()).collect();
    let inputs = || model.inputs.iter().map(|input| text::tokens(&input.element));
    let outputs = function.outputs().into_iter().map(text::tokens);
    let call = expression(function, &names);
    if let Some(signature) = &model.stacked {
        return over_cores(function, &call, signature, inputs().collect(), outputs.collect());
    }
    let array = |element: String| format!("Array{}<{element}>", model.rank);
    let inputs: Vec<String> = inputs().map(|element| format!("`{}`", array(element))).collect();
    let outputs: Vec<String> = outputs.map(array).collect();
    let outputs = if outputs.len() == 1 { outputs[0].clone() } else { format!("({})", outputs.join(", ")) };
    format!("`{call}`: {} to `{outputs}`; see {}.", listed(&inputs), link(function, "Stencil"))
}

/// ``"`mean().apply(&x)`: `f32` over `(.., n)` to `f32` over `(..)`; see [`ndstencil::Gufunc`]."``
pub(crate) fn of_gufunc(model: &GuModel) -> String {
    let name = |number| model.input(number).map(|input| input.name.to_string()).unwrap_or_default();
    let names: Vec<String> = (0..model.inputs.len()).map(name).collect();
    let inputs = model.inputs.iter().map(|input| text::tokens(&input.element)).collect();
    let outputs = model.outputs.iter().map(Output::operand).map(|output| text::tokens(&output.element)).collect();
    over_cores(&model.function, &expression(&model.function, &names), &model.signature, inputs, outputs)
}

/// `name::<_, R>(parameter).apply(&x)`
fn expression<R: Role>(function: &ElementFn<R>, inputs: &[String]) -> String {
    let scalars: Vec<String> = function.scalars().map(|scalar| scalar.name.to_string()).collect();
    let operands: Vec<String> = inputs.iter().map(|input| format!("&{input}")).collect();
    let operands = if operands.len() == 1 { operands[0].clone() } else { format!("({})", operands.join(", ")) };
    format!("{}{}({}).apply({operands})", function.name, turbofish(function), scalars.join(", "))
}

/// Const generics that no argument tells have to be written.
fn turbofish<R: Role>(function: &ElementFn<R>) -> String {
    let told = |name: &syn::Ident| function.scalars().any(|scalar| identifiers(&scalar.ty).contains(&name.to_string()));
    if function.const_generics().all(told) {
        return String::new();
    }
    let argument = |parameter: &syn::GenericParam| match parameter {
        syn::GenericParam::Lifetime(_) => None,
        syn::GenericParam::Type(_) => Some("_".to_owned()),
        syn::GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
    };
    let arguments: Vec<String> = function.generics.params.iter().filter_map(argument).collect();
    format!("::<{}>", arguments.join(", "))
}

fn over_cores<R>(
    function: &ElementFn<R>,
    call: &str,
    signature: &Signature,
    inputs: Vec<String>,
    outputs: Vec<String>,
) -> String {
    let operands = |elements: Vec<String>, dims: &[Vec<usize>]| {
        let operand = |(element, dims): (String, &Vec<usize>)| {
            let core = signature.operand(dims);
            let core = core.trim_start_matches('(').trim_end_matches(')');
            let shape = if core.is_empty() { "(..)".to_owned() } else { format!("(.., {})", core.replace(',', ", ")) };
            format!("`{element}` over `{shape}`")
        };
        listed(&elements.into_iter().zip(dims).map(operand).collect::<Vec<_>>())
    };
    let (from, to) = (operands(inputs, &signature.inputs), operands(outputs, &signature.outputs));
    let from = if from.is_empty() { "nothing".to_owned() } else { from };
    format!("`{call}`: {from} to {to}; see {}.", link(function, "Gufunc"))
}

/// `a`, `a and b`, `a, b and c`
fn listed(items: &[String]) -> String {
    match items {
        [first @ .., before, last] => {
            let first: String = first.iter().map(|item| format!("{item}, ")).collect();
            format!("{first}{before} and {last}")
        }
        items => items.concat(),
    }
}

/// A link that rustdoc resolves where the kernel stands. In brackets alone: where the documentation of this crate is not built, an
/// explicit target would lead nowhere.
fn link<R>(function: &ElementFn<R>, name: &str) -> String {
    format!("[`{}::{name}`]", text::tokens(&function.krate).trim_start_matches("::"))
}
