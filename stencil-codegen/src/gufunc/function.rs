//! Matches the function with its signature: inputs, then parameters and scratch, then outputs.

use syn::{FnArg, PatType, Type};

use super::args::Args;
use super::{guess, inputs, outputs};
use crate::arrays::{self, Family};
use crate::diagnostics::{Errors, Problem};
use crate::footprint;
use crate::function::FunctionItem;
use crate::function::{Argument, ElementFn, is_unit, name_of};
use crate::model::gufunc::{GuModel, Output, Role};
use crate::parse::signature::{check_parameter, check_qualifiers, check_result};
use crate::parse::window;
use crate::signature::Signature;
use crate::text;

/// Builds the model; `None` where there is nothing to build a kernel from.
pub(crate) fn parse(item: FunctionItem, args: Args, errors: &mut Errors) -> Option<GuModel> {
    check_qualifiers(&item.signature, errors);
    if !returns_nothing(&item) {
        check_result(&item.signature, errors);
    }
    if matches!(item.signature.inputs.first(), Some(FnArg::Receiver(_))) || has_window(&item, errors) {
        return None;
    }
    let typed: Vec<PatType> = typed(&item).cloned().collect();
    let mut quiet = Errors::default();
    // What a wrong signature does not say cannot be held against the function.
    let (signature, matching) = match args.signature {
        Some(signature) => (signature, &mut *errors),
        None => (guess::signature(&typed, &item.signature.output, args.literal.as_ref()), &mut quiet),
    };
    let broken = item.broken;
    let mut function = ElementFn::new(item, Vec::new(), &args.names);
    let roles = roles(&typed, &function, &signature, matching);
    let inputs = inputs::read(&function, &typed, &roles, &signature, matching);
    let outputs: Vec<Output> = outputs::read(&function, &inputs, &typed, &roles, &signature, matching);
    for (position, (typed, role)) in typed.iter().zip(roles).enumerate() {
        let Some(kind) = role else { continue };
        if matches!(kind, Role::Bound | Role::Scratch(_)) {
            check_parameter(&typed.ty, errors);
        }
        let (name, mutability) = name_of(typed, position, errors);
        let (ty, attrs) = ((*typed.ty).clone(), typed.attrs.clone());
        function.arguments.push(Argument { name, ty, attrs, mutability, kind });
    }
    let Args { computed, require, identity, lanes, .. } = args;
    let lanes = lanes.is_none_or(|lanes| lanes.value.value);
    let operations = operations(&function);
    Some(GuModel { function, signature, inputs, outputs, computed, require, identity, lanes, operations, broken })
}

/// Counts as for a stencil without windows.
fn operations(function: &ElementFn<Role>) -> usize {
    let found = footprint::resolve(&function.name, &[], &[], &mut function.body.clone(), &mut Errors::default());
    usize::try_from(found.operations).unwrap_or(usize::MAX).max(1)
}

fn typed(item: &FunctionItem) -> impl Iterator<Item = &PatType> {
    item.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    })
}

fn returns_nothing(item: &FunctionItem) -> bool {
    match &item.signature.output {
        syn::ReturnType::Default => true,
        syn::ReturnType::Type(_, ty) => is_unit(ty),
    }
}

fn has_window(item: &FunctionItem, errors: &mut Errors) -> bool {
    let windows: Vec<&PatType> = typed(item).filter(|typed| window::is_window(&typed.ty)).collect();
    for window in &windows {
        errors.report(Problem::WindowWithoutStencil, &window.ty, &[&text::tokens(&window.pat)]);
    }
    !windows.is_empty()
}

/// The numbers of the outputs that are written through views.
pub(crate) fn written(function: &ElementFn<Role>, signature: &Signature) -> Vec<usize> {
    // A value that is returned where there is no `()` is a mistake: the outputs are views.
    let returned = !is_unit(&function.output) && signature.outputs.iter().any(Vec::is_empty);
    let view = |number: &usize| !returned || !signature.outputs[*number].is_empty();
    (0..signature.outputs.len()).filter(view).collect()
}

/// The role of each parameter; `None` for one that is too many.
fn roles(
    typed: &[PatType],
    function: &ElementFn<Role>,
    signature: &Signature,
    errors: &mut Errors,
) -> Vec<Option<Role>> {
    let views = typed.iter().filter(|typed| is_output(&typed.ty)).count();
    let in_front = typed.iter().position(|typed| is_output(&typed.ty)).unwrap_or(typed.len());
    let mut written = written(function, signature).into_iter();
    // A view to write to in an input's place: the output, behind too few inputs, or an input by mistake.
    let too_few = in_front < signature.inputs.len() && views <= written.len();
    let inputs = if too_few { in_front } else { signature.inputs.len().min(typed.len()) };
    let mut roles: Vec<Option<Role>> = (0..inputs).map(|number| Some(Role::Input(number))).collect();
    for typed in &typed[inputs..] {
        roles.push(match &*typed.ty {
            ty if is_output(ty) => {
                let number = written.next();
                if number.is_none() {
                    outputs::report_extra(typed, function, errors);
                }
                number.map(Role::Output)
            }
            Type::Reference(reference) if reference.mutability.is_some() => {
                Some(Role::Scratch((*reference.elem).clone()))
            }
            _ => Some(Role::Bound),
        });
    }
    roles
}

fn is_output(ty: &Type) -> bool {
    arrays::recognise(ty).is_some_and(|found| found.family == Family::ViewMut)
}
