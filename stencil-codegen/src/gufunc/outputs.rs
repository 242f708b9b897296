//! The outputs: values that are returned for `()`, views to write to otherwise.

use quote::{ToTokens, quote};
use syn::{PatType, Type, parse_quote};

use super::function::written;
use super::inputs::{check_view, view};
use crate::arrays;
use crate::diagnostics::{Errors, Problem, counted};
use crate::function::{ElementFn, is_unit};
use crate::model::gufunc::{Operand, Output, Role};
use crate::signature::Signature;
use crate::text;

/// Reads the outputs; one that is wrong stands for the most likely one.
pub(crate) fn read(
    function: &ElementFn<Role>,
    inputs: &[Operand],
    typed: &[PatType],
    roles: &[Option<Role>],
    signature: &Signature,
    errors: &mut Errors,
) -> Vec<Output> {
    let likely = inputs.first().map_or_else(|| parse_quote!(f32), |input| input.element.clone());
    let written = written(function, signature);
    let said = check_returned(function, signature, &likely, written.len(), errors);
    check_order(typed, roles, signature, errors);
    let mut values = function.outputs().into_iter();
    let read = |(number, dims): (usize, &Vec<usize>)| {
        let optional = signature.may_lack(dims);
        let operand = |element: Type| Operand { element, rank: dims.len(), optional };
        if !written.contains(&number) {
            return Output::ByValue(operand(values.next().cloned().unwrap_or_else(|| likely.clone())));
        }
        let own = |role: &Option<Role>| matches!(role, Some(Role::Output(other)) if *other == number);
        let Some(parameter) = roles.iter().position(own).map(|position| &typed[position]) else {
            if !said {
                report_missing(dims, &likely, function, (typed, roles), signature, errors);
            }
            return Output::ByView(operand(likely.clone()));
        };
        let found = arrays::recognise(&parameter.ty);
        if let Some(found) = &found {
            check_view(&parameter_name(parameter), &parameter.ty, found, dims, signature, None, errors);
        }
        let element = found.and_then(|found| found.element.cloned());
        Output::ByView(operand(element.unwrap_or_else(|| likely.clone())))
    };
    signature.outputs.iter().enumerate().map(read).collect()
}

/// Returns true when the values that are returned fit, or when no more need be said about outputs.
fn check_returned(
    function: &ElementFn<Role>,
    signature: &Signature,
    likely: &Type,
    written: usize,
    errors: &mut Errors,
) -> bool {
    if is_unit(&function.output) {
        return false;
    }
    let wanted = signature.outputs.len() - written;
    let found = function.outputs().len();
    if wanted == 0 {
        let first = &signature.outputs[0];
        let what = match signature.outputs.len() {
            1 => format!("the output `{}` has dimensions", signature.operand(first)),
            _ => "all outputs have dimensions".to_owned(),
        };
        let example = format!("mut y: {}", view("ArrayViewMut", first.len(), likely));
        errors.report(Problem::ReturnedView, &function.output, &[&what, &example]);
        return true;
    }
    if wanted != found {
        let types = vec![text::tokens(function.outputs()[0]); wanted];
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        let example = if wanted == 1 { types[0].to_owned() } else { text::tuple(&types) };
        let counts = [counted(wanted, "output `()`"), counted(found, "value")];
        errors.report(Problem::ReturnedCount, &function.output, &[&counts[0], &counts[1], &example]);
    }
    false
}

/// Outputs end the parameters.
fn check_order(typed: &[PatType], roles: &[Option<Role>], signature: &Signature, errors: &mut Errors) {
    let last = roles.iter().rposition(|role| matches!(role, Some(Role::Bound | Role::Scratch(_)))).unwrap_or(0);
    for (typed, role) in typed.iter().zip(roles).take(last) {
        if let Some(Role::Output(number)) = role {
            let output = signature.operand(&signature.outputs[*number]);
            errors.report(Problem::OutputNotLast, typed, &[&output]);
        }
    }
}

fn report_missing(
    dims: &[usize],
    likely: &Type,
    function: &ElementFn<Role>,
    (typed, roles): (&[PatType], &[Option<Role>]),
    signature: &Signature,
    errors: &mut Errors,
) {
    let example = format!("mut y: {}", view("ArrayViewMut", dims.len(), likely));
    let help = if dims.is_empty() {
        let likely = text::tokens(likely);
        format!("return it, `-> {likely}`, or end the parameters with `{example}`")
    } else {
        format!("end the parameters with `{example}`")
    };
    // An array at the end is likely to be meant.
    let meant = typed.last().zip(roles.last()).filter(|(typed, role)| {
        !matches!(role, Some(Role::Input(_) | Role::Output(_))) && arrays::recognise(&typed.ty).is_some()
    });
    let at = meant.map_or_else(|| function.name.to_token_stream(), |(typed, _)| typed.ty.to_token_stream());
    errors.report(Problem::MissingOutput, quote!(#at), &[&signature.operand(dims), &help]);
}

/// A view to write to that no output belongs to.
pub(crate) fn report_extra(typed: &PatType, function: &ElementFn<Role>, errors: &mut Errors) {
    let scalar = arrays::recognise(&typed.ty).is_some_and(|found| found.rank == arrays::Rank::Fixed(0));
    let help = if scalar && !is_unit(&function.output) {
        "outputs `()` are all returned or all written: return it with the others, `-> (f32, f32)`"
    } else {
        "remove it, or write one more output into the signature: `->(n),(m)`"
    };
    errors.report(Problem::ExtraOutput, typed, &[&parameter_name(typed), &help]);
}

fn parameter_name(typed: &PatType) -> String {
    text::tokens(&typed.pat).trim_start_matches("mut ").to_owned()
}
