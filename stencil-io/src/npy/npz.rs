//! Arrays in NPZ archives.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, Source};

use super::archive::{self, Entry, Piece};
use super::check_length;
use super::header::Header;
use super::stored::{Place, Stored};
use crate::stamp::stamp;

/// The most bytes of a compressed array, which is decompressed into memory.
const LARGEST: u64 = 1 << 30;

/// An array in an NPZ archive as a source, of which any box is read.
///
/// ```no_run
/// use ndstencil::io::{Npy, Npz};
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn rise(x: Window2<f32>) -> f32 { x[[1, 0]] - x[[0, 0]] }
/// Job::new(rise(), Npz::open("run7.npz", "pressure")?, Npy::create("rise.npy")).run()?;
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Debug)]
pub struct Npz {
    path: PathBuf,
    stored: Stored,
}

impl Npz {
    /// Opens the array of a name, as it was given to `numpy.savez`. Boxes are read from the file as they are asked for; an
    /// array that `numpy.savez_compressed` wrote is decompressed into memory here, which a job's memory budget does not count.
    ///
    /// # Errors
    /// The file is not there or no archive, holds no such array (the error lists those that it holds), or one that cannot be
    /// read, see [`Npy::open`](super::Npy::open). A compressed array of more than 1 GiB.
    ///
    /// ```
    /// use ndstencil::io::Npz;
    /// assert!(Npz::open("missing.npz", "x").unwrap_err().to_string().starts_with("missing.npz: cannot be opened"));
    /// ```
    pub fn open(path: impl AsRef<Path>, name: &str) -> Result<Npz, IoError> {
        let path = path.as_ref().to_owned();
        let archive = path.display().to_string();
        let (file, entries) = entries_of(&path)?;
        let full = format!("{name}.npy");
        let Some(entry) = entries.iter().find(|entry| entry.name == full || entry.name == name) else {
            return Err(IoError::new(archive, format!("holds no array {name:?}, but {:?}", names(&entries))));
        };
        let place = format!("{archive}[{name}]");
        let stored = Npz::find(file, entry).map_err(|reason| IoError::new(&place, reason))?;
        Ok(Npz { path, stored: Stored { name: place, ..stored } })
    }

    fn find(file: File, entry: &Entry) -> Result<Stored, String> {
        let (header, place) = match entry.stored_at(&file)? {
            Some(at) => {
                let header = Header::read(&mut Piece { file: &file, at, end: at + entry.size })?;
                check_length(&header, entry.size)?;
                let begin = at + header.start;
                (header, Place::File(file, begin))
            }
            None => {
                let mut content = entry.inflate(&file)?;
                let header = Header::read(&mut content)?;
                check_length(&header, entry.size)?;
                let bytes = entry.size - header.start;
                if bytes > LARGEST {
                    let advice = "unpack the archive, and open the array's own file";
                    return Err(format!("takes {bytes} bytes when it is decompressed, more than {LARGEST}: {advice}"));
                }
                let mut all = Vec::new();
                content.read_to_end(&mut all).map_err(|error| format!("cannot be decompressed: {error}"))?;
                (header, Place::Memory(all))
            }
        };
        Ok(Stored { name: String::new(), header, place })
    }

    /// The names of the arrays in an archive.
    ///
    /// # Errors
    /// The file is not there, or no archive.
    ///
    /// ```
    /// use ndstencil::io::Npz;
    /// assert!(Npz::names("no such archive.npz").is_err());
    /// ```
    pub fn names(path: impl AsRef<Path>) -> Result<Vec<String>, IoError> {
        Ok(names(&entries_of(path.as_ref())?.1))
    }
}

fn entries_of(path: &Path) -> Result<(File, Vec<Entry>), IoError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| IoError::new(&name, "cannot be opened").because(error))?;
    let entries = archive::entries(&file).map_err(|reason| IoError::new(name, reason))?;
    Ok((file, entries))
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.name.strip_suffix(".npy").unwrap_or(&entry.name).to_owned()).collect()
}

impl Source for Npz {
    fn name(&self) -> String {
        self.stored.name.clone()
    }

    fn paths(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }

    fn shape(&self) -> Vec<usize> {
        self.stored.header.shape.clone()
    }

    fn data_type(&self) -> DataType {
        self.stored.data_type()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        self.stored.chunks()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        self.stored.read(region, cells)
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        stamp(&self.path).map(Some)
    }

    fn scratch_bytes(&self) -> usize {
        self.stored.scratch_bytes()
    }
}
