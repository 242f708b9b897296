//! Datasets that are read.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ::hdf5::dataset::Layout;
use ::hdf5::filters::Filter;
use ::hdf5::{Dataset, File, Group, Hyperslab, LocationType, SliceOrIndex};
use ndarray::ArrayD;
use serde_json::{Map, Value};
use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, ElementType, Metadata, Source};

use super::elements::{Stored, element, float, stored};
use super::missing::Meaning;
use super::sink::Hdf5Sink;
use super::{attributes, names};
use crate::metadata::{Attributes, DimensionNames, Nodata};
use crate::stamp::stamp;

/// A dataset of an HDF5 file as a source, or a variable of a NetCDF-4 file, which is one; see the [module](crate::hdf5).
#[derive(Clone, Debug)]
pub struct Hdf5 {
    path: PathBuf,
    /// The file that the dataset lies in: another one where a link leads there.
    holder: PathBuf,
    name: String,
    dataset: Dataset,
    element: ElementType,
    shape: Vec<usize>,
    chunks: Option<Vec<usize>>,
    filters: bool,
    deflate: Option<u8>,
    attributes: Map<String, Value>,
    names: Option<DimensionNames>,
    meaning: Option<Meaning>,
}

/// The elements of an input, and how they are compressed: what an output takes over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding {
    pub(super) element: ElementType,
    pub(super) deflate: Option<u8>,
}

/// The bytes of a dataset without chunks that are read at a time, about.
const PIECE: usize = 4 << 20;
/// The bytes that the library takes to convert numbers, at most.
const CONVERSION: usize = 2 << 20;

impl Hdf5 {
    /// Opens a dataset of a file, by its path in it.
    ///
    /// # Errors
    /// The file is not there, is no HDF5 file or cut off; it has no such dataset, and the message names those that it has; the
    /// elements are no numbers that kernels take; the cells lie in other files (virtual and external datasets); or they are
    /// compressed in a way that the library does not know.
    ///
    /// ```
    /// use ndstencil::io::Hdf5;
    /// let error = Hdf5::open("no such.h5", "/temperature").unwrap_err();
    /// assert!(error.to_string().starts_with("no such.h5: cannot be opened"));
    /// ```
    pub fn open(path: impl AsRef<Path>, dataset: &str) -> Result<Hdf5, IoError> {
        let path = path.as_ref().to_owned();
        let place = path.display().to_string();
        let facts = fs::metadata(&path).map_err(|error| IoError::new(&place, "cannot be opened").because(error))?;
        if facts.is_dir() {
            return Err(IoError::new(&place, "is a folder, and not an HDF5 file"));
        }
        let file = super::options().open(&path);
        let file = file.map_err(|error| IoError::new(&place, format!("cannot be opened as HDF5: {error}")))?;
        let within = format!("/{}", dataset.trim_matches('/'));
        let name = format!("{place}, {within}");
        let found = find(&file, &within).map_err(|reason| IoError::new(&place, reason))?;
        Hdf5::of(path, name.clone(), found).map_err(|reason| IoError::new(name, reason))
    }

    fn of(path: PathBuf, name: String, dataset: Dataset) -> Result<Hdf5, String> {
        let told = |error: ::hdf5::Error| format!("cannot be read: {error}");
        let (space, form) = (dataset.space().map_err(told)?, dataset.create_plist().map_err(told)?);
        if space.is_null() {
            return Err("has no cells, and no shape".to_owned());
        }
        let shape = space.shape();
        let element = element(&dataset.dtype().map_err(told)?)?;
        let size = DataType::from(element).size();
        // Bounds as if no axis were empty, so that strides are numbers, too.
        let most = shape.iter().try_fold(size, |bytes, &n| bytes.checked_mul(n.max(1)));
        if most.is_none_or(|bytes| bytes > isize::MAX as usize / 2) {
            return Err(format!("claims the shape {shape:?}, which is more than memory can address"));
        }
        if form.get_layout().map_err(told)? == Layout::Virtual {
            return Err("is virtual: its cells lie in other datasets, which are to be opened themselves".to_owned());
        }
        if !form.get_external().map_err(told)?.is_empty() {
            return Err("has its cells in files beside, and those of HDF5 files alone are read".to_owned());
        }
        let filters = form.get_filters().map_err(told)?;
        if let Some(filter) = filters.iter().find(|filter| !filter.is_available()) {
            return Err(format!("is compressed by a filter that the HDF5 library does not have, {filter:?}"));
        }
        let deflate = filters.iter().find_map(|filter| match filter {
            Filter::Deflate(level) => Some(*level),
            _ => None,
        });
        let chunks = form.get_chunk().map_err(told)?;
        let (attributes, names) = (attributes::read(&dataset), names::read(&dataset));
        let holder = PathBuf::from(dataset.filename());
        let filters = !filters.is_empty();
        let meaning = None;
        Ok(Hdf5 { path, holder, name, dataset, element, shape, chunks, filters, deflate, attributes, names, meaning })
    }

