//! The headers and the pixels of files.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use png::{BitDepth, Transformations};
use stencil_runtime::chunks::{CellsMut, DataType, ElementType};

#[cfg(feature = "image")]
use super::{jpeg, tiff_pages};
use crate::rows::copy_rows;

/// The most bytes that a byte of a PNG file can stand for: what deflate reaches.
const PNG_RATIO: u64 = 1032;
/// The same for TIFF, of which zstd packs best: 128 KiB in 4 bytes.
#[cfg(feature = "image")]
const TIFF_RATIO: u64 = 1 << 15;

/// An open file.
pub(super) type Reader = BufReader<File>;

/// The size and the kind of the pixels of a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) channels: usize,
    pub(super) scalar: ElementType,
}

impl Look {
    /// Rows, columns, and channels if there are several.
    pub(super) fn shape(&self) -> Vec<usize> {
        let mut shape = vec![self.rows, self.columns];
        if self.channels > 1 {
            shape.push(self.channels);
        }
        shape
    }

    pub(super) fn size(&self) -> usize {
        DataType::from(self.scalar).size()
    }

    /// The bytes of the plane.
    pub(super) fn bytes(&self) -> u64 {
        [self.columns, self.channels, self.size()]
            .iter()
            .fold(self.rows as u64, |bytes, &n| bytes.saturating_mul(n as u64))
    }
}

/// As in messages: `[512, 640, 3] of u8`.
impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {}", self.shape(), DataType::from(self.scalar))
    }
}

/// The place of a plane in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// It is the whole file.
    Png,
    #[cfg(feature = "image")]
    Jpeg,
    #[cfg(feature = "image")]
    Tiff(tiff_pages::Place),
}

/// The planes of a file.
pub(super) struct Header {
    pub(super) pages: Vec<(Page, Look)>,
    /// The bytes that decoding one takes beside its cells.
    pub(super) scratch: usize,
}

/// Reads the header of a file.
pub(super) fn header(path: &Path) -> Result<Header, String> {
    let mut file = open(path)?;
    let length = file.get_ref().metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
    let mut magic = Vec::new();
    (&mut file).take(8).read_to_end(&mut magic).map_err(|error| format!("cannot be read: {error}"))?;
    file.rewind().map_err(|error| format!("cannot be read: {error}"))?;
    let (pages, ratio) = match &magic[..] {
        [0x89, b'P', b'N', b'G', ..] => (vec![(Page::Png, png_look(&png_reader(file)?)?)], PNG_RATIO),
        #[cfg(feature = "image")]
        [0xff, 0xd8, ..] => (vec![(Page::Jpeg, jpeg::look(file)?)], u64::MAX),
        #[cfg(feature = "image")]
        [b'I', b'I', ..] | [b'M', b'M', ..] => (tiff_pages::pages(file)?, TIFF_RATIO),
        #[cfg(not(feature = "image"))]
        [0xff, 0xd8, ..] | [b'I', b'I', ..] | [b'M', b'M', ..] => {
            return Err("is no PNG file; JPEG and TIFF are read with the feature `image`".to_owned());
        }
        [] => return Err("is empty".to_owned()),
        _ if cfg!(feature = "image") => return Err("is no PNG, JPEG or TIFF file".to_owned()),
        _ => return Err("is no PNG file".to_owned()),
    };
    let mut scratch = 0;
    for (page, look) in &pages {
        if look.bytes() > length.saturating_mul(ratio) || look.bytes() > isize::MAX as u64 {
            return Err(format!("claims to be {look}, more than a file of {length} bytes can hold"));
        }
        let plane = look.bytes() as usize;
        scratch = scratch.max(match page {
            // Some rows, and what is read ahead.
            Page::Png => (1 << 18) + 3 * plane / look.rows.max(1),
            // A progressive one keeps its coefficients.
            #[cfg(feature = "image")]
            Page::Jpeg => plane.saturating_mul(3),
            #[cfg(feature = "image")]
            Page::Tiff(place) => place.scratch_bytes(plane),
        });
    }
    Ok(Header { pages, scratch })
}

/// Decodes a plane into cells, which are whole.
pub(super) fn plane(path: &Path, page: Page, look: &Look, cells: &mut CellsMut<'_>) -> Result<(), String> {
    if let Some(bytes) = cells.bytes_mut() {
        return decode(path, page, look, bytes);
    }
    // Cells that do not lie in a row, which those of jobs do.
    let mut bytes = vec![0; look.bytes() as usize];
    decode(path, page, look, &mut bytes)?;
    copy_rows(cells, &mut &bytes[..]);
    Ok(())
}

fn decode(path: &Path, page: Page, look: &Look, bytes: &mut [u8]) -> Result<(), String> {
    let file = open(path)?;
    match page {
        Page::Png => decode_png(file, look, bytes),
        #[cfg(feature = "image")]
        Page::Jpeg => jpeg::decode(file, look, bytes),
        #[cfg(feature = "image")]
        Page::Tiff(place) => tiff_pages::decode(file, place, look, bytes),
    }
}

/// Refuses a file that was exchanged since the stack was opened.
pub(super) fn changed(found: Look, wanted: &Look) -> Result<(), String> {
    if found == *wanted {
        return Ok(());
    }
    Err(format!("is {found} now, and was {wanted} when the stack was opened"))
}

fn open(path: &Path) -> Result<Reader, String> {
    let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    Ok(BufReader::with_capacity(1 << 17, file))
}

fn decode_png(file: Reader, wanted: &Look, bytes: &mut [u8]) -> Result<(), String> {
    let mut reader = png_reader(file)?;
    changed(png_look(&reader)?, wanted)?;
    reader.next_frame(bytes).map_err(|error| format!("cannot be decoded: {error}"))?;
    // PNG keeps the high byte first.
    if wanted.size() == 2 && cfg!(target_endian = "little") {
        bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|sample| sample.reverse());
    }
    Ok(())
}

fn png_reader(file: Reader) -> Result<png::Reader<Reader>, String> {
    let mut decoder = png::Decoder::new(file);
    // Palettes become colours, fewer bits become 8, and a transparent colour becomes alpha.
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.read_info().map_err(|error| format!("has a header that cannot be read: {error}"))
}

fn png_look(reader: &png::Reader<Reader>) -> Result<Look, String> {
    let (colour, depth) = reader.output_color_type();
    let scalar = match depth {
        BitDepth::Eight => ElementType::U8,
        BitDepth::Sixteen => ElementType::U16,
        depth => return Err(format!("has pixels of {depth:?} bits, and 8 and 16 can be read")),
    };
    let (rows, columns) = (reader.info().height as usize, reader.info().width as usize);
    Ok(Look { rows, columns, channels: colour.samples(), scalar })
}
