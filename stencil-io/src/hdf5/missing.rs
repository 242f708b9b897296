//! Cells that hold no value, and numbers that stand for others, after the conventions of NetCDF.

use ndarray::ArrayD;
use serde_json::{Map, Value};
use stencil_runtime::chunks::CellsMut;

use super::elements::Stored;

/// The attributes that name missing values, or bounds of others.
const MISSING: [&str; 5] = ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range"];
/// The attributes that say which numbers are meant.
const PACKING: [&str; 3] = ["scale_factor", "add_offset", "_Unsigned"];

/// The numbers that are meant, instead of those that are stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    missing: Vec<Value>,
    /// A scale and an offset.
    packing: Option<[f64; 2]>,
    unsigned: bool,
}

impl Meaning {
    /// NaN for missing values.
    pub(super) fn missing(attributes: &Map<String, Value>) -> Meaning {
        let listed = |name: &&str| match attributes.get(*name) {
            Some(Value::Array(values)) => values.clone(),
            value => value.into_iter().cloned().collect(),
        };
        Meaning { missing: MISSING[..2].iter().flat_map(listed).collect(), packing: None, unsigned: false }
    }

    /// NaN for missing values, and for the others what they stand for.
    pub(super) fn unpacked(attributes: &Map<String, Value>) -> Result<Meaning, String> {
        let number = |name: &str, usual: f64| match attributes.get(name) {
            None => Ok(usual),
            Some(value) => value.as_f64().ok_or_else(|| format!("has an attribute {name} that is no number: {value}")),
        };
        let packing = Some([number("scale_factor", 1.0)?, number("add_offset", 0.0)?]);
        let unsigned = attributes.get("_Unsigned").and_then(Value::as_str) == Some("true");
        Ok(Meaning { packing, unsigned, ..Meaning::missing(attributes) })
    }

    /// The attributes that hold for what is meant.
    pub(super) fn left(&self, attributes: &Map<String, Value>) -> Map<String, Value> {
        let mut attributes = attributes.clone();
        attributes.retain(|name, _| {
            let name = &name.as_str();
            !MISSING.contains(name) && (self.packing.is_none() || !PACKING.contains(name))
        });
        attributes
    }

    /// A text that tells one from another.
    pub(super) fn version(&self) -> &'static str {
        if self.packing.is_some() { ", unpacked" } else { ", missing as NaN" }
    }

    /// Copies elements of a file to cells of `f64`, or else of `f32`.
    pub(super) fn copy<T: Stored>(&self, from: &ArrayD<T>, cells: &mut CellsMut<'_>) -> Result<(), String> {
        let missing: Vec<T> = self.missing.iter().filter_map(|value| T::of(value, self.unsigned)).collect();
        let meant = |x: T| match self.packing {
            _ if missing.contains(&x) => f64::NAN,
            Some([scale, offset]) => x.number(self.unsigned) * scale + offset,
            None => x.number(self.unsigned),
        };
        if let Some(mut cells) = cells.array_mut::<f64>() {
            cells.zip_mut_with(from, |cell, &x| *cell = meant(x));
            return Ok(());
        }
        let mut cells = cells.array_mut::<f32>().ok_or("the cells have another type")?;
        cells.zip_mut_with(from, |cell, &x| *cell = meant(x) as f32);
        Ok(())
    }
}
