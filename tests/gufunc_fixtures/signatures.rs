//! The grammar of signatures: what NumPy's parser accepts and what it refuses.

use std::collections::HashSet;

use crate::data::Family;

/// The dimensions of each operand on one side of the arrow, of a signature that is known to be right.
fn operands(side: &str) -> Vec<Vec<String>> {
    let blanks: String = side.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some(inner) = blanks.strip_prefix('(').and_then(|side| side.strip_suffix(')')) else { return vec![] };
    let dims = |operand: &str| operand.split(',').filter(|dim| !dim.is_empty()).map(str::to_owned).collect();
    inner.split("),(").map(dims).collect()
}

/// A function with the operands of a signature, and the sizes of dimensions that only outputs have.
fn function(signature: &str) -> (String, String) {
    let (inputs, outputs) = signature.split_once("->").unwrap();
    let (inputs, outputs) = (operands(inputs), operands(outputs));
    let mut known: HashSet<&String> = inputs.iter().flatten().collect();
    let mut sizes = String::new();
    for dim in outputs.iter().flatten() {
        if known.insert(dim) && !dim.starts_with(|letter: char| letter.is_ascii_digit()) {
            sizes += &format!(", {} = 1", dim.trim_end_matches('?'));
        }
    }
    let mut parameters = String::new();
    for (number, dims) in inputs.iter().enumerate() {
        match dims.len() {
            0 => parameters += &format!("x{number}: f64, "),
            rank => parameters += &format!("x{number}: ArrayView{rank}<f64>, "),
        }
    }
    for (number, dims) in outputs.iter().enumerate() {
        parameters += &format!("y{number}: ArrayViewMut{}<f64>, ", dims.len());
    }
    (sizes, format!("fn kernel({parameters}) {{}}"))
}

#[test]
fn every_case() {
    let family = &Family::load("signatures");
    family.each(275, |case| {
        let signature = case.text("signature");
        let accepted = case.flag("accepted");
        let (sizes, function) = match accepted {
            true => function(signature),
            false => (String::new(), "fn kernel(x: ArrayView1<f64>) -> f64 { 0.0 }".to_owned()),
        };
        let attribute = format!("{signature:?}{sizes}");
        let expansion = stencil_codegen::gufunc(attribute.parse().unwrap(), function.parse().unwrap()).to_string();
        if accepted {
            assert!(!expansion.contains("compile_error"), "{attribute} {function}: refused: {expansion}");
        } else {
            assert!(expansion.contains("in the signature: "), "{signature:?}: NumPy says: {}", case.text("message"));
        }
        family.passed();
    });
}
