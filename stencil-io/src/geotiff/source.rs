//! GeoTIFF files as sources.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, ElementType, Metadata, Source};

use super::codec::Codec;
use super::directory::{Directory, Head, tag};
use super::fault::Fault;
use super::georeference::Georeference;
use super::image::Image;
use super::nodata::{Missing, Stored};
use super::pieces::Scratch;
use super::place::{LocalFile, Place};
use super::sink::GeoTiffSink;
use super::text;
use crate::metadata::{BandNames, Nodata};

/// A raster in a TIFF file, with its place on the earth where the file tells it: GeoTIFF, Cloud Optimized GeoTIFF, BigTIFF.
///
/// A file with one band is an array `(rows, columns)`, one with several `(bands, rows, columns)`, or `(rows, columns)` of the
/// one that [`band`](GeoTiff::band) chooses. Elements are integers of 8 to 64 bits, `f32` and `f64`. Tiles and strips are read
/// as they are stored: in any order of bytes; bands apart or side by side; with Deflate, LZW, Zstandard, PackBits or without
/// compression; those that are left out hold the missing value, or 0. Numbers are as they are stored, also in a file that says
/// that white is zero: they are measurements, and not shades as those of `Images`.
///
/// Results get what the file has beside its cells: the [`Georeference`], the missing value, descriptions of bands.
///
/// ```
/// use ndarray::{Array2, array};
/// use ndstencil::io::{GeoTiff, Georeference};
/// use ndstencil::prelude::*;
///
/// /// Height differences of 2 cells, from west to east.
/// #[stencil(boundary = Nearest)]
/// fn rise(z: Window2<f32>) -> f32 { z[[0, 1]] - z[[0, -1]] }
///
/// let folder = std::env::temp_dir().join(format!("ndstencil-geotiff-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let (dem, result) = (folder.join("dem.tif"), folder.join("rise.tif"));
/// let heights = array![[100.0_f32, 102.0, 106.0], [100.0, -9999.0, 103.0]];
/// let place = Georeference::projected(32632, [30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0]);
/// Job::new(same(), &heights, GeoTiff::create(&dem).georeference(place.clone()).nodata(-9999.0)).run()?;
///
/// Job::new(rise(), GeoTiff::open(&dem)?.nodata_as_nan(), GeoTiff::create(&result)).run()?;
/// let rises = GeoTiff::open(&result)?;
/// assert_eq!(rises.georeference(), Some(&place));
/// let mut out = Array2::<f32>::zeros((2, 3));
/// Job::new(same(), &rises, &mut out).run()?;
/// // Missing cells are -9999 again.
/// assert_eq!(out, array![[2.0, 6.0, 4.0], [-9999.0, 3.0, -9999.0]]);
/// # std::fs::remove_dir_all(&folder)?;
///
/// #[stencil]
/// fn same(z: Window2<f32>) -> f32 { z[[0, 0]] }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct GeoTiff {
    /// The path or the address.
    name: String,
    /// The number of the overview that is read; 0 is the whole.
    level: usize,
    pub(super) place: Arc<dyn Place>,
    pub(super) image: Image,
    georeference: Option<Georeference>,
    pub(super) missing: Option<Missing>,
    band_names: BandNames,
    texts: crate::metadata::Texts,
    /// The band that is read, counted from 0; `None` for all.
    band: Option<usize>,
    pub(super) as_nan: bool,
    /// Memory of reads, which is used again.
    pool: Arc<Mutex<Vec<Scratch>>>,
}

impl fmt::Debug for GeoTiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = f.debug_struct("GeoTiff");
        file.field("name", &self.name()).field("shape", &self.shape()).field("data_type", &self.data_type());
        file.finish_non_exhaustive()
    }
}

