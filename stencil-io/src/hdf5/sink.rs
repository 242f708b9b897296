//! Datasets that are written.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ::hdf5::{Group, Hyperslab, SliceOrIndex};
use ndarray::ArrayD;
use serde_json::{Map, Value};
use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, CellsMut, DataType, ElementType, Form, Open, Sink, Source, Writer};
use stencil_runtime::chunks::{check_vacant, each_index};

use super::elements::{Stored, kinds, stored};
use super::source::{Encoding, Hdf5};
use super::{attributes, names};
use crate::files;
use crate::grid::usual_chunks;
use crate::metadata::{Attributes, DimensionNames};
use crate::npy::{Npy, NpySink};

/// A new HDF5 file with one dataset, which a job writes, from [`Hdf5::create`]; see the [module](crate::hdf5).
///
/// Settings that are not made are taken from the first input where that is a dataset, too: chunks, compression, the attributes
/// and the names of the axes that come from it. Else chunks have about 1 MiB, and are not compressed.
///
/// An attribute is of the type of the dataset where it names elements, as `_FillValue` does, and then is not carried over to
/// other elements. The names of axes become dimension scales beside the dataset, without coordinates.
#[derive(Debug)]
#[must_use = "a file is written when a job has it as a sink"]
pub struct Hdf5Sink {
    path: PathBuf,
    /// The path of the dataset in the file, without a slash at its ends.
    dataset: String,
    cells: NpySink,
    cells_path: PathBuf,
    chunks: Option<Vec<usize>>,
    deflate: Option<Option<u8>>,
    attributes: Map<String, Value>,
    names: Option<Vec<Option<String>>>,
}

/// The bytes of chunks where nobody says which there should be, about.
const CHUNK_BYTES: usize = 1 << 20;
/// The most bytes of a chunk, and the most axes.
const CHUNK_MOST: usize = u32::MAX as usize;
const AXES: usize = 32;

/// A dataset to be made.
struct Plan {
    element: ElementType,
    /// None without axes.
    chunks: Option<Vec<usize>>,
    deflate: Option<u8>,
    attributes: Map<String, Value>,
    names: Vec<Option<String>>,
}

impl Hdf5Sink {
    pub(super) fn new(path: PathBuf, dataset: &str) -> Hdf5Sink {
        let cells_path = files::appended(&path, ".cells");
        Hdf5Sink {
            path,
            dataset: dataset.trim_matches('/').to_owned(),
            cells: Npy::create(&cells_path),
            cells_path,
            chunks: None,
            deflate: None,
            attributes: Map::new(),
            names: None,
        }
    }

    /// Sets the shape of the chunks. Lengths beyond those of the array are cut.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::Hdf5;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-chunks-{}.h5", std::process::id()));
    /// Job::copy(&Array2::<u8>::zeros((100, 200)), Hdf5::create(&path, "x").chunks([64, 512])).restart(true).run()?;
    /// assert_eq!(Hdf5::open(&path, "x")?.chunks(), Some(vec![64, 200]));
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn chunks(self, chunks: impl Into<Vec<usize>>) -> Hdf5Sink {
        Hdf5Sink { chunks: Some(chunks.into()), ..self }
    }

    /// Compresses chunks by deflate of level 0 to 9, after the bytes of elements are put side by side (shuffle).
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::io::Hdf5;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-deflate-{}.h5", std::process::id()));
    /// let x = Array2::from_shape_fn((300, 300), |(i, j)| (i * j) as i32);
    /// Job::copy(&x, Hdf5::create(&path, "x").deflate(4)).restart(true).run()?;
    /// assert!(std::fs::metadata(&path)?.len() < 300 * 300 * 2);
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deflate(self, level: u8) -> Hdf5Sink {
        Hdf5Sink { deflate: Some(Some(level)), ..self }
    }

