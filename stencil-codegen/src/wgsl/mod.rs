//! The GPU form of a kernel: the body that the user wrote, as a WGSL shader.
//!
//! The body is **lowered** into typed expressions and **printed**; the **module** puts loaders and entry points around
//! it; naga **validates** the text; what the runtime needs is **emitted** as an implementation for the kernel's type.

mod arguments;
mod compile;
mod emit;
pub(crate) mod lower;
pub(crate) mod module;
pub(crate) mod ops;
pub(crate) mod print;
mod rows;
pub(crate) mod scalar;
pub(crate) mod source;
mod targets;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;
use crate::function::{ElementFn, Role};
use crate::generics;
use crate::model::Model;
use crate::model::gufunc::GuModel;
use module::Shader;

/// The GPU forms of a stencil as implementations; nothing where the attribute does not ask for them.
pub(crate) fn stencil(model: &Model, errors: &mut Errors) -> TokenStream {
    let function = &model.function;
    let Some(targets) = function.gpu.as_ref().and_then(|gpu| targets::read(function, gpu, errors)) else {
        return TokenStream::new();
    };
    if model.broken {
        return TokenStream::new();
    }
    let generics = generics::of(function);
    targets.iter().filter_map(|target| compile::stencil(model, &generics, target, errors)).collect()
}

/// Implementations without a shader, beside the errors that say why there is none: so that `.on(..)` is not refused, too.
pub(crate) fn stub<R: Role>(function: &ElementFn<R>) -> TokenStream {
    let mut unheard = Errors::default();
    let targets = function.gpu.as_ref().and_then(|gpu| targets::read(function, gpu, &mut unheard));
    let (generics, shader) = (generics::of(function), Shader::default());
    let stub = |target| emit::implementation(function, &generics, &target, &shader, &[]);
    targets.into_iter().flatten().map(stub).collect()
}

/// The GPU forms of a gufunc.
pub(crate) fn gufunc(model: &GuModel, errors: &mut Errors) -> TokenStream {
    let function = &model.function;
    let Some(targets) = function.gpu.as_ref().and_then(|gpu| targets::read(function, gpu, errors)) else {
        return TokenStream::new();
    };
    let generics = generics::of(function);
    targets.iter().filter_map(|target| compile::gufunc(model, &generics, target, errors)).collect()
}
