//! The things that arrays in files carry beside their cells: values of [`Metadata`](stencil_runtime::chunks::Metadata).
//!
//! A source puts in what its format knows, and a sink takes what its own format can hold.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The files that the planes of a stack came from, in order: their names are used again for the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNames(pub Vec<PathBuf>);

/// The names of the axes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DimensionNames(pub Vec<Option<String>>);

/// The value that stands for a missing cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nodata(pub f64);

/// The descriptions of the bands of a raster, which lie along its first axis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BandNames(pub Vec<Option<String>>);

/// Named values as text, as formats without a place for others keep them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub BTreeMap<String, String>);

/// Named values of any kind, as Zarr keeps them.
#[cfg(feature = "zarr")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub serde_json::Map<String, serde_json::Value>);
