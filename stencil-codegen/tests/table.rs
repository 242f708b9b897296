//! The table of diagnostics and the UI tests agree.

use std::collections::BTreeSet;
use std::path::Path;

use stencil_codegen::TABLE;

/// The codes that only a defect of the compiler can provoke.
const DEFECTS: &[&str] = &["S085"];

/// Every code in square brackets in the expected messages.
fn codes_in_messages() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/cases");
    let entries = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut codes = BTreeSet::new();
    for path in entries(&folder).chain(entries(&folder.join("gpu"))) {
        if path.extension().is_some_and(|extension| extension == "stderr") {
            let text = std::fs::read_to_string(path).unwrap();
            let parts = text.split("[S").skip(1).filter_map(|rest| rest.split_once(']'));
            codes.extend(parts.map(|(digits, _)| format!("S{digits}")));
        }
    }
    codes
}

#[test]
fn every_diagnostic_has_a_test() {
    let tested = codes_in_messages();
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.code.to_owned()).collect();
    let untested: Vec<_> = rows.difference(&tested).filter(|code| !DEFECTS.contains(&code.as_str())).collect();
    let unknown: Vec<_> = tested.difference(&rows).collect();
    assert!(untested.is_empty(), "without a UI test: {untested:?}");
    assert!(unknown.is_empty(), "not in the table: {unknown:?}");
}

/// The numbers of the codes in the table of one page.
fn codes_in_page(name: &str) -> Vec<usize> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/docs").join(name);
    let text = std::fs::read_to_string(page).unwrap();
    let mut documented = Vec::new();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| S"));
    for row in rows.filter(|row| row.starts_with(|letter: char| letter.is_ascii_digit())) {
        let numbers: Vec<usize> =
            row[..row.find('|').unwrap()].split([' ', ',', 'S']).filter_map(|word| word.parse().ok()).collect();
        documented.extend(numbers[0]..=numbers[numbers.len() - 1]);
    }
    documented
}

#[test]
fn every_diagnostic_is_documented() {
    let mut documented: Vec<usize> =
        ["stencil.md", "gufunc.md", "gpu.md"].into_iter().flat_map(codes_in_page).collect();
    documented.sort_unstable();
    let rows: Vec<usize> = TABLE.iter().map(|row| row.code[1..].parse().unwrap()).collect();
    assert_eq!(documented, rows);
}
