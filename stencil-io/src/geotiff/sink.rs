//! GeoTIFF files as sinks.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, Form, Open, Sink, Writer, check_vacant};

use super::assemble;
use super::codec::{Codec, TiffCompression};
use super::fault::Fault;
use super::georeference::Georeference;
use super::overviews::{self, Resampling};
use super::raster::{Raster, Scratch};
use super::staging::{Pack, Staged};
use crate::files;

/// A GeoTIFF file to write, with tiles of 256 × 256 cells that are compressed with Deflate unless it is told otherwise.
///
/// It holds arrays `(rows, columns)` and `(bands, rows, columns)` of integers of 8 to 64 bits, `f32` and `f64`; `bool` is
/// written as `u8`. Bands are stored apart. The georeference, the missing value, the descriptions of bands and texts are those
/// of the first input, if it is a GeoTIFF, too: moved where the result begins elsewhere, scaled where it has a stride. A missing
/// value is carried to floats, and to integers of the input's type.
///
/// While a job runs, tiles are kept in a folder beside the file, which has the name of the file and `.tiles`; several
/// processes may write there. The file is made of them at the end, and is there whole or not at all. Both together take the
/// room of two files then.
///
/// ```
/// use ndarray::Array2;
/// use ndstencil::io::{TiffCompression, GeoTiff};
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn smooth(x: Window2<f32>) -> f32 { (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] + x[[0, 1]] + x[[1, 0]]) / 5.0 }
///
/// let path = std::env::temp_dir().join(format!("ndstencil-smooth-{}.tif", std::process::id()));
/// let x = Array2::from_shape_fn((300, 500), |(i, j)| (i * j) as f32);
/// let sink = GeoTiff::create(&path).tile(128).compression(TiffCompression::Zstd).cog();
/// Job::new(smooth(), &x, sink).restart(true).run()?;
///
/// let mut y = Array2::<f32>::zeros((300, 500));
/// # #[stencil]
/// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
/// Job::new(same(), GeoTiff::open(&path)?, &mut y).run()?;
/// assert_eq!(y, smooth().apply(&x)?);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a file is written when a job has it as a sink"]
pub struct GeoTiffSink {
    pub(super) path: PathBuf,
    pub(super) tile: usize,
    pub(super) compression: TiffCompression,
    level: Option<u32>,
    big: bool,
    pub(super) nodata: Option<f64>,
    cog: bool,
    resampling: Option<Resampling>,
    pub(super) georeference: Option<Georeference>,
    pub(super) band_names: Option<Vec<String>>,
}

impl GeoTiffSink {
    pub(super) fn new(path: PathBuf) -> GeoTiffSink {
        GeoTiffSink {
            path,
            tile: 256,
            compression: TiffCompression::default(),
            level: None,
            big: false,
            nodata: None,
            cog: false,
            resampling: None,
            georeference: None,
            band_names: None,
        }
    }

    /// Sets the rows and columns of a tile, a multiple of 16: 256 unless it is set. A job is refused with another number.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form, Sink};
    /// use ndstencil::io::GeoTiff;
    /// let form = Form::new(&[3, 1000, 2000], DataType::of::<u16>());
    /// assert_eq!(GeoTiff::create("x.tif").tile(512).chunks(&form)?, Some(vec![1, 512, 512]));
    /// assert!(GeoTiff::create("x.tif").tile(500).chunks(&form).is_err());
    /// # Ok::<(), ndstencil::IoError>(())
    /// ```
    pub fn tile(self, cells: usize) -> GeoTiffSink {
        GeoTiffSink { tile: cells, ..self }
    }

