//! Bodies that run for several loop elements side by side.

use proc_macro2::TokenStream;

use super::model::GuModel;

/// The item `fn __lanes`, where the body allows it.
pub(crate) fn emit(_model: &GuModel) -> Option<TokenStream> {
    None
}
