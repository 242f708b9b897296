//! The files and folders that a job reads and writes, which must not meet.

use std::collections::HashSet;
use std::path::PathBuf;

/// Files and folders.
#[derive(Debug, Default)]
pub(crate) struct Places {
    paths: HashSet<PathBuf>,
    /// These, and all folders that they are in.
    around: HashSet<PathBuf>,
}

impl Places {
    pub(crate) fn add(&mut self, path: PathBuf) {
        let path = whole(path);
        self.around.extend(path.ancestors().map(PathBuf::from));
        self.paths.insert(path);
    }

    /// True where a path is one of these, lies in one, or has one in it.
    pub(crate) fn meet(&self, path: &std::path::Path) -> bool {
        let path = whole(path.to_owned());
        self.around.contains(&path) || path.ancestors().any(|folder| self.paths.contains(folder))
    }
}

/// A path from the root, without links as far as it exists.
fn whole(path: PathBuf) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let path = std::path::absolute(&path).unwrap_or(path);
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => whole(folder.to_owned()).join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn one_in_the_other() {
        let folder = std::env::temp_dir().join(format!("ndstencil-places-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("there")).unwrap();
        let mut places = Places::default();
        places.add(folder.join("there/x.zarr"));
        places.add(folder.join("y.npy"));
        for path in ["there/x.zarr", "there/../there/x.zarr", "there/x.zarr/sub", "there", "y.npy"] {
            assert!(places.meet(&folder.join(path)), "{path}");
        }
        for path in ["there/y.npy", "there/x.zar", "x.zarr", "y.npy.job"] {
            assert!(!places.meet(&folder.join(path)), "{path}");
        }
        assert!(!Places::default().meet(Path::new("x")));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
