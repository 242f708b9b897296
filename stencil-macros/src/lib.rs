//! The attribute macros of [ndstencil](https://docs.rs/ndstencil). Use them through that crate.

use proc_macro::TokenStream;

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro_attribute]
pub fn stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::stencil(args.into(), item.into()).into()
}

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro_attribute]
pub fn gufunc(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::gufunc(args.into(), item.into()).into()
}

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro_attribute]
pub fn kernel_module(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::kernel_module(args.into(), item.into()).into()
}

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro_attribute]
pub fn python_stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::python_stencil(args.into(), item.into()).into()
}

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro_attribute]
pub fn python_gufunc(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::python_gufunc(args.into(), item.into()).into()
}

/// The expansion is written by the crate `stencil-codegen`.
#[proc_macro]
pub fn python_module(tokens: TokenStream) -> TokenStream {
    stencil_codegen::python_module(tokens.into()).into()
}
