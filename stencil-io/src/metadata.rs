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

/// Named values of any kind, as Zarr and HDF5 keep them. A number that JSON has no digits for is a text: `"NaN"`, `"Infinity"`.
#[cfg(any(feature = "hdf5", feature = "zarr"))]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub serde_json::Map<String, serde_json::Value>);

/// Attributes that say what numbers of a type stand for: wrong for another type.
#[cfg(any(feature = "hdf5", feature = "zarr"))]
const PACKING: [&str; 8] =
    ["scale_factor", "add_offset", "_FillValue", "missing_value", "valid_min", "valid_max", "valid_range", "_Unsigned"];

#[cfg(any(feature = "hdf5", feature = "zarr"))]
impl Attributes {
    /// Those of the input that hold for an output with axes of it, of the same elements or of others.
    pub(crate) fn carried(
        form: &stencil_runtime::chunks::Form,
        same_elements: bool,
    ) -> serde_json::Map<String, serde_json::Value> {
        let Some(Attributes(attributes)) = form.metadata.get() else { return serde_json::Map::new() };
        if form.origin.iter().all(Option::is_none) {
            return serde_json::Map::new();
        }
        let mut attributes = attributes.clone();
        if !same_elements {
            attributes.retain(|name, _| !PACKING.contains(&name.as_str()));
        }
        attributes
    }
}

#[cfg(any(feature = "hdf5", feature = "zarr"))]
impl DimensionNames {
    /// The names of an output's axes: those of the axes that they come from, or those that are given.
    pub(crate) fn carried(
        form: &stencil_runtime::chunks::Form,
        given: Option<&Vec<Option<String>>>,
    ) -> Result<Option<Vec<Option<String>>>, String> {
        if let Some(names) = given {
            let (axes, named) = (form.shape.len(), names.len());
            if named != axes {
                return Err(format!("it has {axes} axes, not those {named} that names are given for"));
            }
            return Ok(Some(names.clone()));
        }
        let Some(DimensionNames(known)) = form.metadata.get() else { return Ok(None) };
        let named = |origin: &Option<stencil_runtime::chunks::AxisOrigin>| {
            origin.and_then(|origin| known.get(origin.axis).cloned().flatten())
        };
        let names: Vec<Option<String>> = form.origin.iter().map(named).collect();
        Ok(names.iter().any(Option::is_some).then_some(names))
    }
}
