//! Examples, run as a user runs them.

#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "npy")]
mod ndvi_time_series;
#[cfg(feature = "npy")]
mod rugged_terrain;
mod smooth_stack;

use std::ffi::OsStr;
use std::process::{Command, Output};

/// Runs a program.
fn run(program: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    Command::new(program).args(arguments).output().expect("the example starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The example refused, said so in one line, and named `name` in it.
#[cfg(feature = "npy")]
#[track_caller]
fn assert_refused(output: &Output, name: &str, reason: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("error: ") && text.contains(name) && text.contains(reason), "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
}

/// The command line itself is wrong, and the error names what.
#[track_caller]
fn assert_misused(output: &Output, what: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.starts_with("error: ") && text.contains(what), "{text}");
}
