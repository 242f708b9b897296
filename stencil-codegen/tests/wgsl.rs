//! The shaders that kernels expand to, one for each feature: golden files that naga and `spirv-val` accept, and that naga
//! translates for Metal and Direct3D.
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

/// Compares with the golden file, and has naga and `spirv-val` look at the shader.
fn check(name: &str, tokens: TokenStream) {
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

macro_rules! golden {
    ($($name:ident: $attribute:ident $args:literal $item:literal;)*) => {
        $(
            #[test]
            fn $name() {
                let parse = |text: &str| text.parse::<TokenStream>().unwrap();
                check(stringify!($name), stencil_codegen::$attribute(parse($args), parse($item)));
            }
        )*
    };
}

golden! {
    mean: stencil "gpu, boundary = Nearest" "
        fn mean(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -1..=1 { for j in -1..=1 { sum += x[[i, j]]; } }
            sum / 9.0
        }";
    five_point: stencil "gpu, boundary = Nearest" "
        fn cross(u: Window2<f32>) -> f32 {
            (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]]) * 0.25
        }";
    sobel: stencil "gpu, boundary = Reflect" "
        fn sobel(x: Window2<f32>) -> (f32, f32) {
            let dx = x[[-1, 1]] + 2.0 * x[[0, 1]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[0, -1]] - x[[1, -1]];
            let dy = x[[1, -1]] + 2.0 * x[[1, 0]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[-1, 0]] - x[[-1, 1]];
            ((dx * dx + dy * dy).sqrt(), dy.atan2(dx))
        }";
    dilate: stencil "gpu, boundary = Nearest" "
        fn dilate(x: Window2<u8>) -> u8 {
            let mut m = 0_u8;
            for i in -1..=1 { for j in -1..=1 { m = m.max(x[[i, j]]); } }
            m
        }";
    seven_point: stencil "gpu, boundary = Wrap" "
        fn heat(u: Window3<f32>, k: f32) -> f32 {
            let c = u[[0, 0, 0]];
            c + k * (u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -1]] + u[[0, 0, 1]] - 6.0 * c)
        }";
    median: stencil "gpu, boundary = Nearest, halo = 1" "
        fn middle(x: Window2<f32>) -> f32 { median(x.values()) }";
    ndvi: gufunc "\"(),()->()\", gpu" "
        fn ndvi(nir: f32, red: f32) -> f32 { (nir - red) / (nir + red) }";
    nanmean: gufunc "\"(n)->()\", gpu" "
        fn nanmean(x: ArrayView1<f32>) -> f32 {
            let mut sum = 0.0_f32;
            let mut count = 0_u32;
            for i in 0..x.len() {
                let v = x[i];
                if !v.is_nan() { sum += v; count += 1; }
            }
            sum / count as f32
        }";
    mask: stencil "gpu, boundary = Constant(false)" "
        fn grown(x: Window2<bool>) -> bool { x[[0, 0]] || x[[-1, 0]] || x[[1, 0]] || x[[0, -1]] || x[[0, 1]] }";
    narrow: stencil "gpu, boundary = Mirror" "
        fn mean(x: Window1<u16>) -> u8 {
            let sum = u32::from(x[-1]) + u32::from(x[0]) + u32::from(x[1]);
            (sum / 768) as u8
        }";
    halves: stencil "gpu, boundary = Constant(f16::ZERO)" "
        fn heat(u: Window2<f16>, k: f16) -> f16 {
            let around = u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]];
            u[[0, 0]] + k * (around - f16::from_f32(4.0) * u[[0, 0]])
        }";
    halves_of_lines: gufunc "\"(n)->(),(n)\", gpu" "
        fn mean(x: ArrayView1<f16>, mut apart: ArrayViewMut1<f16>) -> f16 {
            let mut sum = f16::ZERO;
            for i in 0..x.len() { sum += x[i]; }
            let mean = sum / f16::from_f32(x.len() as f32);
            for i in 0..x.len() { apart[i] = x[i] - mean; }
            mean
        }";
    moved_halves: stencil "gpu, boundary = Nearest" "
        fn left(x: Window1<f16>) -> f16 { x[-1] }";
    doubles: stencil "gpu, boundary = Fill(0.5)" "
        fn step(u: Window2<f64>, k: f64) -> f64 {
            u[[0, 0]] + k * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
        }";
    long_integers: stencil "gpu, boundary = Nearest" "
        fn sum(x: Window1<i64>, k: i64) -> i64 { x[-1] + k * x[1] }";
    places: stencil "gpu, boundary = Nearest" "
        fn ramp(x: Window2<f32>) -> f32 {
            let [row, column] = x.position();
            let inside = if x.contains([0, 1]) { x[[0, 1]] } else { 0.0 };
            inside + (row * x.shape()[1] + column) as f32
        }";
    tables: stencil "gpu, boundary = Nearest" "
        fn convolve(x: Window2<f32>, w: ArrayView2<f32>, bias: f32, lut: &[u8], taps: [f32; 2]) -> f32 {
            let mut sum = bias;
            for i in 0..3 { for j in 0..3 { sum += w[[i, j]] * x[[i as isize - 1, j as isize - 1]]; } }
            sum + f32::from(lut[0]) * taps[1]
        }";
    boundaries: stencil "gpu, boundary = Nearest" "
        fn masked(x: Window2<f32>, #[boundary(Constant(true))] mask: Window2<bool>, w: Window2<f32>) -> f32 {
            if mask[[0, -1]] { x[[0, 1]] * w[[0, 0]] } else { x[[-1, 0]] }
        }";
    one_axis: stencil "gpu, boundary = Shrink" "
        fn difference(x: Window1<f32>) -> f32 { x[1] - x[0] }";
    four_axes: stencil "gpu, boundary = Nearest" "
        fn along(x: Window4<f32>) -> f32 { x[[-1, 0, 0, 0]] + x[[0, 1, 0, 0]] + x[[0, 0, -1, 0]] + x[[0, 0, 0, 1]] }";
    cumulative: gufunc "\"(n)->(n)\", gpu" "
        fn cumsum(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
            let mut sum = 0.0_f32;
            for i in 0..x.len() { sum += x[i]; y[i] = sum; }
        }";
    packed_elements: gufunc "\"(),()->()\", gpu" "
        fn average(a: u8, b: u8) -> u8 { ((u32::from(a) + u32::from(b)) / 2) as u8 }";
    stacked: gufunc "\"(n,m)->(n,m)\", gpu" "
        #[stencil(boundary = Wrap)]
        fn smooth(x: Window2<f32>) -> f32 { (x[[-1, 0]] + x[[0, 0]] + x[[1, 0]]) / 3.0 }";
    generic: stencil "gpu(f32, i32), boundary = Nearest" "
        fn difference<T: Real>(x: Window2<T>) -> T { x[[0, 1]] - x[[0, -1]] }";
}
