//! The head of a TIFF file and its directories: tags with values, read as far as the file can hold them.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Fault;
use super::place::Place;

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// The order of this machine.
    pub(super) const NATIVE: Order = if cfg!(target_endian = "big") { Order::Big } else { Order::Little };

    fn unsigned(self, bytes: &[u8]) -> u64 {
        let digit = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
        match self {
            Order::Big => bytes.iter().fold(0, digit),
            Order::Little => bytes.iter().rev().fold(0, digit),
        }
    }
}

/// Tags that are read or written.
pub(super) mod tag {
    pub(in super::super) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in super::super) const WIDTH: u16 = 256;
    pub(in super::super) const HEIGHT: u16 = 257;
    pub(in super::super) const BITS: u16 = 258;
    pub(in super::super) const COMPRESSION: u16 = 259;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const STRIP_OFFSETS: u16 = 273;
    pub(in super::super) const SAMPLES: u16 = 277;
    pub(in super::super) const ROWS_PER_STRIP: u16 = 278;
    pub(in super::super) const STRIP_BYTES: u16 = 279;
    pub(in super::super) const PLANAR: u16 = 284;
    pub(in super::super) const PREDICTOR: u16 = 317;
    pub(in super::super) const TILE_WIDTH: u16 = 322;
    pub(in super::super) const TILE_HEIGHT: u16 = 323;
    pub(in super::super) const TILE_OFFSETS: u16 = 324;
    pub(in super::super) const TILE_BYTES: u16 = 325;
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    pub(in super::super) const SAMPLE_FORMAT: u16 = 339;
    pub(in super::super) const PIXEL_SCALE: u16 = 33550;
    pub(in super::super) const TIEPOINTS: u16 = 33922;
    pub(in super::super) const TRANSFORMATION: u16 = 34264;
    pub(in super::super) const GEO_KEYS: u16 = 34735;
    pub(in super::super) const GEO_DOUBLES: u16 = 34736;
    pub(in super::super) const GEO_TEXT: u16 = 34737;
    pub(in super::super) const GDAL_METADATA: u16 = 42112;
    pub(in super::super) const GDAL_NODATA: u16 = 42113;
}

/// The head of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) order: Order,
    /// True for BigTIFF, whose offsets have 64 bits.
    pub(super) big: bool,
    first: u64,
}

/// The value of a tag: its type, the number of values, and the values or where they are.
#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: u16,
    count: u64,
    field: [u8; 8],
}

/// A directory, which describes an image.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    head: Head,
    entries: BTreeMap<u16, Entry>,
    next: u64,
}

fn take(place: &dyn Place, at: u64, len: u64, what: &str) -> Result<Vec<u8>, Fault> {
    if at.checked_add(len).is_none_or(|end| end > place.len()) {
        let bytes = place.len();
        return Err(Fault::new(format!("{what} is {len} bytes at {at}, the file has {bytes} bytes")));
    }
    let mut buffer = Vec::new();
    place
        .describe_at(at, len as usize, &mut buffer)
        .map_err(|error| Fault::of(format!("{what} cannot be read"), error))?;
    Ok(buffer)
}

impl Head {
    pub(super) fn read(place: &dyn Place) -> Result<Head, Fault> {
        let none = || Fault::new("is no TIFF file: it does not begin with `II` or `MM` and 42 or 43");
        if place.len() < 8 {
            return Err(none());
        }
        let start = take(place, 0, 8, "the head")?;
        let order = match &start[..2] {
            b"II" => Order::Little,
            b"MM" => Order::Big,
            _ => return Err(none()),
        };
        match order.unsigned(&start[2..4]) {
            42 => Ok(Head { order, big: false, first: order.unsigned(&start[4..8]) }),
            43 if order.unsigned(&start[4..6]) == 8 => {
                let first = order.unsigned(&take(place, 8, 8, "the head")?);
                Ok(Head { order, big: true, first })
            }
            _ => Err(none()),
        }
    }

    fn directory(self, place: &dyn Place, at: u64) -> Result<Directory, Fault> {
        let (count_len, entry_len, field_len) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.order.unsigned(&take(place, at, count_len, "a directory")?);
        let len = count.checked_mul(entry_len).and_then(|len| len.checked_add(field_len));
        let len = len.ok_or_else(|| Fault::new(format!("a directory has {count} tags")))?;
        let bytes = take(place, at + count_len, len, "a directory")?;
        let (entries, next) = bytes.split_at((count * entry_len) as usize);
        let half = (entry_len - field_len) as usize;
        let entry = |bytes: &[u8]| {
            let mut field = [0; 8];
            field[..field_len as usize].copy_from_slice(&bytes[half..]);
            let count = self.order.unsigned(&bytes[4..half]);
            let [tag, kind] = [&bytes[..2], &bytes[2..4]].map(|bytes| self.order.unsigned(bytes) as u16);
            (tag, Entry { kind, count, field })
        };
        let entries = entries.chunks_exact(entry_len as usize).map(entry).collect();
        Ok(Directory { head: self, entries, next: self.order.unsigned(next) })
    }

