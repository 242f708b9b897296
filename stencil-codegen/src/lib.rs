//! The compiler behind the attribute macros of ndstencil.
//!
//! An ordinary library on `proc_macro2`, so that it can be tested without a compiler around it.
//! Four passes, each one call: **parse** the attribute and the function, resolve the body into a **model** (which
//! offsets does it read from which input?), **check** it, and **emit** the kernel from the rewritten body.
//!
//! The compiler never sees the runtime. The two meet in the paths that are emitted, `::ndstencil::..`.

mod args;
mod check;
mod diagnostics;
mod emit;
mod footprint;
mod function;
mod gufunc;
mod keys;
mod model;
mod parse;
mod rewrite;
mod scan;
mod scope;
mod tags;
mod term;

use proc_macro2::TokenStream;

pub use diagnostics::{Row, TABLE};

/// Expands `#[stencil(args)] item`.
pub fn stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = diagnostics::Errors::default();
    let Some(source) = parse::parse(args, item.clone(), &mut errors) else {
        return emit::fallback::item(item, errors);
    };
    let mut model = model::build(source, &mut errors);
    check::check(&model, &mut errors);
    if !errors.is_empty() {
        return emit::fallback::kernel(model, errors);
    }
    rewrite::rewrite(&mut model);
    emit::kernel::emit(&model)
}

/// Expands `#[gufunc(args)] item`.
pub fn gufunc(args: TokenStream, item: TokenStream) -> TokenStream {
    gufunc::expand(args, item)
}