    /// A new file with one dataset, which a job writes, see [`Hdf5Sink`]. Nothing is made before the job runs.
    ///
    /// ```
    /// use ndstencil::chunks::Sink;
    /// use ndstencil::io::Hdf5;
    /// let sink = Hdf5::create("ndvi.nc", "ndvi").chunks([512, 512]).deflate(4);
    /// assert_eq!(sink.journal(), Some("ndvi.nc.job".into()));
    /// ```
    pub fn create(path: impl Into<PathBuf>, dataset: &str) -> Hdf5Sink {
        Hdf5Sink::new(path.into(), dataset)
    }

    /// Reads NaN where a cell has a missing value: one of the attributes `_FillValue` and `missing_value`.
    ///
    /// Elements are then `f32`, and `f64` where they are so in the file; integers beyond 2²⁴ are rounded. What is made of them
    /// marks missing cells by NaN, too: these attributes are not carried over.
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::io::Hdf5;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-missing-{}.h5", std::process::id()));
    /// let sink = Hdf5::create(&path, "x").attribute("_FillValue", 255);
    /// Job::copy(&array![7_u8, 255], sink).restart(true).run()?;
    /// let mut x = Array1::<f32>::zeros(2);
    /// Job::copy(Hdf5::open(&path, "x")?.nodata_as_nan(), &mut x).run()?;
    /// assert!(x[0] == 7.0 && x[1].is_nan());
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn nodata_as_nan(self) -> Hdf5 {
        Hdf5 { meaning: Some(Meaning::missing(&self.attributes)), ..self }
    }

    /// Reads the numbers that are meant, after the conventions of NetCDF: a stored number times the attribute `scale_factor`,
    /// plus `add_offset`, as of an unsigned one with `_Unsigned`. Missing values are NaN, and elements `f32` or `f64`, as with
    /// [`nodata_as_nan`](Hdf5::nodata_as_nan).
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::io::Hdf5;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-unpacked-{}.h5", std::process::id()));
    /// let sink = Hdf5::create(&path, "t").attribute("scale_factor", 0.5).attribute("add_offset", 273.0);
    /// Job::copy(&array![-3_i16, 40], sink).restart(true).run()?;
    /// let mut x = Array1::<f32>::zeros(2);
    /// Job::copy(Hdf5::open(&path, "t")?.unpacked()?, &mut x).run()?;
    /// assert_eq!(x, array![271.5, 293.0]);
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// One of the attributes is no number.
    pub fn unpacked(self) -> Result<Hdf5, IoError> {
        let meaning = Meaning::unpacked(&self.attributes).map_err(|reason| IoError::new(&self.name, reason))?;
        Ok(Hdf5 { meaning: Some(meaning), ..self })
    }

    /// Reads a box; one of a dataset without chunks piece by piece.
    fn read_box(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), String> {
        let bytes = region.iter().map(Range::len).product::<usize>() * DataType::from(self.element).size();
        let long = region.iter().position(|range| range.len() > 1);
        if let Some(axis) = long.filter(|_| self.chunks.is_none() && bytes > PIECE) {
            let (n, half) = (region[axis].len(), region[axis].len() / 2);
            for part in [0..half, half..n] {
                let mut place: Vec<Range<usize>> = region.iter().map(|range| 0..range.len()).collect();
                let mut within = region.to_vec();
                within[axis] = region[axis].start + part.start..region[axis].start + part.end;
                place[axis] = part;
                self.read_box(&within, &mut cells.slice_mut(&place))?;
            }
            return Ok(());
        }
        stored!(self.element, read(self, region, cells))
    }
}

