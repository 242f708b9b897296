//! The third pass: what can only be judged when the whole function is known.

use quote::ToTokens;

use crate::diagnostics::{Errors, Problem};
use crate::function::ElementFn;
use crate::model::{Input, Model};
use crate::offset::inside;
use crate::parse::boundary::{Family, names};
use crate::parse::halo::Halo;
use crate::syntax::identifiers;
use crate::text;
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// Type names that a kernel's type must not hide: the user's code, and the element function, mean the usual ones.
const TAKEN: &[&str] = &[
    "Option",
    "Result",
    "String",
    "Vec",
    "Box",
    "Some",
    "None",
    "Ok",
    "Err",
    "Boundary",
    "Rim",
    "Stencil",
    "Window",
    "Window1",
    "Window2",
    "Window3",
    "Window4",
    "Window5",
    "Window6",
    "Array1",
    "Array2",
    "Array3",
    "ArrayView1",
    "ArrayView2",
    "ArrayView3",
];

/// Checks the model.
pub(crate) fn check(model: &Model, errors: &mut Errors) {
    kernel_name(&model.function, errors);
    counts(model, errors);
    if model.broken {
        return;
    }
    offsets(model, errors);
    values(model, errors);
    boundaries(model, errors);
}

/// The kernel's type must not hide what other code means.
pub(crate) fn kernel_name<R>(function: &ElementFn<R>, errors: &mut Errors) {
    let name = function.kernel.to_string();
    if TAKEN.contains(&name.as_str()) && !function.kernel_named {
        errors.report(Problem::KernelName, &function.name, &[&name]);
    }
    if function.kernel_named && name.starts_with("__") {
        errors.report(Problem::ReservedName, &function.kernel, &[&name]);
    }
}

fn counts(model: &Model, errors: &mut Errors) {
    if let Some(extra) = model.inputs.get(MAX_INPUTS) {
        errors.report(Problem::TooManyInputs, &extra.name, &[&model.inputs.len()]);
    }
    let outputs = model.function.outputs();
    if let Some(extra) = outputs.get(MAX_OUTPUTS) {
        errors.report(Problem::TooManyOutputs, extra, &[&outputs.len()]);
    }
}

/// Offsets that are not known need a declared halo; offsets that are known must lie inside of it.
fn offsets(model: &Model, errors: &mut Errors) {
    if model.halo_broken {
        return;
    }
    let example = if model.rank == 1 { "1".to_owned() } else { text::tuple(&vec!["1"; model.rank]) };
    if model.declared.is_none() {
        for (window, name) in &model.footprints.escapes {
            let window = &model.inputs[*window].name;
            errors.report(Problem::Escape, name, &[window, &example]);
        }
    }
    for read in &model.footprints.reads {
        let input = &model.inputs[read.window];
        match (&read.offsets, &model.declared) {
            (None, None) => {
                errors.report_at(Problem::UnknownOffset, read.span, &[&input.name, &example]);
            }
            (Some(found), Some(Halo::Known(sides))) => {
                let outside = |offset: &&Vec<isize>| !inside(offset, sides);
                if let Some(offset) = found.iter().find(outside) {
                    let wider = widened(sides, offset);
                    let found = [text::offset(offset), text::halo(sides), text::halo(&wider)];
                    let found = [&found[0] as _, &found[1] as _, &found[2] as _];
                    errors.report_at(Problem::OutsideHalo, read.span, &found);
                }
            }
            _ => {}
        }
    }
}

fn widened(sides: &[[usize; 2]], offset: &[isize]) -> Vec<[usize; 2]> {
    let widen = |(side, entry): (&[usize; 2], &isize)| {
        let [before, after] = *side;
        let reach = entry.unsigned_abs();
        if *entry < 0 { [before.max(reach), after] } else { [before, after.max(reach)] }
    };
    sides.iter().zip(offset).map(widen).collect()
}

/// `values()` is an array of a length that the compiler has to know.
fn values(model: &Model, errors: &mut Errors) {
    if model.halo_broken {
        return;
    }
    for (window, method) in &model.footprints.values {
        let input = &model.inputs[*window];
        let reason = match &input.halo {
            Halo::Known(_) if model.declared.is_none() && input.offsets.is_empty() => {
                Some("declare the box: `#[stencil(halo = 1)]`, or read single cells as well".to_owned())
            }
            Halo::Known(_) => None,
            Halo::Dynamic => Some(
                "the length of the array is not known with `halo = dynamic`: write `halo = 1`, or read single cells"
                    .to_owned(),
            ),
            Halo::Constant(sides) => const_generic(model, sides).map(|name| {
                format!(
                    "the length of the array cannot depend on the const generic `{name}`: loop over \
                     `-({name} as isize)..{name} as isize + 1` and read single cells"
                )
            }),
        };
        if let Some(reason) = reason {
            errors.report(Problem::UnknownValues, method, &[&reason]);
        }
    }
}

/// The const generic that the halo depends on.
fn const_generic(model: &Model, sides: &[[syn::Expr; 2]]) -> Option<String> {
    let names: Vec<_> = sides.iter().flatten().map(|side| identifiers(side.to_token_stream())).collect();
    let generic = |name: &String| names.iter().any(|names| names.contains(name));
    model.function.const_generics().map(ToString::to_string).find(generic)
}

/// An input that is read outside of the point itself needs a boundary: no default hides an edge effect.
fn boundaries(model: &Model, errors: &mut Errors) {
    debug_assert!(model.rank <= MAX_RANK);
    let known = |input: &&Input| input.complete || model.declared.is_some();
    let missing: Vec<String> = model
        .inputs
        .iter()
        .filter(known)
        .filter(|input| !input.is_pointwise() && model.boundary_of(input).is_none())
        .map(|input| input.name.to_string())
        .collect();
    if !missing.is_empty() && !model.halo_broken {
        let (reading, rim) = (names(Family::Read, "or"), names(Family::Rim, "or"));
        errors.report(Problem::MissingBoundary, &model.function.name, &[&missing.join("`, `"), &reading, &rim]);
    }
}
