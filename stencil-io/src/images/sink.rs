//! A folder of images as a sink, a file for each plane.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, Form, Open, Sink, Writer};

use super::CHANNEL;
use super::encode::{Format, ImageCompression};
use super::names::{self, Pattern};
use crate::files::{self, Folders, PARTIAL, make_folder, write_whole};
use crate::metadata::{DimensionNames, FileNames};

/// A folder of images as a sink: a file for each plane, which is there when it is whole.
///
/// The array has the axes plane, row and column, and perhaps channel (of 2 to 4 channels); one of rows and columns alone is one
/// file. Elements that are whole [pixels](super::Images::pixels), such as `[u8; 3]`, are written as their channels. Files have the names
/// of those that the planes come from, if these are images, else numbers: `000.png`. `u8` and `u16` are written as PNG, other
/// numbers as TIFF, for which the feature `image` is needed, and `bool` as 0 and 255.
///
/// ```
/// use ndarray::Array3;
/// use ndstencil::io::{ImageCompression, Images};
/// use ndstencil::prelude::*;
/// #[stencil]
/// fn half(x: Window2<f32>) -> f32 { x[[0, 0]] / 2.0 }
///
/// let folder = std::env::temp_dir().join(format!("ndstencil-halves-{}", std::process::id()));
/// let stack = Array3::from_elem((2, 8, 8), 3.0_f32);
/// let halves = Images::create(&folder).pattern("half_{:02}.tif").compression(ImageCompression::Small);
/// Job::new(half(), &stack, halves).run()?;
/// assert!(folder.join("half_00.tif").exists() && folder.join("half_01.tif").exists());
/// # std::fs::remove_dir_all(&folder)?;
/// # std::fs::remove_file(folder.with_extension("job"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImagesSink {
    folder: PathBuf,
    extension: Option<String>,
    pattern: Option<String>,
    compression: ImageCompression,
}

/// The names and the format of the files.
struct Files {
    names: Vec<OsString>,
    format: Format,
}

impl ImagesSink {
    pub(super) fn new(folder: PathBuf) -> ImagesSink {
        ImagesSink { folder, extension: None, pattern: None, compression: ImageCompression::default() }
    }

    /// Sets the format by the extension of the files: `png`, and with the feature `image` also `tif` or `tiff`.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form, Sink};
    /// use ndstencil::io::Images;
    /// let form = Form::new(&[10, 64, 64], DataType::of::<u8>());
    /// assert!(Images::create("smooth").extension("tif").chunks(&form).is_ok());
    /// assert!(Images::create("smooth").extension("bmp").chunks(&form).is_err());
    /// ```
    #[must_use]
    pub fn extension(mut self, extension: &str) -> ImagesSink {
        self.extension = Some(extension.trim_start_matches('.').to_owned());
        self
    }

    /// Sets the names by a pattern with a place for the number of the plane, counted from 0: `slice_{:04}.png` has four digits.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form, Sink};
    /// use ndstencil::io::Images;
    /// let form = Form::new(&[10, 64, 64], DataType::of::<u16>());
    /// assert_eq!(Images::create("smooth").pattern("z{:03}.png").chunks(&form), Ok(Some(vec![1, 64, 64])));
    /// let error = Images::create("smooth").pattern("z.png").chunks(&form).unwrap_err();
    /// assert!(error.to_string().contains("is no pattern for names"));
    /// ```
    #[must_use]
    pub fn pattern(mut self, pattern: &str) -> ImagesSink {
        self.pattern = Some(pattern.to_owned());
        self
    }

    /// Sets the compression: [`Fast`](ImageCompression::Fast) unless it is set.
    ///
    /// ```
    /// use ndstencil::io::{ImageCompression, Images};
    /// let smooth = Images::create("smooth").compression(ImageCompression::Small);
    /// assert!(format!("{smooth:?}").contains("Small"));
    /// ```
    #[must_use]
    pub fn compression(mut self, compression: ImageCompression) -> ImagesSink {
        self.compression = compression;
        self
    }

    fn error(&self, reason: impl Into<String>) -> IoError {
        IoError::new(self.name(), reason)
    }

