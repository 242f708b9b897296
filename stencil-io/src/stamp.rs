//! Sizes and times of files: a text that changes when they do.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use stencil_runtime::IoError;

/// The size and the time of the last change of a file.
pub(crate) fn stamp(path: &Path) -> Result<String, IoError> {
    let facts = fs::metadata(path).and_then(|facts| Ok((facts.len(), facts.modified()?)));
    let (bytes, changed) =
        facts.map_err(|error| IoError::new(path.display().to_string(), "is not there").because(error))?;
    // A file of before 1970 has no number: its size tells.
    let changed = changed.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(format!("{bytes} bytes at {changed} ns"))
}
