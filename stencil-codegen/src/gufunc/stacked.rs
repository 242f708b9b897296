//! A stencil over the last axes of its inputs: `#[gufunc("(n,m)->(n,m)")]` above `#[stencil(..)]`.

use super::args::Args;
use crate::diagnostics::{Errors, Problem, axes, counted};
use crate::model::Model;
use crate::parse::boundary::{Axis, Family, Rule, Spec};
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
    let shrinking = smaller(model);
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

/// The axes along which the output is smaller than the inputs.
pub(crate) fn smaller(model: &Model) -> Vec<usize> {
    let shrinking = shrinking(model);
    let strided = |axis: usize| model.stride.as_ref().is_some_and(|strides| !strides[axis].is_one());
    (0..model.rank).filter(|axis| shrinking.contains(axis) || strided(*axis)).collect()
}

/// The axes that lose points at their ends.
fn shrinking(model: &Model) -> Vec<usize> {
    let shrinks = |rule: &Rule| matches!(rule, Rule::Named { name: "Shrink", family: Family::Rim, .. });
    match &model.boundary {
        Some(Ok(Spec::All(rule))) if shrinks(rule) => (0..model.rank).collect(),
        Some(Ok(Spec::Axes(axes))) => {
            let axis = |axis: &Axis| match axis {
                Axis::Both(rule) => shrinks(rule),
                Axis::Sides(before, after) => shrinks(before) || shrinks(after),
            };
            (0..axes.len()).filter(|number| axis(&axes[*number])).collect()
        }
        _ => Vec::new(),
    }
}

impl Signature {
    /// The signature of a stencil whose outputs are smaller along some axes.
    pub(crate) fn of_stencil(inputs: usize, outputs: usize, rank: usize, shrinking: &[usize]) -> Self {
        let mut signature = Self::default();
        let input = signature.add(&["n", "m", "k", "l", "i", "j"][..rank]);
        let own = signature.add(&["p", "q", "r", "s", "t", "u"][..shrinking.len()]);
        let mut output = input.clone();
        for (axis, dim) in shrinking.iter().zip(own) {
            output[*axis] = dim;
        }
        signature.inputs = vec![input; inputs];
        signature.outputs = vec![output; outputs];
        signature
    }
}
