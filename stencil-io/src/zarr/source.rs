//! Arrays that are read.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, ElementType, Metadata, Source};

use super::elements::{Workspace, fill, place, swap};
use super::filter::{Filter, decode};
use super::layout::{Layout, METADATA_MOST, Shards, V2, V2_ATTRIBUTES, V2_GROUP, V3};
use super::pool::Pool;
use super::store::{Part, Store};
use super::{Location, ZarrSink};
use crate::hash::hash;
use crate::metadata::{Attributes, DimensionNames};

/// A Zarr array that a job reads; see the [module](crate::zarr).
///
/// ```
/// use ndarray::Array2;
/// use ndstencil::io::Zarr;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn smooth(x: Window2<f32>) -> f32 { (x[[0, -1]] + x[[0, 0]] + x[[0, 1]]) / 3.0 }
///
/// let path = std::env::temp_dir().join("ndstencil-doc-open.zarr");
/// let x = Array2::from_shape_fn((100, 80), |(i, j)| (i * j % 5) as f32);
/// Job::new(smooth(), &x, Zarr::create(&path).chunks([32, 32])).restart(true).run()?;
///
/// let mut twice = Array2::<f32>::zeros((100, 80));
/// Job::new(smooth(), Zarr::open(&path)?, &mut twice).run()?;
/// assert_eq!(twice, smooth().apply(&smooth().apply(&x)?)?);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Debug)]
pub struct Zarr {
    store: Box<dyn Store>,
    layout: Layout,
    /// Changes with the metadata.
    state: u64,
    pool: Pool<Workspace>,
    indices: Indices,
}

/// The way in which an array is stored, for outputs like it.
#[derive(Clone, Debug)]
pub(super) struct Encoding {
    pub(super) filters: Vec<Filter>,
    pub(super) element: ElementType,
    pub(super) fill_value: Value,
    pub(super) chunks: Vec<usize>,
    pub(super) shards: Option<Vec<usize>>,
}

/// The place of a chunk in each shard, two numbers for each.
type Index = Arc<Vec<u64>>;

/// The indices of the shards that were read last. `None` is the index of a shard that is not there.
#[derive(Debug, Default)]
struct Indices(Mutex<VecDeque<(Vec<usize>, Option<Index>)>>);

/// The bytes of the indices that are kept, if one is not more.
const INDICES: u64 = 1 << 20;

impl Zarr {
    /// Opens an array: a folder with a `zarr.json` or `.zarray`, as a path like `store.zarr/group/name`. With the feature `s3` it
    /// may be [on S3](crate::zarr#on-s3), as `s3://bucket/store.zarr/group/name`.
    ///
    /// # Errors
    /// There is no array; the message lists those of a group. Its metadata is wrong, or asks for what is not supported. The
    /// server of an address cannot be reached, or denies access.
    ///
    /// ```
    /// use ndstencil::io::Zarr;
    /// let error = Zarr::open("no such.zarr").unwrap_err();
    /// assert_eq!(error.to_string(), "no such.zarr: there is no Zarr array: neither zarr.json nor .zarray");
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Zarr, IoError> {
        let store = Location::new(path.as_ref()).store()?;
        let Some((layout, state)) = read_layout(&*store)? else { return Err(no_array(&*store)) };
        Ok(Zarr { store, layout, state, pool: Pool::default(), indices: Indices::default() })
    }

    /// A new array that a job writes, a folder, or objects [on S3](crate::zarr#on-s3). Nothing is made before the job runs.
    ///
    /// ```
    /// use ndstencil::chunks::Sink;
    /// use ndstencil::io::Zarr;
    /// let sink = Zarr::create("ndvi.zarr").chunks([1, 512, 512]).zstd(3);
    /// assert_eq!(sink.journal(), Some("ndvi.zarr.job".into()));
    /// ```
    pub fn create(path: impl AsRef<Path>) -> ZarrSink {
        ZarrSink::new(Location::new(path.as_ref()))
    }

    /// Reads a chunk; the error is the reason.
    fn read_chunk(&self, chunk: &[usize], cells: &mut CellsMut<'_>, work: &mut Workspace) -> Result<(), Failed> {
        let layout = &self.layout;
        let whole = cells.shape() == layout.chunks && layout.is_plain();
        work.encoded.clear();
        let found = match &layout.shards {
            Some(shards) => self.read_part(shards, chunk, work)?,
            None => {
                let key = layout.key(chunk);
                if whole
                    && layout.filters.is_empty()
                    && let Some(bytes) = cells.bytes_mut()
                {
                    if self.store.read_exact(&key, bytes)? {
                        swap_if(layout, bytes);
                        return Ok(());
                    }
                    return self.read_absent(cells);
                }
                let there = self.store.read(&key, layout.encoded_most(), &mut work.encoded)?;
                if there { Found::There } else { Found::NoObject }
            }
        };
        match found {
            Found::There => {}
            Found::InNoShard => return Ok(fill(layout, cells)?),
            Found::NoObject => return self.read_absent(cells),
        }
        if whole && let Some(bytes) = cells.bytes_mut() {
            decode(&layout.filters, &work.encoded, bytes, &mut work.contexts)?;
            swap_if(layout, bytes);
            return Ok(());
        }
        let bytes = work.decoded.bytes(layout.chunk_bytes() as usize);
        decode(&layout.filters, &work.encoded, bytes, &mut work.contexts)?;
        swap_if(layout, bytes);
        Ok(place(layout, bytes, cells)?)
    }

