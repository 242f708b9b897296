//! Bodies that have a form: naga accepts the modules made of them.

use super::harness::{Function, module_of};

/// The functions of a file with the attribute's key `gpu`.
fn functions(file: &str) -> Vec<(String, Option<usize>, String)> {
    let file = syn::parse_file(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut found = Vec::new();
    collect(&file.items, &mut found);
    found
}

fn collect(items: &[syn::Item], found: &mut Vec<(String, Option<usize>, String)>) {
    for item in items {
        match item {
            syn::Item::Fn(function) => {
                let attributes: String = function.attrs.iter().map(|a| quote::quote!(#a).to_string()).collect();
                if !attributes.contains("gpu") {
                    continue;
                }
                let halo = attributes.split("halo = ").nth(1).and_then(|rest| rest[..1].parse().ok());
                let mut function = function.clone();
                function.attrs.clear();
                let others: Vec<_> =
                    items.iter().filter(|item| matches!(item, syn::Item::Const(_) | syn::Item::Fn(_))).collect();
                found.push((quote::quote!(#function).to_string(), halo, quote::quote!(#(#others)*).to_string()));
            }
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    collect(items, found);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn the_language_of_the_facade_is_valid() {
    let folder =
        std::env::var("LANG_DIR").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/gpu_language").to_owned());
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let mut failed = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        for (text, halo, items) in functions(path.to_str().unwrap()) {
            let ok = std::panic::catch_unwind(|| {
                let function = Function::new(&text, halo, &items);
                let element = module_of(&function, &text);
                if std::env::var("SHOW").is_ok() {
                    let mut out = crate::wgsl::text::Text::default();
                    element.print_shared(&mut out);
                    element.print(crate::wgsl::print::Mode::Near, &mut out);
                    element.print(crate::wgsl::print::Mode::Core, &mut out);
                    println!("{}", out.as_str());
                }
            });
            if ok.is_err() {
                failed.push(text.lines().next().unwrap_or("").chars().take(60).collect::<String>());
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
