//! One GPU form of a kernel: the body lowered and printed, in its module, accepted by naga.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;

use super::arguments;
use super::emit;
use super::module::bound::Bound;
use super::module::gufunc::{Gufunc, Operand, Output};
use super::module::stencil::{Input, Stencil};
use super::module::{Body, Shader};
use super::print::{Element, Mode, lower};
use super::rows;
use super::source::{Argument, Kind, Source};
use super::targets::Target;
use super::text::Text;
use crate::diagnostics::{Errors, Problem};
use crate::function::{self, ElementFn, is_unit};
use crate::generics::KernelGenerics;
use crate::model::Model;
use crate::model::gufunc::{GuModel, Role};
use crate::parse::function::Kind as Parameter;
use crate::parse::halo::Halo;
use stencil_abi::MAX_GPU_RANK;

/// The form of a stencil; `None` where there is none: then errors were reported, or rustc has something to say.
pub(crate) fn stencil(
    model: &Model,
    generics: &KernelGenerics,
    target: &Target,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let function = &model.function;
    let mut bound = Bound::default();
    let mut inputs = Vec::new();
    let kind = |argument: &function::Argument<Parameter>, errors: &mut Errors| match &argument.kind {
        Parameter::Scalar => arguments::bound(argument, function, target, &mut bound, errors),
        Parameter::Window { element, .. } => {
            let number = inputs.len();
            let halo = match &model.inputs[number].halo {
                Halo::Known(sides) => Some(sides.clone()),
                Halo::Constant(_) | Halo::Dynamic => None,
            };
            // A wrong element is reported, and the next window has its number all the same.
            let scalar = arguments::element(element, target, errors);
            inputs.push(scalar.map(|scalar| Input { scalar, halo: halo.clone() }));
            Some(Kind::Window { number, element: scalar?, rank: model.rank, halo })
        }
    };
    let mut arguments = arguments(function, kind, errors);
    arguments.extend(constants(function, &mut bound));
    let outputs = arguments::outputs(function, target, errors);
    let (inputs, outputs) = (inputs.into_iter().collect::<Option<Vec<Input>>>()?, outputs?);
    if model.stride.is_some() {
        let help = "remove `gpu`; or remove `stride`, and slice the result: `y.slice(s![..;2, ..;2])`";
        errors.report(Problem::GpuConstruct, gpu_key(function), &[&"`stride`", &help]);
        return None;
    }
    if model.rank > MAX_GPU_RANK {
        errors.report(Problem::GpuRank, gpu_key(function), &[&model.rank]);
        return None;
    }
    if !errors.is_empty() {
        return None;
    }
    let handed_over = handed_over(&arguments);
    let source = Source {
        body: &model.written,
        arguments,
        outputs: outputs.clone(),
        generics: target.pairs(),
        items: &function.items,
    };
    let element = lower(&source, errors)?;
    let body = body(&element, &[Mode::Near, Mode::Edge]);
    let (rank, stacked) = (model.rank, model.stacked.is_some());
    let shader = Stencil { rank, inputs, outputs, bound, stacked, rows: rows::of(model) }.compose(body);
    accept(function, &shader, errors)?;
    Some(emit::implementation(function, generics, target, &shader, &handed_over))
}