    /// Sets the compression: Deflate unless it is set.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::io::{TiffCompression, GeoTiff};
    /// let path = std::env::temp_dir().join(format!("ndstencil-compression-{}.tif", std::process::id()));
    /// let sink = GeoTiff::create(&path).compression(TiffCompression::None);
    /// Job::new(same(), &Array2::<f32>::zeros((256, 256)), sink).restart(true).run()?;
    /// assert!(std::fs::metadata(&path)?.len() > 256 * 256 * 4);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compression(self, compression: TiffCompression) -> GeoTiffSink {
        GeoTiffSink { compression, ..self }
    }

    /// Sets how much time is taken to compress: 1 to 12 for Deflate, 1 to 22 for Zstandard; the nearest of these is taken.
    /// Unless it is set, it is 1 for Deflate, with which files are 1 to 10 % larger than with 6, in half the time or less; and 3
    /// for Zstandard.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::io::GeoTiff;
    /// let path = std::env::temp_dir().join(format!("ndstencil-level-{}.tif", std::process::id()));
    /// let x = Array2::from_shape_fn((256, 256), |(i, j)| ((i * j) as f32).sqrt());
    /// let len = |level| -> Result<u64, Box<dyn std::error::Error>> {
    ///     Job::new(same(), &x, GeoTiff::create(&path).level(level)).restart(true).run()?;
    ///     Ok(std::fs::metadata(&path)?.len())
    /// };
    /// assert!(len(9)? < len(1)?);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn level(self, level: u32) -> GeoTiffSink {
        GeoTiffSink { level: Some(level), ..self }
    }

    /// The level that is taken.
    pub(super) fn effort(&self) -> u32 {
        match self.compression {
            TiffCompression::Zstd => self.level.unwrap_or(3).clamp(1, 22),
            TiffCompression::None | TiffCompression::Deflate | TiffCompression::Lzw | TiffCompression::PackBits => {
                self.level.unwrap_or(1).clamp(1, 12)
            }
        }
    }

    /// Writes a BigTIFF even where the file has less than 4 GiB.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::io::GeoTiff;
    /// let path = std::env::temp_dir().join(format!("ndstencil-big-{}.tif", std::process::id()));
    /// Job::new(same(), &Array2::<f32>::zeros((9, 9)), GeoTiff::create(&path).big()).restart(true).run()?;
    /// assert_eq!(&std::fs::read(&path)?[..4], b"II\x2b\0");
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn big(self) -> GeoTiffSink {
        GeoTiffSink { big: true, ..self }
    }

    /// Sets the missing value, which is written where a result is NaN. Without it, it is that of the first input, which is
    /// written for NaN if the input [reads it as NaN](super::GeoTiff::nodata_as_nan).
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::array;
    /// use ndstencil::io::GeoTiff;
    /// let path = std::env::temp_dir().join(format!("ndstencil-nodata-{}.tif", std::process::id()));
    /// let x = array![[1.0_f32, f32::NAN]];
    /// Job::new(same(), &x, GeoTiff::create(&path).nodata(-1.0)).restart(true).run()?;
    /// let mut y = x.clone();
    /// Job::new(same(), GeoTiff::open(&path)?, &mut y).run()?;
    /// assert_eq!(y, array![[1.0, -1.0]]);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nodata(self, value: f64) -> GeoTiffSink {
        GeoTiffSink { nodata: Some(value), ..self }
    }

    /// Writes a Cloud Optimized GeoTIFF: with overviews, each half as large as the one before, down to one that is a tile, and
    /// ordered so that a reader over a network needs few requests.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::GeoTiff;
    /// let path = std::env::temp_dir().join(format!("ndstencil-cog-{}.tif", std::process::id()));
    /// let x = Array2::<f32>::zeros((600, 400));
    /// Job::new(same(), &x, GeoTiff::create(&path).cog()).restart(true).run()?;
    /// assert_eq!(GeoTiff::open(&path)?.overview(2)?.shape(), [150, 100]);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cog(self) -> GeoTiffSink {
        GeoTiffSink { cog: true, ..self }
    }

    /// Sets how cells of overviews are made: the mean for floats and the nearest cell for integers unless it is set.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::io::{GeoTiff, Resampling};
    /// let path = std::env::temp_dir().join(format!("ndstencil-resampling-{}.tif", std::process::id()));
    /// let x = Array2::from_shape_fn((32, 2), |(i, j)| (i + j) as f32);
    /// let sink = GeoTiff::create(&path).tile(16).cog().resampling(Resampling::Nearest);
    /// Job::new(same(), &x, sink).restart(true).run()?;
    /// let mut half = Array2::<f32>::zeros((16, 1));
    /// Job::new(same(), GeoTiff::open(&path)?.overview(1)?, &mut half).run()?;
    /// assert_eq!(half[[5, 0]], x[[10, 0]]);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resampling(self, resampling: Resampling) -> GeoTiffSink {
        GeoTiffSink { resampling: Some(resampling), ..self }
    }

    /// Sets the place on the earth; without it, it is that of the first input.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array2;
    /// use ndstencil::io::{GeoTiff, Georeference};
    /// let path = std::env::temp_dir().join(format!("ndstencil-georeference-{}.tif", std::process::id()));
    /// let place = Georeference::geographic(4326, [0.1, 0.0, 5.0, 0.0, -0.1, 48.0]);
    /// let sink = GeoTiff::create(&path).georeference(place.clone());
    /// Job::new(same(), &Array2::<f32>::zeros((9, 9)), sink).restart(true).run()?;
    /// assert_eq!(GeoTiff::open(&path)?.georeference(), Some(&place));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn georeference(self, georeference: Georeference) -> GeoTiffSink {
        GeoTiffSink { georeference: Some(georeference), ..self }
    }

    /// Sets the descriptions of the bands; without it, bands that are bands of the first input keep theirs.
    ///
    /// ```
    /// # use ndstencil::prelude::*;
    /// # #[stencil]
    /// # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
    /// use ndarray::Array3;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::{GeoTiff, metadata::BandNames};
    /// let path = std::env::temp_dir().join(format!("ndstencil-band-names-{}.tif", std::process::id()));
    /// let sink = GeoTiff::create(&path).band_names(["red", "near infrared"]);
    /// Job::new(same(), &Array3::<f32>::zeros((2, 9, 9)), sink).restart(true).run()?;
    /// let names = GeoTiff::open(&path)?.metadata().get::<BandNames>().cloned();
    /// assert_eq!(names.unwrap().0[1].as_deref(), Some("near infrared"));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn band_names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> GeoTiffSink {
        GeoTiffSink { band_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// The path with an ending more.
    fn beside(&self, end: &str) -> PathBuf {
        files::appended(&self.path, end)
    }

    fn fail(&self, fault: Fault) -> IoError {
        fault.at(&self.path.display().to_string())
    }
}

