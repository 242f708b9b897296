//! Attributes: values of HDF5, to and from JSON.

use std::str::FromStr;

use ::hdf5::types::{FixedAscii, FixedUnicode, TypeDescriptor, VarLenAscii, VarLenUnicode};
use ::hdf5::{Attribute, Dataset, H5Type};
use ndarray::{ArrayView1, arr0};
use serde_json::{Map, Value};
use stencil_runtime::chunks::ElementType;

use super::elements::{Stored, element, float, stored};

/// Those that tell of a dataset's axes and its place in a NetCDF file, which an output has its own of.
const STRUCTURE: [&str; 9] = [
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "DIMENSION_LABELS",
    "REFERENCE_LIST",
    "_Netcdf4Coordinates",
    "_Netcdf4Dimid",
    "_NCProperties",
    "_nc3_strict",
];
/// Those that are elements of the dataset.
const ELEMENTS: [&str; 7] =
    ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range", "flag_values", "flag_masks"];
/// The most bytes that one has.
const MOST: usize = 1 << 20;

/// The attributes that are numbers and texts, and lists of them.
pub(super) fn read(dataset: &Dataset) -> Map<String, Value> {
    let names = dataset.attr_names().unwrap_or_default();
    let names = names.into_iter().filter(|name| !STRUCTURE.contains(&name.as_str()));
    names.filter_map(|name| Some((name.clone(), value(&dataset.attr(&name).ok()?)?))).collect()
}

/// The value of an attribute; `None` where it is no number or text, nor a list of them.
pub(super) fn value(attribute: &Attribute) -> Option<Value> {
    let (space, data_type) = (attribute.space().ok()?, attribute.dtype().ok()?);
    let bytes = space.shape().iter().try_fold(data_type.size(), |bytes, &n| bytes.checked_mul(n))?;
    if space.is_null() || space.ndim() > 1 || bytes > MOST {
        return None;
    }
    let mut values = match data_type.to_descriptor().ok()? {
        TypeDescriptor::VarLenUnicode => texts(attribute, VarLenUnicode::as_bytes)?,
        TypeDescriptor::VarLenAscii => texts(attribute, VarLenAscii::as_bytes)?,
        TypeDescriptor::FixedAscii(..=256) => texts(attribute, FixedAscii::<256>::as_bytes)?,
        TypeDescriptor::FixedAscii(..=65536) => texts(attribute, FixedAscii::<65536>::as_bytes)?,
        TypeDescriptor::FixedUnicode(..=256) => texts(attribute, FixedUnicode::<256>::as_bytes)?,
        TypeDescriptor::FixedUnicode(..=65536) => texts(attribute, FixedUnicode::<65536>::as_bytes)?,
        _ => match element(&data_type).ok()? {
            ElementType::Bool => numbers::<i8>(attribute, |x| Value::from(x != 0))?,
            ElementType::U64 | ElementType::Usize => numbers::<u64>(attribute, Value::from)?,
            ElementType::F16 | ElementType::F32 | ElementType::F64 => numbers::<f64>(attribute, |x| match x {
                _ if x.is_nan() => "NaN".into(),
                _ if x.is_infinite() => if x > 0.0 { "Infinity" } else { "-Infinity" }.into(),
                _ => x.into(),
            })?,
            ElementType::I8 | ElementType::I16 | ElementType::I32 | ElementType::I64 | ElementType::Isize => {
                numbers::<i64>(attribute, Value::from)?
            }
            ElementType::U8 | ElementType::U16 | ElementType::U32 => numbers::<i64>(attribute, Value::from)?,
        },
    };
    // NetCDF has no value without an axis.
    Some(if values.len() == 1 { values.remove(0) } else { Value::Array(values) })
}

fn numbers<T: H5Type>(attribute: &Attribute, value: impl Fn(T) -> Value) -> Option<Vec<Value>> {
    Some(attribute.read_raw::<T>().ok()?.into_iter().map(value).collect())
}

/// Nobody has checked that the bytes are UTF-8.
fn texts<T: H5Type>(attribute: &Attribute, bytes: impl Fn(&T) -> &[u8]) -> Option<Vec<Value>> {
    let texts = attribute.read_raw::<T>().ok()?;
    Some(texts.iter().map(|text| String::from_utf8_lossy(bytes(text)).into()).collect())
}

/// Writes attributes of a dataset of such elements.
pub(super) fn write(dataset: &Dataset, attributes: &Map<String, Value>, element: ElementType) -> Result<(), String> {
    for (name, value) in attributes.iter().filter(|(name, _)| !STRUCTURE.contains(&name.as_str())) {
        write_one(dataset, name, value, element)
            .map_err(|error| format!("its attribute {name} cannot be written: {error}"))?;
    }
    Ok(())
}

fn write_one(dataset: &Dataset, name: &str, value: &Value, element: ElementType) -> Result<(), String> {
    let values = match value {
        Value::Array(values) => &values[..],
        value => std::slice::from_ref(value),
    };
    let listed = value.is_array();
    if ELEMENTS.contains(&name) && stored!(element, write_elements(dataset, name, values, listed))? {
        return Ok(());
    }
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(is);
    if all(Value::is_i64) {
        return write_as(dataset, name, values, listed, Value::as_i64);
    }
    if all(Value::is_u64) {
        return write_as(dataset, name, values, listed, Value::as_u64);
    }
    if all(|value| float(value).is_some()) {
        return write_as(dataset, name, values, listed, float);
    }
    if all(Value::is_boolean) {
        // NetCDF does not know HDF5's truth values.
        return write_as(dataset, name, values, listed, |value| value.as_bool().map(i8::from));
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).replace('\0', "");
    let values = if all(Value::is_string) { values } else { std::slice::from_ref(value) };
    let listed = listed && values.len() != 1;
    write_as(dataset, name, values, listed, |value| VarLenUnicode::from_str(&text(value)).ok())
}

/// Writes elements of the dataset's type, if the values are some.
fn write_elements<T: Stored>(dataset: &Dataset, name: &str, values: &[Value], listed: bool) -> Result<bool, String> {
    if values.iter().any(|value| T::of(value, false).is_none()) {
        return Ok(false);
    }
    write_as(dataset, name, values, listed, |value| T::of(value, false)).map(|()| true)
}

fn write_as<T: H5Type + Clone>(
    dataset: &Dataset,
    name: &str,
    values: &[Value],
    listed: bool,
    of: impl Fn(&Value) -> Option<T>,
) -> Result<(), String> {
    let values: Vec<T> = values.iter().filter_map(of).collect();
    let attribute = dataset.new_attr_builder();
    let written = match &values[..] {
        [value] if !listed => attribute.with_data(&arr0(value.clone())).create(name),
        values => attribute.with_data(ArrayView1::from(values)).create(name),
    };
    written.map(|_| ()).map_err(|error| error.to_string())
}