    /// The first directory.
    pub(super) fn first(self, place: &dyn Place) -> Result<Directory, Fault> {
        if self.first == 0 {
            return Err(Fault::new("has no image"));
        }
        self.directory(place, self.first)
    }

    /// All directories.
    pub(super) fn all(self, place: &dyn Place) -> Result<Vec<Directory>, Fault> {
        let (mut at, mut seen, mut directories) = (self.first, BTreeSet::new(), Vec::new());
        while at != 0 {
            if !seen.insert(at) {
                return Err(Fault::new(format!("its directories go round in a circle: that at {at} comes again")));
            }
            let directory = self.directory(place, at)?;
            at = directory.next;
            directories.push(directory);
        }
        Ok(directories)
    }
}

impl Directory {
    pub(super) fn head(&self) -> Head {
        self.head
    }

    pub(super) fn has(&self, tag: u16) -> bool {
        self.entries.contains_key(&tag)
    }

    /// The number of values of a tag.
    pub(super) fn count(&self, tag: u16) -> u64 {
        self.entries.get(&tag).map_or(0, |entry| entry.count)
    }

    /// The bytes of the first values of a tag, `most` of them at most, and the type.
    fn bytes(&self, place: &dyn Place, tag: u16, most: u64) -> Result<Option<(u16, Vec<u8>)>, Fault> {
        let Some(entry) = self.entries.get(&tag) else { return Ok(None) };
        let size: u64 = match entry.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            kind => return Err(Fault::new(format!("tag {tag} has values of the unknown type {kind}"))),
        };
        let whole = entry.count.checked_mul(size);
        let whole = whole.ok_or_else(|| Fault::new(format!("tag {tag} has {} values", entry.count)))?;
        let len = whole.min(most.saturating_mul(size));
        let field_len = if self.head.big { 8 } else { 4 };
        if whole <= field_len {
            return Ok(Some((entry.kind, entry.field[..len as usize].to_vec())));
        }
        let at = self.head.order.unsigned(&entry.field[..field_len as usize]);
        Ok(Some((entry.kind, take(place, at, len, &format!("tag {tag}"))?)))
    }

    /// The first values of a tag as integers, `most` of them at most; none where it is not there.
    pub(super) fn integers(&self, place: &dyn Place, tag: u16, most: u64) -> Result<Vec<u64>, Fault> {
        let Some((kind, bytes)) = self.bytes(place, tag, most)? else { return Ok(Vec::new()) };
        let size = match kind {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => return Err(Fault::new(format!("tag {tag} should be of unsigned integers, but has type {kind}"))),
        };
        Ok(bytes.chunks_exact(size).map(|bytes| self.head.order.unsigned(bytes)).collect())
    }

    /// The value of a tag that has one.
    pub(super) fn integer(&self, place: &dyn Place, tag: u16) -> Result<Option<u64>, Fault> {
        Ok(self.integers(place, tag, 1)?.first().copied())
    }

    /// The values of a tag as numbers of 64 bits; none where it is not there.
    pub(super) fn doubles(&self, place: &dyn Place, tag: u16) -> Result<Vec<f64>, Fault> {
        match self.bytes(place, tag, u64::MAX)? {
            Some((12, bytes)) => {
                let double = |bytes: &[u8]| f64::from_bits(self.head.order.unsigned(bytes));
                Ok(bytes.chunks_exact(8).map(double).collect())
            }
            Some((kind, _)) => Err(Fault::new(format!("tag {tag} should be of doubles, but has type {kind}"))),
            None => Ok(Vec::new()),
        }
    }

    /// The value of a tag as text, without the zero at its end.
    pub(super) fn text(&self, place: &dyn Place, tag: u16) -> Result<Option<String>, Fault> {
        let Some((_, bytes)) = self.bytes(place, tag, u64::MAX)? else { return Ok(None) };
        let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        Ok(Some(String::from_utf8_lossy(&bytes[..end]).into_owned()))
    }
}
