//! Bytes that are read at any place: those of files, and of others that give a part when they are asked.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

/// Bytes that are read at any place, by several threads at once.
pub(super) trait Place: fmt::Debug + Send + Sync {
    /// The number of bytes.
    fn len(&self) -> u64;

    /// Replaces what is in `bytes` by `len` bytes from a place on.
    fn read_at(&self, at: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()>;

    /// The same for bytes that describe images: others near to them are asked for soon.
    fn describe_at(&self, at: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.read_at(at, len, bytes)
    }

    /// A text that changes when the bytes do.
    fn version(&self) -> io::Result<Option<String>>;

    /// The reads that should be under way at once.
    fn reads_at_once(&self) -> usize {
        1
    }
}

/// A file.
#[derive(Debug)]
pub(super) struct LocalFile {
    path: PathBuf,
    file: File,
    len: u64,
    /// Held by who moves the file's position, where the system cannot read without one.
    #[cfg(not(unix))]
    position: std::sync::Mutex<()>,
}

impl LocalFile {
    pub(super) fn open(path: PathBuf) -> io::Result<LocalFile> {
        let file = File::open(&path)?;
        let len = file.metadata()?.len();
        Ok(LocalFile {
            path,
            file,
            len,
            #[cfg(not(unix))]
            position: std::sync::Mutex::new(()),
        })
    }

    /// Fills a buffer from a place on.
    #[cfg(unix)]
    pub(super) fn fill_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, at)
    }

    /// Fills a buffer from a place on.
    #[cfg(not(unix))]
    pub(super) fn fill_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let _held = self.position.lock().expect("no panic while it is locked");
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(buffer)
    }
}

impl Place for LocalFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.resize(len, 0);
        self.fill_at(at, bytes)
    }

    fn version(&self) -> io::Result<Option<String>> {
        let metadata = std::fs::metadata(&self.path)?;
        let time = metadata.modified()?.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        Ok(Some(format!("{} bytes, {time} ns", metadata.len())))
    }
}