impl GeoTiff {
    /// Opens a file and reads what it says of itself, no cells. With the feature `http`, a text that begins with `http://` or
    /// `https://` is an address; the server has to give parts of files.
    ///
    /// ```
    /// use ndstencil::io::GeoTiff;
    /// let error = GeoTiff::open("no such file.tif").unwrap_err();
    /// assert!(error.to_string().starts_with("no such file.tif: cannot be opened"));
    /// ```
    ///
    /// # Errors
    /// The file cannot be read, is no TIFF file, is torn, or has elements, colours or a compression that are not supported.
    pub fn open(path: impl AsRef<Path>) -> Result<GeoTiff, IoError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let place = open(path, &name)?;
        let read = || {
            let head = Head::read(&*place)?;
            let directory = head.first(&*place)?;
            GeoTiff::read(name.clone(), place.clone(), &directory)
        };
        read().map_err(|fault| fault.at(&name))
    }

    /// A file to write: see [`GeoTiffSink`].
    ///
    /// ```
    /// use ndstencil::chunks::Sink;
    /// use ndstencil::io::GeoTiff;
    /// assert_eq!(GeoTiff::create("slope.tif").name(), "slope.tif");
    /// ```
    pub fn create(path: impl AsRef<Path>) -> GeoTiffSink {
        GeoTiffSink::new(path.as_ref().to_owned())
    }

    fn read(name: String, place: Arc<dyn Place>, directory: &Directory) -> Result<GeoTiff, Fault> {
        let image = Image::read(directory, &*place)?;
        let axes = if image.bands == 1 { [0, 1] } else { [1, 2] };
        let georeference = Georeference::read(directory, &*place, axes)?;
        let missing = directory.text(&*place, tag::GDAL_NODATA)?.map(Missing);
        let xml = directory.text(&*place, tag::GDAL_METADATA)?.unwrap_or_default();
        let (band_names, texts) = text::read(&xml, image.bands);
        Ok(GeoTiff {
            name,
            level: 0,
            place,
            image,
            georeference,
            missing,
            band_names,
            texts,
            band: None,
            as_nan: false,
            pool: Arc::default(),
        })
    }

    /// Reads one band only, as an array `(rows, columns)`. Bands are counted from 1, as everywhere in this format.
    ///
    /// ```
    /// use ndarray::Array3;
    /// use ndstencil::io::GeoTiff;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<u8>) -> u8 { x[[0, 0]] }
    /// let path = std::env::temp_dir().join(format!("ndstencil-bands-{}.tif", std::process::id()));
    /// Job::new(same(), &Array3::<u8>::zeros((3, 20, 30)), GeoTiff::create(&path)).restart(true).run()?;
    /// assert_eq!(GeoTiff::open(&path)?.shape(), [3, 20, 30]);
    /// assert_eq!(GeoTiff::open(&path)?.band(2)?.shape(), [20, 30]);
    /// let error = GeoTiff::open(&path)?.band(4).unwrap_err();
    /// assert!(error.to_string().ends_with("has no band 4: its bands are 1 to 3"));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// There is no such band.
    pub fn band(mut self, band: usize) -> Result<GeoTiff, IoError> {
        if band == 0 || band > self.image.bands {
            let reason = format!("has no band {band}: its bands are 1 to {}", self.image.bands);
            return Err(IoError::new(&self.name, reason));
        }
        self.band = Some(band - 1);
        if let Some(georeference) = &self.georeference {
            let origin = |axis| Some(stencil_runtime::chunks::AxisOrigin { axis, start: 0, step: 1, covers: 1 });
            let axes = if self.image.bands == 1 { [0, 1] } else { [1, 2] };
            self.georeference = georeference.of_array(&axes.map(origin)).or(self.georeference);
        }
        Ok(self)
    }

    /// Reads NaN where a cell has the file's missing value (the tag `GDAL_NODATA`). A sink writes the value again where a
    /// result is NaN.
    ///
    /// The elements of a file of integers are read as `f32`, with or without a missing value; those beyond 2²⁴ are rounded.
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use ndstencil::io::GeoTiff;
    /// use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same<T: Copy>(x: Window2<T>) -> T { x[[0, 0]] }
    /// let path = std::env::temp_dir().join(format!("ndstencil-missing-{}.tif", std::process::id()));
    /// Job::new(same::<u8>(), &array![[7_u8, 255]], GeoTiff::create(&path).nodata(255.0)).restart(true).run()?;
    /// let mut x = Array2::<f32>::zeros((1, 2));
    /// Job::new(same::<f32>(), GeoTiff::open(&path)?.nodata_as_nan(), &mut x).run()?;
    /// assert!(x[[0, 0]] == 7.0 && x[[0, 1]].is_nan());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn nodata_as_nan(self) -> GeoTiff {
        GeoTiff { as_nan: true, ..self }
    }

    /// Reads an overview instead, an image of the same file at a lower resolution: 1 is the largest one.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::io::GeoTiff;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// let path = std::env::temp_dir().join(format!("ndstencil-overview-{}.tif", std::process::id()));
    /// let sink = GeoTiff::create(&path).tile(16).cog();
    /// Job::new(same(), &Array2::<f32>::zeros((60, 40)), sink).restart(true).run()?;
    /// assert_eq!(GeoTiff::open(&path)?.overview(1)?.shape(), [30, 20]);
    /// assert_eq!(GeoTiff::open(&path)?.overview(2)?.shape(), [15, 10]);
    /// assert!(GeoTiff::open(&path)?.overview(3).is_err());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// There is no such overview, or the file's list of images is torn or goes round in a circle.
    pub fn overview(self, level: usize) -> Result<GeoTiff, IoError> {
        let read = || {
            let place = &*self.place;
            let all = Head::read(place)?.all(place)?;
            let mut overviews = Vec::new();
            for directory in all.into_iter().skip(1) {
                // An image at a lower resolution, and no mask.
                if directory.integer(place, tag::NEW_SUBFILE_TYPE)?.unwrap_or(0) & 5 == 1 {
                    overviews.push(directory);
                }
            }
            let count = overviews.len();
            let directory = level.checked_sub(1).and_then(|at| overviews.get(at));
            let directory = directory.ok_or_else(|| match count {
                0 => Fault::new("has no overviews"),
                _ => Fault::new(format!("has no overview {level}: they are 1 to {count}")),
            })?;
            let image = Image::read(directory, place)?;
            if (image.bands, image.element) != (self.image.bands, self.image.element) {
                return Err(Fault::new(format!("has an overview {level} of other elements")));
            }
            Ok(image)
        };
        let image = read().map_err(|fault: Fault| fault.at(&self.name))?;
        let whole = &self.image;
        let [down, across] =
            [(whole.height, image.height), (whole.width, image.width)].map(|(whole, part)| whole as f64 / part as f64);
        let georeference = self.georeference.as_ref().and_then(|place| place.scaled(down, across));
        Ok(GeoTiff { level, image, georeference, ..self })
    }

    /// The place of the raster on the earth, if the file tells it.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::io::{GeoTiff, Georeference};
    /// use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// let path = std::env::temp_dir().join(format!("ndstencil-place-{}.tif", std::process::id()));
    /// let place = Georeference::geographic(4326, [0.1, 0.0, 5.0, 0.0, -0.1, 48.0]);
    /// let sink = GeoTiff::create(&path).georeference(place.clone());
    /// Job::new(same(), &Array2::<f32>::zeros((4, 4)), sink).restart(true).run()?;
    /// assert_eq!(GeoTiff::open(&path)?.georeference(), Some(&place));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn georeference(&self) -> Option<&Georeference> {
        self.georeference.as_ref()
    }

    /// The bands that are read.
    fn bands(&self) -> Range<usize> {
        self.band.map_or(0..self.image.bands, |band| band..band + 1)
    }

    /// True where the array has an axis of bands.
    pub(super) fn has_bands(&self) -> bool {
        self.band.is_none() && self.image.bands > 1
    }
}

