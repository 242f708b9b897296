//! The attribute macros of [ndstencil](https://docs.rs/ndstencil). Use them through that crate.

use proc_macro::TokenStream;

/// Compiles an element function, what happens at one point, into a kernel.
///
/// The attribute's keys and what they mean are documented in the crate `ndstencil`.
#[proc_macro_attribute]
pub fn stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    stencil_codegen::stencil(args.into(), item.into()).into()
}