    /// Stores chunks as they are, also where those of the input are compressed.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::io::Hdf5;
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-uncompressed-{}.h5", std::process::id()));
    /// Job::copy(&Array2::<u8>::zeros((300, 300)), Hdf5::create(&path, "x").uncompressed()).restart(true).run()?;
    /// assert!(std::fs::metadata(&path)?.len() > 300 * 300);
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn uncompressed(self) -> Hdf5Sink {
        Hdf5Sink { deflate: Some(None), ..self }
    }

    /// Sets an attribute, in place of one of the input.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::{Hdf5, metadata::Attributes};
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-attribute-{}.h5", std::process::id()));
    /// let sink = Hdf5::create(&path, "rain").attribute("units", "mm");
    /// Job::copy(&Array1::<u16>::ones(10), sink).restart(true).run()?;
    /// assert_eq!(Hdf5::open(&path, "rain")?.metadata().get::<Attributes>().unwrap().0["units"], "mm");
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Hdf5Sink {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Sets the names of the axes.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::{Hdf5, metadata::DimensionNames};
    /// use ndstencil::prelude::*;
    /// let path = std::env::temp_dir().join(format!("ndstencil-names-{}.h5", std::process::id()));
    /// let sink = Hdf5::create(&path, "rain").dimension_names(["y", "x"]);
    /// Job::copy(&Array2::<u16>::ones((4, 5)), sink).restart(true).run()?;
    /// let names = DimensionNames(vec![Some("y".to_owned()), Some("x".to_owned())]);
    /// assert_eq!(Hdf5::open(&path, "rain")?.metadata().get(), Some(&names));
    /// # std::fs::remove_file(&path)?;
    /// # std::fs::remove_file(path.with_extension("h5.job"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dimension_names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Hdf5Sink {
        Hdf5Sink { names: Some(names.into_iter().map(|name| Some(name.into())).collect()), ..self }
    }

    /// The dataset that an array of this form becomes.
    fn plan(&self, form: &Form) -> Result<Plan, String> {
        let names = self.dataset.split('/');
        if names.clone().any(|name| matches!(name, "" | "." | "..") || name.contains('\0')) {
            return Err(format!("{:?} is no name of a dataset", self.dataset));
        }
        let scalar = form.data_type.scalar().ok_or_else(|| format!("cannot hold elements of {}", form.data_type))?;
        #[cfg(not(feature = "f16"))]
        if scalar == ElementType::F16 {
            return Err(super::elements::NEEDS_F16.to_owned());
        }
        // As they wait for the file.
        let element = match scalar {
            ElementType::Isize => ElementType::I64,
            ElementType::Usize => ElementType::U64,
            other => other,
        };
        if form.shape.len() > AXES {
            return Err(format!("would have {} axes, and HDF5 has {AXES} at most", form.shape.len()));
        }
        let like = form.metadata.get::<Encoding>();
        let deflate = self.deflate.unwrap_or(like.and_then(|like| like.deflate));
        if deflate.is_some_and(|level| level > 9) {
            return Err("would be deflated with a level beyond 9".to_owned());
        }
        let chunks = self.grid(form)?;
        let mut attributes = Attributes::carried(form, like.is_some_and(|like| like.element == element));
        attributes.extend(self.attributes.clone());
        let names = DimensionNames::carried(form, self.names.as_ref())?.unwrap_or_default();
        Ok(Plan { element, chunks, deflate, attributes, names })
    }

    /// The shape of the chunks.
    fn grid(&self, form: &Form) -> Result<Option<Vec<usize>>, String> {
        let shape: Vec<usize> = form.shape.iter().map(|&n| n.max(1)).collect();
        let given = self.chunks.as_ref().or(form.chunks.as_ref());
        if let Some(chunks) = given
            && (chunks.len() != shape.len() || chunks.contains(&0))
        {
            return Err(format!("chunks of {chunks:?} do not suit its shape {:?}", form.shape));
        }
        let size = form.data_type.size();
        let chunks: Vec<usize> = match given {
            Some(chunks) => chunks.iter().zip(&shape).map(|(&chunk, &n)| chunk.min(n)).collect(),
            None => usual_chunks(&shape, size, CHUNK_BYTES),
        };
        if chunks.iter().fold(size, |bytes, &n| bytes.saturating_mul(n)) > CHUNK_MOST {
            return Err(format!("chunks of {chunks:?} are more than the 4 GiB that HDF5 takes"));
        }
        Ok((!chunks.is_empty()).then_some(chunks))
    }

