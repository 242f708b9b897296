//! Arrays that are written.

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, ElementType, Form, Open, Sink, Writer};
use zarrs::array::codec::bytes_to_bytes::blosc::{BloscCompressor, BloscShuffleMode};

use super::Location;
use super::describe::{Described, Objects};
use super::elements::{Decoded, Workspace, gather, is_fill};
use super::filter::{BLOSC_MOST, Blosc, Contexts, Filter, encode, most};
use super::layout::{self, Layout, METADATA, METADATA_MOST, Shards, V2, V3, check_chunks};
use super::pool::Pool;
use super::source::{Encoding, chunk_of, read_layout};
use super::store::Store;
use crate::grid::usual_chunks;
use crate::metadata::{Attributes, DimensionNames};

/// The bytes of chunks where nobody says which there should be, about.
const CHUNK_BYTES: usize = 4 << 20;

/// A new Zarr array that a job writes, from [`Zarr::create`](super::Zarr::create); see the [module](crate::zarr).
///
/// Settings that are not made are taken from the first input where that is a Zarr array, too: chunks, shards, codecs, the fill value, the
/// attributes and the names of the axes that come from it. Else chunks have about 4 MiB, zstd of level 1, and the fill value is
/// zero. The format is version 3 unless [`v2`](ZarrSink::v2) is called, whatever that of the input.
#[derive(Clone, Debug)]
pub struct ZarrSink {
    location: Location,
    chunks: Option<Vec<usize>>,
    shards: Option<Vec<usize>>,
    filters: Option<Vec<Filter>>,
    v2: bool,
    attributes: Map<String, Value>,
    names: Option<Vec<Option<String>>>,
}

impl ZarrSink {
    pub(super) fn new(location: Location) -> ZarrSink {
        ZarrSink { location, chunks: None, shards: None, filters: None, v2: false, attributes: Map::new(), names: None }
    }

    /// Sets the shape of the chunks. Lengths beyond those of the array are cut.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form, Sink};
    /// use ndstencil::io::Zarr;
    /// let form = Form::new(&[100, 200], DataType::of::<f32>());
    /// let sink = Zarr::create("x.zarr").chunks([64, 512]);
    /// assert_eq!(Sink::chunks(&sink, &form)?, Some(vec![64, 200]));
    /// # Ok::<(), ndstencil::IoError>(())
    /// ```
    pub fn chunks(self, chunks: impl Into<Vec<usize>>) -> ZarrSink {
        ZarrSink { chunks: Some(chunks.into()), ..self }
    }

    /// Puts chunks together in files of this shape, which is one of whole chunks: fewer files, that are still read chunk by
    /// chunk. A job writes such a file at once, and needs the memory for it.
    ///
    /// ```
    /// use ndstencil::chunks::{DataType, Form, Sink};
    /// use ndstencil::io::Zarr;
    /// let form = Form::new(&[1000, 2000], DataType::of::<f32>());
    /// let sink = Zarr::create("x.zarr").chunks([64, 64]).shards([512, 512]);
    /// assert_eq!(Sink::chunks(&sink, &form)?, Some(vec![512, 512])); // what is written at once
    /// # Ok::<(), ndstencil::IoError>(())
    /// ```
    pub fn shards(self, shards: impl Into<Vec<usize>>) -> ZarrSink {
        ZarrSink { shards: Some(shards.into()), ..self }
    }

    /// Compresses chunks by zstd, of level 1 to 22, or negative ones, which are faster still.
    pub fn zstd(self, level: i32) -> ZarrSink {
        ZarrSink { filters: Some(vec![Filter::Zstd { level, checksum: false }]), ..self }
    }

    /// Compresses chunks by gzip, of level 0 to 9.
    pub fn gzip(self, level: u32) -> ZarrSink {
        ZarrSink { filters: Some(vec![Filter::Gzip { level }]), ..self }
    }

    /// Compresses chunks by Blosc with LZ4 of level 0 to 9, after the bytes of elements are put side by side.
    pub fn blosc(self, level: u8) -> ZarrSink {
        let blosc = Blosc {
            cname: BloscCompressor::LZ4,
            clevel: level,
            shuffle: BloscShuffleMode::Shuffle,
            typesize: 1,
            blocksize: 0,
        };
        ZarrSink { filters: Some(vec![Filter::Blosc(blosc)]), ..self }
    }

    /// Stores chunks as they are.
    pub fn uncompressed(self) -> ZarrSink {
        ZarrSink { filters: Some(Vec::new()), ..self }
    }

    /// Writes version 2 of the format, which has no shards.
    pub fn v2(self) -> ZarrSink {
        ZarrSink { v2: true, ..self }
    }

