//! Fails when a form is compiled to scalar code, and names it.
//!
//! The judgement is made on the assembly and not on the clock: a CI machine's timings vary by more than the factor of
//! two that a partly scalar loop costs, and such a machine may lack the instructions that matter. The compiler emits
//! the loops for AVX2 and AVX-512 wherever the test is built for x86-64, and the same compiler gives the same verdict
//! every time.
//!
//! In vector code nearly all arithmetic is on packed registers and what little scalar arithmetic there is sets up a
//! loop. In code that fell back, each point of a block has scalar instructions of its own: dozens of them, unrolled.
//! So the test counts both, per form and instruction level, and wants more than twice as many of the first.
#![cfg(target_arch = "x86_64")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ndstencil_forms::FORMS;
use ndstencil_forms::gufuncs::{COPY, GUFUNCS, SCALAR};

const LEVELS: [&str; 2] = ["avx2", "avx512"];

/// The forms that LLVM does not vectorise yet. Whatever improves must leave the list, so that it is guarded from then
/// on.
const KNOWN_SCALAR: &[(&str, &str)] = &[];

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    packed: usize,
    scalar: usize,
    /// Calls of C functions: `fmaf`, `expf`, a division in software.
    foreign: usize,
}

impl Count {
    /// Without what the loops take for a kernel that does nothing. A loop over lanes that fell back is not unrolled: it
    /// shows in packed instructions that are missing.
    fn without(self, bare: Option<Self>) -> Self {
        let bare = bare.unwrap_or_default();
        let (packed, scalar) = (self.packed.saturating_sub(bare.packed), self.scalar.saturating_sub(bare.scalar));
        Count { packed, scalar, ..self }
    }

    fn is_vectorised(self, least: usize) -> bool {
        self.packed >= least && 2 * self.scalar < self.packed && self.foreign == 0
    }
}

/// The fewest packed instructions of a vectorised form: one block at least.
const STENCIL_PACKED: usize = 4;
/// Likewise, beyond those of the kernel that does nothing, which moves its cells in vectors.
const GUFUNC_PACKED: usize = 4;

#[test]
fn forms_are_vectorised() {
    let functions = functions(&assembly());
    let mut problems = Vec::new();
    // Lifetimes are not part of a symbol.
    let stencils = FORMS.iter().map(|(form, _)| format!("ndstencil_forms::{}", form.replace("<'static>", "")));
    let stencils = stencils.map(|form| (form, None));
    let gufuncs = GUFUNCS.iter().map(|form| (form().to_owned(), Some(COPY())));
    for (form, bare) in &stencils.chain(gufuncs).collect::<Vec<_>>() {
        for level in LEVELS {
            let count = count(&functions, level, form).without(bare.map(|bare| count(&functions, level, bare)));
            println!("{form:50} {level:7} {count:?}");
            let least = if bare.is_some() { GUFUNC_PACKED } else { STENCIL_PACKED };
            match (count.is_vectorised(least), KNOWN_SCALAR.contains(&(form.as_str(), level))) {
                (true, true) => {
                    problems.push(format!("`{form}` is vectorised for {level} now: take it off KNOWN_SCALAR"))
                }
                (false, false) => problems.push(format!(
                    "`{form}` is not vectorised for {level}: {} packed and {} scalar instructions, {} calls",
                    count.packed, count.scalar, count.foreign
                )),
                _ => {}
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));

    let scalar = |form: &str| LEVELS.map(|level| count(&functions, level, form));
    let bare = scalar(COPY());
    let stencil = scalar("ndstencil_forms::DeliberatelyScalar");
    let mut gufunc = scalar(SCALAR());
    gufunc.iter_mut().zip(bare).for_each(|(count, bare)| *count = count.without(Some(bare)));
    let blind = stencil.iter().any(|count| count.is_vectorised(STENCIL_PACKED))
        || gufunc.iter().any(|count| count.is_vectorised(GUFUNC_PACKED));
    assert!(!blind, "the test is blind: {stencil:?} {gufunc:?}");
}

/// Compiles the library as a user's release build does, where it has changed, and returns its assembly.
fn assembly() -> String {
    // The older mangling leaves out the type parameters, by which a form's loops are known. The number of codegen units
    // is the default; not naming it would make it one, which inlines more than a user's build does.
    let flags = ["-C", "symbol-mangling-version=v0", "-C", "codegen-units=16", "--emit", "asm"];
    // `CARGO_TARGET_TMPDIR` is a folder in the target directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it has a parent");
    let metadata = metadata(&compiled(&flags, target));
    let written = |file: &Path| file.metadata().and_then(|about| about.modified()).expect("cargo's files have a time");
    // An earlier compilation's files lie there, too, and have other names where the code fell into other units. The
    // compiler writes the metadata before it makes code, so that theirs are older.
    let started = written(&metadata);
    let name = metadata.file_stem().and_then(|name| name.to_str()).expect("a name").trim_start_matches("lib");
    let entries = std::fs::read_dir(metadata.parent().expect("a folder")).expect("cargo's folder can be read");
    let files = entries.map(|entry| entry.expect("readable").path()).filter(|path| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        file.starts_with(name) && file.ends_with(".s") && written(path) >= started
    });
    files.map(|file| std::fs::read_to_string(file).expect("assembly is text")).collect()
}

/// Has cargo compile the library, unless it did so before; the messages, one a line.
fn compiled(flags: &[&str], target: &Path) -> String {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustc", "--release", "--lib", "--package", "ndstencil-forms", "--message-format", "json", "--"])
        .args(flags)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        // Flags of the run, coverage for instance, would change the code that is judged.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "`cargo rustc` failed");
    String::from_utf8(output.stdout).expect("messages are text")
}

/// The library's metadata, beside which its assembly lies.
fn metadata(messages: &str) -> PathBuf {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut libraries = messages
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == "ndstencil_forms");
    let library = libraries.next().expect("cargo names what it made");
    let files = library["filenames"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
    files
        .map(PathBuf::from)
        .find(|file| file.extension().is_some_and(|e| e == "rmeta"))
        .expect("a library has metadata")
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
        } else if let Some((alias, function)) =
            line.trim().strip_prefix(".set _R").and_then(|line| line.split_once(", "))
        {
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
    let end = format!("::{level}::<{form}>");
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
            // Direct, through a register, or `*fmaf@GOTPCREL(%rip)`.
            let callee = operands.trim_start_matches('*');
            // What the clean-up behind a panic goes on with is no arithmetic, nor is a function
            // of a table, `24(%rax)`.
            let known = ["_R", "_ZN", "mem", "%", "(", "_Unwind_Resume"].iter().any(|start| callee.starts_with(start))
                || callee.starts_with(|first: char| first.is_ascii_digit());
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
    let single =
        base.ends_with("ss") || base.ends_with("sd") || base.starts_with("cvttss2") || base.starts_with("cvttsd2");
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
