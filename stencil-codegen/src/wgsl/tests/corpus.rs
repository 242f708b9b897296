//! Bodies that have a form: naga accepts the modules made of them, and what is printed changes only on purpose.

use super::harness::{Function, module_of, printed};

/// A function, its declared halo, and the constants and functions around it.
struct Body {
    name: String,
    text: String,
    halo: Option<usize>,
    items: String,
}

/// The functions of a file with the attribute's key `gpu`.
fn bodies(file: &str) -> Vec<Body> {
    let mut found = Vec::new();
    collect(&syn::parse_file(file).unwrap().items, &mut found);
    found
}

fn collect(items: &[syn::Item], found: &mut Vec<Body>) {
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
                let visible = |item: &&syn::Item| matches!(item, syn::Item::Const(_) | syn::Item::Fn(_));
                let others: Vec<_> = items.iter().filter(visible).collect();
                found.push(Body {
                    name: function.sig.ident.to_string(),
                    text: quote::quote!(#function).to_string(),
                    halo,
                    items: quote::quote!(#(#others)*).to_string(),
                });
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
fn bodies_are_printed() {
    for body in bodies(include_str!("bodies.rs")) {
        let function = Function::new(&body.text, body.halo, "");
        let element = module_of(&function, &body.name);
        insta::assert_snapshot!(body.name, printed(&element));
    }
}

/// The bodies that the facade runs on a device.
#[test]
fn the_facades_bodies_are_valid() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/language/gpu");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for body in bodies(&text) {
            let function = Function::new(&body.text, body.halo, &body.items);
            module_of(&function, &body.name);
        }
    }
}
