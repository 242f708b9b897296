//! The metadata of an array, understood: its shape, type, chunks and codecs, in the words of version 3.
//!
//! Nothing that it says is believed: numbers are checked before anything is made of them.

use serde_json::{Map, Value, json};
use stencil_runtime::chunks::ElementType;
use zarrs::array::DataType as ZarrsType;
use zarrs::convert::array_metadata_v2_to_v3;
use zarrs::metadata::v2::{ArrayMetadataV2, ArrayMetadataV2Order};
use zarrs::metadata::v3::{ArrayMetadataV3, MetadataV3};

use super::filter::{self, BLOSC_MOST, Filter};

/// The objects that hold the metadata, of version 3 and of version 2.
pub(super) const V3: &str = "zarr.json";
pub(super) const V2: &str = ".zarray";
pub(super) const V2_ATTRIBUTES: &str = ".zattrs";
pub(super) const V2_GROUP: &str = ".zgroup";
/// All of them.
pub(super) const METADATA: [&str; 3] = [V3, V2_ATTRIBUTES, V2];
/// The most bytes of metadata that are read.
pub(super) const METADATA_MOST: u64 = 64 << 20;
/// The most axes.
pub(super) const AXES: usize = 32;
/// The most bytes of a decoded chunk.
pub(super) const CHUNK_MOST: u64 = 16 << 30;
/// The most bytes of the index of a shard.
const INDEX_MOST: u64 = 256 << 20;

/// The attribute in which xarray keeps the names of axes in arrays of version 2.
pub(super) const V2_NAMES: &str = "_ARRAY_DIMENSIONS";

/// An array as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) shape: Vec<usize>,
    pub(super) element: ElementType,
    /// The chunks that are decoded at once.
    pub(super) chunks: Vec<usize>,
    /// The axes of a chunk in the order in which they are stored.
    pub(super) order: Vec<usize>,
    /// True when bytes of elements are in the other order than those of the machine.
    pub(super) swapped: bool,
    pub(super) filters: Vec<Filter>,
    pub(super) shards: Option<Shards>,
    keys: Keys,
    /// The bytes of a cell of chunks that are not there.
    pub(super) fill: Vec<u8>,
    pub(super) fill_value: Value,
    pub(super) attributes: Map<String, Value>,
    pub(super) names: Option<Vec<Option<String>>>,
}

/// Objects that hold several chunks, with an index of them.
#[derive(Clone, Debug)]
pub(super) struct Shards {
    pub(super) shape: Vec<usize>,
    /// The chunks along each axis.
    pub(super) counts: Vec<usize>,
    pub(super) index_filters: Vec<Filter>,
    pub(super) index_swapped: bool,
    pub(super) index_first: bool,
}

/// The keys of chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Keys {
    /// The text before the numbers.
    prefix: bool,
    separator: char,
}

impl Layout {
    /// The array of a `zarr.json`.
    pub(super) fn v3(text: &[u8]) -> Result<Layout, String> {
        let metadata: ArrayMetadataV3 = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        Layout::new(&metadata)
    }

    /// The array of a `.zarray` and its `.zattrs`.
    pub(super) fn v2(text: &[u8], attributes: Option<&[u8]>) -> Result<Layout, String> {
        let mut metadata: ArrayMetadataV2 = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        check_rank(metadata.shape.len())?;
        if metadata.shape.len() < 2 {
            metadata.order = ArrayMetadataV2Order::C;
        }
        if let Some(text) = attributes {
            metadata.attributes = serde_json::from_slice(text).map_err(|error| format!("{V2_ATTRIBUTES}: {error}"))?;
        }
        let mut layout = Layout::new(&array_metadata_v2_to_v3(&metadata).map_err(|error| error.to_string())?)?;
        let names = layout.attributes.get(V2_NAMES).and_then(|names| {
            let names = names.as_array()?.iter().map(|name| name.as_str().map(|name| Some(name.to_owned())));
            names.collect::<Option<Vec<_>>>().filter(|names| names.len() == layout.shape.len())
        });
        if names.is_some() {
            layout.attributes.remove(V2_NAMES);
            layout.names = names;
        }
        Ok(layout)
    }

