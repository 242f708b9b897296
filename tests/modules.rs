//! Modules of the compiler and the runtime form no cycles: what one needs stands below it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The top-level modules of a crate, each with those that it names by `crate::` paths.
type Edges = BTreeMap<String, BTreeSet<String>>;

/// The file's code without comments and without its tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The first segments behind each `crate::`, also in braces.
fn named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let after = code.split("crate::").skip(1);
    after
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').map(|one| word(one.trim())).collect(),
            None => vec![word(rest)],
        })
        .collect()
}

fn collect(folder: &Path, module: Option<&str>, edges: &mut Edges) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = module.unwrap_or(&stem);
        if path.is_dir() {
            if stem != "tests" {
                collect(&path, Some(module), edges);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && module != "lib" {
            edges.entry(module.to_owned()).or_default().extend(named(&code(&path)));
        }
    }
}

/// A way from `start` back to itself.
fn cycle(edges: &Edges, start: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut open = vec![vec![start.to_owned()]];
    while let Some(way) = open.pop() {
        for next in &edges[way.last().unwrap()] {
            if next == start && way.len() > 1 {
                return Some(way);
            }
            if next != start && edges.contains_key(next) && seen.insert(next) {
                open.push([way.clone(), vec![next.clone()]].concat());
            }
        }
    }
    None
}

fn assert_no_cycles(source: &str) {
    let mut edges = Edges::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(source), None, &mut edges);
    assert!(edges.len() > 10, "no modules found in {source}");
    for module in edges.keys() {
        assert_eq!(cycle(&edges, module), None, "modules of {source} that need each other");
    }
}

#[test]
fn the_compiler_has_no_cycles() {
    assert_no_cycles("stencil-codegen/src");
}

#[test]
fn the_runtime_has_no_cycles() {
    assert_no_cycles("stencil-runtime/src");
}