fn read<T: Stored>(source: &Hdf5, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), String> {
    let selection = Hyperslab::from(region.iter().cloned().map(SliceOrIndex::from).collect::<Vec<_>>());
    let read: ArrayD<T> = source.dataset.read_slice(selection).map_err(|error| format!("cannot be read: {error}"))?;
    if let Some(meaning) = &source.meaning {
        return meaning.copy(&read, cells);
    }
    if source.element == ElementType::Bool {
        let mut cells = cells.array_mut::<bool>().ok_or("the cells have another type")?;
        cells.zip_mut_with(&read, |cell, &x| *cell = x != T::default());
        return Ok(());
    }
    cells.assign(read.view())
}

/// The dataset of a name.
fn find(file: &File, name: &str) -> Result<Dataset, String> {
    let error = match file.dataset(name) {
        Ok(dataset) => return Ok(dataset),
        Err(error) => error,
    };
    if file.loc_type_by_name(name).is_ok_and(|kind| kind == LocationType::Dataset) {
        return Err(format!("its dataset {name} cannot be opened: {error}"));
    }
    let mut found = Vec::new();
    list(file, "", &mut found, &mut 1000);
    let list = match &found[..] {
        [] => "it has none that can be listed".to_owned(),
        found if found.len() > LISTED => format!("it has {}, and others", found[..LISTED].join(", ")),
        found => format!("it has {}", found.join(", ")),
    };
    Err(format!("has no dataset {name}: {list}"))
}

/// The names in a list of datasets.
const LISTED: usize = 50;

/// Lists the datasets below a group, as long as there are not too many things.
fn list(group: &Group, prefix: &str, found: &mut Vec<String>, left: &mut usize) {
    let names = if prefix.matches('/').count() > 16 { Vec::new() } else { group.member_names().unwrap_or_default() };
    for name in names {
        if *left == 0 || found.len() > LISTED {
            return;
        }
        *left -= 1;
        let path = format!("{prefix}/{name}");
        match group.loc_type_by_name(&name) {
            Ok(LocationType::Dataset) => found.push(path),
            Ok(LocationType::Group) => {
                if let Ok(group) = group.group(&name) {
                    list(&group, &path, found, left);
                }
            }
            // Types, and links that lead nowhere.
            _ => {}
        }
    }
}

impl Source for Hdf5 {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn paths(&self) -> Vec<PathBuf> {
        vec![self.path.clone(), self.holder.clone()]
    }

    fn shape(&self) -> Vec<usize> {
        self.shape.clone()
    }

    fn data_type(&self) -> DataType {
        match self.meaning {
            None => self.element.into(),
            Some(_) if self.element == ElementType::F64 => DataType::of::<f64>(),
            Some(_) => DataType::of::<f32>(),
        }
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        self.chunks.clone()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let fits = cells.data_type() == self.data_type()
            && cells.shape().iter().copied().eq(region.iter().map(Range::len))
            && region.len() == self.shape.len()
            && region.iter().zip(&self.shape).all(|(range, &n)| range.start <= range.end && range.end <= n);
        let read = if fits {
            self.read_box(region, cells)
        } else {
            let shape = &self.shape;
            Err(format!("holds {} of shape {shape:?}, and other cells are asked for", self.data_type()))
        };
        read.map_err(|reason| IoError::new(&self.name, reason).at(region))
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        let meaning = self.meaning.as_ref().map_or("", Meaning::version);
        Ok(Some(stamp(&self.holder)? + meaning))
    }

    fn metadata(&self) -> Metadata {
        let attributes = match &self.meaning {
            Some(meaning) => meaning.left(&self.attributes),
            None => self.attributes.clone(),
        };
        let mut metadata = Metadata::default();
        if let Some(value) = attributes.get("_FillValue").and_then(float) {
            metadata = metadata.with(Nodata(value));
        }
        let element = self.data_type().scalar().unwrap_or(self.element);
        metadata = metadata.with(Attributes(attributes)).with(Encoding { element, deflate: self.deflate });
        match &self.names {
            Some(names) => metadata.with(names.clone()),
            None => metadata,
        }
    }

    fn scratch_bytes(&self) -> usize {
        let size = DataType::from(self.element).size();
        match &self.chunks {
            None => PIECE + CONVERSION,
            Some(chunks) => {
                let chunk = chunks.iter().fold(size, |bytes, &n| bytes.saturating_mul(n));
                // The cells before they are copied; of a filter, what it reads, and twice what it writes.
                chunk.saturating_mul(if self.filters { 5 } else { 1 }).saturating_add(CONVERSION)
            }
        }
    }
}
