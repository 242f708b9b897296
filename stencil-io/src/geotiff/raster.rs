//! A raster to write: its form, and its tiles as they are stored.

use stencil_runtime::IoError;
use stencil_runtime::chunks::{Cells, DataType, ElementType, Form};

use super::codec::{Codec, Method};
use super::directory::Order;
use super::fault::Fault;
use super::georeference::Georeference;
use super::nodata::{self, Missing, Stored};
use super::predictor::{Predictor, Row};
use super::sink::GeoTiffSink;
use crate::metadata::{BandNames, Nodata, Texts};

/// A raster to write.
#[derive(Clone, Debug)]
pub(super) struct Raster {
    pub(super) bands: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// The elements as they are stored.
    pub(super) element: ElementType,
    pub(super) size: usize,
    pub(super) tile: usize,
    pub(super) method: Method,
    pub(super) level: u32,
    pub(super) predictor: Predictor,
    pub(super) missing: Option<Missing>,
    /// The bytes that NaN is written as, where it stands for missing values.
    nan: Option<Vec<u8>>,
    pub(super) georeference: Option<Georeference>,
    pub(super) names: Vec<Option<String>>,
    pub(super) texts: Texts,
    pub(super) photometric: u16,
    pub(super) extra_samples: Vec<u16>,
}

/// The memory of an encoder or decoder of tiles.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    codec: Codec,
    /// The cells of a tile.
    pub(super) cells: Vec<u8>,
    stored: Vec<u8>,
    parts: Vec<u8>,
}

impl Raster {
    /// The raster of a form, if the format can hold it.
    pub(super) fn new(sink: &GeoTiffSink, form: &Form) -> Result<Raster, IoError> {
        let fail = |reason: String| IoError::new(sink.path.display().to_string(), reason);
        let [bands, height, width] = extents(&form.shape).map_err(fail)?;
        let tile = sink.tile;
        if !tile.is_multiple_of(16) || !(1..=1 << 14).contains(&tile) {
            let near = tile.next_multiple_of(16).clamp(16, 1 << 14);
            return Err(fail(format!("tiles of {tile} cells: they have a multiple of 16 cells, `.tile({near})`")));
        }
        let element =
            stored(form.data_type).ok_or_else(|| fail(format!("cannot hold elements of {}", form.data_type)))?;
        let is_float = element.is_float();
        let method = Method::from(sink.compression);
        let predictor = match (method.predicts(), is_float) {
            (false, _) => Predictor::None,
            (true, false) => Predictor::Horizontal,
            (true, true) => Predictor::Float,
        };
        let (missing, replaces) = missing(sink.nodata, form, element).map_err(fail)?;
        let nan = missing.as_ref().filter(|_| is_float && replaces).and_then(|missing| missing.bytes(element));
        let names = match &sink.band_names {
            Some(names) if names.len() == bands => names.iter().map(|name| Some(name.clone())).collect(),
            Some(names) => return Err(fail(format!("has {} names of bands for {bands} bands", names.len()))),
            None => names(form, bands),
        };
        let georeference = form.metadata.get::<Georeference>();
        let georeference = georeference.and_then(|place| place.of_array(&form.origin));
        let (photometric, extra_samples) = colours(form, bands, element);
        Ok(Raster {
            bands,
            height,
            width,
            element,
            size: form.data_type.size(),
            tile,
            method,
            level: sink.effort(),
            predictor,
            missing,
            nan,
            georeference: sink.georeference.clone().or(georeference),
            names,
            texts: form.metadata.get::<Texts>().cloned().unwrap_or_default(),
            photometric,
            extra_samples,
        })
    }

    /// The facts on which the bytes of tiles depend: tiles of one output are of one kind.
    pub(super) fn kind(&self) -> String {
        let Raster { bands, height, width, element, tile, method, missing, nan, .. } = self;
        format!("{bands} x {height} x {width} of {element:?} in {tile}, {method:?}, {missing:?}, {nan:?}")
    }

    /// The number of tiles down and across of an image of this raster's tiles.
    pub(super) fn grid(&self, [height, width]: [usize; 2]) -> [usize; 2] {
        [height.div_ceil(self.tile), width.div_ceil(self.tile)]
    }

    pub(super) fn tile_bytes(&self) -> usize {
        self.tile * self.tile * self.size
    }

    fn row(&self) -> Row {
        Row { size: self.size, samples: 1, order: Order::Little }
    }

    /// Puts cells into the corner of a tile, and appends the tile to `to` as it is stored.
    pub(super) fn encode(&self, cells: &Cells<'_>, scratch: &mut Scratch, to: &mut Vec<u8>) -> Result<(), Fault> {
        let [height, width] = [cells.shape()[cells.shape().len() - 2], cells.shape()[cells.shape().len() - 1]];
        scratch.cells.resize(self.tile_bytes(), 0);
        if [height, width] != [self.tile; 2] {
            scratch.cells.fill(0);
        }
        let dense = cells.bytes();
        let rows = scratch.cells.chunks_exact_mut(self.tile * self.size).take(height);
        for (i, row) in rows.enumerate() {
            let row = &mut row[..width * self.size];
            match dense {
                Some(bytes) => row.copy_from_slice(&bytes[i * row.len()..(i + 1) * row.len()]),
                None => copy_row(cells, i, row),
            }
            if let Some(nan) = &self.nan {
                nodata::from_nan(nan, row);
            }
        }
        self.encode_cells(scratch, to)
    }