    /// Sets an attribute, in place of one of the input.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::{Zarr, metadata::Attributes};
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn double(x: Window1<u16>) -> u16 { 2 * x[0] }
    /// let path = std::env::temp_dir().join("ndstencil-doc-attribute.zarr");
    /// Job::new(double(), &Array1::<u16>::ones(10), Zarr::create(&path).attribute("units", "mm")).restart(true).run()?;
    /// assert_eq!(Zarr::open(&path)?.metadata().get::<Attributes>().unwrap().0["units"], "mm");
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> ZarrSink {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Sets the names of the axes.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::chunks::Source;
    /// use ndstencil::io::{Zarr, metadata::DimensionNames};
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn double(x: Window2<u16>) -> u16 { 2 * x[[0, 0]] }
    /// let path = std::env::temp_dir().join("ndstencil-doc-names.zarr");
    /// Job::new(double(), &Array2::<u16>::ones((4, 5)), Zarr::create(&path).dimension_names(["y", "x"])).restart(true).run()?;
    /// let names = DimensionNames(vec![Some("y".to_owned()), Some("x".to_owned())]);
    /// assert_eq!(Zarr::open(&path)?.metadata().get(), Some(&names));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn dimension_names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> ZarrSink {
        ZarrSink { names: Some(names.into_iter().map(|name| Some(name.into())).collect()), ..self }
    }

    /// The layout of an array of this form, and the objects of its metadata, the first of which makes it an array:
    /// what a killed process left can be told from what is none.
    fn describe(&self, form: &Form) -> Result<(Layout, Objects), String> {
        let scalar = form.data_type.scalar().and_then(layout::names);
        let (element, v3, v2) = scalar.ok_or_else(|| format!("Zarr has no elements of {}", form.data_type))?;
        if form.shape.len() > layout::AXES {
            return Err(format!("it has {} axes, at most {} are supported", form.shape.len(), layout::AXES));
        }
        let size = layout::size(element);
        let like = form.metadata.get::<Encoding>();
        let (chunks, shards) = self.grid(form, like, size)?;
        let filters = self.filters(like, size, &chunks)?;
        let fill = match like.filter(|like| like.element == element) {
            Some(like) => like.fill_value.clone(),
            None if element == ElementType::Bool => json!(false),
            None => json!(0),
        };
        let names = DimensionNames::carried(form, self.names.as_ref())?;
        let mut attributes = Attributes::carried(form, like.is_some_and(|like| like.element == element));
        attributes.extend(self.attributes.clone());
        let described = Described { shape: &form.shape, size, chunks, shards, filters, fill, names, attributes };
        if self.v2 { described.v2(v2) } else { described.v3(v3) }
    }

    /// The shapes of chunks and of shards.
    fn grid(
        &self,
        form: &Form,
        like: Option<&Encoding>,
        size: usize,
    ) -> Result<(Vec<usize>, Option<Vec<usize>>), String> {
        let cut = |mut chunks: Vec<usize>| {
            chunks.iter_mut().zip(&form.shape).for_each(|(chunk, &n)| *chunk = (*chunk).min(n.max(1)));
            chunks
        };
        let chunks = match (&self.chunks, &form.chunks) {
            (Some(chunks), _) => chunks.clone(),
            (None, Some(chunks)) => chunks.clone(),
            (None, None) => usual_chunks(&form.shape, size, CHUNK_BYTES),
        };
        check_chunks(&chunks, &form.shape, size)?;
        let chunks = cut(chunks);
        // Whole chunks, as many as the shape has at most.
        let whole = |shard: usize, chunk: usize, n: usize| shard.min(n).div_ceil(chunk).max(1) * chunk;
        let whole = |shards: &[usize]| -> Vec<usize> {
            shards.iter().zip(&chunks).zip(&form.shape).map(|((&shard, &chunk), &n)| whole(shard, chunk, n)).collect()
        };
        let shards = match (&self.shards, like) {
            (Some(shards), _) => {
                check_chunks(shards, &form.shape, size)?;
                let own = self.chunks.as_ref().unwrap_or(&chunks);
                if shards.iter().zip(own).any(|(shard, chunk)| shard % chunk != 0) {
                    return Err(format!("shards of {shards:?} are not whole chunks of {own:?}"));
                }
                Some(whole(shards))
            }
            // Those of the input, as its chunks are, where nothing else is asked for.
            (None, Some(Encoding { shards: Some(shards), chunks: inner, .. })) if self.chunks.is_none() && !self.v2 => {
                let along = |(axis, origin): (usize, &Option<stencil_runtime::chunks::AxisOrigin>)| match origin {
                    Some(origin) => shards[origin.axis] / inner[origin.axis] * chunks[axis],
                    None => chunks[axis],
                };
                let shards: Vec<usize> = form.origin.iter().enumerate().map(along).collect();
                Some(whole(&shards))
            }
            _ => None,
        };
        if let Some(shards) = &shards {
            check_chunks(shards, &form.shape, size)?;
        }
        Ok((chunks, shards))
    }