    fn error(&self, reason: impl Into<String>) -> IoError {
        IoError::new(self.name(), reason)
    }

    /// True where another run, or another process, finished the file.
    fn is_finished(&self) -> bool {
        let staged = [self.cells_path.clone(), files::appended(&self.cells_path, ".unfinished")];
        // It was named before they were removed.
        self.path.is_file() && !staged.iter().any(|path| path.exists())
    }

    /// Makes the file of the cells that wait, and removes them.
    fn finish(&self, plan: &Plan) -> Result<(), IoError> {
        let locked = fs::File::open(&self.cells_path);
        let locked = locked.map_err(|error| self.error("its cells cannot be read").because(error))?;
        // Processes make it one after the other; the first removes the cells. Elsewhere a lock keeps all from reading, and
        // some file systems have none: then each makes the file, under a name of its own.
        #[cfg(unix)]
        let _ = locked.lock();
        let cells = Npy::open(&self.cells_path)?;
        let partial = files::partial(&self.path);
        let written = stored!(plan.element, write(self, plan, &cells, &partial)).map_err(|reason| self.error(reason));
        let cannot = |error: io::Error| self.error("cannot be written").because(error);
        let named = written.and_then(|()| {
            fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(cannot)?;
            fs::rename(&partial, &self.path).map_err(cannot)?;
            files::sync_folder(self.path.parent().unwrap_or(Path::new(""))).map_err(cannot)
        });
        if named.is_err() {
            let _ = fs::remove_file(&partial);
        }
        named?;
        self.clear().map_err(|error| self.error("its cells cannot be removed").because(error))
    }

