//! The files of a stack, in natural order.

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;

/// The ends of names of images.
const EXTENSIONS: [&str; 5] = ["png", "tif", "tiff", "jpg", "jpeg"];

/// The files that patterns stand for: themselves, the images in a folder, or what matches. Each comes once.
pub(super) fn find(patterns: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Vec<PathBuf>, IoError> {
    let mut files = Vec::new();
    for pattern in patterns {
        matching(pattern.as_ref(), &mut files)?;
    }
    files.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
    files.dedup();
    Ok(files)
}

/// Adds the files that a pattern stands for.
fn matching(pattern: &Path, files: &mut Vec<PathBuf>) -> Result<(), IoError> {
    if pattern.is_file() {
        files.push(pattern.to_owned());
        return Ok(());
    }
    let name = pattern.display().to_string();
    let before = files.len();
    if pattern.is_dir() {
        let wrong = |error| IoError::new(&name, "cannot be read").because(error);
        for entry in fs::read_dir(pattern).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            if is_image(&path) && is_file(&path) {
                files.push(path);
            }
        }
        if files.len() == before {
            return Err(IoError::new(name, "holds no PNG, JPEG or TIFF file"));
        }
    } else {
        let text = pattern.to_str().ok_or_else(|| IoError::new(&name, "is a pattern that is no UTF-8"))?;
        let matches = glob::glob(text).map_err(|error| IoError::new(&name, "is no pattern").because(error))?;
        for path in matches {
            let path = path
                .map_err(|error| IoError::new(error.path().display().to_string(), "cannot be read").because(error))?;
            if is_file(&path) {
                files.push(path);
            }
        }
        if files.len() == before {
            return Err(nothing(pattern, &name));
        }
    }
    Ok(())
}

/// True for a file, and for a link that leads nowhere: an image that vanished is an error, and not left out.
fn is_file(path: &Path) -> bool {
    path.is_file() || path.is_symlink() && !path.exists()
}

/// Says whether it is the folder that is missing.
fn nothing(pattern: &Path, name: &str) -> IoError {
    let is_pattern = |path: &Path| path.to_string_lossy().contains(['*', '?', '[']);
    let folder = pattern.parent().filter(|folder| !folder.as_os_str().is_empty() && !is_pattern(folder));
    match folder.filter(|folder| !folder.exists()) {
        Some(folder) => IoError::new(folder.display().to_string(), "there is no such folder"),
        None if is_pattern(pattern) => IoError::new(name, "no file matches"),
        None => IoError::new(name, "there is no such file"),
    }
}

/// True for a file that is an image by its name.
fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    EXTENSIONS.iter().any(|image| extension.eq_ignore_ascii_case(image))
}

/// The order of names in which runs of digits are numbers; names that differ in leading zeros alone are in the order of texts.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    loop {
        let (Some(p), Some(q)) = (x.chars().next(), y.chars().next()) else {
            return x.len().cmp(&y.len()).then_with(|| a.cmp(b));
        };
        let order = if p.is_ascii_digit() && q.is_ascii_digit() {
            let [p, q] = [&mut x, &mut y].map(|rest| {
                let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
                *rest = after;
                number.trim_start_matches('0')
            });
            p.len().cmp(&q.len()).then_with(|| p.cmp(q))
        } else {
            x = &x[p.len_utf8()..];
            y = &y[q.len_utf8()..];
            p.cmp(&q)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_in_names() {
        let sorted = [
            "1.png",
            "f.png",
            "f1.png",
            "f2.png",
            "f02.png",
            "f2a.png",
            "f10.png",
            "f10b2.png",
            "f10b11.png",
            "g1.png",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| natural(a, b));
        // Leading zeros decide last, as text.
        let mut expected = sorted;
        expected.swap(3, 4);
        assert_eq!(names, expected);
    }

    #[test]
    fn numbers_of_any_length() {
        let (small, large) = (format!("{}8", "9".repeat(60)), "9".repeat(61));
        assert!(natural(&small, &large).is_lt() && natural("a", "a").is_eq() && natural("a", "ä1").is_lt());
    }
}