    /// Gives the cells of a chunk whose object is not there the fill value: unless the array itself is gone.
    fn read_absent(&self, cells: &mut CellsMut<'_>) -> Result<(), Failed> {
        for key in [V3, V2] {
            if self.store.read_part(key, Part::At(0, 1), &mut Vec::new())? {
                return Ok(fill(&self.layout, cells)?);
            }
        }
        Err("the array is gone: there is neither zarr.json nor .zarray any longer".to_owned().into())
    }

    /// Reads the encoded bytes of a chunk from its shard.
    fn read_part(&self, shards: &Shards, chunk: &[usize], work: &mut Workspace) -> Result<Found, Failed> {
        let shard: Vec<usize> = chunk.iter().zip(&shards.counts).map(|(chunk, count)| chunk / count).collect();
        let key = self.layout.key(&shard);
        let Some(index) = self.index(shards, shard, &key, work)? else { return Ok(Found::NoObject) };
        let within = chunk.iter().zip(&shards.counts);
        let at = within.fold(0, |at, (chunk, count)| at * count + chunk % count);
        let (start, len) = (index[2 * at], index[2 * at + 1]);
        if (start, len) == (u64::MAX, u64::MAX) {
            return Ok(Found::InNoShard);
        }
        if len > self.layout.encoded_most() {
            return Err(format!("its shard says that it has {len} bytes, more than it can have").into());
        }
        let there = self.store.read_part(&key, Part::At(start, len), &mut work.encoded)?;
        Ok(if there { Found::There } else { Found::NoObject })
    }

    /// The index of a shard; `None` where the shard is not there.
    fn index(
        &self,
        shards: &Shards,
        shard: Vec<usize>,
        key: &str,
        work: &mut Workspace,
    ) -> Result<Option<Index>, Failed> {
        if let Some((_, index)) = self.indices.lock().iter().find(|(other, _)| *other == shard) {
            return Ok(index.clone());
        }
        let bytes = shards.index_bytes();
        let part = if shards.index_first { Part::At(0, bytes) } else { Part::Last(bytes) };
        let index = if self.store.read_part(key, part, &mut work.encoded)? {
            let decoded = work.decoded.bytes(shards.counts.iter().product::<usize>() * 16);
            decode(&shards.index_filters, &work.encoded, decoded, &mut work.contexts)
                .map_err(|reason| format!("the index of its shard: {reason}"))?;
            if shards.index_swapped {
                swap(decoded, 8);
            }
            Some(Arc::new(bytemuck::cast_slice::<u8, u64>(decoded).to_vec()))
        } else {
            None
        };
        work.encoded.clear();
        let mut indices = self.indices.lock();
        while indices.len() as u64 >= (INDICES / bytes.max(1)).clamp(1, 1024) {
            indices.pop_front();
        }
        indices.push_back((shard, index.clone()));
        Ok(index)
    }
}

/// The bytes of a chunk, looked for.
enum Found {
    There,
    /// Its shard is there, and says that it has none: that it is the fill value needs no other proof.
    InNoShard,
    NoObject,
}

impl Indices {
    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(Vec<usize>, Option<Index>)>> {
        self.0.lock().expect("no panic while it is locked")
    }
}

/// An error of the store, or a reason without a place.
enum Failed {
    Store(IoError),
    Reason(String),
}

impl From<IoError> for Failed {
    fn from(error: IoError) -> Failed {
        Failed::Store(error)
    }
}

impl From<String> for Failed {
    fn from(reason: String) -> Failed {
        Failed::Reason(reason)
    }
}

fn swap_if(layout: &Layout, bytes: &mut [u8]) {
    if layout.swapped {
        swap(bytes, layout.size());
    }
}

/// The array of a place and a number that changes with its metadata; `None` where there is none.
pub(super) fn read_layout(store: &dyn Store) -> Result<Option<(Layout, u64)>, IoError> {
    let get = |key: &str| -> Result<Option<Vec<u8>>, IoError> {
        let mut text = Vec::new();
        Ok(store.read(key, METADATA_MOST, &mut text)?.then_some(text))
    };
    let wrong = |key: &str, reason: String| IoError::new(store.name(key), reason);
    if let Some(text) = get(V3)? {
        if is_group(&text) {
            return Ok(None);
        }
        let layout = Layout::v3(&text).map_err(|reason| wrong(V3, reason))?;
        return Ok(Some((layout, hash([&text[..]]))));
    }
    let Some(text) = get(V2)? else { return Ok(None) };
    let attributes = get(V2_ATTRIBUTES)?;
    let layout = Layout::v2(&text, attributes.as_deref()).map_err(|reason| wrong(V2, reason))?;
    Ok(Some((layout, hash([&text[..], &attributes.unwrap_or_default()]))))
}

