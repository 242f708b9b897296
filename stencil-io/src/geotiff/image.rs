//! An image in a file: its size, its element type, and where its pieces are.
//!
//! A *piece* is what is compressed as one: a tile, or a strip of rows; of one band, or with the bands side by side in each pixel.

use std::ops::Range;

use stencil_runtime::chunks::ElementType;

use super::codec::Method;
use super::directory::{Directory, Order, tag};
use super::fault::Fault;
use super::place::Place;
use super::predictor::{Predictor, Row};

/// The bytes up to which strips are read together, and into which long ones are cut where nothing is compressed.
const STRIP_BYTES: usize = 64 << 10;

/// An image, and where its pieces are.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bands: usize,
    pub(super) element: ElementType,
    /// The bytes of an element.
    pub(super) size: usize,
    pub(super) order: Order,
    /// The bands of a piece: all of them where they lie side by side in each pixel, else one.
    pub(super) piece_bands: usize,
    /// The rows and columns of a piece.
    pub(super) piece: [usize; 2],
    /// True where the pieces at the lower rim are as high as others.
    padded: bool,
    pub(super) method: Method,
    pub(super) predictor: Predictor,
    pub(super) photometric: u16,
    pub(super) extra_samples: Vec<u16>,
    /// The place and the length of each piece, rows of pieces in order, band after band.
    pieces: Vec<(u64, u64)>,
}

impl Image {
    pub(super) fn read(directory: &Directory, place: &dyn Place) -> Result<Image, Fault> {
        let optional = |tag: u16, default: u64| Ok(directory.integer(place, tag)?.unwrap_or(default));
        let width = needed(directory, place, tag::WIDTH, "width")?;
        let height = needed(directory, place, tag::HEIGHT, "height")?;
        let bands = optional(tag::SAMPLES, 1)?;
        if bands == 0 || bands > u64::from(u16::MAX) {
            return Err(Fault::new(format!("has {bands} bands")));
        }
        let (element, size) = element(directory, place, bands)?;
        let bands = bands as usize;
        let compression = optional(tag::COMPRESSION, 1)?;
        let method = Method::of(compression)?;
        let predictor = match optional(tag::PREDICTOR, 1)? {
            _ if !method.predicts() => Predictor::None,
            1 => Predictor::None,
            2 => Predictor::Horizontal,
            3 if element.is_float() => Predictor::Float,
            other => return Err(Fault::new(format!("has predictor {other}, which is not supported for {element:?}"))),
        };
        let planes = match optional(tag::PLANAR, 1)? {
            1 => 1,
            2 => bands,
            other => return Err(Fault::new(format!("has the planar configuration {other}"))),
        };
        let padded = directory.has(tag::TILE_OFFSETS) || directory.has(tag::TILE_WIDTH);
        let (piece, tags) = if padded {
            let rows = needed(directory, place, tag::TILE_HEIGHT, "tile height")?;
            let columns = needed(directory, place, tag::TILE_WIDTH, "tile width")?;
            ([rows, columns], [tag::TILE_OFFSETS, tag::TILE_BYTES])
        } else {
            let rows = optional(tag::ROWS_PER_STRIP, u64::MAX)?;
            if rows == 0 {
                return Err(Fault::new("the rows of a strip are 0"));
            }
            ([(height as u64).min(rows) as usize, width], [tag::STRIP_OFFSETS, tag::STRIP_BYTES])
        };
        let photometric = optional(tag::PHOTOMETRIC, 1)? as u16;
        let extra = directory.integers(place, tag::EXTRA_SAMPLES, bands as u64)?;
        let mut image = Image {
            width,
            height,
            bands,
            element,
            size,
            order: directory.head().order,
            piece_bands: bands / planes,
            piece,
            padded,
            method,
            predictor,
            photometric,
            extra_samples: extra.into_iter().map(|sample| sample as u16).collect(),
            pieces: Vec::new(),
        };
        image.check(photometric)?;
        let [down, across] = image.counts();
        let count = (down as u64).checked_mul(across as u64).and_then(|count| count.checked_mul(planes as u64));
        let count = count.ok_or_else(|| Fault::new(format!("has {down} x {across} x {planes} tiles")))?;
        image.pieces = pieces(directory, place, tags, count)?;
        image.cut_strips(place.len());
        Ok(image)
    }

    /// Checks that a piece has a size that memory can have.
    fn check(&self, photometric: u16) -> Result<(), Fault> {
        let [rows, columns] = self.piece;
        let bytes = [rows, columns, self.piece_bands, self.size].into_iter().try_fold(1_usize, usize::checked_mul);
        if bytes.is_none_or(|bytes| bytes > isize::MAX as usize) {
            return Err(Fault::new(format!("its tiles or strips are {rows} x {columns}, which is too large")));
        }
        // Its colours may be fewer than its pixels.
        if photometric == 6 {
            return Err(Fault::new("is an image in YCbCr, which is not supported"));
        }
        Ok(())
    }