    /// The number of axes of a plane: with channels or without.
    fn plane_axes(&self, form: &Form) -> Result<usize, IoError> {
        let shape = &form.shape;
        // A stack that lost its planes still has its channels, as the names of the axes tell.
        let names = form.metadata.get::<DimensionNames>();
        let last = form.origin.last().copied().flatten().map(|origin| origin.axis);
        let is_channel = names
            .zip(last)
            .and_then(|(names, axis)| names.0.get(axis))
            .is_some_and(|name| name.as_deref() == Some(CHANNEL));
        let coloured = (is_channel || shape.len() == 4) && form.data_type.as_array().is_none();
        let channels = if coloured { shape.last().copied().unwrap_or(0) } else { 1 };
        let axes = 2 + usize::from(coloured);
        if shape.len() != axes && shape.len() != axes + 1 {
            let axes = "planes, rows and columns, and perhaps channels";
            return Err(self.error(format!("images have {axes}; an array of shape {shape:?} is something else")));
        }
        if !(1..=4).contains(&channels) {
            return Err(
                self.error(format!("images have 1 to 4 channels, and an array of shape {shape:?} has {channels}"))
            );
        }
        let [rows, columns] = [shape.len() - axes, shape.len() - axes + 1].map(|axis| shape[axis]);
        if rows == 0 || columns == 0 {
            return Err(self.error(format!("images have pixels, and those of an array of shape {shape:?} have none")));
        }
        Ok(axes)
    }

    fn files(&self, form: &Form) -> Result<Files, IoError> {
        let axes = self.plane_axes(form)?;
        let planes = if form.shape.len() > axes { form.shape[0] } else { 1 };
        let pattern = self.pattern.as_deref().map(Pattern::new).transpose().map_err(|reason| self.error(reason))?;
        let default = if Format::Png.holds(form.data_type) { "png" } else { "tif" };
        let extension = match (&pattern, &self.extension) {
            (Some(pattern), chosen) => {
                let own = pattern.extension().unwrap_or("");
                if chosen.as_ref().is_some_and(|chosen| chosen != own) {
                    return Err(
                        self.error(format!("the pattern for names ends with {own:?}, which is not the extension"))
                    );
                }
                own
            }
            (None, Some(chosen)) => chosen,
            (None, None) => default,
        };
        let Some(format) = Format::of(extension) else {
            return Err(self.error(format!("images are written as {}, and not as {extension:?}", Format::NAMES)));
        };
        if !format.holds(form.data_type) {
            let tiff = Format::of("tif").is_some_and(|tiff| tiff.holds(form.data_type));
            let other = if tiff { "; `.extension(\"tif\")` can" } else { "" };
            return Err(self.error(format!("{extension} files cannot hold elements of {}{other}", form.data_type)));
        }
        let names = match &pattern {
            Some(pattern) => pattern.names(planes),
            None => self.derived(form, planes, extension).unwrap_or_else(|| names::numbered(planes, extension)),
        };
        Ok(Files { names, format })
    }

    /// Names after the files that planes come from.
    fn derived(&self, form: &Form, planes: usize, extension: &str) -> Option<Vec<OsString>> {
        let FileNames(files) = form.metadata.get::<FileNames>()?;
        let origin = form.origin.first().copied().flatten().filter(|origin| origin.axis == 0)?;
        names::derived(files, (0..planes).map(|plane| origin.start + plane * origin.step), extension)
    }

    /// Refuses two planes of one name.
    fn check(&self, files: &Files) -> Result<(), IoError> {
        if let Some(planes) = names::twice(&files.names) {
            let path = self.folder.join(&files.names[planes[0]]);
            let [one, other] = planes;
            let reason =
                format!("would be written from planes {one} and {other}; `.pattern(\"{{:04}}.png\")` numbers them");
            return Err(IoError::new(path.display().to_string(), reason));
        }
        Ok(())
    }
}