    fn filters(&self, like: Option<&Encoding>, size: usize, chunks: &[usize]) -> Result<Vec<Filter>, String> {
        let filters = match (&self.filters, like) {
            (Some(filters), _) => filters.clone(),
            (None, Some(like)) => like.filters.clone(),
            (None, None) => vec![Filter::Zstd { level: 1, checksum: false }],
        };
        let mut filters: Vec<Filter> = filters.iter().map(|filter| filter.written(self.v2, size)).collect();
        if self.v2 {
            // It has one compressor.
            filters.retain(|filter| filter.v2().is_some());
            filters.truncate(1);
        }
        let bytes = chunks.iter().product::<usize>() as u64 * size as u64;
        if filters.iter().any(|filter| matches!(filter, Filter::Blosc(_))) && bytes > BLOSC_MOST {
            return Err(format!("chunks of {chunks:?} are more than the 2 GiB that Blosc takes"));
        }
        Ok(filters)
    }

    fn wrong(&self, reason: String) -> IoError {
        IoError::new(self.location.name(), reason)
    }
}

impl Sink for ZarrSink {
    fn name(&self) -> String {
        self.location.name()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        let (layout, _) = self.describe(form).map_err(|reason| self.wrong(reason))?;
        Ok(Some(layout.grid().to_vec()))
    }

    fn check_vacant(&self, _: &Form) -> Result<(), IoError> {
        if self.location.store()?.is_empty()? {
            return Ok(());
        }
        Err(self.wrong("it is there already: `.restart(true)` replaces it, if it is a Zarr array".to_owned()))
    }

    fn open(&self, form: &Form, open: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        let (mut layout, objects) = self.describe(form).map_err(|reason| self.wrong(reason))?;
        let store = self.location.store()?;
        if open == Open::Resume {
            let Some((found, _)) = read_layout(&*store)? else {
                let reason = "the array is gone, but the job's journal is not: `.restart(true)` begins anew";
                return Err(self.wrong(reason.to_owned()));
            };
            let same = (&found.shape, found.element, found.grid(), found.fill.as_slice())
                == (&layout.shape, layout.element, layout.grid(), layout.fill.as_slice());
            if !same {
                let reason = format!(
                    "the array that is there has shape {:?} in chunks of {:?}, this job's {:?} in chunks of {:?}, or another \
                     type or fill value: `.restart(true)` replaces it",
                    found.shape,
                    found.grid(),
                    layout.shape,
                    layout.grid()
                );
                return Err(self.wrong(reason));
            }
            // As it was begun.
            layout = found;
        } else {
            self.make(&*store, &objects)?;
        }
        Ok(Box::new(ZarrWriter { store, layout, pool: Pool::default() }))
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.location.name().into())
    }

    fn journal(&self) -> Option<PathBuf> {
        self.location.journal()
    }

    fn settings(&self) -> String {
        format!("{self:?}")
    }

    fn scratch_bytes(&self, form: &Form) -> usize {
        let Ok((layout, _)) = self.describe(form) else { return 0 };
        let decoded = layout.chunk_bytes();
        let encoded: u64 = (1..=layout.filters.len()).map(|at| most(&layout.filters[..at], decoded)).sum();
        let codecs: u64 = layout.filters.iter().map(|filter| filter.encoder_bytes(decoded)).sum();
        // Blosc and others hand over memory of their own, which is copied.
        let copied = match layout.filters.first() {
            None | Some(Filter::Zstd { .. } | Filter::Crc32c { .. }) => 0,
            Some(Filter::Gzip { .. } | Filter::Zlib { .. } | Filter::Blosc(_)) => layout.encoded_most(),
        };
        let index = layout.shards.as_ref().map_or(0, |shards| 2 * shards.index_bytes());
        // An object that is sent is in memory before.
        let object = match &layout.shards {
            _ if !self.location.holds_objects() => 0,
            None => layout.encoded_most(),
            Some(shards) => {
                let chunks = shards.counts.iter().product::<usize>() as u64;
                chunks.saturating_mul(layout.encoded_most()).saturating_add(shards.index_bytes())
            }
        };
        [decoded, encoded, codecs, copied, index, object].into_iter().fold(0, u64::saturating_add) as usize
    }
}