impl Sink for GeoTiffSink {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        Raster::new(self, form)?;
        Ok(Some(match form.shape.len() {
            2 => vec![self.tile; 2],
            _ => vec![1, self.tile, self.tile],
        }))
    }

    fn check_vacant(&self, _: &Form) -> Result<(), IoError> {
        check_vacant(&self.path)?;
        let folder = self.beside(".tiles");
        if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            let text = format!("has a folder of tiles beside it, {}: `.restart(true)` replaces it", folder.display());
            return Err(self.fail(Fault::new(text)));
        }
        Ok(())
    }

    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        let raster = Raster::new(self, form)?;
        let folder = self.beside(".tiles");
        let failed = |error| self.fail(Fault::of("cannot be made", error));
        // An earlier file stays until the new one is whole.
        if open == Open::New {
            remove_tiles(&folder).map_err(failed)?;
        }
        if open == Open::New || !self.path.exists() {
            match fs::create_dir(&folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
                _ => {}
            }
        }
        if folder.exists() {
            // Tiles of another kind would be of no use.
            Staged::open(&folder, &raster.kind()).map_err(|fault| self.fail(fault))?;
        }
        let pack = Pack::new(folder.clone(), raster.kind());
        Ok(Box::new(TileWriter { sink: self, raster, folder, pack, pool: Mutex::default() }))
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.path.clone())
    }

    fn settings(&self) -> String {
        format!("{self:?}")
    }

    fn scratch_bytes(&self, form: &Form) -> usize {
        // A tile in order, as it is before it is compressed, and after; for an overview also those that it is made of.
        let tile = self.tile.saturating_mul(self.tile).saturating_mul(form.data_type.size());
        tile.saturating_mul(if self.cog { 6 } else { 3 }).saturating_add(Codec::BYTES)
    }
}

