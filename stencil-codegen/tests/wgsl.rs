//! The shaders that the kernels of `wgsl/kernels.rs` expand to: naga and `spirv-val` accept them, and naga translates them
//! for Metal and Direct3D. Some are golden files, too.
//!
//! `NDSTENCIL_UPDATE_WGSL=1 cargo test -p stencil-codegen --features gpu --test wgsl` writes the files anew.
#![cfg(feature = "gpu")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use naga::back::pipeline_constants::process_overrides;
use naga::back::{hlsl, msl, spv};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// The texts behind `wgsl:` in an expansion, and those for devices with `f16` where they differ.
fn shaders(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(shaders(group.stream())),
            TokenTree::Ident(name) if name == "wgsl" => {
                let text: syn::LitStr = syn::parse2(tokens[position + 2].clone().into()).expect("a string");
                found.push(text.value());
            }
            TokenTree::Ident(name) if name == "native_f16" => {
                let some = tokens[position..].iter().take_while(|token| token.to_string() != ",").last();
                if let Some(TokenTree::Group(text)) = some {
                    found.push(syn::parse2::<syn::LitStr>(text.stream()).expect("a string").value());
                }
            }
            _ => {}
        }
    }
    found
}

/// The kernels as functions beneath their attributes.
fn kernels() -> Vec<syn::ItemFn> {
    let file = syn::parse_file(include_str!("wgsl/kernels.rs")).expect("a file of functions");
    let function = |item| if let syn::Item::Fn(function) = item { function } else { panic!("a function") };
    file.items.into_iter().map(function).collect()
}

/// The shaders of a kernel, which naga and `spirv-val` accept.
fn valid(name: &str) -> Vec<String> {
    let mut function = kernels().into_iter().find(|function| function.sig.ident == name).expect("a kernel of the file");
    let attribute = function.attrs.remove(0).meta;
    let arguments = attribute.require_list().expect("arguments").tokens.clone();
    let expand = if attribute.path().is_ident("stencil") { stencil_codegen::stencil } else { stencil_codegen::gufunc };
    let tokens = expand(arguments, function.into_token_stream());
    let shown = tokens.to_string();
    let shaders = shaders(tokens);
    assert!(!shaders.is_empty(), "{name} has no GPU form: {shown}");
    for shader in &shaders {
        let module =
            naga::front::wgsl::parse_str(shader).unwrap_or_else(|error| panic!("{}", error.emit_to_string(shader)));
        let half = Capabilities::SHADER_FLOAT16 | Capabilities::SHADER_FLOAT16_IN_FLOAT32;
        let capabilities = Capabilities::FLOAT64 | Capabilities::SHADER_INT64 | half;
        let info = Validator::new(ValidationFlags::all(), capabilities)
            .validate(&module)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(shader)));
        let (module, info) =
            process_overrides(&module, &info, None, &Default::default()).expect("constants have values");
        let words = spv::write_vec(&module, &info, &spv::Options::default(), None).expect("SPIR-V");
        spirv_val(name, &words);
        other_languages(name, &module, &info);
    }
    shaders
}

/// Compares the shaders of a kernel with its golden file, too.
fn golden(name: &str) {
    let shaders = valid(name);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wgsl").join(format!("{name}.wgsl"));
    let text = shaders.join("\n// Next form\n\n");
    if std::env::var_os("NDSTENCIL_UPDATE_WGSL").is_some() {
        std::fs::write(&path, text).expect("the golden file can be written");
    } else {
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text == golden, "{} differs; NDSTENCIL_UPDATE_WGSL=1 writes it anew. Now:\n{text}", path.display());
    }
}

/// Metal and Direct3D get the shader in languages of their own. Metal has no `f64`.
fn other_languages(name: &str, module: &naga::Module, info: &naga::valid::ModuleInfo) {
    let options = hlsl::Options { shader_model: hlsl::ShaderModel::V6_0, ..hlsl::Options::default() };
    let (pipelines, mut text) = (hlsl::PipelineOptions::default(), String::new());
    let written = hlsl::Writer::new(&mut text, &options, &pipelines).write(module, info, None);
    let written = written.unwrap_or_else(|error| panic!("{name} in HLSL: {error}"));
    for entry in written.entry_point_names {
        entry.unwrap_or_else(|error| panic!("{name} in HLSL: {error}"));
    }
    if name == "doubles" {
        return;
    }
    let options = msl::Options { lang_version: (2, 3), ..msl::Options::default() };
    let written = msl::write_string(module, info, &options, &msl::PipelineOptions::default());
    let (_, written) = written.unwrap_or_else(|error| panic!("{name} in MSL: {error}"));
    for entry in written.entry_point_names {
        entry.unwrap_or_else(|error| panic!("{name} in MSL: {error}"));
    }
}

/// The validator of SPIRV-Tools, where it is installed.
fn spirv_val(name: &str, words: &[u32]) {
    let command = Command::new("spirv-val")
        .args(["--target-env", "vulkan1.2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = command else {
        assert!(std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_none(), "spirv-val is not installed");
        return;
    };
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    child.stdin.take().expect("a pipe").write_all(&bytes).expect("spirv-val reads");
    let output = child.wait_with_output().expect("spirv-val ends");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
}

macro_rules! tests {
    ($($check:ident: $($name:ident)*;)*) => {
        $($(
            #[test]
            fn $name() {
                $check(stringify!($name));
            }
        )*)*

        #[test]
        fn every_kernel_has_a_test() {
            let found: Vec<String> = kernels().iter().map(|function| function.sig.ident.to_string()).collect();
            let mut tested = [$($(stringify!($name)),*),*].to_vec();
            tested.sort_by_key(|name| found.iter().position(|kernel| kernel == name));
            assert_eq!(tested, found);
        }
    };
}

tests! {
    // Short ones with each entry point and each way of loading: both loops of stencils, blocks of two axes, packed
    // cells; elements apart and contiguous, packed elements; lines; both forms of half precision, with helpers; checks.
    golden: one_axis five_point narrow ndvi packed_elements nanmean halves_of_lines checks;
    valid: mean sobel dilate seven_point middle mask halves moved_halves doubles long_integers places tables boundaries
        four_axes cumulative stacked generic;
}
