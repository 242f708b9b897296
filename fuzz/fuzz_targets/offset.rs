//! Offsets must never make the compiler panic, whatever stands between the brackets, in loops and in branches.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| {
    let (first, second) = text.split_once("---").unwrap_or((text, "0, 1"));
    let item = format!(
        "fn f(x: Window2<f32>, y: Window2<f32>) -> f32 {{
            if y[[0, 0]] > 0.0 {{ return y[{first}]; }}
            for i in {first} {{ for j in -1..=1 {{ if x[[i, j]] > 0.0 {{ continue; }} let k = {second}; x[[k, j]] }} }}
            x[[{second}]]
        }}"
    );
    if let Ok(item) = item.parse::<TokenStream>() {
        stencil_codegen::stencil(TokenStream::new(), item);
    }
});
