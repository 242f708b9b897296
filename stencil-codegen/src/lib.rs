//! The compiler behind the attribute macros of ndstencil.
//!
//! An ordinary library on `proc_macro2`, so that it can be tested without a compiler around it.
//! Four passes, each one call: **parse** the attribute and the function, resolve them into a **model** (which offsets
//! does a stencil read from which input? which parameter is which operand of a gufunc?), **check** it, and **emit** the
//! kernel. Where the attribute says `gpu`, the body is lowered to WGSL before it is emitted.
//!
//! The compiler never sees the runtime. The two meet in the paths that are emitted, `::ndstencil::..`.

mod args;
mod arrays;
mod attribute;
mod check;
mod diagnostics;
mod emit;
mod footprint;
mod function;
mod generics;
mod gufunc;
mod kernel_module;
mod keys;
mod loop_offsets;
mod model;
mod offset;
mod parse;
mod python;
mod rewrite;
mod scan;
mod scope;
mod side_by_side;
mod signature;
mod syntax;
mod tags;
mod term;
mod text;
mod unrolled;
mod weights;
#[cfg_attr(not(feature = "gpu"), path = "without_gpu.rs")]
mod wgsl;

use proc_macro2::TokenStream;

use attribute::{Attributes, Macro};
use diagnostics::Errors;
use emit::fallback;
use function::FunctionItem;
use parse::item;

pub use diagnostics::{Row, TABLE};

/// Expands `#[stencil(args)] item`.
pub fn stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Macro::Stencil, args, item, None)
}

/// Expands `#[gufunc(args)] item`.
pub fn gufunc(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Macro::Gufunc, args, item, None)
}

/// As [`stencil`], in a crate that reaches the facade through `ndstencil-python`.
pub fn python_stencil(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Macro::Stencil, args, item, Some(python::facade()))
}

/// As [`gufunc`], in a crate that reaches the facade through `ndstencil-python`.
pub fn python_gufunc(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Macro::Gufunc, args, item, Some(python::facade()))
}

/// Expands `python_module!(name: kernels)`.
pub fn python_module(tokens: TokenStream) -> TokenStream {
    python::module::expand(tokens)
}

/// Expands `#[kernel_module] item`.
pub fn kernel_module(args: TokenStream, item: TokenStream) -> TokenStream {
    kernel_module::expand(&args, item)
}

/// Expands the macro together with the other one, should both stand on the item.
///
/// `facade` is the path to what expansions name, where that is not `::ndstencil`.
fn expand(first: Macro, args: TokenStream, item: TokenStream, facade: Option<TokenStream>) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mut function) = item::split(item.clone(), first, &mut errors) else {
        return fallback::item(item, errors);
    };
    function.facade = facade;
    match attribute::collect(first, args, &mut function.attrs, &mut errors) {
        Attributes::Stencil(args) => expand_stencil(args, None, function, item, errors),
        Attributes::Gufunc(args) => gufunc::expand(args, function, item, errors),
        Attributes::Stacked { stencil, gufunc } => expand_stencil(stencil, Some(gufunc), function, item, errors),
    }
}

/// The stencil's passes; `stacked` are the arguments of `#[gufunc(..)]` beside it.
fn expand_stencil(
    args: TokenStream,
    stacked: Option<TokenStream>,
    function: FunctionItem,
    item: TokenStream,
    mut errors: Errors,
) -> TokenStream {
    let mut args = args::parse(args, &mut errors);
    let mut stacked = stacked.map(|tokens| gufunc::args::parse(tokens, &mut errors));
    if let Some(stacked) = &mut stacked {
        args.names.merge(&mut stacked.names, &mut errors);
    }
    let Some(function) = parse::function::parse(function, &args.names, &mut errors) else {
        return fallback::item(item, errors);
    };
    let mut model = model::build(args, function, &mut errors);
    check::check(&model, &mut errors);
    // Of windows that are not understood nothing is said twice.
    let mut quiet = Errors::default();
    let matching = if model.has_wrong_windows() { &mut quiet } else { &mut errors };
    model.stacked = stacked.map(|stacked| gufunc::stacked::read(&stacked, &model, matching));
    python::check_stencil(&model, &mut errors);
    let gpu = if errors.is_empty() { wgsl::stencil(&model, &mut errors) } else { TokenStream::new() };
    if !errors.is_empty() {
        return fallback::kernel(model, errors);
    }
    rewrite::rewrite(&mut model);
    emit::kernel::emit(&model, &gpu)
}
