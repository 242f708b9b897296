//! `#[stencil(..)]` must never panic, whatever stands in the attribute and in the function.
//!
//! The input is text; a line of `---` separates the attribute from the item.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| {
    let (args, item) = text.split_once("---").unwrap_or((text, "fn f(x: Window2<f32>) -> f32 { x[[0, 1]] }"));
    let (Ok(args), Ok(item)) = (args.parse::<TokenStream>(), item.parse::<TokenStream>()) else { return };
    stencil_codegen::stencil(args, item);
});