    /// Cuts one long strip without compression into many, so that a part can be read.
    fn cut_strips(&mut self, file_len: u64) {
        let [rows, columns] = self.piece;
        let row = columns * self.piece_bands * self.size;
        let whole = (rows * row) as u64;
        let held = |&(at, len): &(u64, u64)| len >= whole && at.checked_add(whole).is_some_and(|end| end <= file_len);
        let one = !self.padded && rows == self.height && self.method == Method::None && self.pieces.iter().all(held);
        let rows = (STRIP_BYTES / row).max(1);
        if !one || rows >= self.height {
            return;
        }
        let height = self.height;
        let cut = |&(at, _): &(u64, u64)| {
            (0..height).step_by(rows).map(move |first| {
                let (first, rows) = (first as u64, rows.min(height - first) as u64);
                (at + first * row as u64, rows * row as u64)
            })
        };
        self.pieces = self.pieces.iter().flat_map(cut).collect();
        self.piece[0] = rows;
    }

    /// The number of pieces down and across.
    pub(super) fn counts(&self) -> [usize; 2] {
        [self.height.div_ceil(self.piece[0]), self.width.div_ceil(self.piece[1])]
    }

    /// The rows that a job reads at once: those of a tile or of several strips.
    pub(super) fn chunk_rows(&self) -> usize {
        let bytes = self.piece_bytes(self.piece[0]);
        if self.padded { self.piece[0] } else { self.piece[0] * (STRIP_BYTES / bytes).max(1) }
    }

    fn piece_bytes(&self, rows: usize) -> usize {
        rows * self.piece[1] * self.piece_bands * self.size
    }

    /// The bytes of the piece in a row of pieces.
    pub(super) fn decoded_bytes(&self, row: usize) -> usize {
        let rows = if self.padded { self.piece[0] } else { self.piece[0].min(self.height - row * self.piece[0]) };
        self.piece_bytes(rows)
    }

    /// The place and length of a piece; `None` where it is left out, and holds no values.
    pub(super) fn piece(&self, plane: usize, row: usize, column: usize) -> Option<(u64, u64)> {
        let [down, across] = self.counts();
        let (at, len) = self.pieces[(plane * down + row) * across + column];
        (len != 0).then_some((at, len))
    }

    /// The bytes of the longest piece, as far as the file can hold it.
    pub(super) fn longest(&self, file_len: u64) -> u64 {
        self.pieces.iter().map(|&(_, len)| len.min(file_len)).max().unwrap_or(0)
    }

    /// The columns of the image in a column of pieces.
    pub(super) fn columns(&self, column: usize) -> Range<usize> {
        column * self.piece[1]..self.width.min((column + 1) * self.piece[1])
    }

    /// The cells of a row of a piece.
    pub(super) fn row(&self) -> Row {
        Row { size: self.size, samples: self.piece_bands, order: self.order }
    }
}

/// A length that the file must tell.
fn needed(directory: &Directory, place: &dyn Place, tag: u16, name: &str) -> Result<usize, Fault> {
    match directory.integer(place, tag)? {
        Some(0) => Err(Fault::new(format!("{name} is 0"))),
        Some(value) => {
            u32::try_from(value).map(|value| value as usize).map_err(|_| Fault::new(format!("{name} is {value}")))
        }
        None => Err(Fault::new(format!("has no {name}"))),
    }
}

/// The place and length of each tile or strip, of so many, from two tags.
fn pieces(directory: &Directory, place: &dyn Place, tags: [u16; 2], count: u64) -> Result<Vec<(u64, u64)>, Fault> {
    for tag in tags {
        let found = directory.count(tag);
        if found < count {
            return Err(Fault::new(format!("needs {count} tiles or strips, but tag {tag} has {found} values")));
        }
    }
    let [offsets, lens] = tags.map(|tag| directory.integers(place, tag, count));
    let pieces: Vec<(u64, u64)> = offsets?.into_iter().zip(lens?).collect();
    if pieces.len() as u64 != count {
        return Err(Fault::new(format!("has {} tiles or strips instead of {count}", pieces.len())));
    }
    Ok(pieces)
}

/// The element type, and its bytes.
fn element(directory: &Directory, place: &dyn Place, bands: u64) -> Result<(ElementType, usize), Fault> {
    let one = |tag: u16, default: u64, name: &str| {
        let values = directory.integers(place, tag, bands)?;
        let first = values.first().copied().unwrap_or(default);
        match values.iter().find(|&&value| value != first) {
            Some(other) => Err(Fault::new(format!("has bands of several types: {name} {first} and {other}"))),
            None => Ok(first),
        }
    };
    let bits = one(tag::BITS, 1, "bits")?;
    let format = one(tag::SAMPLE_FORMAT, 1, "sample format")?;
    let element = match (format, bits) {
        // 4 is `undefined`, which readers take for unsigned.
        (1 | 4, 8) => ElementType::U8,
        (1 | 4, 16) => ElementType::U16,
        (1 | 4, 32) => ElementType::U32,
        (1 | 4, 64) => ElementType::U64,
        (2, 8) => ElementType::I8,
        (2, 16) => ElementType::I16,
        (2, 32) => ElementType::I32,
        (2, 64) => ElementType::I64,
        (3, 32) => ElementType::F32,
        (3, 64) => ElementType::F64,
        _ => {
            let kind = match format {
                1 | 4 => "unsigned integers",
                2 => "integers",
                3 => "floats",
                5 | 6 => "complex numbers",
                _ => "values of an unknown format",
            };
            return Err(Fault::new(format!("holds {kind} of {bits} bits, which is not supported")));
        }
    };
    Ok((element, bits as usize / 8))
}
