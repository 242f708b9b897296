//! Objects as files below a folder, each whole or not there.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use stencil_runtime::IoError;

use super::layout::{V2, V3};
use super::store::{Listing, Part, Store, wrong_size};
use crate::files::{self, Folders, PARTIAL, make_folder, remove_partial, write_named};

/// The folders below one another that are looked into: chunk keys have at most as many parts as arrays have axes, and `c`.
const DEPTH: usize = super::layout::AXES + 2;

/// A folder.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// The folders in which files got their names.
    named: Folders,
    /// The files that are not yet brought to the disk. That is done for many at once, while others are written: one by one it
    /// takes longer than all else.
    written: Mutex<Vec<PathBuf>>,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Folder {
        Folder { root: root.to_owned(), named: Folders::default(), written: Mutex::default() }
    }

    /// The file of a key, which does not lead out of the folder.
    fn path(&self, key: &str) -> Result<PathBuf, IoError> {
        let inside = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', '\0', ':']);
        if !key.split('/').all(inside) {
            return Err(IoError::new(self.root.display().to_string(), format!("the key {key:?} leads out of it")));
        }
        Ok(self.root.join(key))
    }

    fn failed(&self, key: &str, what: &str, error: io::Error) -> IoError {
        IoError::new(self.name(key), what).because(error)
    }

    /// The file of a key and its size, if it is there.
    fn open(&self, key: &str) -> Result<Option<(File, u64)>, IoError> {
        let path = self.path(key)?;
        let opened = fs::metadata(&path).and_then(|metadata| {
            // Opening a pipe would wait.
            if !metadata.is_file() {
                return Err(io::Error::other("it is no file"));
            }
            Ok((File::open(&path)?, metadata.len()))
        });
        match opened {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(key, CANNOT_READ, error)),
        }
    }

    /// Calls `f` with all files below a folder, and `folder` with each folder after that.
    fn walk(
        &self,
        folder: &Path,
        depth: usize,
        f: &mut dyn FnMut(&Path, &fs::Metadata) -> io::Result<()>,
        after: &mut dyn FnMut(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let metadata = match entry.metadata() {
                Ok(metadata) => metadata,
                // Another process gave it its name, or removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if metadata.is_dir() && depth < DEPTH {
                self.walk(&path, depth + 1, f, after)?;
            } else if !metadata.is_dir() {
                f(&path, &metadata)?;
            }
        }
        after(folder)
    }

    fn find_arrays(&self, folder: &Path, depth: usize, found: &mut Vec<String>) {
        const MANY: usize = 20;
        let mut folders: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        folders.sort();
        // Links may lead round in circles.
        let is_folder = |path: &PathBuf| path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        for path in folders.into_iter().filter(is_folder) {
            if found.len() >= MANY {
                return;
            }
            let is_array = path.join(V2).exists()
                || path.join(V3).metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < 1 << 24)
                    && fs::read_to_string(path.join(V3)).is_ok_and(|text| text.contains("\"array\""));
            if is_array {
                found.push(path.strip_prefix(&self.root).unwrap_or(&path).display().to_string());
            } else if depth < 8 {
                self.find_arrays(&path, depth + 1, found);
            }
        }
    }
}

const CANNOT_READ: &str = "it cannot be read";
const CANNOT_WRITE: &str = "it cannot be written";
const CANNOT_REMOVE: &str = "it cannot be removed";

impl Store for Folder {
    fn name(&self, key: &str) -> String {
        if key.is_empty() { self.root.display().to_string() } else { self.root.join(key).display().to_string() }
    }

    fn read(&self, key: &str, most: u64, into: &mut Vec<u8>) -> Result<bool, IoError> {
        let Some((file, bytes)) = self.open(key)? else { return Ok(false) };
        if bytes > most {
            let reason = format!("it has {bytes} bytes, more than the {most} that it can have");
            return Err(IoError::new(self.name(key), reason));
        }
        into.reserve(bytes as usize + 1);
        file.take(most).read_to_end(into).map_err(|error| self.failed(key, CANNOT_READ, error))?;
        Ok(true)
    }

