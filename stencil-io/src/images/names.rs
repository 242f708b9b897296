//! The names of files that are written.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A pattern with a place for a number: `slice_{:04}.png`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    before: String,
    width: usize,
    after: String,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Pattern, String> {
        let wrong =
            || format!("{text:?} is no pattern for names: write `slice_{{:04}}.png`, or `{{}}` for a number as it is");
        let (before, rest) = text.split_once('{').ok_or_else(wrong)?;
        let (width, after) = rest.split_once('}').ok_or_else(wrong)?;
        let width = match width.strip_prefix(':') {
            None if width.is_empty() => 0,
            Some(width) => width.strip_prefix('0').and_then(|width| width.parse().ok()).ok_or_else(wrong)?,
            None => return Err(wrong()),
        };
        if [before, after].iter().any(|part| part.contains(['{', '}', '/', '\\'])) || width > 40 {
            return Err(wrong());
        }
        Ok(Pattern { before: before.to_owned(), width, after: after.to_owned() })
    }

    /// The extension of all names.
    pub(super) fn extension(&self) -> Option<&str> {
        Path::new(&self.after).extension().and_then(OsStr::to_str).or_else(|| self.after.strip_prefix('.'))
    }

    pub(super) fn names(&self, planes: usize) -> Vec<OsString> {
        let width = self.width;
        (0..planes).map(|number| format!("{}{number:0width$}{}", self.before, self.after).into()).collect()
    }
}

/// Numbers with as many zeros as all need, three digits at least.
pub(super) fn numbered(planes: usize, extension: &str) -> Vec<OsString> {
    let width = digits(planes).max(3);
    (0..planes).map(|number| format!("{number:0width$}.{extension}").into()).collect()
}

/// The names of the files that planes come from, with another extension; those of a file of several pages are numbered.
pub(super) fn derived(
    files: &[PathBuf],
    planes: impl Iterator<Item = usize>,
    extension: &str,
) -> Option<Vec<OsString>> {
    let mut pages: HashMap<&Path, usize> = HashMap::new();
    let mut numbers = Vec::new();
    for file in files {
        let count = pages.entry(file).or_default();
        numbers.push(*count);
        *count += 1;
    }
    let name = |plane: usize| {
        let file = files.get(plane)?;
        let mut name = file.file_stem()?.to_owned();
        let count = pages[file.as_path()];
        if count > 1 {
            let width = digits(count);
            name.push(format!("_{:0width$}", numbers[plane]));
        }
        name.push(".");
        name.push(extension);
        Some(name)
    };
    planes.map(name).collect()
}

/// The digits of the last of some numbers from 0 on.
fn digits(count: usize) -> usize {
    count.saturating_sub(1).to_string().len()
}

/// Two planes whose names are the same.
pub(super) fn twice(names: &[OsString]) -> Option<[usize; 2]> {
    let mut seen = HashMap::new();
    names.iter().enumerate().find_map(|(plane, name)| seen.insert(name, plane).map(|other| [other, plane]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_enough_digits() {
        let names = |planes| numbered(planes, "png");
        assert_eq!(names(2), ["000.png", "001.png"]);
        assert_eq!((&names(1000)[999], &names(1001)[0]), (&"999.png".into(), &"0000.png".into()));
        assert_eq!(Pattern::new("a{}b.tif").unwrap().names(11)[10], "a10b.tif");
        assert_eq!(Pattern::new("{:03}.png").unwrap().names(1001)[..1], ["000.png"]);
        assert_eq!(Pattern::new("{}.png").unwrap().extension(), Some("png"));
    }

    #[test]
    fn pages_are_numbered_within_their_file() {
        let files: Vec<PathBuf> = ["in/a.png", "in/s.tif", "in/s.tif", "in/b.c.png"].map(PathBuf::from).into();
        let names = |planes: &[usize]| derived(&files, planes.iter().copied(), "png");
        assert_eq!(names(&[0, 1, 2, 3]).unwrap(), ["a.png", "s_0.png", "s_1.png", "b.c.png"]);
        assert_eq!(names(&[2, 3]).unwrap(), ["s_1.png", "b.c.png"]);
        assert_eq!(names(&[3, 4]), None);
    }
}
