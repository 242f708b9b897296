//! Names of axes: dimension scales, as NetCDF-4 has them, and labels.

use std::collections::BTreeMap;
use std::str::FromStr;

use ::hdf5::types::{FixedAscii, TypeDescriptor, VarLenArray, VarLenUnicode};
use ::hdf5::{Dataset, Datatype, Group, ObjectReference1, ReferencedObject};
use ndarray::{ArrayView1, arr0};
use serde_json::Value;

use super::attributes;
use crate::metadata::DimensionNames;

const CLASS: &str = "CLASS";
const LIST: &str = "DIMENSION_LIST";
const LABELS: &str = "DIMENSION_LABELS";
const SCALE: &str = "DIMENSION_SCALE";

/// The names of a dataset's axes: of the scales that are attached to them, else their labels. An axis of a scale is the scale's.
pub(super) fn read(dataset: &Dataset) -> Option<DimensionNames> {
    let mut names = vec![None; dataset.ndim()];
    let leaf = |dataset: &Dataset| dataset.name().rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    for (name, scales) in names.iter_mut().zip(scales(dataset).unwrap_or_default()) {
        if let Some(scale) = scales.first()
            && let Ok(ReferencedObject::Dataset(scale)) = dataset.dereference(scale)
        {
            *name = leaf(&scale);
        }
    }
    let value = |name: &str| attributes::value(&dataset.attr(name).ok()?);
    if let Some(Value::String(class)) = value(CLASS)
        && class == SCALE
        && let [name @ None] = &mut names[..]
    {
        *name = leaf(dataset);
    }
    let labels = match value(LABELS) {
        Some(Value::Array(labels)) => labels,
        other => other.into_iter().collect(),
    };
    for (name, label) in names.iter_mut().zip(&labels) {
        *name = name.take().or_else(|| label.as_str().filter(|label| !label.is_empty()).map(str::to_owned));
    }
    names.iter().any(Option::is_some).then_some(DimensionNames(names))
}

/// The scales of each axis.
fn scales(dataset: &Dataset) -> Option<Vec<VarLenArray<ObjectReference1>>> {
    let list = dataset.attr(LIST).ok()?;
    let TypeDescriptor::VarLenArray(kind) = list.dtype().ok()?.to_descriptor().ok()? else { return None };
    let references = *kind == <ObjectReference1 as ::hdf5::H5Type>::type_descriptor();
    (references && list.shape() == [dataset.ndim()]).then(|| list.read_raw().ok()).flatten()
}

/// Names the axes of a dataset: makes a scale beside it for each, and attaches it. Where one cannot be a scale there, they are
/// labels: it is missing, two axes have it and are not of one length, or the dataset itself has it.
pub(super) fn write(
    group: &Group,
    dataset: &Dataset,
    names: &[Option<String>],
    class: &Datatype,
) -> ::hdf5::Result<()> {
    let shape = dataset.shape();
    let own = dataset.name().rsplit('/').next().unwrap_or_default().to_owned();
    let mark = |scale: &Dataset| {
        let text = FixedAscii::<16>::from_ascii(SCALE).expect("a short text");
        scale.new_attr_builder().with_data_as(&arr0(text), class).create(CLASS).map(|_| ())
    };
    if let [Some(name)] = names
        && *name == own
    {
        return mark(dataset);
    }
    let Some(scales) = lengths(names, &shape).filter(|scales| !scales.contains_key(&*own)) else {
        let label = |name: &Option<String>| {
            let name = name.as_deref().unwrap_or("").replace('\0', "");
            VarLenUnicode::from_str(&name).expect("it has no zero")
        };
        let labels: Vec<VarLenUnicode> = names.iter().map(label).collect();
        return dataset.new_attr_builder().with_data(ArrayView1::from(&labels)).create(LABELS).map(|_| ());
    };
    for (name, n) in scales {
        let scale = group.new_dataset::<f32>().shape([n]).create(name)?;
        mark(&scale)?;
        // So NetCDF knows an axis without coordinates.
        let text = format!("This is a netCDF dimension but not a netCDF variable.{n:10}");
        let text = FixedAscii::<64>::from_ascii(&text).map_err(|error| error.to_string())?;
        scale.new_attr_builder().with_data(&arr0(text)).create("NAME")?;
    }
    let refer = |name: &Option<String>| {
        let name = name.as_deref().unwrap_or_default();
        group.reference::<ObjectReference1>(name).map(|scale| VarLenArray::from_slice(&[scale]))
    };
    let list: Vec<VarLenArray<ObjectReference1>> = names.iter().map(refer).collect::<::hdf5::Result<_>>()?;
    dataset.new_attr_builder().with_data(ArrayView1::from(&list)).create(LIST).map(|_| ())
}

/// The names with their lengths; `None` where one is no name of a dataset, or has two lengths.
fn lengths<'n>(names: &'n [Option<String>], shape: &[usize]) -> Option<BTreeMap<&'n str, usize>> {
    let mut lengths = BTreeMap::new();
    for (name, &n) in names.iter().zip(shape) {
        let name = name.as_deref().filter(|name| !matches!(*name, "" | "." | "..") && !name.contains(['/', '\0']))?;
        if lengths.insert(name, n).is_some_and(|other| other != n) {
            return None;
        }
    }
    Some(lengths)
}
