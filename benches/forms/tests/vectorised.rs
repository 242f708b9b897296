//! Fails when a form is compiled to scalar code, and names it.
//!
//! The judgement is made on the assembly and not on the clock: a CI machine's timings vary by more than the factor of
//! two that a partly scalar loop costs, and such a machine may lack the instructions that matter. The compiler emits
//! the loops for AVX2 and AVX-512 wherever the test is built for x86-64, and the same compiler gives the same verdict
//! every time.
//!
//! In vector code nearly all arithmetic is on packed registers and what little scalar arithmetic there is sets up a
//! loop. In code that fell back, each point of a block has scalar instructions of its own: dozens of them, unrolled.
//! So the test counts both, per form and instruction level, and wants less than three of the second in ten of the first.
#![cfg(target_arch = "x86_64")]

use std::collections::HashMap;
use std::process::Command;

use ndstencil_forms::FORMS;

const LEVELS: [&str; 2] = ["avx2", "avx512"];

/// Forms that LLVM does not vectorise yet. One that improves must leave the list, so that it is guarded from then on.
const KNOWN_SCALAR: &[&str] =
    &["EarlyReturn", "Masked", "ContinueOnNan", "LargestByIf", "FloatToByte", "MedianOfNine", "ViewParameter<'static>"];

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    packed: usize,
    scalar: usize,
    /// Calls of C functions: `fmaf`, `expf`, a division in software.
    foreign: usize,
}

impl Count {
    fn is_vectorised(self) -> bool {
        self.packed >= 4 && 10 * self.scalar < 3 * self.packed && self.foreign == 0
    }
}

#[test]
fn forms_are_vectorised() {
    let functions = functions(&assembly());
    let mut problems = Vec::new();
    for (form, _) in FORMS {
        let counts = LEVELS.map(|level| (level, count(&functions, level, form)));
        for (level, count) in counts {
            println!("{form:24} {level:7} {count:?}");
        }
        let vectorised = counts.iter().all(|(_, count)| count.is_vectorised());
        let known = KNOWN_SCALAR.contains(form);
        if !vectorised && !known {
            let (level, count) = counts.iter().find(|(_, count)| !count.is_vectorised()).expect("one is not");
            problems.push(format!(
                "`{form}` is not vectorised for {level}: {} packed and {} scalar instructions, {} calls",
                count.packed, count.scalar, count.foreign
            ));
        }
        if vectorised && known {
            problems.push(format!("`{form}` is vectorised now: take it off KNOWN_SCALAR"));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));

    let scalar = LEVELS.map(|level| count(&functions, level, "DeliberatelyScalar"));
    assert!(!scalar.iter().any(|count| count.is_vectorised()), "the test is blind: {scalar:?}");
}

/// Compiles the library as a user's release build does and returns its assembly.
fn assembly() -> String {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/ndstencil-forms.s");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["rustc", "--release", "--lib", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        // The older mangling leaves out the type parameters, by which a form's loops are known. One codegen unit: one file.
        .args(["--", "-C", "symbol-mangling-version=v0", "-C", "codegen-units=1"])
        .arg(format!("--emit=asm={file}"))
        // Flags of the run, coverage for instance, would change the code that is judged.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the forms do not compile");
    std::fs::read_to_string(file).expect("cargo wrote the assembly")
}

/// The instructions of each function, by its demangled name.
fn functions(assembly: &str) -> HashMap<String, Vec<String>> {
    let mut functions: HashMap<String, Vec<String>> = HashMap::new();
    let mut current = None;
    for line in assembly.lines() {
        if let Some(symbol) = line.strip_suffix(':').filter(|symbol| symbol.starts_with("_R")) {
            current = Some(demangled(symbol));
        } else if line.starts_with(".Lfunc_end") {
            current = None;
        } else if let Some(name) = &current {
            let instruction = line.trim();
            if !instruction.is_empty() && !instruction.starts_with(['.', '#']) {
                functions.entry(name.clone()).or_default().push(instruction.to_owned());
            }
        } else if let Some((alias, function)) = line.trim().strip_prefix(".set _R").and_then(|line| line.split_once(", ")) {
            // LLVM merges equal functions.
            functions.insert(demangled(&format!("_R{alias}")), vec![format!("jmp {function}")]);
        }
    }
    functions
}

fn demangled(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

fn count(functions: &HashMap<String, Vec<String>>, level: &str, form: &str) -> Count {
    // Lifetimes are not part of a symbol.
    let form = form.replace("<'static>", "");
    let end = format!("::{level}::<ndstencil_forms::{form}>");
    let (_, mut body) = functions
        .iter()
        .find(|(name, _)| name.ends_with(&end))
        .unwrap_or_else(|| panic!("`{form}` has no loops for {level}: are they still called `{level}`?"));
    while let [instruction] = body.as_slice() {
        let other = instruction.strip_prefix("jmp").expect("one instruction that is no loop").trim();
        body = &functions[&demangled(other)];
    }
    let mut count = Count::default();
    for instruction in body {
        let (name, operands) = instruction.split_once(char::is_whitespace).unwrap_or((instruction, ""));
        if name.starts_with("call") {
            let known = ["_R", "_ZN", "mem", "*"].iter().any(|start| operands.starts_with(start));
            count.foreign += usize::from(!known);
        } else if is_scalar(name, operands) {
            count.scalar += 1;
        } else if is_packed(name, operands) {
            count.packed += 1;
        }
    }
    count
}

/// Floating-point arithmetic on one value, an integer division, or the load of one narrow element.
fn is_scalar(name: &str, operands: &str) -> bool {
    let base = name.strip_prefix('v').unwrap_or(name);
    let single = base.ends_with("ss") || base.ends_with("sd") || base.starts_with("cvttss2") || base.starts_with("cvttsd2");
    let moves = ["mov", "broadcast", "insert", "extract"].iter().any(|start| base.starts_with(start));
    let divides = name.starts_with("div") || name.starts_with("idiv");
    let loads_narrow = (name.starts_with("movz") || name.starts_with("movs")) && operands.contains('(');
    (single && !moves && operands.contains("%xmm")) || divides || (loads_narrow && !operands.contains("%xmm"))
}

/// Arithmetic, a comparison or a shuffle of a whole vector; not a mere load or store.
fn is_packed(name: &str, operands: &str) -> bool {
    let wide = ["%xmm", "%ymm", "%zmm"].iter().any(|register| operands.contains(register));
    let pieces = ["vmov", "vpinsr", "vpextr", "vzero", "mov"];
    wide && !pieces.iter().any(|start| name.starts_with(start))
}
