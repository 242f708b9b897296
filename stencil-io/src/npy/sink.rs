//! NPY files as sinks: made with their full length, filled at positions, and named when they are whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, Form, Open, Sink, Writer, check_vacant};

use super::header::Header;
use super::runs::each_run;
use super::stored::each_part;
use crate::files::{appended, remove, sync_folder};
use crate::position::{read_exact_at, write_all_at};

/// A new NPY file as a sink, into which any box is written.
///
/// While it is written its name ends with `.unfinished`; it gets its own when all cells are there, so that what has the name is
/// whole. A job that was stopped goes on with the unfinished file; several processes that share a job write into one.
///
/// ```
/// use ndarray::array;
/// use ndstencil::io::Npy;
/// use ndstencil::prelude::*;
/// #[stencil]
/// fn double(x: Window2<u16>) -> u16 { 2 * x[[0, 0]] }
///
/// let path = std::env::temp_dir().join(format!("ndstencil-double-{}.npy", std::process::id()));
/// Job::new(double(), &array![[1_u16, 2], [3, 4]], Npy::create(&path)).run()?;
/// let bytes = std::fs::read(&path)?;
/// assert!(bytes.starts_with(b"\x93NUMPY") && bytes.ends_with(&[2, 0, 4, 0, 6, 0, 8, 0]));
/// // What is there is replaced on request alone: this is another job.
/// let other = array![[5_u16, 6, 7]];
/// assert!(Job::new(double(), &other, Npy::create(&path)).run().is_err());
/// Job::new(double(), &other, Npy::create(&path)).restart(true).run()?;
/// assert!(std::fs::read(&path)?.ends_with(&[10, 0, 12, 0, 14, 0]));
/// # std::fs::remove_file(&path)?;
/// # std::fs::remove_file(path.with_extension("npy.job"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct NpySink {
    path: PathBuf,
}

impl NpySink {
    pub(super) fn new(path: PathBuf) -> NpySink {
        NpySink { path }
    }

    fn error(&self, reason: impl Into<String>) -> IoError {
        IoError::new(self.name(), reason)
    }
}

impl Sink for NpySink {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        match Header::new(form.data_type, &form.shape) {
            Some(_) => Ok(None),
            None => Err(self.error(format!("an NPY file cannot hold elements of {}", form.data_type))),
        }
    }

    fn check_vacant(&self, _: &Form) -> Result<(), IoError> {
        check_vacant(&self.path)?;
        check_vacant(&appended(&self.path, ".unfinished"))
    }

    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        self.chunks(form)?;
        let (header, bytes) = Header::new(form.data_type, &form.shape).expect("it was checked");
        let length = header.start + header.bytes();
        let unfinished = appended(&self.path, ".unfinished");
        if self.path.is_dir() {
            return Err(self.error("is a folder, and an NPY file is to be written"));
        }
        let make = |path: &Path| {
            let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
            file.write_all(&bytes)?;
            // Cells that are not written take no place yet, where the system can.
            file.set_len(length)?;
            sync_folder(path.parent().unwrap_or(Path::new("")))?;
            Ok(file)
        };
        let cannot = |error| IoError::new(unfinished.display().to_string(), "cannot be made").because(error);
        let file = match open {
            // An earlier array stays until the new one is whole.
            Open::New => remove(&unfinished).and_then(|()| make(&unfinished)).map_err(cannot)?,
            Open::Resume => self.resume(&unfinished, &bytes, length)?,
        };
        Ok(Box::new(NpyWriter { sink: self, unfinished, file, header }))
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.path.clone())
    }
}

impl NpySink {
    /// Opens the file of an earlier run, which another process may have finished meanwhile.
    fn resume(&self, unfinished: &Path, header: &[u8], length: u64) -> Result<File, IoError> {
        // To the finished file nothing is written any more: where an unfinished one was lost, that is an error.
        for (path, writes) in [(unfinished, true), (&*self.path, false)] {
            let name = path.display().to_string();
            let wrong = |error| IoError::new(&name, "cannot be opened").because(error);
            let file = match OpenOptions::new().read(true).write(writes).open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(wrong(error)),
            };
            let mut found = vec![0; header.len()];
            let same = file.metadata().map_err(wrong)?.len() == length
                && read_exact_at(&file, &mut found, 0).is_ok()
                && found == header;
            if !same {
                return Err(IoError::new(name, "is not the array of this job; `.restart(true)` begins anew"));
            }
            return Ok(file);
        }
        let reason = "is gone, which an earlier run of this job wrote a part of; `.restart(true)` begins anew";
        Err(IoError::new(unfinished.display().to_string(), reason))
    }
}

struct NpyWriter<'a> {
    sink: &'a NpySink,
    unfinished: PathBuf,
    file: File,
    header: Header,
}

impl NpyWriter<'_> {
    fn write_box(&self, region: &[Range<usize>], cells: &Cells<'_>) -> io::Result<()> {
        let Some(mut bytes) = cells.bytes() else {
            return each_part(region, &mut |place, region| self.write_box(region, &cells.slice(place)));
        };
        let size = self.header.size();
        each_run(&self.header.shape, region, |first, count| {
            let (row, rest) = bytes.split_at(count * size);
            bytes = rest;
            write_all_at(&self.file, row, self.header.start + (first * size) as u64)
        })
    }
}

impl Writer for NpyWriter<'_> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        self.write_box(region, cells).map_err(|error| self.sink.error("cannot be written").because(error))
    }

    fn sync(&self) -> Result<(), IoError> {
        self.file.sync_data().map_err(|error| self.sink.error("cannot be brought to the disk").because(error))
    }

    fn finish(&self) -> Result<(), IoError> {
        let path = &self.sink.path;
        let finished = self.file.sync_all().and_then(|()| match fs::rename(&self.unfinished, path) {
            // An earlier run, or another process, was the first to finish.
            Err(error) if error.kind() == io::ErrorKind::NotFound && exists(path) => Ok(()),
            other => other,
        });
        finished
            .and_then(|()| sync_folder(path.parent().unwrap_or(Path::new(""))))
            .map_err(|error| self.sink.error("cannot be finished").because(error))
    }
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