/// The name of the file that is made of the tiles, before it gets its own.
const WHOLE: &str = "whole";

/// Removes a folder of tiles; what else lies in it stays, and is an error.
fn remove_tiles(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name == WHOLE || Staged::has(&path) || name.ends_with(crate::files::PARTIAL) {
            files::remove(&path)?;
        }
    }
    files::gone(fs::remove_dir(folder))
}

/// An output whose tiles are written.
#[derive(Debug)]
struct TileWriter<'a> {
    sink: &'a GeoTiffSink,
    raster: Raster,
    folder: PathBuf,
    pack: Pack,
    /// Memory of writes, which is used again.
    pool: Mutex<Vec<(Scratch, Vec<u8>)>>,
}

impl Writer for TileWriter<'_> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let raster = &self.raster;
        let [down, across] = raster.grid([raster.height, raster.width]);
        let [i, j] = [&region[region.len() - 2], &region[region.len() - 1]].map(|range| range.start / raster.tile);
        let band = if region.len() == 3 { region[0].start } else { 0 };
        let number = ((band * down + i) * across + j) as u64;
        let (mut scratch, mut bytes) = self.pool.lock().expect("no panic while it is locked").pop().unwrap_or_default();
        let written = Pack::record(&mut bytes, number, |bytes| raster.encode(cells, &mut scratch, bytes))
            .and_then(|()| self.pack.append(&bytes));
        self.pool.lock().expect("no panic while it is locked").push((scratch, bytes));
        written.map_err(|fault| self.sink.fail(fault))
    }

    fn sync(&self) -> Result<(), IoError> {
        self.pack.sync().map_err(|error| self.sink.fail(Fault::of("cannot be brought to the disk", error)))
    }

    fn finish(&self) -> Result<(), IoError> {
        let (path, mut made) = (&self.sink.path, self.make());
        for _ in 0..5 {
            if made.is_ok() || !path.exists() {
                break;
            }
            if !self.folder.exists() {
                // It was finished, and its tiles were removed, by another process or an earlier run.
                made = Ok(());
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            made = self.make();
        }
        made.map_err(|fault| self.sink.fail(fault))?;
        // Some systems do not remove what is open.
        self.pack.close();
        // Without its name it is no folder of tiles any more, however little of it can be removed.
        let done = self.sink.beside(".tiles.done");
        let mut removed = remove_tiles(&done).and_then(|()| files::gone(fs::rename(&self.folder, &done)));
        for _ in 0..10 {
            // Another process may finish, too, and begin a file there.
            if removed.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            removed = remove_tiles(&done).and_then(|()| files::gone(fs::rename(&self.folder, &done)));
        }
        let removed = removed.and_then(|()| remove_tiles(&done));
        removed.map_err(|error| self.sink.fail(Fault::of("its tiles cannot be removed", error)))
    }
}

impl TileWriter<'_> {
    /// The tiles, all of them.
    fn staged(&self) -> Result<Staged, Fault> {
        let raster = &self.raster;
        let staged = Staged::open(&self.folder, &raster.kind())?;
        let [down, across] = raster.grid([raster.height, raster.width]);
        staged.check(raster.bands * down * across)?;
        Ok(staged)
    }

    /// Makes the file of its tiles.
    fn make(&self) -> Result<(), Fault> {
        let (raster, staged) = (&self.raster, self.staged()?);
        let resampling = self.sink.resampling.unwrap_or(Resampling::of(raster.element));
        let overviews = match self.sink.cog {
            true => overviews::make(raster, &staged, &self.folder, resampling)?,
            false => Vec::new(),
        };
        let whole = self.folder.join(WHOLE);
        assemble::write(&whole, raster, &staged, &overviews, self.sink.big)?;
        let folder = self.sink.path.parent().unwrap_or(Path::new(""));
        let named = fs::rename(&whole, &self.sink.path).and_then(|()| files::sync_folder(folder));
        named.map_err(|error| Fault::of("cannot be written", error))
    }
}
