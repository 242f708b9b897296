//! Arrays that jobs read.

use std::ops::Range;
use std::path::PathBuf;

use super::Metadata;
use crate::IoError;
use crate::cells::CellsMut;
use crate::data_type::DataType;

/// An array that a job reads box by box: in memory, in files, or made as it is read.
///
/// Axes are those of the array, the first one varies slowest. Cells that a boundary rule takes from outside are never asked
/// for: the kernel makes them. Reads come from several threads at once.
///
/// A source of one's own says its shape and element type, and fills boxes:
///
/// ```
/// use ndarray::{Array2, Axis};
/// use ndstencil::chunks::{CellsMut, DataType, Source};
/// use ndstencil::prelude::*;
/// use ndstencil::IoError;
///
/// /// Cells that are the product of their indices.
/// struct Products(usize, usize);
///
/// impl Source for Products {
///     fn name(&self) -> String { "products".to_owned() }
///     fn shape(&self) -> Vec<usize> { vec![self.0, self.1] }
///     fn data_type(&self) -> DataType { DataType::of::<u64>() }
///     fn read(&self, region: &[std::ops::Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
///         let mut x = cells.array_mut::<u64>().expect("the type that it said");
///         for (i, mut row) in region[0].clone().zip(x.axis_iter_mut(Axis(0))) {
///             for (j, cell) in region[1].clone().zip(&mut row) { *cell = (i * j) as u64; }
///         }
///         Ok(())
///     }
/// }
///
/// #[stencil(boundary = Nearest)]
/// fn rise(x: Window2<u64>) -> u64 { x[[1, 0]] - x[[0, 0]] }
/// let mut y = Array2::<u64>::zeros((1000, 50));
/// Job::new(rise(), Products(1000, 50), &mut y).memory(1 << 20).run()?;
/// assert_eq!(y[[500, 7]], 7);
/// assert_eq!(y[[999, 7]], 0);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait Source: Send + Sync {
    /// The name in messages: a path or an address.
    fn name(&self) -> String;

    /// The number of cells along each axis.
    fn shape(&self) -> Vec<usize>;

    /// The type of the elements.
    fn data_type(&self) -> DataType;

    /// The shape of the chunks that are stored and decoded whole, from the first cell on; the last ones may be cut off by the
    /// shape. `None` where any box can be read at the same cost for a cell.
    fn chunks(&self) -> Option<Vec<usize>> {
        None
    }

    /// Reads a box: one of the [`chunks`](Source::chunks), cut to the shape, or where there are none any box. The cells have the
    /// shape of the box and the source's element type, and all of them must be written.
    ///
    /// # Errors
    /// The array is broken there, or cannot be reached. A job names the box and goes on with others.
    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError>;

    /// A text that changes when the array does, such as sizes and times of files: a job that is run again goes on only where
    /// it is the same. With `None` nobody knows: the job notes nothing, and a run that was stopped needs
    /// [`restart`](super::Job::restart) to begin anew.
    ///
    /// # Errors
    /// The array is not there any longer.
    fn version(&self) -> Result<Option<String>, IoError> {
        Ok(None)
    }

    /// The files or folders that are read: a job refuses to write over them.
    fn paths(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The things that the array carries beside its cells, for sinks that understand it.
    fn metadata(&self) -> Metadata {
        Metadata::default()
    }

    /// The bytes that one read takes beyond its cells, such as those of a compressed chunk.
    fn scratch_bytes(&self) -> usize {
        0
    }

    /// The reads that should be under way at once where reading is waiting, as it is over a network.
    fn reads_at_once(&self) -> usize {
        1
    }
}

macro_rules! source_for_pointer {
    ($($Pointer:ty)+) => {$(
        impl<S: Source + ?Sized> Source for $Pointer {
            fn name(&self) -> String {
                (**self).name()
            }

            fn shape(&self) -> Vec<usize> {
                (**self).shape()
            }

            fn data_type(&self) -> DataType {
                (**self).data_type()
            }

            fn chunks(&self) -> Option<Vec<usize>> {
                (**self).chunks()
            }

            fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
                (**self).read(region, cells)
            }

            fn version(&self) -> Result<Option<String>, IoError> {
                (**self).version()
            }

            fn paths(&self) -> Vec<PathBuf> {
                (**self).paths()
            }

            fn metadata(&self) -> Metadata {
                (**self).metadata()
            }

            fn scratch_bytes(&self) -> usize {
                (**self).scratch_bytes()
            }

            fn reads_at_once(&self) -> usize {
                (**self).reads_at_once()
            }
        }
    )+};
}
source_for_pointer!(&S Box<S> std::sync::Arc<S>);
