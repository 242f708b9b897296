//! Files that are whole or not there, and last.
//!
//! A file is written under another name, and then gets its own: whoever opens it never sees half of it. It lasts when it is
//! brought to the disk, before that or, many at once, after it; its name lasts when its folder is, too, which [`Folders`] does
//! for many files at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The end of the names of files that are being written.
pub(crate) const PARTIAL: &str = ".partial";

/// Writes a file with all its content or none. Its name lasts when its folder is [synced](sync_folder).
pub(crate) fn write_whole(path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    write_named(path, |file| {
        content(file)?;
        file.sync_all()
    })
}

/// Writes a file with all its content or none for whoever opens it. It lasts when it is brought to the disk, and then its folder
/// is [synced](sync_folder): until that, a loss of power may leave it with its name and less content.
pub(crate) fn write_named(path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let partial = partial(path);
    let written = File::create(&partial).and_then(|mut file| {
        content(&mut file)?;
        fs::rename(&partial, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Another name for a file that is being written, of this process alone: another one may write the same file.
pub(crate) fn partial(path: &Path) -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    appended(path, &format!(".{}-{}{PARTIAL}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)))
}

/// A path with more behind its name.
pub(crate) fn appended(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    gone(fs::remove_file(path))
}

/// Takes what is not there for removed.
pub(crate) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes what an earlier run of this program, which was killed, left half-written in a folder.
pub(crate) fn remove_partial(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(PARTIAL)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Lets the names in a folder last, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()?;
    let _ = folder;
    Ok(())
}

/// Makes a folder and those above it. Their names last when this returns.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let new: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
    fs::create_dir_all(folder)?;
    new.iter().try_for_each(|path| path.parent().map_or(Ok(()), sync_folder))
}

/// The folders in which files got their names since the last sync.
#[derive(Debug, Default)]
pub(crate) struct Folders(Mutex<BTreeSet<PathBuf>>);

impl Folders {
    /// Notes the folder of a file.
    pub(crate) fn note(&self, file: &Path) {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        self.0.lock().expect("no panic while it is locked").insert(folder);
    }

    /// Lets all names last.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let folders = std::mem::take(&mut *self.0.lock().expect("no panic while it is locked"));
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}
