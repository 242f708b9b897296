//! AMD's compiler takes a shader of each feature. `cargo test -p gpu-isa --test features -- --nocapture` prints what it
//! makes.

use gpu_isa::driver::Driver;
use gpu_isa::{kernels, spirv};
use quote::ToTokens;

/// The entry points of a module, by name.
fn entries(wgsl: &str) -> impl Iterator<Item = &str> {
    let functions = wgsl.split("@compute ").skip(1).filter_map(|text| text.split("fn ").nth(1));
    functions.filter_map(|text| text.split('(').next())
}

#[test]
fn shaders_compile() {
    let Some(driver) = ndstencil_device::required(Driver::open("navi21").ok_or("Mesa has no driver for AMD here"))
    else {
        return;
    };
    let file = syn::parse_file(include_str!("../../../stencil-codegen/tests/wgsl/kernels.rs")).unwrap();
    for item in file.items {
        let syn::Item::Fn(mut function) = item else { panic!("a function") };
        let name = function.sig.ident.to_string();
        let attribute = function.attrs.remove(0).meta;
        let arguments = attribute.require_list().unwrap().tokens.clone();
        let stencil = attribute.path().is_ident("stencil");
        let shaders = kernels::shaders(&kernels::expanded(stencil, arguments, function.into_token_stream()));
        assert!(!shaders.is_empty(), "{name}");
        for shader in shaders {
            for entry in entries(&shader) {
                let (words, bindings) = spirv::compile(&shader, entry);
                let one = driver.compile(&words, &bindings, entry);
                assert!(one.instructions > 0, "{name} {entry}");
                println!(
                    "{name:16} {entry:10} {:5} instructions, {:3} VGPRs, {:3} branches, inverse throughput {:5}",
                    one.instructions, one.vgprs, one.branches, one.inverse_throughput
                );
            }
        }
    }
}
