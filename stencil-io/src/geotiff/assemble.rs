//! Files made of tiles: first what describes the images, then their tiles.
//!
//! The overviews' tiles stand before those of the whole image, the smallest overview first, tiles of an image in the order of
//! their rows: so readers over a network want a Cloud Optimized GeoTIFF.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::directory::tag;
use super::fault::Fault;
use super::overviews::Overview;
use super::raster::Raster;
use super::staging::Staged;
use super::text;
use crate::files;

/// The largest file whose offsets have 32 bits.
const CLASSIC: u64 = u32::MAX as u64;

/// An image of the file.
struct Level<'a> {
    tiles: &'a Staged,
    /// The lengths of the tiles.
    lens: Vec<u64>,
    /// The tags but the offsets of tiles.
    fields: Vec<Field>,
}

/// A tag with its values, as they stand in the file.
struct Field {
    tag: u16,
    kind: u16,
    count: u64,
    bytes: Vec<u8>,
}

impl Field {
    fn shorts(tag: u16, values: impl IntoIterator<Item = u16>) -> Field {
        Field::new(tag, 3, 2, values.into_iter().flat_map(u16::to_le_bytes).collect())
    }

    fn longs(tag: u16, values: impl IntoIterator<Item = u64>) -> Field {
        Field::new(tag, 4, 4, values.into_iter().flat_map(|value| (value as u32).to_le_bytes()).collect())
    }

    /// Offsets, which are longer in a BigTIFF.
    fn offsets(tag: u16, values: impl IntoIterator<Item = u64>, big: bool) -> Field {
        match big {
            true => Field::new(tag, 16, 8, values.into_iter().flat_map(u64::to_le_bytes).collect()),
            false => Field::longs(tag, values),
        }
    }

    fn doubles(tag: u16, values: &[f64]) -> Field {
        Field::new(tag, 12, 8, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn text(tag: u16, text: &str) -> Field {
        Field::new(tag, 2, 1, text.bytes().chain([0]).collect())
    }

    fn new(tag: u16, kind: u16, size: u64, bytes: Vec<u8>) -> Field {
        Field { tag, kind, count: bytes.len() as u64 / size, bytes }
    }
}

/// Writes a file, whole or not at all.
pub(super) fn write(
    path: &Path,
    raster: &Raster,
    whole: &Staged,
    overviews: &[Overview],
    big: bool,
) -> Result<(), Fault> {
    let mut levels = vec![level(raster, [raster.height, raster.width], whole, true)];
    levels.extend(overviews.iter().map(|overview| level(raster, overview.shape, &overview.tiles, false)));
    let bytes: u64 = levels.iter().flat_map(|level| &level.lens).sum();
    let head = if big { None } else { head(&levels, false).filter(|head| head.len() as u64 + bytes <= CLASSIC) };
    let head = head.or_else(|| self::head(&levels, true)).expect("offsets of 64 bits hold all");
    let mut fault = None;
    let written = files::write_whole(path, |file| {
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(&head)?;
        let mut tile = Vec::new();
        for level in levels.iter().rev() {
            for (number, &len) in level.lens.iter().enumerate() {
                let read = level.tiles.read(number as u64, &mut tile);
                // An older record of the tile may be taken for one that is torn, and be of another length.
                let read = read.and_then(|()| match tile.len() as u64 == len {
                    true => Ok(()),
                    false => Err(Fault::new(format!("tile {number} is torn: `.restart(true)` makes the output anew"))),
                });
                if let Err(read) = read {
                    fault = Some(read);
                    return Err(std::io::Error::other("a tile"));
                }
                file.write_all(&tile)?;
            }
        }
        file.flush()
    });
    match (written, fault) {
        (_, Some(fault)) => Err(fault),
        (written, None) => written.map_err(|error| Fault::of("cannot be written", error)),
    }
}

/// An image with its tags.
fn level<'a>(raster: &Raster, shape: [usize; 2], tiles: &'a Staged, whole: bool) -> Level<'a> {
    let [down, across] = raster.grid(shape);
    let lens: Vec<u64> = (0..raster.bands * down * across).map(|number| tiles.len(number as u64)).collect();
    let (bands, format) = (raster.bands, sample_format(raster));
    let each = |value: u16| std::iter::repeat_n(value, bands);
    let mut fields = vec![
        Field::longs(tag::NEW_SUBFILE_TYPE, [u64::from(!whole)]),
        Field::longs(tag::WIDTH, [shape[1] as u64]),
        Field::longs(tag::HEIGHT, [shape[0] as u64]),
        Field::shorts(tag::BITS, each(raster.size as u16 * 8)),
        Field::shorts(tag::COMPRESSION, [raster.method.number()]),
        Field::shorts(tag::PHOTOMETRIC, [raster.photometric]),
        Field::shorts(tag::SAMPLES, [bands as u16]),
        Field::shorts(tag::PLANAR, [if bands == 1 { 1 } else { 2 }]),
        Field::shorts(tag::PREDICTOR, [raster.predictor.number()]),
        Field::longs(tag::TILE_WIDTH, [raster.tile as u64]),
        Field::longs(tag::TILE_HEIGHT, [raster.tile as u64]),
        Field::longs(tag::TILE_BYTES, lens.iter().copied()),
        Field::shorts(tag::SAMPLE_FORMAT, each(format)),
    ];
    if !raster.extra_samples.is_empty() {
        fields.push(Field::shorts(tag::EXTRA_SAMPLES, raster.extra_samples.iter().copied()));
    }
    if let Some(missing) = &raster.missing {
        fields.push(Field::text(tag::GDAL_NODATA, &missing.0));
    }
    if whole {
        if let Some(place) = &raster.georeference {
            let tags = place.tags();
            let doubles = tags.doubles.into_iter().filter(|(_, values)| !values.is_empty());
            fields.extend(doubles.map(|(tag, values)| Field::doubles(tag, values)));
            if !tags.keys.is_empty() {
                fields.push(Field::shorts(tag::GEO_KEYS, tags.keys.iter().copied()));
            }
            if !tags.text.is_empty() {
                fields.push(Field::text(tag::GEO_TEXT, tags.text));
            }
        }
        if let Some(xml) = text::write(&raster.names, &raster.texts) {
            fields.push(Field::text(tag::GDAL_METADATA, &xml));
        }
    }
    Level { tiles, lens, fields }
}

