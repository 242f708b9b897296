//! Arrays of NumPy: one in an NPY file, several in an NPZ archive.

mod archive;
mod header;
mod npz;
mod runs;
mod sink;
mod stored;

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, Source};

use crate::stamp::stamp;
use header::Header;
pub use npz::Npz;
pub use sink::NpySink;
use stored::{Place, Stored};

/// An array in an NPY file as a source, of which any box is read. One in Fortran's order is read by tiles; the order of its bytes
/// may be that of any machine.
///
/// ```
/// use ndarray::array;
/// use ndstencil::io::Npy;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn rise(x: Window1<f32>) -> f32 { x[1] - x[0] }
///
/// let folder = std::env::temp_dir().join(format!("ndstencil-npy-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let (squares, rises) = (folder.join("squares.npy"), folder.join("rises.npy"));
/// let x = array![0.0_f32, 1.0, 4.0, 9.0];
/// Job::new(rise(), &x, Npy::create(&squares)).run()?;
/// Job::new(rise(), Npy::open(&squares)?, Npy::create(&rises)).run()?;
///
/// let mut y = ndarray::Array1::<f32>::zeros(4);
/// #[stencil]
/// fn same(x: Window1<f32>) -> f32 { x[0] }
/// Job::new(same(), Npy::open(&rises)?, &mut y).run()?;
/// assert_eq!(y, array![2.0, 2.0, -5.0, 0.0]);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Npy {
    path: PathBuf,
    stored: Stored,
}

impl Npy {
    /// Opens a file, and reads its header. Boxes are then read from the file as they are asked for.
    ///
    /// The element type is `bool`, an integer of 8 to 64 bits, or a float of 16 to 64.
    ///
    /// # Errors
    /// The file is not there, is no NPY file or cut off, or holds elements that are no numbers of these types.
    ///
    /// ```
    /// use ndstencil::io::Npy;
    /// assert!(Npy::open("missing.npy").unwrap_err().to_string().starts_with("missing.npy: cannot be opened"));
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Npy, IoError> {
        let path = path.as_ref().to_owned();
        let name = path.display().to_string();
        let wrong = |error| IoError::new(&name, "cannot be opened").because(error);
        let mut file = File::open(&path).map_err(wrong)?;
        let facts = file.metadata().map_err(wrong)?;
        if facts.is_dir() {
            return Err(IoError::new(&name, "is a folder, and not an NPY file"));
        }
        let header = Header::read(&mut file).map_err(|reason| IoError::new(&name, reason))?;
        check_length(&header, facts.len()).map_err(|reason| IoError::new(&name, reason))?;
        let place = Place::File(file, header.start);
        Ok(Npy { path, stored: Stored { name, header, place } })
    }

    /// A new file to write, see [`NpySink`].
    ///
    /// ```
    /// use ndstencil::chunks::Sink;
    /// use ndstencil::io::Npy;
    /// assert_eq!(Npy::create("smooth.npy").name(), "smooth.npy");
    /// ```
    pub fn create(path: impl Into<PathBuf>) -> NpySink {
        NpySink::new(path.into())
    }
}

impl Source for Npy {
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

/// Refuses a file that ends before its array does.
fn check_length(header: &Header, length: u64) -> Result<(), String> {
    let needed = header.start + header.bytes();
    if length < needed {
        let shape = &header.shape;
        return Err(format!("is cut off: its shape {shape:?} takes {needed} bytes, and it has {length}"));
    }
    Ok(())
}
