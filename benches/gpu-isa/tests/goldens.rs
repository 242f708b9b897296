//! AMD's compiler takes every golden shader. `cargo test -p gpu-isa --test goldens -- --nocapture` prints what it makes.

use gpu_isa::driver::Driver;
use gpu_isa::spirv;

/// The entry points of a module, by name.
fn entries(wgsl: &str) -> impl Iterator<Item = &str> {
    let functions = wgsl.split("@compute ").skip(1).filter_map(|text| text.split("fn ").nth(1));
    functions.filter_map(|text| text.split('(').next())
}

#[test]
fn golden_shaders_compile() {
    let Some(driver) = Driver::open("navi21") else {
        assert!(std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_none(), "Mesa's driver for AMD's GPUs is not installed");
        eprintln!("skipped: Mesa's driver for AMD's GPUs is not installed");
        return;
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../stencil-codegen/tests/wgsl");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut compiled = 0;
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        for form in text.split("// Next form") {
            for entry in entries(form) {
                let (words, bindings) = spirv::compile(form, entry);
                let one = driver.compile(&words, &bindings, entry);
                assert!(one.instructions > 0, "{} {entry}", file.display());
                println!(
                    "{:16} {entry:10} {:5} instructions, {:3} VGPRs, {:3} branches, inverse throughput {:5}",
                    file.file_stem().unwrap().to_string_lossy(),
                    one.instructions,
                    one.vgprs,
                    one.branches,
                    one.inverse_throughput
                );
                compiled += 1;
            }
        }
    }
    assert!(compiled >= files.len());
}