fn sample_format(raster: &Raster) -> u16 {
    if raster.element.is_float() {
        3
    } else if raster.element.is_signed() {
        2
    } else {
        1
    }
}

/// The head and the directories; `None` where they need longer offsets.
fn head(levels: &[Level<'_>], big: bool) -> Option<Vec<u8>> {
    let start = if big { 16 } else { 8 };
    // Offsets of tiles take as much room whatever they are.
    let none = |level: &Level<'_>| vec![0; level.lens.len()];
    let lens: Vec<u64> = levels.iter().map(|level| directory(level, &none(level), 0, true, big).len() as u64).collect();
    let mut at = start + lens.iter().sum::<u64>();
    let mut offsets: Vec<Vec<u64>> = vec![Vec::new(); levels.len()];
    for (level, offsets) in levels.iter().zip(&mut offsets).rev() {
        for len in &level.lens {
            offsets.push(at);
            at += len;
        }
    }
    if !big && at > CLASSIC {
        return None;
    }
    let mut bytes = b"II".to_vec();
    if big {
        bytes.extend([43, 0, 8, 0, 0, 0]);
        bytes.extend(start.to_le_bytes());
    } else {
        bytes.extend([42, 0]);
        bytes.extend((start as u32).to_le_bytes());
    }
    for (number, (level, offsets)) in levels.iter().zip(&offsets).enumerate() {
        let last = number + 1 == levels.len();
        bytes.extend(directory(level, offsets, bytes.len() as u64, last, big));
    }
    Some(bytes)
}

/// A directory at a place, and the values of its tags behind it; the next one follows.
fn directory(level: &Level<'_>, offsets: &[u64], at: u64, last: bool, big: bool) -> Vec<u8> {
    let offsets = Field::offsets(tag::TILE_OFFSETS, offsets.iter().copied(), big);
    let mut fields: Vec<&Field> = level.fields.iter().chain([&offsets]).collect();
    fields.sort_by_key(|field| field.tag);
    let (count_len, entry_len, offset_len) = if big { (8, 20, 8) } else { (2, 12, 4) };
    let number = |value: u64| value.to_le_bytes()[..offset_len].to_vec();
    let len = count_len + fields.len() * entry_len + offset_len;
    let mut bytes = (fields.len() as u64).to_le_bytes()[..count_len].to_vec();
    let mut values = Vec::new();
    let values_at = len.next_multiple_of(8);
    for field in fields {
        bytes.extend(field.tag.to_le_bytes());
        bytes.extend(field.kind.to_le_bytes());
        bytes.extend(number(field.count));
        if field.bytes.len() <= offset_len {
            bytes.extend(&field.bytes);
            bytes.resize(bytes.len() + offset_len - field.bytes.len(), 0);
        } else {
            bytes.extend(number(at + (values_at + values.len()) as u64));
            values.extend(&field.bytes);
            values.resize(values.len().next_multiple_of(8), 0);
        }
    }
    let next = if last { 0 } else { at + (values_at + values.len()) as u64 };
    bytes.extend(number(next));
    bytes.resize(values_at, 0);
    bytes.extend(values);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_longer_where_they_must_be() {
        let tiles = Staged::of(Vec::new(), "").expect("no tiles are right");
        let of = |len| [Level { tiles: &tiles, lens: vec![len; 5], fields: Vec::new() }];
        // As long as a file may be whose offsets have 32 bits.
        let room = CLASSIC - head(&of(0), false).expect("it is short").len() as u64;
        assert!(head(&of(room / 5), false).is_some());
        assert!(head(&of(room / 5 + 1), false).is_none());
        let levels = of(1 << 40);
        let bytes = head(&levels, true).expect("it has offsets of 64 bits");
        assert_eq!(bytes[..4], *b"II\x2b\0");
        // The last offset is that of the last tile.
        let last = (4_u64 << 40) + bytes.len() as u64;
        assert!(bytes.windows(8).any(|window| window == last.to_le_bytes()));
    }
}