    fn new(metadata: &ArrayMetadataV3) -> Result<Layout, String> {
        check_rank(metadata.shape.len())?;
        if let Some((name, _)) = metadata.additional_fields.iter().find(|(_, field)| field.must_understand()) {
            return Err(format!("it has a field {name:?}, which is not understood"));
        }
        if let Some(transformer) = metadata.storage_transformers.first() {
            return Err(format!("the storage transformer {} is not supported", transformer.name()));
        }
        let element = element(metadata.data_type.name())?;
        let shape: Option<Vec<usize>> = metadata.shape.iter().map(|&n| usize::try_from(n).ok()).collect();
        let size = size(element);
        let shape = shape.filter(|shape| bytes(shape, size).is_some_and(|bytes| bytes <= i64::MAX as u64));
        let shape = shape.ok_or_else(|| format!("the shape {:?} has more bytes than 2^63", metadata.shape))?;
        if metadata.chunk_grid.name() != "regular" {
            return Err(format!("the chunk grid {} is not supported, only regular", metadata.chunk_grid.name()));
        }
        let grid = chunk_shape(&configuration(&metadata.chunk_grid), &shape, size)?;
        let keys = keys(&metadata.chunk_key_encoding)?;
        let fill = ZarrsType::from_metadata(&metadata.data_type)
            .map_err(|error| error.to_string())?
            .fill_value_v3(&metadata.fill_value)
            .map_err(|_| format!("{} is no fill value of {}", json!(metadata.fill_value), metadata.data_type.name()))?;
        let codecs: Vec<Codec> = metadata.codecs.iter().map(Codec::new).collect();
        let mut layout = Layout {
            element,
            order: (0..shape.len()).collect(),
            swapped: false,
            filters: Vec::new(),
            shards: None,
            keys,
            fill: fill.as_ne_bytes().to_vec(),
            fill_value: json!(metadata.fill_value),
            attributes: metadata.attributes.clone(),
            names: metadata.dimension_names.clone(),
            chunks: grid.clone(),
            shape,
        };
        if layout.fill.len() != size {
            return Err(format!("the fill value has {} bytes, an element {size}", layout.fill.len()));
        }
        if layout.names.as_ref().is_some_and(|names| names.len() != layout.shape.len()) {
            return Err("it has not one dimension name for each axis".to_owned());
        }
        let inner = match codecs.iter().position(|codec| codec.name == "sharding_indexed") {
            Some(_) if codecs.len() > 1 => {
                return Err("other codecs around sharding_indexed are not supported".to_owned());
            }
            Some(at) => layout.take_shards(grid, &codecs[at].configuration)?,
            None => codecs,
        };
        let chain = Chain::new(&inner, layout.shape.len(), size)?;
        if chain.filters.iter().any(|filter| matches!(filter, Filter::Blosc(_))) && layout.chunk_bytes() > BLOSC_MOST {
            return Err(format!("chunks of {:?} are more than the 2 GiB that Blosc takes", layout.chunks));
        }
        Ok(Layout { order: chain.order, swapped: chain.swapped, filters: chain.filters, ..layout })
    }

    /// Takes the grid for that of shards; returns the codecs of the chunks in them.
    fn take_shards(&mut self, grid: Vec<usize>, configuration: &Map<String, Value>) -> Result<Vec<Codec>, String> {
        let size = size(self.element);
        self.chunks = chunk_shape(configuration, &self.shape, size)?;
        if grid.iter().zip(&self.chunks).any(|(shard, chunk)| shard % chunk != 0) {
            return Err(format!("shards of {grid:?} are not whole chunks of {:?}", self.chunks));
        }
        let counts: Vec<usize> = grid.iter().zip(&self.chunks).map(|(shard, chunk)| shard / chunk).collect();
        if bytes(&counts, 16).is_none_or(|bytes| bytes > INDEX_MOST) {
            return Err(format!("shards of {grid:?} have too many chunks of {:?}", self.chunks));
        }
        let codecs = |name: &str| -> Result<Vec<Codec>, String> {
            let codecs: Vec<MetadataV3> = serde_json::from_value(configuration.get(name).cloned().unwrap_or_default())
                .map_err(|error| format!("{name} of sharding_indexed: {error}"))?;
            Ok(codecs.iter().map(Codec::new).collect())
        };
        let index = Chain::new(&codecs("index_codecs")?, counts.len() + 1, 8)?;
        let fixed = index.filters.iter().all(|filter| matches!(filter, Filter::Crc32c { .. }));
        if !fixed || index.order.iter().enumerate().any(|(at, &axis)| at != axis) {
            return Err("the index of shards is compressed or transposed".to_owned());
        }
        let index_first = match configuration.get("index_location").map(Value::as_str) {
            None | Some(Some("end")) => false,
            Some(Some("start")) => true,
            _ => return Err("the index of shards is neither at their start nor end".to_owned()),
        };
        self.shards = Some(Shards {
            shape: grid,
            counts,
            index_filters: index.filters,
            index_swapped: index.swapped,
            index_first,
        });
        codecs("codecs")
    }

