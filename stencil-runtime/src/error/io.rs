//! The errors of reading and writing arrays outside of memory.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// An array could not be opened, read or written: the place, the box of cells, the reason, and the error below it.
///
/// A source or sink of one's own makes it with [`new`](IoError::new).
///
/// ```
/// use ndstencil::IoError;
/// let error = IoError::new("scans/07.png", "it has 4 channels, the first file has 3").at(&[7..8, 0..512, 0..512]);
/// assert_eq!(error.to_string(), "scans/07.png [7..8, 0..512, 0..512]: it has 4 channels, the first file has 3");
///
/// let missing = std::fs::read("no such file").unwrap_err();
/// let error = IoError::new("no such file", "cannot be read").because(missing);
/// assert!(std::error::Error::source(&error).is_some());
/// ```
#[derive(Clone, Debug)]
pub struct IoError {
    place: Box<str>,
    region: Option<Vec<Range<usize>>>,
    reason: Box<str>,
    transient: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl IoError {
    /// An error about a place: a path, an address, a name within a file.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert_eq!(IoError::new("dem.tif", "is no TIFF file").place(), "dem.tif");
    /// ```
    pub fn new(place: impl Into<String>, reason: impl Into<String>) -> IoError {
        IoError {
            place: place.into().into(),
            region: None,
            reason: reason.into().into(),
            transient: false,
            source: None,
        }
    }

    /// Names the box of cells that it is about.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert_eq!(IoError::new("x", "is torn").at(&[0..2, 4..6]).region(), Some(&[0..2, 4..6][..]));
    /// ```
    pub fn at(self, region: &[Range<usize>]) -> IoError {
        IoError { region: Some(region.to_vec()), ..self }
    }

    /// Keeps the error below, which the message ends with.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// let below = std::io::Error::other("the disk is full");
    /// assert_eq!(IoError::new("x", "cannot be written").because(below).to_string(), "x: cannot be written: the disk is full");
    /// ```
    pub fn because(self, source: impl StdError + Send + Sync + 'static) -> IoError {
        IoError { source: Some(Arc::new(source)), ..self }
    }

    /// Says that another try may succeed, as after a lost connection: a job then tries again a few times.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert!(IoError::new("s3://bucket/x", "the connection was lost").transient().is_transient());
    /// ```
    pub fn transient(self) -> IoError {
        IoError { transient: true, ..self }
    }

    /// The place.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert_eq!(IoError::new("dem.tif", "is empty").place(), "dem.tif");
    /// ```
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The box of cells that it is about, if it is about one.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert_eq!(IoError::new("dem.tif", "is empty").region(), None);
    /// ```
    pub fn region(&self) -> Option<&[Range<usize>]> {
        self.region.as_deref()
    }

    /// True when another try may succeed.
    ///
    /// ```
    /// use ndstencil::IoError;
    /// assert!(!IoError::new("dem.tif", "is empty").is_transient());
    /// ```
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(region) = &self.region {
            write!(f, " {region:?}")?;
        }
        write!(f, ": {}", self.reason)?;
        let mut below = self.source();
        while let Some(error) = below {
            write!(f, ": {error}")?;
            below = error.source();
        }
        Ok(())
    }
}

impl StdError for IoError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Errors are equal that say the same.
impl PartialEq for IoError {
    fn eq(&self, other: &IoError) -> bool {
        self.transient == other.transient && self.to_string() == other.to_string()
    }
}

impl Eq for IoError {}