    /// Appends the tile of the cells in `scratch` to `to` as it is stored.
    pub(super) fn encode_cells(&self, scratch: &mut Scratch, to: &mut Vec<u8>) -> Result<(), Fault> {
        let line = self.tile * self.size;
        scratch.stored.resize(self.tile_bytes(), 0);
        for (cells, stored) in scratch.cells.chunks_exact(line).zip(scratch.stored.chunks_exact_mut(line)) {
            self.predictor.apply(self.row(), cells, &mut scratch.parts, stored);
        }
        scratch.codec.compress(self.method, self.level, line, &scratch.stored, to)
    }

    /// Makes the cells of a tile from its bytes.
    pub(super) fn decode(&self, bytes: &[u8], scratch: &mut Scratch, cells: &mut [u8]) -> Result<(), Fault> {
        let line = self.tile * self.size;
        scratch.stored.resize(self.tile_bytes(), 0);
        scratch.codec.expand(self.method, bytes, &mut scratch.stored)?;
        for (stored, cells) in scratch.stored.chunks_exact_mut(line).zip(cells.chunks_exact_mut(line)) {
            self.predictor.undo(self.row(), stored, cells);
        }
        Ok(())
    }
}

/// Copies a row of cells that do not lie in order.
fn copy_row(cells: &Cells<'_>, i: usize, row: &mut [u8]) {
    let width = cells.shape()[cells.shape().len() - 1];
    let size = row.len() / width.max(1);
    let part = |columns| {
        let all = [0..1, i..i + 1, columns];
        cells.slice(&all[3 - cells.shape().len()..])
    };
    if let Some(bytes) = part(0..width).bytes() {
        return row.copy_from_slice(bytes);
    }
    for (j, to) in row.chunks_exact_mut(size).enumerate() {
        to.copy_from_slice(part(j..j + 1).bytes().expect("one cell of numbers"));
    }
}

/// The elements in the file: `bool` becomes 0 and 1, sizes become integers of as many bits.
fn stored(data_type: DataType) -> Option<ElementType> {
    match data_type.scalar()? {
        ElementType::Bool => Some(ElementType::U8),
        ElementType::Usize if data_type.size() == 8 => Some(ElementType::U64),
        ElementType::Usize => Some(ElementType::U32),
        ElementType::Isize if data_type.size() == 8 => Some(ElementType::I64),
        ElementType::Isize => Some(ElementType::I32),
        ElementType::F16 => None,
        element => Some(element),
    }
}

/// The descriptions of the bands, where they are bands of the first input.
fn names(form: &Form, bands: usize) -> Vec<Option<String>> {
    let none = vec![None; bands];
    let Some(BandNames(names)) = form.metadata.get() else { return none };
    match form.origin[..] {
        [_, _] if names.len() == 1 => names.clone(),
        [Some(origin), _, _] if origin.axis == 0 && origin.step == 1 => {
            names.get(origin.start..origin.start + bands).map_or(none, <[_]>::to_vec)
        }
        _ => none,
    }
}

/// The bands, rows and columns of a shape.
fn extents(shape: &[usize]) -> Result<[usize; 3], String> {
    let extents = match *shape {
        [height, width] => [1, height, width],
        [bands, height, width] => [bands, height, width],
        _ => return Err(format!("an array of shape {shape:?} is no raster: it has 2 axes, or 3 with bands")),
    };
    let most = [u16::MAX as usize, u32::MAX as usize, u32::MAX as usize];
    if extents.iter().zip(most).any(|(&n, most)| n == 0 || n > most) {
        return Err(format!("a TIFF file has 1 to 65535 bands, and at least one row and column, not {shape:?}"));
    }
    Ok(extents)
}

/// The value that stands for a missing one, and whether NaN is written as it.
fn missing(nodata: Option<f64>, form: &Form, element: ElementType) -> Result<(Option<Missing>, bool), String> {
    if let Some(value) = nodata {
        let missing = Missing::of(value);
        if missing.bytes(element).is_none() {
            return Err(format!("the missing value {value} is no value of {}", form.data_type));
        }
        return Ok((Some(missing), true));
    }
    let source = form.metadata.get::<Stored>();
    let is_float = element.is_float();
    let missing = match source {
        // Among integers of another type, the number may be a result like any.
        Some(source) => source.missing.clone().filter(|_| is_float || element == source.element),
        None => form.metadata.get::<Nodata>().map(|&Nodata(value)| Missing::of(value)),
    };
    let missing = missing.filter(|missing| missing.bytes(element).is_some());
    Ok((missing, source.is_some_and(|source| source.as_nan)))
}

/// The photometric interpretation, and the meaning of samples beyond it: colours stay what they are, where there are as many.
fn colours(form: &Form, bands: usize, element: ElementType) -> (u16, Vec<u16>) {
    let source = form
        .metadata
        .get::<Stored>()
        .filter(|source| source.photometric == 2 && source.bands == bands && source.element == element && bands >= 3);
    match source {
        Some(source) if source.extra_samples.len() == bands - 3 => (2, source.extra_samples.clone()),
        _ => (1, vec![0; bands - 1]),
    }
}
