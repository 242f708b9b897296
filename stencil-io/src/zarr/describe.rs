//! The metadata of a new array, in the words of version 2 and of version 3.

use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::layout::{Layout, V2, V2_ATTRIBUTES, V2_NAMES, V3};

/// The keys and contents of the objects that hold the metadata of an array.
pub(super) type Objects = Vec<(&'static str, Vec<u8>)>;

/// An array that is to be made.
pub(super) struct Described<'a> {
    pub(super) shape: &'a [usize],
    /// The bytes of an element.
    pub(super) size: usize,
    pub(super) chunks: Vec<usize>,
    pub(super) shards: Option<Vec<usize>>,
    pub(super) filters: Vec<Filter>,
    pub(super) fill: Value,
    pub(super) names: Option<Vec<Option<String>>>,
    pub(super) attributes: Map<String, Value>,
}

impl Described<'_> {
    /// The layout and the objects of version 2, of elements with a name such as `<f4`.
    pub(super) fn v2(self, element: &str) -> Result<(Layout, Objects), String> {
        if self.shards.is_some() {
            return Err("version 2 has no shards".to_owned());
        }
        let fill = &self.fill;
        if fill.as_str().is_some_and(|fill| !["NaN", "Infinity", "-Infinity"].contains(&fill)) {
            return Err(format!("version 2 cannot say the fill value {fill}"));
        }
        let native = if cfg!(target_endian = "big") { element.replace('<', ">") } else { element.to_owned() };
        let array = to_text(&json!({
            "zarr_format": 2,
            "shape": self.shape,
            "chunks": self.chunks,
            "dtype": native,
            "compressor": self.filters.first().map(|filter| filter.v2()),
            "fill_value": fill,
            "order": "C",
            "filters": null,
            "dimension_separator": ".",
        }));
        let mut attributes = self.attributes;
        // All of them or none: xarray knows no axis without a name.
        if let Some(names) = self.names.filter(|names| names.iter().all(Option::is_some)) {
            attributes.insert(V2_NAMES.to_owned(), json!(names));
        }
        let attributes = to_text(&Value::Object(attributes));
        let layout = Layout::v2(&array, Some(&attributes))?;
        Ok((layout, vec![(V2, array), (V2_ATTRIBUTES, attributes)]))
    }

    /// The layout and the object of version 3, of elements with a name such as `float32`.
    pub(super) fn v3(self, element: &str) -> Result<(Layout, Objects), String> {
        let endian = if cfg!(target_endian = "big") { "big" } else { "little" };
        let bytes = |size: usize| match size {
            1 => json!({"name": "bytes"}),
            _ => json!({"name": "bytes", "configuration": {"endian": endian}}),
        };
        let mut codecs = vec![bytes(self.size)];
        codecs.extend(self.filters.iter().map(Filter::v3));
        if self.shards.is_some() {
            codecs = vec![json!({"name": "sharding_indexed", "configuration": {
                "chunk_shape": self.chunks,
                "codecs": codecs,
                "index_codecs": [bytes(8), {"name": "crc32c"}],
                "index_location": "end",
            }})];
        }
        let mut array = json!({
            "zarr_format": 3,
            "node_type": "array",
            "shape": self.shape,
            "data_type": element,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": self.shards.as_ref().unwrap_or(&self.chunks)}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": self.fill,
            "codecs": codecs,
            "attributes": self.attributes,
        });
        if let Some(names) = self.names {
            array["dimension_names"] = json!(names);
        }
        let array = to_text(&array);
        Ok((Layout::v3(&array)?, vec![(V3, array)]))
    }
}

fn to_text(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("a value is text")
}
