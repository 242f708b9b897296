//! Stacks of images: a file, or a page of one, is a plane.
//!
//! PNG needs the feature `png` alone; JPEG and TIFF are modules of the feature `image`.

mod decode;
mod encode;
#[cfg(feature = "image")]
mod encode_tiff;
mod find;
#[cfg(feature = "image")]
mod jpeg;
mod names;
mod sink;
#[cfg(feature = "image")]
mod tiff_pages;

use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, Metadata, Source};

use crate::hash::hash;
use crate::metadata::{DimensionNames, FileNames};
use crate::stamp::stamp;
use decode::{Look, Page};
pub use encode::ImageCompression;
pub use sink::ImagesSink;

/// A stack of images as a source: PNG files, and with the feature `image` JPEG and TIFF files, of one size and element type.
///
/// The axes are plane, row, column, and for images that are not grey the channel: grey and alpha, red, green and blue, or these
/// and alpha; [`pixels`](Images::pixels) makes whole pixels the elements. Elements are `u8` or `u16`; for TIFF also the other integers of 8 to 64 bits and floats of 16 to 64. Pages of a
/// TIFF file are planes one after the other, as ImageJ and OME write stacks; pages that are marked as smaller copies are left
/// out. PNG files of a palette or of fewer bits are expanded to 8 bits. Grey values are larger where it is lighter: those of
/// TIFF pages whose zero is white are turned, integers by taking them from the largest one, floats from 1.
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
    /// The elements: samples, or pixels.
    data_type: DataType,
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
        Images::of(pattern.display().to_string(), find::find([pattern])?)
    }

    /// The files that patterns stand for, as in [`open`](Images::open): each once, in natural order. They are not opened, so that
    /// a program can look at each of them, as a stack of its own, and leave out those that do not fit the others.
    ///
    /// # Errors
    /// No file matches one of the patterns, or a folder is not there.
    ///
    /// ```
    /// use ndarray::Array3;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::Images;
    /// use ndstencil::prelude::*;
    /// let folder = std::env::temp_dir().join(format!("ndstencil-find-{}", std::process::id()));
    /// let stack = Array3::<u8>::zeros((11, 30, 40));
    /// Job::copy(&stack, Images::create(&folder).pattern("scan{}.png")).run()?;
    /// let files = Images::find([folder.join("scan1*.png"), folder.clone()])?;
    /// assert_eq!(files.len(), 11);
    /// assert!(files[1].ends_with("scan1.png") && files[10].ends_with("scan10.png"));
    /// for file in files {
    ///     assert_eq!(Images::files([file])?.shape(), [1, 30, 40]);
    /// }
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find(patterns: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Vec<PathBuf>, IoError> {
        find::find(patterns)
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
        Ok(Images { name, files, planes, look, data_type: look.scalar.into(), scratch })
    }

    /// The same stack with whole pixels as elements, such as `[u8; 3]` for red, green and blue, and `[u8; 1]` for grey: the axes
    /// are plane, row and column. So a kernel sees all channels of a pixel at once.
    ///
    /// # Errors
    /// The pixels have more than 4 channels.
    ///
    /// ```
    /// use ndarray::{Array3, array};
    /// use ndstencil::io::Images;
    /// use ndstencil::prelude::*;
    /// /// Black where it is transparent.
    /// #[stencil]
    /// fn visible(x: Window2<[u8; 4]>) -> [u8; 4] { if x[[0, 0]][3] == 0 { [0; 4] } else { x[[0, 0]] } }
    ///
    /// let folder = std::env::temp_dir().join(format!("ndstencil-pixels-{}", std::process::id()));
    /// let glass = array![[[[7, 8, 9, 0_u8], [7, 8, 9, 255]]]];
    /// Job::copy(&glass, Images::create(folder.join("glass"))).run()?;
    ///
    /// let pixels = Images::open(folder.join("glass"))?.pixels()?;
    /// let mut found = Array3::from_elem((1, 1, 2), [0_u8; 4]);
    /// Job::new(visible(), pixels, &mut found).run()?;
    /// assert_eq!(found, array![[[[0; 4], [7, 8, 9, 255]]]]);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pixels(self) -> Result<Images, IoError> {
        match DataType::array(self.look.scalar, self.look.channels) {
            Some(data_type) => Ok(Images { data_type, ..self }),
            None => {
                let channels = self.look.channels;
                Err(IoError::new(self.name, format!("has pixels of {channels} channels, and elements have 1 to 4")))
            }
        }
    }

    /// The shape of a plane.
    fn plane_shape(&self) -> Vec<usize> {
        let mut shape = self.look.shape();
        if self.data_type.as_array().is_some() {
            shape.truncate(2);
        }
        shape
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

    fn paths(&self) -> Vec<PathBuf> {
        self.files.clone()
    }

    fn shape(&self) -> Vec<usize> {
        [&[self.planes.len()], &self.plane_shape()[..]].concat()
    }

    fn data_type(&self) -> DataType {
        self.data_type
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        Some([&[1], &self.plane_shape()[..]].concat())
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let whole = region.len() == self.shape().len()
            && region[1..].iter().zip(self.plane_shape()).all(|(range, n)| *range == (0..n))
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
        let line = |file: &PathBuf| Ok(format!("{} {}\n", file.display(), stamp(file)?));
        let lines = self.files.iter().map(line).collect::<Result<Vec<String>, IoError>>()?;
        Ok(Some(format!("{} files {:016x}", lines.len(), hash(lines.iter().map(String::as_bytes)))))
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
