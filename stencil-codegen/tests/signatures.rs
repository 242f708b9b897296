//! The grammar of signatures accepts and refuses what NumPy does.

use std::collections::HashSet;
use std::path::Path;

use proc_macro2::TokenStream;

/// Signatures with the numbers of inputs and outputs, and what NumPy 2.4.6 says to them.
const PROBED: &[(&str, usize, usize, bool)] = &[
    ("(n)->()", 1, 1, true),
    (" ( n ) -> ( ) ", 1, 1, true),
    ("(n)\t->\t()", 1, 1, true),
    ("(n)\n->()", 1, 1, false),
    ("(n)\u{b}->()", 1, 1, false),
    ("(n)- >()", 1, 1, false),
    ("(n)>()", 1, 1, false),
    ("(n->()", 1, 1, false),
    ("n->()", 1, 1, false),
    ("(n)->n", 1, 1, false),
    ("(n)->()x", 1, 1, false),
    ("(n)->(m)", 1, 1, true),
    ("(n m)->()", 1, 1, false),
    ("(n,)->()", 1, 1, false),
    ("(,n)->()", 1, 1, false),
    ("(n),->()", 1, 1, false),
    ("(n)->(),", 1, 1, false),
    (",(n)->()", 1, 1, false),
    ("(n)(m)->()", 2, 1, false),
    ("(n)->()()", 1, 2, false),
    ("(n)->(),()", 1, 2, true),
    ("->(n)", 0, 1, true),
    (" -> ()", 0, 1, true),
    ("->(n)->(m)", 0, 2, false),
    ("->", 0, 0, false),
    ("(n)->", 1, 0, false),
    ("", 1, 1, false),
    ("(_)->()", 1, 1, true),
    ("(_1,n1)->()", 1, 1, true),
    ("(1n)->()", 1, 1, false),
    ("(é)->()", 1, 1, false),
    ("(3)->()", 1, 1, true),
    ("(03,3)->()", 1, 1, true),
    ("(0)->()", 1, 1, false),
    ("(00)->()", 1, 1, false),
    ("(-3)->()", 1, 1, false),
    ("(+3)->()", 1, 1, false),
    ("(0x3)->()", 1, 1, false),
    ("(3_)->()", 1, 1, false),
    ("(3 4)->()", 1, 1, false),
    ("(9223372036854775806)->()", 1, 1, true),
    ("(9223372036854775807)->()", 1, 1, false),
    ("(99999999999999999999999)->()", 1, 1, false),
    ("(n?)->(n?)", 1, 1, true),
    ("(n? )->(n?)", 1, 1, true),
    ("(n ?)->(n?)", 1, 1, false),
    ("(n??)->()", 1, 1, false),
    ("(?)->()", 1, 1, false),
    ("(n?)->(n)", 1, 1, false),
    ("(n)->(n?)", 1, 1, false),
    ("(3?)->(3?)", 1, 1, true),
    ("(3?)->(3)", 1, 1, false),
    ("(3?,03)->()", 1, 1, false),
    ("(03,3?)->()", 1, 1, false),
    ("(n|1)->()", 1, 1, false),
    ("(n+1)->()", 1, 1, false),
];

/// The numbers of inputs and outputs as the macro reads the signature, or `None` where it refuses the grammar.
///
/// The function has no parameters, so that the expansion also tells of every operand that is missing.
fn read(signature: &str) -> Option<(usize, usize)> {
    let literal = proc_macro2::Literal::string(signature);
    let item: TokenStream = "fn f() {}".parse().unwrap();
    let expansion = stencil_codegen::gufunc(TokenStream::from(proc_macro2::TokenTree::from(literal)), item).to_string();
    if expansion.contains("[S058]") {
        return None;
    }
    // Beyond the limits of a kernel: not a matter of the grammar.
    let too_many = |code: &str| {
        let (before, _) = expansion.split_once(code)?;
        before.rsplit_once("found ")?.1.trim().parse().ok()
    };
    let text = expansion.split_once("text : \"").and_then(|(_, rest)| rest.split_once('"'))?.0;
    let (inputs, outputs) = text.split_once("->")?;
    let count = |operands: &str| operands.matches('(').count();
    Some((too_many("[S053]").unwrap_or(count(inputs)), too_many("[S054]").unwrap_or(count(outputs))))
}

#[track_caller]
fn check(signature: &str, inputs: usize, outputs: usize, accepted: bool) {
    // NumPy knows functions without outputs; a kernel has one at least.
    if outputs > 0 {
        assert_eq!(read(signature) == Some((inputs, outputs)), accepted, "{signature:?}: {:?}", read(signature));
    }
}

#[test]
fn probed() {
    for &(signature, inputs, outputs, accepted) in PROBED {
        check(signature, inputs, outputs, accepted);
    }
}

/// The answers of NumPy 2.4.6 to many signatures; `tests/data/signatures.py` asked it.
fn record() -> Vec<serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/signatures.json");
    let cases: Vec<_> = serde_json::from_str(&std::fs::read_to_string(path).expect("the record")).expect("a list");
    assert_eq!(cases.len(), 275, "the number of recorded signatures");
    cases
}

#[test]
fn as_numpy_recorded() {
    for case in record() {
        let number = |key: &str| usize::try_from(case[key].as_u64().unwrap()).unwrap();
        let signature = case["signature"].as_str().unwrap();
        check(signature, number("nin"), number("nout"), case["accepted"].as_bool().unwrap());
    }
}

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

/// A signature that NumPy accepts becomes a kernel; one that it refuses is an error about the signature.
#[test]
fn whole_functions() {
    for case in record() {
        let (signature, accepted) = (case["signature"].as_str().unwrap(), case["accepted"].as_bool().unwrap());
        let (sizes, function) = match accepted {
            true => function(signature),
            false => (String::new(), "fn kernel(x: ArrayView1<f64>) -> f64 { 0.0 }".to_owned()),
        };
        let attribute = format!("{signature:?}{sizes}");
        let expansion = stencil_codegen::gufunc(attribute.parse().unwrap(), function.parse().unwrap()).to_string();
        if accepted {
            assert!(!expansion.contains("compile_error"), "{attribute} {function}: refused: {expansion}");
        } else {
            assert!(expansion.contains("in the signature: "), "{signature:?}: NumPy says: {}", case["message"]);
        }
    }
}
