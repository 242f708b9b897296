//! Arrays that jobs write.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Metadata;
use crate::IoError;
use crate::cells::Cells;
use crate::data_type::DataType;

/// The place of an axis of an output in the first input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisOrigin {
    /// The axis of the first input.
    pub axis: usize,
    /// The index there that index 0 of the output lies at.
    pub start: usize,
    /// The distance of the next one: more than 1 with a stride, and for one value a block.
    pub step: usize,
    /// The cells of the input that one stands for: those of a block, else 1.
    pub covers: usize,
}

/// The array that a sink is to hold.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Form {
    /// The number of cells along each axis.
    pub shape: Vec<usize>,
    /// The type of the elements.
    pub data_type: DataType,
    /// The things that the first input carries beside its cells.
    pub metadata: Metadata,
    /// The axis that each comes from; `None` for a core dimension of the output.
    pub origin: Vec<Option<AxisOrigin>>,
    /// The chunks of the first input along the axes that come from it, which suit the output too.
    pub chunks: Option<Vec<usize>>,
    /// The name of the kernel.
    pub kernel: String,
}

impl Form {
    /// An array of a shape and type, without more.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form};
    /// let form = Form::new(&[100, 200], DataType::of::<f32>());
    /// assert_eq!((form.shape, form.origin), (vec![100, 200], vec![None, None]));
    /// ```
    pub fn new(shape: &[usize], data_type: DataType) -> Form {
        Form {
            shape: shape.to_vec(),
            data_type,
            metadata: Metadata::default(),
            origin: vec![None; shape.len()],
            chunks: None,
            kernel: String::new(),
        }
    }
}

/// The state in which a sink is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// The array is new, and replaces what is there.
    New,
    /// A part of the array was written by an earlier run, or is being written by another process; what is missing is made.
    Resume,
}

/// An array that a job writes chunk by chunk. It is described first, and made when the job runs.
///
/// ```
/// use std::ops::Range;
/// use std::sync::Mutex;
/// use ndstencil::chunks::{Cells, Form, Open, Sink, Writer};
/// use ndstencil::prelude::*;
/// use ndstencil::IoError;
///
/// /// Keeps the largest value of each chunk of 4 cells.
/// #[derive(Default)]
/// struct Largest(Mutex<Vec<(usize, i32)>>);
///
/// impl Sink for Largest {
///     fn name(&self) -> String { "largest".to_owned() }
///     fn chunks(&self, _: &Form) -> Result<Option<Vec<usize>>, IoError> { Ok(Some(vec![4])) }
///     fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> { Ok(Box::new(self)) }
/// }
/// impl Writer for &Largest {
///     fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
///         let largest = cells.array::<i32>().expect("the type of the form").iter().copied().max();
///         self.0.lock().unwrap().push((region[0].start, largest.unwrap_or(0)));
///         Ok(())
///     }
/// }
///
/// #[stencil]
/// fn negative(x: Window1<i32>) -> i32 { -x[0] }
/// let largest = Largest::default();
/// Job::new(negative(), &ndarray::Array1::from_iter(0..10), &largest).run()?;
/// let mut found = largest.0.into_inner().unwrap();
/// found.sort();
/// assert_eq!(found, [(0, 0), (4, -4), (8, -8)]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait Sink: Send + Sync {
    /// The name in messages: a path or an address.
    fn name(&self) -> String;

    /// The shape of the chunks in which an array of this form is written, each of them whole and once; `None` where any boxes
    /// will do. Nothing is made yet.
    ///
    /// # Errors
    /// The sink cannot hold such an array: its type, its number of axes.
    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError>;

    /// Refuses where something is there that a new array would replace: a job asks before it makes one, unless it is told to
    /// begin anew. Nothing may be at the [`paths`](Sink::paths).
    ///
    /// # Errors
    /// Something is there, or nobody can tell.
    fn check_vacant(&self, form: &Form) -> Result<(), IoError> {
        self.paths(form).iter().try_for_each(|path| check_vacant(path))
    }

    /// Makes the array, or opens it to go on.
    ///
    /// # Errors
    /// It cannot be made, or something else is there.
    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError>;

    /// The file in which a job notes what is done, so that it can go on after it was stopped: beside the [`path`](Sink::path),
    /// with `.job` behind its name. `None` where there is no such place: [`Job::journal`](super::Job::journal) names another one.
    fn journal(&self) -> Option<PathBuf> {
        self.path().map(|path| {
            // Without the `/` that may end it: beside the folder, not in it.
            let mut name = path.components().as_path().as_os_str().to_owned();
            name.push(".job");
            name.into()
        })
    }

    /// The file or folder that is written, if it is one.
    fn path(&self) -> Option<PathBuf> {
        None
    }

    /// The files or folders that are written: a job refuses to write over what it reads, and to write twice to one place.
    fn paths(&self, form: &Form) -> Vec<PathBuf> {
        let _ = form;
        self.path().into_iter().collect()
    }

    /// The settings that the array depends on, as text: a job that is run again goes on only where they are as they were.
    fn settings(&self) -> String {
        String::new()
    }

    /// False where nothing of the array is left when the program ends: a job with such a sink begins anew each time.
    fn lasts(&self) -> bool {
        true
    }

    /// The bytes that one write takes beyond its cells, such as those of a compressed chunk.
    fn scratch_bytes(&self, form: &Form) -> usize {
        let _ = form;
        0
    }
}

