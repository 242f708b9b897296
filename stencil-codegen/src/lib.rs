//! The compiler behind the attribute macros of ndstencil.

use proc_macro2::TokenStream;

/// Expands `#[stencil(args)] item`.
pub fn stencil(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}