/// The bytes of a file, or those at an address.
fn open(path: &Path, name: &str) -> Result<Arc<dyn Place>, IoError> {
    #[cfg(feature = "http")]
    if let Some(address) = path.to_str().filter(|path| path.starts_with("http://") || path.starts_with("https://")) {
        let file = super::http::HttpFile::open(address);
        let failed = |error| Fault::of("cannot be opened", error).at(name);
        return file.map(|file| Arc::new(file) as _).map_err(failed);
    }
    let file =
        LocalFile::open(path.to_owned()).map_err(|error| IoError::new(name, "cannot be opened").because(error))?;
    Ok(Arc::new(file))
}

impl Source for GeoTiff {
    fn paths(&self) -> Vec<PathBuf> {
        vec![PathBuf::from(&self.name)]
    }

    fn name(&self) -> String {
        let level = if self.level == 0 { String::new() } else { format!(", overview {}", self.level) };
        let band = self.band.map(|band| format!(", band {}", band + 1)).unwrap_or_default();
        format!("{}{level}{band}", self.name)
    }

    fn shape(&self) -> Vec<usize> {
        let Image { bands, height, width, .. } = self.image;
        if self.has_bands() { vec![bands, height, width] } else { vec![height, width] }
    }

    fn data_type(&self) -> DataType {
        match self.image.element {
            ElementType::F64 => DataType::of::<f64>(),
            _ if self.as_nan => DataType::of::<f32>(),
            element => element.into(),
        }
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        let image = &self.image;
        let [rows, columns] = [image.chunk_rows(), image.piece[1]];
        Some(if self.has_bands() { vec![image.piece_bands, rows, columns] } else { vec![rows, columns] })
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let image = &self.image;
        let [rows, columns] = [&region[region.len() - 2], &region[region.len() - 1]].map(Range::clone);
        let bands = if self.has_bands() { region[0].clone() } else { self.bands() };
        if rows.is_empty() || columns.is_empty() || bands.is_empty() {
            return Ok(());
        }
        let mut scratch = self.pool.lock().expect("no panic while it is locked").pop().unwrap_or_default();
        let touched = |range: &Range<usize>, len: usize| range.start / len..range.end.div_ceil(len);
        let wanted = [bands.clone(), rows.clone(), columns.clone()];
        for plane in touched(&bands, image.piece_bands) {
            for row in touched(&rows, image.piece[0]) {
                for column in touched(&columns, image.piece[1]) {
                    self.piece([plane, row, column], &wanted, &mut scratch, cells).map_err(|fault| {
                        let piece = format!("the piece in row {row} and column {column} of band {}", plane + 1);
                        fault.within(piece).at(&self.name)
                    })?;
                }
            }
        }
        self.pool.lock().expect("no panic while it is locked").push(scratch);
        Ok(())
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        let version = self.place.version();
        let version = version.map_err(|error| IoError::new(&self.name, "cannot be read").because(error))?;
        Ok(version.map(|version| if self.as_nan { format!("{version}, missing as NaN") } else { version }))
    }

    fn metadata(&self) -> Metadata {
        let names = BandNames(self.band_names.0[self.bands()].to_vec());
        let mut metadata = Metadata::default().with(names).with(self.texts.clone()).with(Stored {
            element: self.image.element,
            missing: self.missing.clone(),
            as_nan: self.as_nan,
            bands: self.bands().len(),
            photometric: self.image.photometric,
            extra_samples: self.image.extra_samples.clone(),
        });
        if let Some(georeference) = &self.georeference {
            metadata = metadata.with(georeference.clone());
        }
        if let Some(value) = self.missing.as_ref().and_then(Missing::value) {
            metadata = metadata.with(Nodata(value));
        }
        metadata
    }

    fn scratch_bytes(&self) -> usize {
        let image = &self.image;
        let line = image.piece[1] * image.piece_bands * image.size;
        let compressed = image.longest(self.place.len()) as usize;
        [compressed, image.decoded_bytes(0), 2 * line, Codec::BYTES].into_iter().fold(0, usize::saturating_add)
    }

    fn reads_at_once(&self) -> usize {
        self.place.reads_at_once()
    }
}
