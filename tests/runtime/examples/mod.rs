//! Examples, run as a user runs them.

#[cfg(feature = "gpu")]
mod gpu;
mod ndvi_time_series;
mod rugged_terrain;
mod smooth_stack;

use std::ffi::OsStr;
use std::process::{Command, Output};

/// Runs the example that lies beside the folder of the test.
pub fn run(name: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    with(name, |command| command.args(arguments))
}

/// The same, with a command made ready by the caller.
pub fn with(name: &str, ready: impl FnOnce(&mut Command) -> &mut Command) -> Output {
    let test = std::env::current_exe().expect("the test has a path");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps/<test>");
    let example = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(example.is_file(), "{} is missing: `cargo build --examples` makes it", example.display());
    ready(&mut Command::new(example)).output().expect("the example starts")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The example refused, said so in one line, and named `name` in it.
#[track_caller]
pub fn assert_refused(output: &Output, name: &str, reason: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("error: ") && text.contains(name) && text.contains(reason), "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
}