/// An open [`Sink`]. Writes come from several threads at once, of different chunks.
pub trait Writer: Send + Sync {
    /// Writes one of the sink's chunks, cut to the shape, or where it has none any box. A chunk that is written again replaces
    /// what was there, whole: a reader never sees half of each.
    ///
    /// # Errors
    /// It cannot be written. A job names the box and goes on with others.
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError>;

    /// Returns when all that was written is on the disk: what a job then notes as done survives a loss of power.
    ///
    /// # Errors
    /// The disk refuses it.
    fn sync(&self) -> Result<(), IoError> {
        Ok(())
    }

    /// Finishes the array when all chunks are written, those of other processes included.
    ///
    /// # Errors
    /// It cannot be finished.
    fn finish(&self) -> Result<(), IoError> {
        Ok(())
    }
}

/// Refuses a path where something is already, a link that leads nowhere included.
///
/// # Errors
/// Something is there, or nobody can tell.
///
/// ```
/// use ndstencil::chunks::check_vacant;
/// assert!(check_vacant(&std::env::temp_dir()).unwrap_err().to_string().contains("`.restart(true)` replaces it"));
/// check_vacant(&std::env::temp_dir().join("no such file"))?;
/// # Ok::<(), ndstencil::IoError>(())
/// ```
pub fn check_vacant(path: &Path) -> Result<(), IoError> {
    let name = || path.display().to_string();
    match path.symlink_metadata() {
        Ok(_) => Err(IoError::new(name(), "is there already; `.restart(true)` replaces it")),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(()),
        Err(error) => Err(IoError::new(name(), "cannot be looked at").because(error)),
    }
}

macro_rules! sink_for_pointer {
    ($($Pointer:ty)+) => {$(
        impl<S: Sink + ?Sized> Sink for $Pointer {
            fn name(&self) -> String {
                (**self).name()
            }

            fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
                (**self).chunks(form)
            }

            fn check_vacant(&self, form: &Form) -> Result<(), IoError> {
                (**self).check_vacant(form)
            }

            fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
                (**self).open(form, open)
            }

            fn journal(&self) -> Option<PathBuf> {
                (**self).journal()
            }

            fn path(&self) -> Option<PathBuf> {
                (**self).path()
            }

            fn paths(&self, form: &Form) -> Vec<PathBuf> {
                (**self).paths(form)
            }

            fn settings(&self) -> String {
                (**self).settings()
            }

            fn lasts(&self) -> bool {
                (**self).lasts()
            }

            fn scratch_bytes(&self, form: &Form) -> usize {
                (**self).scratch_bytes(form)
            }
        }
    )+};
}
sink_for_pointer!(&S Box<S> std::sync::Arc<S>);
