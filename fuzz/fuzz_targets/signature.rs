//! Signatures must never make the compiler panic, and what it answers parses: any text in the literal, on a function
//! and on a stencil.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::{Literal, TokenStream, TokenTree};

fuzz_target!(|text: &str| {
    for item in [
        "fn f(x: ArrayView1<f32>, y: f32, q: f64, mut z: ArrayViewMut2<f32>) -> f32 { x[0] }",
        "#[stencil(boundary = Shrink)] fn f(x: Window2<f32>, y: Window2<f32>) -> f32 { x[[0, 1]] }",
    ] {
        let literal = TokenStream::from(TokenTree::from(Literal::string(text)));
        let item = item.parse::<TokenStream>().unwrap();
        let expansion = stencil_codegen::gufunc(literal, item);
        assert!(!expansion.is_empty());
    }
});