    /// The bytes of an element.
    pub(super) fn size(&self) -> usize {
        size(self.element)
    }

    /// The bytes of a decoded chunk, whole even where the shape cuts it off.
    pub(super) fn chunk_bytes(&self) -> u64 {
        bytes(&self.chunks, self.size()).expect("it was checked")
    }

    /// The most bytes of an encoded chunk.
    pub(super) fn encoded_most(&self) -> u64 {
        filter::most(&self.filters, self.chunk_bytes())
    }

    /// True when cells of whole chunks lie in memory as they are decoded.
    pub(super) fn is_plain(&self) -> bool {
        self.order.iter().enumerate().all(|(at, &axis)| at == axis)
    }

    /// The shape of what one object holds.
    pub(super) fn grid(&self) -> &[usize] {
        self.shards.as_ref().map_or(&self.chunks, |shards| &shards.shape)
    }

    /// The key of an object by its place in the grid.
    pub(super) fn key(&self, index: &[usize]) -> String {
        let mut key = String::new();
        if self.keys.prefix {
            key.push('c');
        } else if index.is_empty() {
            key.push('0');
        }
        for (axis, number) in index.iter().enumerate() {
            if axis > 0 || self.keys.prefix {
                key.push(self.keys.separator);
            }
            key.push_str(&number.to_string());
        }
        key
    }
}

impl Shards {
    /// The bytes of the encoded index.
    pub(super) fn index_bytes(&self) -> u64 {
        filter::most(&self.index_filters, bytes(&self.counts, 16).expect("it was checked"))
    }
}

/// A codec by name.
struct Codec {
    name: String,
    configuration: Map<String, Value>,
}

impl Codec {
    fn new(metadata: &MetadataV3) -> Codec {
        Codec { name: metadata.name().to_owned(), configuration: configuration(metadata) }
    }
}

/// The codecs of a chunk.
struct Chain {
    order: Vec<usize>,
    swapped: bool,
    filters: Vec<Filter>,
}

impl Chain {
    fn new(codecs: &[Codec], axes: usize, size: usize) -> Result<Chain, String> {
        let mut chain = Chain { order: (0..axes).collect(), swapped: false, filters: Vec::new() };
        let mut encoded = false;
        for Codec { name, configuration } in codecs {
            match (name.as_str(), encoded) {
                ("transpose", false) => {
                    let order: Vec<usize> =
                        serde_json::from_value(configuration.get("order").cloned().unwrap_or_default())
                            .map_err(|error| format!("the order of transpose: {error}"))?;
                    let mut sorted = order.clone();
                    sorted.sort_unstable();
                    if sorted.iter().copied().ne(0..axes) {
                        return Err(format!("{order:?} is no order of {axes} axes"));
                    }
                    chain.order = order.iter().map(|&axis| chain.order[axis]).collect();
                }
                ("bytes", false) => {
                    encoded = true;
                    chain.swapped = match configuration.get("endian").map(Value::as_str) {
                        Some(Some("little")) => size > 1 && cfg!(target_endian = "big"),
                        Some(Some("big")) => size > 1 && cfg!(target_endian = "little"),
                        None if size == 1 => false,
                        _ => return Err("the codec bytes has no order of bytes".to_owned()),
                    };
                }
                (name, true) => match Filter::new(name, configuration) {
                    Some(filter) => chain.filters.push(filter?),
                    None => return Err(unknown(name)),
                },
                (name, false) => return Err(unknown(name)),
            }
        }
        if encoded { Ok(chain) } else { Err("it has no codec bytes".to_owned()) }
    }
}

fn unknown(name: &str) -> String {
    format!(
        "the codec {name} is not supported at its place: transpose, bytes, sharding_indexed, blosc, zstd, gzip, zlib and \
         crc32c are"
    )
}