impl Sink for ImagesSink {
    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        self.files(form)?;
        let axes = self.plane_axes(form)?;
        let mut chunks = form.shape.clone();
        if chunks.len() > axes {
            chunks[0] = 1;
        }
        Ok(Some(chunks))
    }

    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        let files = self.files(form)?;
        self.check(&files)?;
        if self.folder.is_file() {
            return Err(self.error("is a file, and images are written to a folder"));
        }
        make_folder(&self.folder).map_err(|error| self.error("cannot be made").because(error))?;
        for name in files.names.iter().filter(|_| open == Open::New) {
            let path = self.folder.join(name);
            let cannot = |error| IoError::new(path.display().to_string(), "cannot be replaced").because(error);
            files::remove(&path).map_err(cannot)?;
        }
        let folders = Folders::default();
        // Another process may have made the folder a moment ago.
        folders.note(&self.folder);
        let plane_axes = self.plane_axes(form)?;
        Ok(Box::new(ImagesWriter { sink: self, files, plane_axes, folders }))
    }

    fn journal(&self) -> Option<PathBuf> {
        // Without the `/` that may end it: beside the folder, not in it.
        Some(files::appended(self.folder.components().as_path(), ".job"))
    }

    fn paths(&self, form: &Form) -> Vec<PathBuf> {
        let names = self.files(form).map(|files| files.names).unwrap_or_default();
        names.iter().map(|name| self.folder.join(name)).collect()
    }

    fn settings(&self) -> String {
        format!("{self:?}")
    }

    fn scratch_bytes(&self, form: &Form) -> usize {
        let (Ok(files), Ok(axes)) = (self.files(form), self.plane_axes(form)) else { return 0 };
        let last =
            |axes| form.shape.iter().rev().take(axes).fold(form.data_type.size(), |all, &n| all.saturating_mul(n));
        files.format.scratch_bytes(last(axes), last(axes - 1))
    }
}

struct ImagesWriter<'a> {
    sink: &'a ImagesSink,
    files: Files,
    plane_axes: usize,
    folders: Folders,
}

impl ImagesWriter<'_> {
    fn path(&self, plane: usize) -> PathBuf {
        self.sink.folder.join(&self.files.names[plane])
    }
}

impl Writer for ImagesWriter<'_> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let stacked = region.len() > self.plane_axes;
        let planes = if stacked { region[0].clone() } else { 0..1 };
        for plane in planes.clone() {
            let path = self.path(plane);
            let wrong = |error| IoError::new(path.display().to_string(), "cannot be written").because(error);
            let mut ranges: Vec<Range<usize>> = cells.shape().iter().map(|&n| 0..n).collect();
            let pixels = if stacked {
                ranges[0] = plane - planes.start..plane - planes.start + 1;
                cells.slice(&ranges)
            } else {
                cells.clone()
            };
            let (format, compression) = (self.files.format, self.sink.compression);
            write_whole(&path, |file| format.write(&pixels, stacked, compression, file)).map_err(wrong)?;
            self.folders.note(&path);
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), IoError> {
        self.folders.sync().map_err(|error| self.sink.error("cannot be brought to the disk").because(error))
    }

    fn finish(&self) -> Result<(), IoError> {
        self.sync()?;
        let missing = (0..self.files.names.len()).map(|plane| self.path(plane)).find(|path| !path.exists());
        if let Some(path) = missing {
            let reason = "is gone, which an earlier run of this job wrote; `.restart(true)` begins anew";
            return Err(IoError::new(path.display().to_string(), reason));
        }
        self.remove_partial().map_err(|error| self.sink.error("cannot be tidied").because(error))
    }
}

impl ImagesWriter<'_> {
    /// Removes what a run that was killed left half-written: of these files, as the folder may hold those of other jobs.
    fn remove_partial(&self) -> io::Result<()> {
        let own: HashSet<&OsString> = self.files.names.iter().collect();
        for entry in fs::read_dir(&self.sink.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let base = name
                .to_str()
                .and_then(|name| name.strip_suffix(PARTIAL))
                .map(|name| Path::new(name).with_extension(""));
            if base.is_some_and(|base| own.contains(&base.into_os_string())) {
                match fs::remove_file(entry.path()) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
