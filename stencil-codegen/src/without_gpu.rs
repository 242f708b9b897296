//! The stand-in for the module `wgsl` without the feature `gpu`: the key `gpu` is read, and nothing is made of it.

use proc_macro2::TokenStream;

use crate::diagnostics::Errors;
use crate::function::{ElementFn, Role};
use crate::model::Model;
use crate::model::gufunc::GuModel;

pub(crate) fn stencil(_: &Model, _: &mut Errors) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn gufunc(_: &GuModel, _: &mut Errors) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn stub<R: Role>(_: &ElementFn<R>) -> TokenStream {
    TokenStream::new()
}