fn configuration(metadata: &MetadataV3) -> Map<String, Value> {
    Option::<zarrs::metadata::Configuration>::from(metadata.clone()).map(Map::from).unwrap_or_default()
}

fn check_rank(rank: usize) -> Result<(), String> {
    if rank > AXES { Err(format!("it has {rank} axes, at most {AXES} are supported")) } else { Ok(()) }
}

fn keys(metadata: &MetadataV3) -> Result<Keys, String> {
    let prefix = match metadata.name() {
        "default" => true,
        "v2" => false,
        name => return Err(format!("the chunk key encoding {name} is not supported")),
    };
    let separator = match configuration(metadata).get("separator").map(Value::as_str) {
        None if prefix => '/',
        None => '.',
        Some(Some("/")) => '/',
        Some(Some(".")) => '.',
        _ => return Err("the separator of chunk keys is neither / nor .".to_owned()),
    };
    Ok(Keys { prefix, separator })
}

/// The chunks of a configuration.
fn chunk_shape(configuration: &Map<String, Value>, shape: &[usize], size: usize) -> Result<Vec<usize>, String> {
    let found = configuration.get("chunk_shape").cloned().unwrap_or_default();
    let chunks: Vec<usize> =
        serde_json::from_value(found.clone()).map_err(|error| format!("chunks of {found}: {error}"))?;
    check_chunks(&chunks, shape, size)?;
    Ok(chunks)
}

/// Refuses chunks that no array of the shape has, or that are too large.
pub(super) fn check_chunks(chunks: &[usize], shape: &[usize], size: usize) -> Result<(), String> {
    if chunks.len() != shape.len() || chunks.contains(&0) {
        return Err(format!("chunks of {chunks:?} are none of an array of shape {shape:?}"));
    }
    match bytes(chunks, size).filter(|&bytes| bytes <= CHUNK_MOST) {
        Some(_) => Ok(()),
        None => Err(format!("chunks of {chunks:?} are larger than {} GiB", CHUNK_MOST >> 30)),
    }
}

/// The bytes of a box of cells, if the number is one of 64 bits whatever zeros there are.
fn bytes(shape: &[usize], size: usize) -> Option<u64> {
    let all = shape.iter().try_fold(size as u64, |bytes, &n| bytes.checked_mul((n as u64).max(1)))?;
    Some(if shape.contains(&0) { 0 } else { all })
}

/// The bytes of an element.
pub(super) fn size(element: ElementType) -> usize {
    stencil_runtime::chunks::DataType::from(element).size()
}

/// The names of element types in version 3 and in version 2.
const NAMES: [(&str, &str, ElementType); 12] = [
    ("bool", "|b1", ElementType::Bool),
    ("int8", "|i1", ElementType::I8),
    ("int16", "<i2", ElementType::I16),
    ("int32", "<i4", ElementType::I32),
    ("int64", "<i8", ElementType::I64),
    ("uint8", "|u1", ElementType::U8),
    ("uint16", "<u2", ElementType::U16),
    ("uint32", "<u4", ElementType::U32),
    ("uint64", "<u8", ElementType::U64),
    ("float16", "<f2", ElementType::F16),
    ("float32", "<f4", ElementType::F32),
    ("float64", "<f8", ElementType::F64),
];

fn element(name: &str) -> Result<ElementType, String> {
    let found = NAMES.iter().find(|(v3, ..)| *v3 == name).map(|(.., element)| *element);
    let element =
        found.ok_or_else(|| format!("elements of {name} are not supported: bool, integers and floats are"))?;
    if element == ElementType::F16 && cfg!(not(feature = "f16")) {
        return Err("elements of float16 need the feature `f16`".to_owned());
    }
    Ok(element)
}

/// The type of an element in version 3 and in version 2; integers of the machine's size are those of that size.
pub(super) fn names(element: ElementType) -> Option<(ElementType, &'static str, &'static str)> {
    let element = match (element, size_of::<usize>()) {
        (ElementType::Isize, 8) => ElementType::I64,
        (ElementType::Usize, 8) => ElementType::U64,
        (ElementType::Isize, 4) => ElementType::I32,
        (ElementType::Usize, 4) => ElementType::U32,
        (element, _) => element,
    };
    NAMES.iter().find(|(.., other)| *other == element).map(|&(v3, v2, element)| (element, v3, v2))
}