fn is_group(text: &[u8]) -> bool {
    let metadata: Option<Value> = serde_json::from_slice(text).ok();
    metadata.is_some_and(|metadata| metadata.get("node_type").and_then(Value::as_str) == Some("group"))
}

fn no_array(store: &dyn Store) -> IoError {
    let has = |key: &str| store.read(key, METADATA_MOST, &mut Vec::new()).unwrap_or(false);
    let reason = if has(V3) || has(V2_GROUP) {
        match store.arrays() {
            arrays if arrays.is_empty() => "it is a Zarr group without arrays".to_owned(),
            arrays => format!("it is a Zarr group: open one of its arrays, {}", arrays.join(", ")),
        }
    } else {
        "there is no Zarr array: neither zarr.json nor .zarray".to_owned()
    };
    IoError::new(store.name(""), reason)
}

/// The place in a grid of a box that is one of its chunks, cut to the shape.
pub(super) fn chunk_of(region: &[Range<usize>], chunks: &[usize], shape: &[usize]) -> Option<Vec<usize>> {
    if region.len() != shape.len() {
        return None;
    }
    let along = |axis: usize| {
        let (range, len) = (&region[axis], chunks[axis]);
        let whole = range.start % len == 0 && range.end == shape[axis].min(range.start.saturating_add(len));
        (whole && range.start < range.end).then_some(range.start / len)
    };
    (0..shape.len()).map(along).collect()
}

impl Source for Zarr {
    fn name(&self) -> String {
        self.store.name("")
    }

    fn paths(&self) -> Vec<PathBuf> {
        vec![self.store.name("").into()]
    }

    fn shape(&self) -> Vec<usize> {
        self.layout.shape.clone()
    }

    fn data_type(&self) -> DataType {
        self.layout.element.into()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        Some(self.layout.chunks.clone())
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let Some(chunk) = chunk_of(region, &self.layout.chunks, &self.layout.shape) else {
            let reason = format!("this is none of its chunks of {:?}", self.layout.chunks);
            return Err(IoError::new(self.name(), reason).at(region));
        };
        let read = self.pool.with(|work| self.read_chunk(&chunk, cells, work));
        read.map_err(|failed| match failed {
            Failed::Store(error) => error.at(region),
            Failed::Reason(reason) => {
                let shards = self.layout.shards.as_ref();
                let object =
                    chunk.iter().enumerate().map(|(axis, n)| n / shards.map_or(1, |shards| shards.counts[axis]));
                let key = self.layout.key(&object.collect::<Vec<_>>());
                IoError::new(self.store.name(&key), reason).at(region)
            }
        })
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        let listing = self.store.listing()?;
        let state = self.state ^ listing.hash;
        Ok(Some(format!("{} objects, {} bytes, {state:016x}", listing.objects, listing.bytes)))
    }

    fn metadata(&self) -> Metadata {
        let layout = &self.layout;
        let mut metadata = Metadata::default().with(Attributes(layout.attributes.clone())).with(Encoding {
            filters: layout.filters.clone(),
            element: layout.element,
            fill_value: layout.fill_value.clone(),
            chunks: layout.chunks.clone(),
            shards: layout.shards.as_ref().map(|shards| shards.shape.clone()),
        });
        if let Some(names) = &layout.names {
            metadata = metadata.with(DimensionNames(names.clone()));
        }
        metadata
    }

    fn scratch_bytes(&self) -> usize {
        let layout = &self.layout;
        let decoded = layout.chunk_bytes();
        let ragged = layout.shape.iter().zip(&layout.chunks).any(|(n, chunk)| n % chunk != 0);
        let direct = layout.is_plain() && !ragged && layout.element != ElementType::Bool;
        // Decoding through several filters holds what lies between them.
        let between: u64 =
            (1..layout.filters.len()).map(|at| super::filter::most(&layout.filters[..at], decoded)).sum();
        let straight = layout.filters.is_empty() && direct && layout.shards.is_none() && !self.store.holds_objects();
        let encoded = if straight { 0 } else { layout.encoded_most() };
        let codecs: u64 = layout.filters.iter().map(|filter| filter.decoder_bytes(decoded)).sum();
        let index = layout.shards.as_ref().map_or(0, |shards| 3 * shards.index_bytes() + INDICES);
        let staged = if direct { 0 } else { decoded };
        [encoded, between, codecs, index, staged].into_iter().fold(0, u64::saturating_add) as usize
    }

    fn reads_at_once(&self) -> usize {
        self.store.reads_at_once()
    }
}