/// The form of a gufunc.
pub(crate) fn gufunc(
    model: &GuModel,
    generics: &KernelGenerics,
    target: &Target,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let function = &model.function;
    let mut bound = Bound::default();
    let operand = |element, dims: &Vec<usize>, errors: &mut Errors| {
        arguments::element(element, target, errors).map(|scalar| Operand { scalar, dims: dims.clone() })
    };
    let mut inputs = Vec::new();
    for (one, dims) in model.inputs.iter().zip(&model.signature.inputs) {
        inputs.push(operand(&one.element, dims, errors));
    }
    let mut outputs = Vec::new();
    for (one, dims) in model.outputs.iter().zip(&model.signature.outputs) {
        let returned = one.is_returned();
        outputs.push(operand(&one.operand().element, dims, errors).map(|operand| Output { operand, returned }));
    }
    let inputs = inputs.into_iter().collect::<Option<Vec<_>>>()?;
    let outputs = outputs.into_iter().collect::<Option<Vec<_>>>()?;
    let kind = |argument: &function::Argument<Role>, errors: &mut Errors| match &argument.kind {
        Role::Input(number) => {
            let Operand { scalar, dims } = &inputs[*number];
            Some(Kind::Input { number: *number, element: *scalar, dims: dims.clone() })
        }
        Role::Output(number) => {
            let Operand { scalar, dims } = &outputs[*number].operand;
            Some(Kind::Output { number: *number, element: *scalar, dims: dims.clone() })
        }
        Role::Bound => arguments::bound(argument, function, target, &mut bound, errors),
        Role::Scratch(_) => {
            let found = [&"scratch memory" as _, &"compute without it, with local arrays: `[0.0; 8]`" as _];
            errors.report(Problem::GpuConstruct, &argument.ty, &found);
            None
        }
    };
    let mut arguments = arguments(function, kind, errors);
    arguments.extend(constants(function, &mut bound));
    if !errors.is_empty() {
        return None;
    }
    let handed_over = handed_over(&arguments);
    let returned = outputs.iter().filter(|output| output.returned).map(|output| output.operand.scalar).collect();
    debug_assert!(!is_unit(&function.output) || outputs.iter().all(|output| !output.returned));
    let source =
        Source { body: &function.body, arguments, outputs: returned, generics: target.pairs(), items: &function.items };
    let element = lower(&source, errors)?;
    let body = body(&element, &[Mode::Core]);
    // A dimension that may be absent is then of size 1.
    let size = |dim: &crate::signature::Dim| (dim.frozen > 0 && !dim.optional).then_some(dim.frozen);
    let sizes = model.signature.dims.iter().map(size).collect();
    let shader = Gufunc { inputs, outputs, bound, sizes }.compose(body);
    accept(function, &shader, errors)?;
    Some(emit::implementation(function, generics, target, &shader, &handed_over))
}

/// The parameters as the body sees them; those that it does without are left out.
fn arguments<'f, R>(
    function: &'f ElementFn<R>,
    mut kind: impl FnMut(&function::Argument<R>, &mut Errors) -> Option<Kind>,
    errors: &mut Errors,
) -> Vec<Argument<'f>> {
    let argument = |one: &'f function::Argument<R>| {
        let kind = kind(one, errors)?;
        Some(Argument { name: &one.name, mutable: one.mutability.is_some(), kind })
    };
    function.arguments.iter().filter_map(argument).collect()
}

/// The const generics, which are scalars for the shader.
fn constants<'f, R>(function: &'f ElementFn<R>, bound: &mut Bound) -> Vec<Argument<'f>> {
    let constant = |parameter: &'f syn::ConstParam| {
        let scalar = super::scalar::of_type(&parameter.ty)?;
        bound.scalars.push(scalar);
        let kind = Kind::Scalar { number: bound.scalars.len() - 1, scalar };
        Some(Argument { name: &parameter.ident, mutable: false, kind })
    };
    function.generics.const_params().filter_map(constant).collect()
}

/// The parameters that are bound when the kernel is made.
fn handed_over<'f>(arguments: &[Argument<'f>]) -> Vec<(&'f Ident, Kind)> {
    let bound = |argument: &&Argument<'f>| {
        matches!(argument.kind, Kind::Scalar { .. } | Kind::Values { .. } | Kind::Array { .. })
    };
    arguments.iter().filter(bound).map(|argument| (argument.name, argument.kind.clone())).collect()
}

/// The printed body.
fn body(element: &Element, modes: &[Mode]) -> Body {
    let mut shared = Text::default();
    element.print_shared(&mut shared);
    let printed = |mode: &Mode| {
        let mut text = Text::default();
        element.print(*mode, &mut text);
        text
    };
    let modes = modes.iter().map(printed).collect();
    let uses = element.uses();
    let (library, native_f16) = (element.helpers().text(), element.helpers().native_f16());
    Body { library, native_f16, shared, modes, checks: element.checks().to_vec(), f64: uses.f64, int64: uses.int64 }
}

/// The key, for messages about the whole function.
fn gpu_key<R>(function: &ElementFn<R>) -> TokenStream {
    function.gpu.as_ref().map(|gpu| gpu.key.to_token_stream()).unwrap_or_default()
}

/// Hands the module to naga, in both forms where it has two.
fn accept<R>(function: &ElementFn<R>, shader: &Shader, errors: &mut Errors) -> Option<()> {
    for text in [&shader.text].into_iter().chain(&shader.native_f16) {
        if let Err(refusal) = super::validate::validate(text.as_str()) {
            let at = refusal.bytes.and_then(|bytes| text.at(bytes)).unwrap_or_else(|| gpu_key(function));
            errors.report(Problem::GpuRefused, at, &[&refusal.message]);
            return None;
        }
    }
    Some(())
}