    fn read_part(&self, key: &str, part: Part, into: &mut Vec<u8>) -> Result<bool, IoError> {
        let Some((mut file, bytes)) = self.open(key)? else { return Ok(false) };
        let (start, len) = match part {
            Part::At(start, len) => (start, len),
            Part::Last(len) => (bytes.saturating_sub(len), len),
        };
        if start.checked_add(len).is_none_or(|end| end > bytes) {
            let reason = format!("it has {bytes} bytes, {len} from byte {start} on are asked for");
            return Err(IoError::new(self.name(key), reason));
        }
        into.reserve(len as usize + 1);
        let held = into.len();
        let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.take(len).read_to_end(into));
        read.map_err(|error| self.failed(key, CANNOT_READ, error))?;
        if (into.len() - held) as u64 != len {
            return Err(IoError::new(self.name(key), "it became shorter while it was read"));
        }
        Ok(true)
    }

    fn read_exact(&self, key: &str, into: &mut [u8]) -> Result<bool, IoError> {
        let Some((mut file, bytes)) = self.open(key)? else { return Ok(false) };
        if bytes != into.len() as u64 {
            return Err(wrong_size(self.name(key), bytes, into.len() as u64));
        }
        file.read_exact(into).map_err(|error| self.failed(key, CANNOT_READ, error))?;
        Ok(true)
    }

    fn write(&self, key: &str, content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<(), IoError> {
        let path = self.path(key)?;
        let folder = path.parent().expect("it is below the folder").to_owned();
        let written = write_named(&path, |file| content(file)).or_else(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error);
            }
            fs::create_dir_all(&folder)?;
            write_named(&path, |file| content(file))
        });
        written.map_err(|error| self.failed(key, CANNOT_WRITE, error))?;
        // Folders on the way may be new, made by this process or another one, and their names must last, too.
        for path in path.ancestors().take_while(|path| **path != *self.root) {
            self.named.note(path);
        }
        self.written.lock().expect("no panic while it is locked").push(path);
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), IoError> {
        let path = self.path(key)?;
        match fs::remove_file(&path) {
            Ok(()) => self.named.note(&path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.failed(key, CANNOT_REMOVE, error)),
        }
        Ok(())
    }

    fn is_empty(&self) -> Result<bool, IoError> {
        match fs::read_dir(&self.root) {
            // Not what a process that was killed left half-written.
            Ok(mut entries) => {
                let partial = |name: OsString| name.to_str().is_some_and(|name| name.ends_with(PARTIAL));
                Ok(entries.all(|entry| entry.is_ok_and(|entry| partial(entry.file_name()))))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(self.failed("", CANNOT_READ, error)),
        }
    }

    fn clear(&self, last: &[&str]) -> Result<(), IoError> {
        let last: Vec<PathBuf> = last.iter().map(|key| self.root.join(key)).collect();
        let mut remove = |path: &Path, _: &fs::Metadata| {
            if last.iter().any(|last| last == path) { Ok(()) } else { fs::remove_file(path) }
        };
        let mut remove_folder = |path: &Path| if path == self.root { Ok(()) } else { fs::remove_dir(path) };
        let removed = self.walk(&self.root, 0, &mut remove, &mut remove_folder);
        removed.map_err(|error| self.failed("", CANNOT_REMOVE, error))?;
        for path in last {
            let cannot = |error| IoError::new(path.display().to_string(), CANNOT_REMOVE).because(error);
            files::remove(&path).map_err(cannot)?;
        }
        Ok(())
    }

    fn listing(&self) -> Result<Listing, IoError> {
        let mut listing = Listing::default();
        let mut add = |path: &Path, metadata: &fs::Metadata| {
            let key = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
            if !key.ends_with(PARTIAL) {
                // Of the file itself, not of a link to it.
                let target = if metadata.is_symlink() { Some(fs::metadata(path)?) } else { None };
                let metadata = target.as_ref().unwrap_or(metadata);
                let time = metadata.modified()?.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
                listing.add(&key, metadata.len(), &time.to_le_bytes());
            }
            Ok(())
        };
        self.walk(&self.root, 0, &mut add, &mut |_| Ok(())).map_err(|error| self.failed("", CANNOT_READ, error))?;
        Ok(listing)
    }

    fn arrays(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.find_arrays(&self.root, 0, &mut found);
        found
    }

    fn sync(&self) -> Result<(), IoError> {
        let written = std::mem::take(&mut *self.written.lock().expect("no panic while it is locked"));
        for path in written {
            match File::open(&path).and_then(|file| file.sync_all()) {
                // Another process removed it, or has its folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(IoError::new(path.display().to_string(), CANNOT_WRITE).because(error)),
                Ok(()) => {}
            }
        }
        self.named.sync().map_err(|error| self.failed("", CANNOT_WRITE, error))
    }

    fn remove_partial(&self) -> Result<(), IoError> {
        let removed = self.walk(&self.root, 0, &mut |_, _| Ok(()), &mut |folder| remove_partial(folder));
        removed.map_err(|error| self.failed("", CANNOT_REMOVE, error))?;
        self.sync()
    }
}

/// Makes the folder of an array, and lets its name last.
pub(super) fn make(root: &Path) -> Result<(), IoError> {
    make_folder(root)
        .map_err(|error| IoError::new(root.display().to_string(), "the folder cannot be made").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_inside() {
        let folder = Folder::new(Path::new("a/b"));
        for key in ["", "/etc/passwd", "../x", "c/../../x", "c//0", "c/./0", "c\\..\\x", "C:x"] {
            assert!(folder.path(key).is_err(), "{key:?}");
        }
        assert_eq!(folder.path("c/0/1").unwrap(), Path::new("a/b/c/0/1"));
    }
}
