//! The files of the examples, and pictures: everything that has nothing to do with kernels.

pub mod pictures;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The reason why an example ended early.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A file that the project ships.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// The folder of the project.
pub fn project() -> &'static Path {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.parent().unwrap_or(folder)
}

/// A file to write: under `target/` of the project, or of the current folder where the project is not on this machine.
pub fn target(name: &str) -> PathBuf {
    if project().exists() { project().join("target").join(name) } else { Path::new("target").join(name) }
}

/// Creates the folder that a file will lie in.
///
/// # Errors
///
/// The folder's name and the system's reason, where it cannot be made.
pub fn create_folder_of(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?)
}

/// Runs an example on its arguments. No arguments: help was asked for. What goes wrong is said in one line.
pub fn begin<A>(
    help: &str,
    arguments: Result<Option<A>, lexopt::Error>,
    run: impl FnOnce(A) -> Result<(), Failure>,
) -> ExitCode {
    let (error, code) = match arguments {
        Ok(None) => {
            println!("{help}");
            return ExitCode::SUCCESS;
        }
        Ok(Some(arguments)) => match run(arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (error, 1),
        },
        // The code of a wrong command line, by convention.
        Err(error) => (error.into(), 2),
    };
    eprintln!("error: {error}");
    ExitCode::from(code)
}
