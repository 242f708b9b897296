//! A stencil over the last axes of its inputs: `#[gufunc("(n,m)->(n,m)")]` above `#[stencil(..)]`.

use super::args::Args;
use crate::diagnostics::{Errors, Problem, axes, counted};
use crate::model::Model;
use crate::signature::Signature;

/// The signature of a stencil; one that does not fit is replaced by one that does.
pub(crate) fn read(args: &Args, model: &Model, errors: &mut Errors) -> Signature {
    let fitting = Signature::of_stencil(model.inputs.len(), model.function.outputs().len(), model.rank, &[]);
    for key in args.keys() {
        errors.report(Problem::StackedKey, key, &[key]);
    }
    match &args.signature {
        Some(signature) if fits(signature, args, model, errors) => signature.clone(),
        _ => fitting,
    }
}

fn fits(signature: &Signature, args: &Args, model: &Model, errors: &mut Errors) -> bool {
    let wanted = (model.inputs.len(), model.function.outputs().len());
    let given = (signature.inputs.len(), signature.outputs.len());
    let shrinking = model.smaller_axes();
    let right = Signature::of_stencil(wanted.0, wanted.1, model.rank, &shrinking);
    let mut report = |problem, found: &[&dyn std::fmt::Display]| {
        errors.report(problem, &args.literal, found);
        false
    };
    if given != wanted {
        let count = |(inputs, outputs)| format!("{} and {}", counted(inputs, "input"), counted(outputs, "output"));
        return report(Problem::StackedCount, &[&count(given), &count(wanted), &right]);
    }
    let operands = || signature.inputs.iter().chain(&signature.outputs);
    if let Some(dims) = operands().find(|dims| dims.len() != model.rank) {
        let counts = [counted(dims.len(), "dimension"), axes(model.rank)];
        return report(Problem::StackedRank, &[&signature.operand(dims), &counts[0], &counts[1], &right]);
    }
    let first = &signature.inputs[0];
    let name = signature.operand(first);
    if let Some(dims) = signature.inputs.iter().find(|dims| *dims != first) {
        return report(Problem::StackedInputs, &[&name, &signature.operand(dims), &right]);
    }
    for dims in &signature.outputs {
        let shared = |axis: usize| shrinking.contains(&axis) && first.contains(&dims[axis]);
        if (0..model.rank).any(shared) {
            return report(Problem::StackedShrink, &[&name, &right]);
        }
        let moved = |axis: usize| dims[axis] != first[axis] && first.contains(&dims[axis]);
        if (0..model.rank).any(moved) {
            return report(Problem::StackedOutput, &[&name, &signature.operand(dims), &right]);
        }
    }
    true
}
