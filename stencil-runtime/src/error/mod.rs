//! The errors of applying a kernel, one type for each concern.

mod gpu;
mod io;
mod job;
mod kernel;
mod shape;

pub use gpu::GpuError;
pub use io::IoError;
pub use job::{FailedBy, FailedChunk, JobError};
pub use kernel::KernelError;
pub use shape::ShapeError;

/// The reason why a kernel was not applied. Nothing was written to the outputs when one is returned, except for
/// [`ScratchMemory`](KernelError::ScratchMemory), [`Check`](GpuError::Check), [`Memory`](GpuError::Memory) and
/// [`Lost`](GpuError::Lost), which say when.
///
/// Shapes are in cells, in the order of the axes; inputs and outputs are named as in the element function or by position.
///
/// ```
/// use ndarray::Array2;
/// use ndstencil::{Error, ShapeError};
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Shrink)]
/// fn down(x: Window2<f32>) -> f32 { x[[1, 0]] - x[[0, 0]] }
///
/// let (x, mut out) = (Array2::zeros((4, 5)), Array2::zeros((4, 5)));
/// match down().apply_into(&x, &mut out) {
///     Err(Error::Shape(ShapeError::Output { expected, .. })) => out = Array2::zeros((expected[0], expected[1])),
///     other => other?,
/// }
/// assert_eq!(out.dim(), (3, 5));
/// down().apply_into(&x, &mut out)?;
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The arrays do not fit the kernel, or each other.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::Error;
    /// #[stencil]
    /// fn sum(x: Window1<i32>, y: Window1<i32>) -> i32 { x[0] + y[0] }
    /// let error = sum().apply((&array![1], &array![1, 2])).unwrap_err();
    /// assert!(matches!(error, Error::Shape(_)));
    /// ```
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The kernel cannot be applied as it is set, or memory is lacking.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::Error;
    /// #[stencil(boundary = With(|index, _| index))]
    /// fn next(x: Window1<u8>) -> u8 { x[1] }
    /// assert!(matches!(next().apply(&array![1, 4, 9]), Err(Error::Kernel(_))));
    /// ```
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// There is no GPU, or it cannot do what was asked of it.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::from(GpuError::Lost { reason: "it was unplugged".into() });
    /// assert!(matches!(error, Error::Gpu(_)));
    /// assert_eq!(error.to_string(), "the GPU failed: it was unplugged");
    /// ```
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// An array outside of memory could not be opened, read or written.
    ///
    /// ```
    /// use ndstencil::{Error, IoError};
    /// let error = Error::from(IoError::new("dem.tif", "is no TIFF file"));
    /// assert_eq!(error.to_string(), "dem.tif: is no TIFF file");
    /// ```
    #[error(transparent)]
    Io(#[from] IoError),
    /// A chunked job could not be planned, or not all of it was done.
    ///
    /// ```
    /// use ndstencil::{Error, JobError};
    /// let error = Error::from(JobError::Shard { share: 4, shares: 4, reason: "there are four" });
    /// assert!(matches!(error, Error::Job(_)));
    /// ```
    #[error(transparent)]
    Job(#[from] JobError),
}
