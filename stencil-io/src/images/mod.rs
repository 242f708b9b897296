//! Stacks of images: a file, or a page of one, is a plane.

mod decode;
mod encode;
mod find;
mod names;
mod sink;
mod tiff_pages;

use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, Metadata, Source};

use crate::metadata::{DimensionNames, FileNames};
use crate::stamp::stamp;
use decode::{Look, Page};
pub use encode::ImageCompression;
pub use sink::ImagesSink;

/// A stack of images as a source: PNG, JPEG and TIFF files, of one size and element type.
///
/// The axes are plane, row, column, and for images that are not grey the channel: grey and alpha, red, green and blue, or these
/// and alpha. Elements are `u8` or `u16`; for TIFF also the other integers of 8 to 64 bits and floats of 16 to 64. Pages of a
/// TIFF file are planes one after the other, as ImageJ and OME write stacks; pages that are marked as smaller copies are left
/// out. PNG files of a palette or of fewer bits are expanded to 8 bits.
///
/// Planes are decoded one at a time. Colour profiles and orientations are not applied.
///
/// ```
/// use ndarray::{Array3, s};
/// use ndstencil::io::Images;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn largest(x: Window2<u8>) -> u8 { x[[-1, 0]].max(x[[0, -1]]).max(x[[0, 0]]).max(x[[0, 1]]).max(x[[1, 0]]) }
///
/// let folder = std::env::temp_dir().join(format!("ndstencil-images-{}", std::process::id()));
/// let stack = Array3::from_shape_fn((12, 30, 40), |(k, i, j)| (k * i + j) as u8);
/// // 00.png to 11.png
/// #[stencil]
/// fn same(x: Window2<u8>) -> u8 { x[[0, 0]] }
/// Job::new(same(), &stack, Images::create(folder.join("scans"))).run()?;
///
/// let scans = Images::open(folder.join("scans/*.png"))?;
/// Job::new(largest(), scans, Images::create(folder.join("largest")).extension("tif")).run()?;
///
/// let mut found = Array3::<u8>::zeros(stack.dim());
/// Job::new(same(), Images::open(folder.join("largest"))?, &mut found).run()?;
/// assert_eq!(found.slice(s![7, .., ..]), largest().apply(&stack.slice(s![7, .., ..]))?);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Images {
    name: String,
    files: Vec<PathBuf>,
    planes: Vec<Plane>,
    look: Look,
    scratch: usize,
}

/// A plane of a stack.
#[derive(Clone, Debug)]
struct Plane {
    /// The number of its file.
    file: usize,
    page: Page,
}

impl Images {
    /// Opens a stack: the files that match a pattern such as `scans/*.png`, the images in a folder, or one file. They are in
    /// natural order, `f2` before `f10`. The headers of all are read, and no pixels.
    ///
    /// # Errors
    /// No file matches, or the folder is not there. A file cannot be read, is no image of these formats, has pixels of another
    /// kind, or another size or element type than the first one: the error names it.
    ///
    /// ```
    /// use ndstencil::io::Images;
    /// let error = Images::open("no such folder/*.png").unwrap_err();
    /// assert_eq!(error.to_string(), "no such folder: there is no such folder");
    /// ```
    pub fn open(pattern: impl AsRef<Path>) -> Result<Images, IoError> {
        let pattern = pattern.as_ref();
        Images::of(pattern.display().to_string(), find::find(pattern)?)
    }

    /// Opens a stack of files in the order in which they are given.
    ///
    /// # Errors
    /// As for [`open`](Images::open); there are no files.
    ///
    /// ```
    /// use ndstencil::io::Images;
    /// assert!(Images::files(["missing.png"]).unwrap_err().to_string().starts_with("missing.png: cannot be opened"));
    /// ```
    pub fn files(paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Result<Images, IoError> {
        let files: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        let name = match &files[..] {
            [] => return Err(IoError::new("a stack of images", "has no files")),
            [file] => file.display().to_string(),
            [first, others @ ..] => format!("{} and {} more", first.display(), others.len()),
        };
        Images::of(name, files)
    }

    fn of(name: String, files: Vec<PathBuf>) -> Result<Images, IoError> {
        let mut planes = Vec::new();
        let mut first: Option<(Look, usize)> = None;
        let mut scratch = 0;
        for (file, path) in files.iter().enumerate() {
            let wrong = |reason: String| IoError::new(path.display().to_string(), reason);
            let header = decode::header(path).map_err(wrong)?;
            for (number, (page, look)) in header.pages.into_iter().enumerate() {
                match first {
                    Some((other, file)) if other != look => {
                        let (first, paged) = (files[file].display(), number > 0);
                        let page = if paged { format!("page {number} ") } else { String::new() };
                        return Err(wrong(format!("{page}is {look}, but the first image, {first}, is {other}")));
                    }
                    Some(_) => {}
                    None => first = Some((look, file)),
                }
                planes.push(Plane { file, page });
            }
            scratch = scratch.max(header.scratch);
        }
        let Some((look, _)) = first else {
            return Err(IoError::new(name, "has no planes"));
        };
        Ok(Images { name, files, planes, look, scratch })
    }

    /// A folder to write planes to, see [`ImagesSink`].
    ///
    /// ```
    /// use ndstencil::chunks::Sink;
    /// use ndstencil::io::Images;
    /// assert_eq!(Images::create("smooth").name(), "smooth");
    /// ```
    pub fn create(folder: impl Into<PathBuf>) -> ImagesSink {
        ImagesSink::new(folder.into())
    }
}

impl Source for Images {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn shape(&self) -> Vec<usize> {
        [&[self.planes.len()], &self.look.shape()[..]].concat()
    }

    fn data_type(&self) -> DataType {
        self.look.scalar.into()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        Some([&[1], &self.look.shape()[..]].concat())
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let whole = region.len() == self.shape().len()
            && region[1..].iter().zip(self.look.shape()).all(|(range, n)| *range == (0..n))
            && region[0].len() <= 1
            && region[0].end <= self.planes.len()
            && cells.shape().iter().copied().eq(region.iter().map(Range::len))
            && cells.data_type() == self.data_type();
        if !whole {
            return Err(IoError::new(&self.name, "is read plane by plane, each of them whole").at(region));
        }
        for index in region[0].clone() {
            let plane = &self.planes[index];
            let path = &self.files[plane.file];
            decode::plane(path, plane.page, &self.look, cells)
                .map_err(|reason| IoError::new(path.display().to_string(), reason).at(region))?;
        }
        Ok(())
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        // A hash, by the rule of Fowler, Noll and Vo, of what may be many lines.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut line = String::new();
        for file in &self.files {
            line.clear();
            let _ = write!(line, "{} {}", file.display(), stamp(file)?);
            for byte in line.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Ok(Some(format!("{} files {hash:016x}", self.files.len())))
    }

    fn metadata(&self) -> Metadata {
        let files = self.planes.iter().map(|plane| self.files[plane.file].clone()).collect();
        let axes = ["plane", "y", "x", CHANNEL].into_iter().take(self.shape().len());
        let axes = axes.map(|name| Some(name.to_owned())).collect();
        Metadata::default().with(FileNames(files)).with(DimensionNames(axes))
    }

    fn scratch_bytes(&self) -> usize {
        self.scratch
    }
}

/// The name of the axis of channels.
const CHANNEL: &str = "channel";
