//! Neither attribute panics, whatever stands in it and in the item below it, and what it answers parses.
//!
//! The input is text; a line of `---` separates the attribute from the item. Without the line there is a function below.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

/// An attribute of the compiler.
type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

const STENCIL: &str = "fn f(x: Window2<f32>, #[boundary(Wrap)] y: Window2<[i32; 3]>, p: f32) -> (f32, i32) {
    for i in -1..=1 { if x[[i, 0]] > p { return (p, y[[0, i]][1]); } }
    (x[[0, 1]], 0)
}";
const GUFUNC: &str = "fn f(x: ArrayView1<f32>, q: f32, s: &mut Vec<f32>, mut y: ArrayViewMut1<f32>) -> f32 {
    s.clear();
    let mut u = (0.0, 0);
    for (i, &v) in x.iter().enumerate() { s.push(v); y[i] = u.0; u.0 += v; if v > q { u.1 += 1; } }
    u.0 + u.1 as f32
}";

fuzz_target!(|text: &str| {
    // The texts of earlier inputs would fill the memory.
    proc_macro2::extra::invalidate_current_thread_spans();
    for (attribute, function) in [(stencil_codegen::stencil as Attribute, STENCIL), (stencil_codegen::gufunc, GUFUNC)] {
        let (arguments, item) = text.split_once("---").unwrap_or((text, function));
        let (Ok(arguments), Ok(item)) = (arguments.parse(), item.parse::<TokenStream>()) else { continue };
        // Rustc hands a macro items alone.
        let valid = syn::parse2::<syn::Item>(item.clone()).is_ok();
        let expansion = syn::parse2::<syn::File>(attribute(arguments, item));
        assert!(!valid || expansion.is_ok(), "what the attribute answers does not parse: {:?}", expansion.err());
    }
});