    /// Removes the cells that waited, and what killed runs left of the file.
    fn clear(&self) -> io::Result<()> {
        files::remove(&self.cells_path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let begin = format!("{}.", self.path.file_name().unwrap_or_default().to_string_lossy());
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.strip_prefix(&begin).and_then(|name| name.strip_suffix(files::PARTIAL));
            if number.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit() || c == '-')) {
                files::remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Writes a file with the cells.
fn write<T: Stored>(sink: &Hdf5Sink, plan: &Plan, cells: &Npy, path: &Path) -> Result<(), String> {
    let told = |error: ::hdf5::Error| format!("cannot be written: {error}");
    // The name is this process's alone. Others that it starts would keep a lock.
    let mut options = super::options();
    options.with_fapl(|access| access.file_locking(false)).with_fcpl(|create| create.obj_track_times(false));
    let file = options.create(path).map_err(told)?;
    let (groups, leaf) =
        sink.dataset.rsplit_once('/').map_or((None, &*sink.dataset), |(groups, leaf)| (Some(groups), leaf));
    let mut group = Group::clone(&file);
    for name in groups.into_iter().flat_map(|groups| groups.split('/')) {
        // The same cells make the same bytes, whenever that is.
        group = group.create_group_builder().obj_track_times(false).create(name).map_err(told)?;
    }
    let shape = cells.shape();
    let is_bool = plan.element == ElementType::Bool;
    let builder = if is_bool { group.new_dataset::<bool>() } else { group.new_dataset::<T>() };
    let mut builder = if shape.is_empty() { builder.shape(()) } else { builder.shape(shape.clone()) };
    if let Some(chunks) = &plan.chunks {
        builder = builder.chunk(chunks.clone());
        if let Some(level) = plan.deflate {
            builder = builder.shuffle().deflate(level);
        }
    }
    let dataset = builder.create(leaf).map_err(told)?;
    attributes::write(&dataset, &plan.attributes, plan.element)?;
    if plan.names.iter().any(Option::is_some) {
        names::write(&group, &dataset, &plan.names, &kinds()?.text).map_err(told)?;
    }
    // Without axes it is one chunk of one cell.
    let chunks = plan.chunks.as_deref().unwrap_or(&[]);
    let counts: Vec<Range<usize>> = shape.iter().zip(chunks).map(|(&n, &chunk)| 0..n.div_ceil(chunk)).collect();
    each_index(&counts, |index| {
        let along = |((&index, &chunk), &n): ((&usize, &usize), &usize)| index * chunk..n.min((index + 1) * chunk);
        let region: Vec<Range<usize>> = index.iter().zip(chunks).zip(&shape).map(along).collect();
        let lens: Vec<usize> = region.iter().map(Range::len).collect();
        let selection = Hyperslab::from(region.iter().cloned().map(SliceOrIndex::from).collect::<Vec<_>>());
        let read =
            |cells: &Npy, mut into: CellsMut<'_>| cells.read(&region, &mut into).map_err(|error| error.to_string());
        let written = if is_bool {
            let mut chunk = ArrayD::from_elem(lens, false);
            read(cells, CellsMut::of(&mut chunk))?;
            dataset.write_slice(&chunk, selection)
        } else {
            let mut chunk = ArrayD::from_elem(lens, T::default());
            read(cells, CellsMut::of(&mut chunk))?;
            dataset.write_slice(&chunk, selection)
        };
        written.map_err(told)
    })?;
    // What is still in memory is written before the file is closed: an error there would be lost.
    file.flush().map_err(told)?;
    drop((dataset, group));
    file.close().map_err(told)
}

impl Sink for Hdf5Sink {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        self.plan(form).map_err(|reason| self.error(reason))?;
        self.cells.chunks(form)
    }

    fn check_vacant(&self, form: &Form) -> Result<(), IoError> {
        check_vacant(&self.path)?;
        self.cells.check_vacant(form)
    }

    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        let plan = self.plan(form).map_err(|reason| self.error(reason))?;
        if self.path.is_dir() {
            return Err(self.error("is a folder, and an HDF5 file is to be written"));
        }
        let cells = match self.cells.open(form, open) {
            Ok(cells) => Some(cells),
            Err(error) if open == Open::Resume && self.is_finished() => {
                let found = Hdf5::open(&self.path, &self.dataset)?;
                if (found.shape(), found.data_type()) != (form.shape.clone(), DataType::from(plan.element)) {
                    return Err(error);
                }
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Box::new(Hdf5Writer { sink: self, plan, cells }))
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.path.clone())
    }

    fn settings(&self) -> String {
        format!("{self:?}")
    }

    fn scratch_bytes(&self, form: &Form) -> usize {
        let Ok(Plan { chunks, deflate, .. }) = self.plan(form) else { return 0 };
        let chunk = chunks.iter().flatten().fold(form.data_type.size(), |bytes, &n| bytes.saturating_mul(n));
        // A chunk at a time, when all are there: its cells, and what filters make of them.
        chunk.saturating_mul(if deflate.is_some() { 4 } else { 1 })
    }
}

/// An output whose cells are written.
struct Hdf5Writer<'a> {
    sink: &'a Hdf5Sink,
    plan: Plan,
    /// None where the file is finished.
    cells: Option<Box<dyn Writer + 'a>>,
}

impl Writer for Hdf5Writer<'_> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        match &self.cells {
            Some(writer) => writer.write(region, cells),
            None => Err(self.sink.error("is finished, and no cells are written to it: `.restart(true)` begins anew")),
        }
    }

    fn sync(&self) -> Result<(), IoError> {
        self.cells.as_ref().map_or(Ok(()), |writer| writer.sync())
    }

    fn finish(&self) -> Result<(), IoError> {
        let (sink, Some(writer)) = (self.sink, &self.cells) else { return Ok(()) };
        match writer.finish().and_then(|()| sink.finish(&self.plan)) {
            // Another process was the first.
            Err(_) if sink.is_finished() => Ok(()),
            finished => finished,
        }
    }
}