impl ZarrSink {
    /// Makes the array, new or in place of another one.
    fn make(&self, store: &dyn Store, objects: &Objects) -> Result<(), IoError> {
        if !store.is_empty()? {
            let is_array = store.read(V2, METADATA_MOST, &mut Vec::new())? || {
                let mut text = Vec::new();
                store.read(V3, METADATA_MOST, &mut text)?;
                let metadata: Option<Value> = serde_json::from_slice(&text).ok();
                metadata.is_some_and(|metadata| metadata.get("node_type").and_then(Value::as_str) == Some("array"))
            };
            if !is_array {
                return Err(self.wrong("it is there, and no Zarr array: it is not replaced".to_owned()));
            }
            store.clear(&METADATA)?;
        }
        self.location.make()?;
        for (key, text) in objects {
            store.write(key, &mut |file| file.write_all(text))?;
        }
        store.sync()
    }
}

/// An open output.
#[derive(Debug)]
struct ZarrWriter {
    store: Box<dyn Store>,
    layout: Layout,
    pool: Pool<Workspace>,
}

impl ZarrWriter {
    fn write_object(&self, key: &str, cells: &Cells<'_>, work: &mut Workspace) -> Result<(), IoError> {
        let layout = &self.layout;
        let wrong = |reason: String| IoError::new(self.store.name(key), reason);
        // As all readers know.
        if is_fill(layout, cells).map_err(wrong)? {
            return self.store.remove(key);
        }
        let Workspace { encoded, decoded, contexts } = work;
        if let Some(shards) = &layout.shards {
            return self.store.write(key, &mut |file| {
                write_shard(layout, shards, cells, file, (&mut *encoded, &mut *decoded, &mut *contexts))
            });
        }
        let bytes = whole(layout, cells, decoded).map_err(wrong)?;
        let bytes = encode(&layout.filters, bytes, encoded, contexts);
        let bytes = bytes.map_err(|error| wrong("it cannot be encoded".to_owned()).because(error))?;
        self.store.write(key, &mut |file| file.write_all(bytes))
    }
}

/// The bytes of the whole chunk that the cells are the first ones of, in the order of the file.
fn whole<'d>(layout: &Layout, cells: &Cells<'d>, decoded: &'d mut Decoded) -> Result<&'d [u8], String> {
    let plain = layout.is_plain() && !layout.swapped;
    if !plain {
        return Err("an array that is transposed, or of the other order of bytes, is not written".to_owned());
    }
    match cells.bytes().filter(|_| cells.shape() == layout.chunks) {
        Some(bytes) => Ok(bytes),
        None => gather(layout, cells, decoded),
    }
}

/// Writes the chunks of a shard one after the other, and where they are.
fn write_shard(
    layout: &Layout,
    shards: &Shards,
    cells: &Cells<'_>,
    file: &mut dyn Write,
    (encoded, decoded, contexts): (&mut Vec<u8>, &mut Decoded, &mut Contexts),
) -> io::Result<()> {
    let mut index = Vec::new();
    let mut end = 0_u64;
    for number in 0..shards.counts.iter().product() {
        let mut rest = number;
        let mut region = vec![0..0; shards.counts.len()];
        for axis in (0..region.len()).rev() {
            let (at, n) = (rest % shards.counts[axis] * layout.chunks[axis], cells.shape()[axis]);
            rest /= shards.counts[axis];
            region[axis] = at.min(n)..n.min(at + layout.chunks[axis]);
        }
        let mut place = [u64::MAX; 2];
        if region.iter().all(|range| !range.is_empty()) {
            let cells = cells.slice(&region);
            if !is_fill(layout, &cells).map_err(io::Error::other)? {
                let bytes = whole(layout, &cells, decoded).map_err(io::Error::other)?;
                let bytes = encode(&layout.filters, bytes, encoded, contexts)?;
                file.write_all(bytes)?;
                place = [end, bytes.len() as u64];
                end += bytes.len() as u64;
            }
        }
        place.iter().for_each(|number| index.extend_from_slice(&number.to_ne_bytes()));
    }
    let mut ended = Vec::new();
    file.write_all(encode(&shards.index_filters, &index, &mut ended, contexts)?)
}

impl Writer for ZarrWriter {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let Some(place) = chunk_of(region, self.layout.grid(), &self.layout.shape) else {
            let reason = format!("this is none of its chunks of {:?}", self.layout.grid());
            return Err(IoError::new(self.store.name(""), reason).at(region));
        };
        let key = self.layout.key(&place);
        self.pool.with(|work| self.write_object(&key, cells, work)).map_err(|error| error.at(region))
    }

    fn sync(&self) -> Result<(), IoError> {
        self.store.sync()
    }

    fn finish(&self) -> Result<(), IoError> {
        self.store.remove_partial()
    }
}
