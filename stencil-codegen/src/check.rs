//! The third pass: what can only be judged when the whole function is known.

use std::fmt::Display;

use quote::ToTokens;

use crate::diagnostics::{Errors, Problem};
use crate::footprint::Escape;
use crate::function::ElementFn;
use crate::model::{Input, Model};
use crate::offset::inside;
use crate::parse::boundary::{Family, names};
use crate::parse::halo::Halo;
use crate::syntax::identifiers;
use crate::text;
use crate::weights;
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// Checks the model.
pub(crate) fn check(model: &Model, errors: &mut Errors) {
    kernel_name(&model.function, errors);
    counts(model, errors);
    if model.broken {
        return;
    }
    offsets(model, errors);
    weights::check(model, errors);
    values(model, errors);
    boundaries(model, errors);
}

/// The kernel's type must not hide what other code means.
pub(crate) fn kernel_name<R>(function: &ElementFn<R>, errors: &mut Errors) {
    let name = function.kernel.to_string();
    if function.hides_a_type() {
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
    if let Some(name) = &model.footprints.recursion {
        let window = format!("Window{}<'_, {}>", model.rank, text::tokens(&model.inputs[0].element));
        errors.report(Problem::Recursion, name, &[name, &window, &text::tokens(&model.function.output)]);
    } else if !model.halo_broken {
        match &model.declared {
            None => (0..model.inputs.len()).for_each(|number| undeclared(model, number, errors)),
            Some(Halo::Known(sides)) => outside(model, sides, errors),
            Some(Halo::Constant(_) | Halo::Dynamic) => {}
        }
    }
}

/// Reports the uses of a window that keep its halo from being derived, once for each input: one declaration helps against all.
fn undeclared(model: &Model, number: usize, errors: &mut Errors) {
    let name = &model.inputs[number].name;
    let declared = model.attribute_with("halo = ..");
    let found = &model.footprints;
    let mut escapes = found.escapes.iter().filter(|escape| escape.window == number).peekable();
    match escapes.peek() {
        Some(Escape { name, instead: Some((found, instead)), .. }) => {
            errors.report(Problem::WindowUse, name, &[found, instead]);
            return;
        }
        Some(first) => {
            let at = first.name.clone();
            let more = match escapes.count() {
                1 => String::new(),
                2 => " and once more".to_owned(),
                count => format!(" and {} times more", count - 1),
            };
            let cell = text::centre(&name.to_string(), model.rank);
            errors.report(Problem::Escape, at, &[name, &more, &declared, &cell]);
            return;
        }
        None => {}
    }
    let mut unknown = found.reads.iter().filter(|read| read.window == number && read.offsets.is_none()).peekable();
    if let Some(first) = unknown.peek().copied() {
        let way = match &first.unseen {
            Some(name) => format!("move `{name}` into the body: the macro sees nothing outside of the function"),
            None => "use literals, loops over literal ranges and constants of this body".to_owned(),
        };
        let more = match unknown.count() {
            1 => String::new(),
            count => format!(", and {} more,", count - 1),
        };
        let found = [name as &dyn Display, &more, &declared, &way];
        errors.report_at(Problem::UnknownOffset, first.span, &found);
    }
}

/// Offsets outside of the declared halo, with one that holds all.
fn outside(model: &Model, sides: &[[usize; 2]], errors: &mut Errors) {
    let known = || model.footprints.reads.iter().filter_map(|read| read.offsets.as_ref()).flatten();
    let wide = known().fold(sides.to_vec(), |sides, offset| widened(&sides, offset));
    for read in &model.footprints.reads {
        let outside = |offset: &&Vec<isize>| !inside(offset, sides);
        if let Some(offset) = read.offsets.as_ref().and_then(|found| found.iter().find(outside)) {
            let found = [text::offset(offset), text::halo(sides), text::halo(&wide)];
            errors.report_at(Problem::OutsideHalo, read.span, &[&found[0], &found[1], &found[2]]);
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
                let declared = model.attribute_with("halo = ..");
                Some(format!("declare how far it reaches, in cells: `{declared}`, or read single cells as well"))
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
    // A key that was meant may be the boundary.
    if model.keys_broken {
        return;
    }
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
