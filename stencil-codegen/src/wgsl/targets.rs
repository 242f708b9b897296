//! The types in place of the type parameters: one GPU form for each entry of `gpu(f32, f64)`.

use quote::ToTokens;
use syn::{GenericParam, Ident, Type};

use super::scalar::{self, Scalar};
use crate::diagnostics::{Errors, Problem, counted};
use crate::function::{ElementFn, TypeList};
use crate::syntax::strip;
use crate::text;

/// The types in place of the type parameters in one GPU form.
#[derive(Clone, Default)]
pub(crate) struct Target {
    pub(crate) types: Vec<Substitute>,
}

/// The type in place of one type parameter.
#[derive(Clone)]
pub(crate) struct Substitute {
    pub(crate) parameter: Ident,
    pub(crate) scalar: Scalar,
    /// The scalar as the user wrote it.
    pub(crate) ty: Type,
}

impl Target {
    /// The type parameters and what they stand for.
    pub(crate) fn pairs(&self) -> Vec<(Ident, Scalar)> {
        self.types.iter().map(|substitute| (substitute.parameter.clone(), substitute.scalar)).collect()
    }

    /// The scalar that a type of the signature is.
    pub(crate) fn scalar(&self, ty: &Type) -> Option<Scalar> {
        if let Type::Path(path) = strip(ty)
            && let Some(name) = path.path.get_ident()
            && let Some(substitute) = self.types.iter().find(|substitute| substitute.parameter == *name)
        {
            return Some(substitute.scalar);
        }
        scalar::of_type(ty)
    }
}

/// Reads the key; `None` where it is wrong.
pub(crate) fn read<R>(function: &ElementFn<R>, gpu: &TypeList, errors: &mut Errors) -> Option<Vec<Target>> {
    let mut parameters = Vec::new();
    for parameter in &function.generics.params {
        match parameter {
            GenericParam::Type(parameter) => parameters.push(&parameter.ident),
            // A number is a parameter of the shader.
            GenericParam::Const(parameter) if scalar::of_type(&parameter.ty).is_some() => {}
            GenericParam::Const(parameter) => {
                let help = "a GPU form knows numbers and `bool` only: write a constant in the body";
                errors.report(
                    Problem::GenericForm,
                    &gpu.key,
                    &[&"gpu", &format!("the const generic `{}`", parameter.ident), &help],
                );
                return None;
            }
            GenericParam::Lifetime(_) => {}
        }
    }
    let example = example(parameters.len());
    let Some(types) = &gpu.types else {
        if parameters.is_empty() {
            return Some(vec![Target::default()]);
        }
        let found = counted(parameters.len(), "type parameter");
        errors.report(
            Problem::GenericForm,
            &gpu.key,
            &[&"gpu", &found, &format!("list what to make GPU forms for: `{example}`")],
        );
        return None;
    };
    if parameters.is_empty() || types.is_empty() {
        let found = if parameters.is_empty() { "types, but the function has no type parameter" } else { "no types" };
        errors.report(Problem::TypeList, &gpu.key, &[&"gpu", &found, &format!("write `{example}`")]);
        return None;
    }
    let targets: Vec<Option<Target>> = types.iter().map(|entry| target(entry, &parameters, errors)).collect();
    for (number, entry) in types.iter().enumerate() {
        let text = text::tokens(entry);
        if types[..number].iter().any(|other| text::tokens(other) == text) {
            errors.report(Problem::TypeList, entry, &[&"gpu", &format!("`{text}` twice"), &"keep one of them"]);
            return None;
        }
    }
    targets.into_iter().collect()
}

/// One entry of the list.
fn target(entry: &Type, parameters: &[&Ident], errors: &mut Errors) -> Option<Target> {
    let types: Vec<&Type> = match strip(entry) {
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        other => vec![other],
    };
    if types.len() != parameters.len() {
        let found = format!("`{}` for {}", text::tokens(entry), counted(parameters.len(), "type parameter"));
        let help = format!("write `{}`", example(parameters.len()));
        errors.report(Problem::TypeList, entry, &[&"gpu", &found, &help]);
        return None;
    }
    let mut target = Target::default();
    for (parameter, ty) in parameters.iter().zip(types) {
        let Some(scalar) = scalar::of_type(ty) else {
            report(ty, None, errors);
            return None;
        };
        target.types.push(Substitute { parameter: (*parameter).clone(), scalar, ty: ty.clone() });
    }
    Some(target)
}

fn example(parameters: usize) -> &'static str {
    match parameters {
        0 => "gpu",
        1 => "gpu(f32, f64)",
        _ => "gpu((f32, u8), (f64, u8))",
    }
}

/// Reports a type that no GPU form can hold; `instead` says what to write for it.
pub(crate) fn report(ty: &Type, instead: Option<&str>, errors: &mut Errors) {
    let kinds = "GPU forms have `bool`, `i8` to `i64`, `u8` to `u64`, `f32`, `f64` and `half::f16`";
    errors.report(Problem::GpuElement, ty.to_token_stream(), &[&text::tokens(ty), &instead.unwrap_or(kinds)]);
}
