//! The page of the documentation that lists the operations is the one that the table makes.

use std::fmt::Write;
use std::path::Path;

use super::super::super::scalar::Scalar;
use super::super::rows::{self, Accuracy, Row, Type};
use super::super::{Helpers, print_method};

fn page() -> String {
    let mut page = include_str!("page.md").to_string();
    page.push_str("| Rust | of | WGSL | accuracy |\n|---|---|---|---|\n");
    for row in rows::all() {
        let names = ["x", "y", "z"].map(str::to_string);
        let arguments = &names[..=row.arguments.len()];
        let mut helpers = Helpers::default();
        let text = print_method(row.name, shown(row), arguments, true, &mut helpers);
        let accuracy = match row.accuracy {
            Accuracy::Exact => "exact".to_string(),
            Accuracy::Ulp(ulp) => format!("{ulp} ulp"),
            Accuracy::Fused => "exact, rounded once or twice".to_string(),
        };
        let checks: String = helpers.checks().iter().map(|check| format!("; check: {check}")).collect();
        let name =
            if row.name == "from_bits" { format!("{}::from_bits(x)", result(row)) } else { call(row, arguments) };
        // Bars would end the cell.
        let text = text.replace('|', "\\|");
        writeln!(page, "| `{name}` | {} | `{text}` | {accuracy}{checks} |", types(row)).unwrap();
    }
    page
}

/// The type that a row is shown for.
fn shown(row: &Row) -> Scalar {
    let preferred = [Scalar::F32, Scalar::I32, Scalar::U32];
    let found = preferred.into_iter().find(|scalar| row.receivers.contains(scalar));
    found.unwrap_or(row.receivers[0])
}

fn result(row: &Row) -> &'static str {
    match row.result {
        Type::Given(scalar) => scalar.rust(),
        _ => "",
    }
}

fn call(row: &Row, arguments: &[String]) -> String {
    format!("x.{}({})", row.name, arguments[1..].join(", "))
}

fn types(row: &Row) -> String {
    let name = |of: fn(&Scalar) -> bool| Scalar::ALL.iter().filter(|scalar| of(scalar)).eq(row.receivers);
    if row.receivers.len() == Scalar::ALL.len() {
        return "all".into();
    }
    if name(|scalar| scalar.is_int()) {
        return "integers".into();
    }
    if name(|scalar| scalar.is_int() && !scalar.is_index()) {
        return "integers but `usize`, `isize`".into();
    }
    if name(|scalar| scalar.is_int() && scalar.is_signed()) {
        return "signed integers".into();
    }
    if name(|scalar| scalar.is_int() && !scalar.is_signed()) {
        return "unsigned integers".into();
    }
    row.receivers.iter().map(|scalar| format!("`{}`", scalar.rust())).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/docs/gpu_operations.md");
    let page = page();
    if std::env::var_os("NDSTENCIL_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "run this test with NDSTENCIL_WRITE_DOCS=1 to write {}", path.display());
}
