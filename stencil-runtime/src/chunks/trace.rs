//! The spans of a run as a file that Chrome's `about:tracing` and Perfetto show: the Trace Event Format, complete events.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use crate::{Error, IoError};

/// A trace that is being written.
pub(crate) struct Trace {
    path: PathBuf,
    begun: Instant,
    file: Mutex<(BufWriter<File>, io::Result<()>)>,
}

impl Trace {
    pub(crate) fn new(path: &Path) -> Result<Trace, Error> {
        let opened = File::create(path).and_then(|file| {
            let mut file = BufWriter::new(file);
            // Nothing else of the format is needed, and a list without its end is read, too.
            file.write_all(b"[\n")?;
            Ok(file)
        });
        match opened {
            Ok(file) => Ok(Trace { path: path.to_owned(), begun: Instant::now(), file: Mutex::new((file, Ok(()))) }),
            Err(error) => Err(refused(path, error)),
        }
    }

    /// Notes that a worker did something to an item.
    pub(crate) fn span(&self, what: &str, worker: usize, item: usize, start: Instant, end: Instant) {
        let start_us = start.duration_since(self.begun).as_micros();
        let length = end.duration_since(start).as_micros();
        let mut file = self.file.lock().expect("no panic while it is locked");
        let written = writeln!(
            file.0,
            "{{\"name\":\"{what}\",\"ph\":\"X\",\"pid\":1,\"tid\":{worker},\"ts\":{start_us},\"dur\":{length},\"args\":{{\"chunk\":{item}}}}},"
        );
        if file.1.is_ok() {
            file.1 = written;
        }
    }

    /// Ends the file.
    pub(crate) fn end(self) -> Result<(), Error> {
        let (mut file, written) = self.file.into_inner().expect("no panic while it was locked");
        // An event that says who this is; it also stands behind the last comma.
        let last = b"{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":\"ndstencil job\"}}\n]\n";
        written
            .and_then(|()| file.write_all(last))
            .and_then(|()| file.flush())
            .map_err(|error| refused(&self.path, error))
    }
}

fn refused(path: &Path, error: io::Error) -> Error {
    IoError::new(path.display().to_string(), "the trace cannot be written").because(error).into()
}
