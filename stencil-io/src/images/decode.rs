//! The headers and the pixels of files.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use png::{BitDepth, Transformations};
use stencil_runtime::chunks::{CellsMut, DataType, ElementType};
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::tiff_pages;
use crate::rows::copy_rows;

/// The most bytes that a byte of a PNG file can stand for: what deflate reaches.
const PNG_RATIO: u64 = 1032;
/// The same for TIFF, of which zstd packs best: 128 KiB in 4 bytes.
const TIFF_RATIO: u64 = 1 << 15;

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
    Jpeg,
    /// The page of a TIFF file whose directory is at a position.
    Tiff(u64),
    /// The bytes from a position on, swapped or not.
    Raw {
        at: u64,
        swapped: bool,
    },
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
    let (pages, ratio) = if magic.starts_with(b"\x89PNG") {
        (vec![(Page::Png, png_look(&png_reader(file)?)?)], PNG_RATIO)
    } else if magic.starts_with(b"\xff\xd8") {
        (vec![(Page::Jpeg, jpeg_decoder(file)?.1)], u64::MAX)
    } else if magic.starts_with(b"II") || magic.starts_with(b"MM") {
        (tiff_pages::pages(file)?, TIFF_RATIO)
    } else if magic.is_empty() {
        return Err("is empty".to_owned());
    } else {
        return Err("is no PNG, JPEG or TIFF file".to_owned());
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
            Page::Jpeg => plane.saturating_mul(3),
            // A compressed strip or tile, which may be all, and samples before they are put together.
            Page::Tiff(_) => plane.saturating_mul(2).saturating_add(1 << 18),
            Page::Raw { .. } => 0,
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
    let changed = |found: Look| match found == *look {
        true => Ok(()),
        false => Err(format!("is {found} now, and was {look} when the stack was opened")),
    };
    match page {
        Page::Png => {
            let mut reader = png_reader(open(path)?)?;
            changed(png_look(&reader)?)?;
            reader.next_frame(bytes).map_err(|error| format!("cannot be decoded: {error}"))?;
            // PNG keeps the high byte first.
            if look.size() == 2 && cfg!(target_endian = "little") {
                swap::<2>(bytes);
            }
        }
        Page::Jpeg => {
            let (mut decoder, found) = jpeg_decoder(open(path)?)?;
            changed(found)?;
            decoder.decode_into(bytes).map_err(|error| format!("cannot be decoded: {error}"))?;
        }
        Page::Tiff(directory) => tiff_pages::decode(open(path)?, directory, look, bytes)?,
        Page::Raw { at, swapped } => {
            let mut file = open(path)?;
            let read = file.seek(std::io::SeekFrom::Start(at)).and_then(|_| file.read_exact(bytes));
            read.map_err(|error| format!("cannot be read: {error}"))?;
            match look.size() {
                2 if swapped => swap::<2>(bytes),
                4 if swapped => swap::<4>(bytes),
                8 if swapped => swap::<8>(bytes),
                _ => {}
            }
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<BufReader<File>, String> {
    let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    Ok(BufReader::with_capacity(1 << 17, file))
}

fn swap<const N: usize>(bytes: &mut [u8]) {
    bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|element| element.reverse());
}

fn png_reader(file: BufReader<File>) -> Result<png::Reader<BufReader<File>>, String> {
    let mut decoder = png::Decoder::new(file);
    // Palettes become colours, fewer bits become 8, and a transparent colour becomes alpha.
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.read_info().map_err(|error| format!("has a header that cannot be read: {error}"))
}

fn png_look(reader: &png::Reader<BufReader<File>>) -> Result<Look, String> {
    let (colour, depth) = reader.output_color_type();
    let scalar = match depth {
        BitDepth::Eight => ElementType::U8,
        BitDepth::Sixteen => ElementType::U16,
        depth => return Err(format!("has pixels of {depth:?} bits, and 8 and 16 can be read")),
    };
    let (rows, columns) = (reader.info().height as usize, reader.info().width as usize);
    Ok(Look { rows, columns, channels: colour.samples(), scalar })
}

fn jpeg_decoder(file: BufReader<File>) -> Result<(JpegDecoder<BufReader<File>>, Look), String> {
    // Strict: the rest of a file that is cut off is not grey.
    let options = DecoderOptions::new_safe().set_max_width(1 << 16).set_max_height(1 << 16).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(file, options);
    let unreadable = |error| format!("has a header that cannot be read: {error}");
    decoder.decode_headers().map_err(unreadable)?;
    let (Some(info), Some(colours)) = (decoder.info(), decoder.input_colorspace()) else {
        return Err("has no header".to_owned());
    };
    let (output, channels) = match colours {
        ColorSpace::Luma => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(output));
    let look = Look { rows: info.height.into(), columns: info.width.into(), channels, scalar: ElementType::U8 };
    Ok((decoder, look))
}
