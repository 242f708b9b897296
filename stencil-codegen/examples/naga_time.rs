//! Prints the time that naga takes for each of the golden shaders, unoptimised as it is while a macro expands:
//! `cargo run -p stencil-codegen --example naga_time`.

use std::time::{Duration, Instant};

use naga::front::wgsl::parse_str;
use naga::valid::{Capabilities, ValidationFlags, Validator};

/// The fastest of several calls.
fn fastest<T>(mut call: impl FnMut() -> T) -> Duration {
    let timed = (0..5).map(|_| {
        let start = Instant::now();
        std::hint::black_box(call());
        start.elapsed()
    });
    timed.min().expect("several calls")
}

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wgsl");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "wgsl"));
    files.sort();
    println!("{:18} {:>6} {:>9} {:>12}", "shader", "lines", "parse ms", "validate ms");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Several forms of one kernel are several modules in one file, behind such lines.
        for text in text.split("// Next form") {
            let module = parse_str(text).expect("a golden shader");
            let parse = fastest(|| parse_str(text));
            let validate =
                fastest(|| Validator::new(ValidationFlags::all(), Capabilities::all()).validate(&module).unwrap());
            let name = file.file_stem().unwrap().to_string_lossy();
            let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
            let lines = text.lines().count();
            println!("{name:18} {lines:6} {:9.2} {:12.2}", milliseconds(parse), milliseconds(validate));
        }
    }
}
