//! Planes written as files.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use png::{BitDepth, ColorType};
use stencil_runtime::Element;
use stencil_runtime::chunks::{Cells, DataType, ElementType, Scalar};

#[cfg(feature = "image")]
use super::encode_tiff;

/// The compression of images that are written: none of them loses anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageCompression {
    /// None: the largest files.
    None,
    /// The one that takes least time: for PNG a deflate made for it, for TIFF none.
    #[default]
    Fast,
    /// Deflate that takes several times as long, for files that are some per cent smaller.
    Small,
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    #[cfg(feature = "image")]
    Tiff,
}

impl Format {
    /// The names of the formats, in a sentence.
    pub(super) const NAMES: &str =
        if cfg!(feature = "image") { "png or tif" } else { "png, with the feature `image` also as tif" };

    /// The format of an extension.
    pub(super) fn of(extension: &str) -> Option<Format> {
        match () {
            () if extension.eq_ignore_ascii_case("png") => Some(Format::Png),
            #[cfg(feature = "image")]
            () if extension.eq_ignore_ascii_case("tif") || extension.eq_ignore_ascii_case("tiff") => Some(Format::Tiff),
            () => None,
        }
    }

    /// True for elements that it can hold: numbers, and pixels of them.
    pub(super) fn holds(self, data_type: DataType) -> bool {
        let Some(sample) = data_type.scalar().or_else(|| Some(data_type.as_array()?.0)) else { return false };
        match self {
            Format::Png => matches!(sample, ElementType::Bool | ElementType::U8 | ElementType::U16),
            #[cfg(feature = "image")]
            Format::Tiff => !matches!(sample, ElementType::F16 | ElementType::Isize | ElementType::Usize),
        }
    }

    /// The bytes that encoding takes beyond the cells: of a plane and of a row in bytes.
    pub(super) fn scratch_bytes(self, plane: usize, row: usize) -> usize {
        let _ = plane;
        match self {
            // Rows: filtered in all ways, and before and after; deflate's window, and what is gathered for the file.
            Format::Png => row.saturating_mul(8).saturating_add(1 << 20),
            #[cfg(feature = "image")]
            Format::Tiff => encode_tiff::scratch_bytes(plane, row),
        }
    }

    /// Writes a plane: rows, columns and perhaps channels, where the cells are `stacked` behind an axis of one plane.
    pub(super) fn write(
        self,
        cells: &Cells<'_>,
        stacked: bool,
        compression: ImageCompression,
        file: &mut File,
    ) -> io::Result<()> {
        let shape = &cells.shape()[usize::from(stacked)..];
        let (rows, columns) = (shape[0], shape[1]);
        let side = |n: usize| u32::try_from(n).map_err(|_| io::Error::other("a side is too long for the format"));
        let size = [side(columns)?, side(rows)?];
        let channels = match cells.data_type().as_array() {
            Some((_, channels)) => channels,
            None => shape.get(2).copied().unwrap_or(1),
        };
        match self {
            Format::Png => {
                let bytes = write_png(cells, size, channels, compression, file)?;
                let row = shape[1..].iter().product::<usize>() * cells.data_type().size();
                if bytes > stored_bytes((row as u64 + 1) * rows as u64) {
                    // Noise is larger compressed: the codes of the fast one take up to 12 bits a byte.
                    file.set_len(0)?;
                    file.rewind()?;
                    write_png(cells, size, channels, ImageCompression::None, file)?;
                }
                Ok(())
            }
            #[cfg(feature = "image")]
            Format::Tiff => {
                let mut file = BufWriter::with_capacity(1 << 17, file);
                encode_tiff::write_tiff(cells, size, channels, compression, &mut file)?;
                file.flush()
            }
        }
    }
}

/// The most bytes of a file that is not compressed, its rows and their filters taking `rows`: deflate puts 5 bytes in front of
/// each block, PNG 12 around each of its chunks, and there is a header.
fn stored_bytes(rows: u64) -> u64 {
    rows + 5 * (rows / 32_768 + 1) + 12 * (rows / PNG_CHUNK as u64 + 1) + 100
}

/// The bytes of a PNG file that are gathered before they are written.
const PNG_CHUNK: usize = 1 << 17;

/// Writes rows as they are compressed, so that a plane takes no memory beside its cells; tells the bytes of the file.
fn write_png(
    cells: &Cells<'_>,
    [width, height]: [u32; 2],
    channels: usize,
    compression: ImageCompression,
    file: &mut File,
) -> io::Result<u64> {
    let mut written = Written { file: BufWriter::new(file), bytes: 0, error: None };
    let mut encoder = png::Encoder::new(&mut written, width, height);
    encoder.set_color(match channels {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.set_compression(match compression {
        ImageCompression::None => png::Compression::NoCompression,
        ImageCompression::Fast => png::Compression::Fast,
        ImageCompression::Small => png::Compression::Balanced,
    });
    let row = width as usize * channels;
    if let Some(x) = samples::<u16>(cells) {
        encoder.set_depth(BitDepth::Sixteen);
        let mut writer = encoder.write_header()?;
        let mut rows = writer.stream_writer_with_size(PNG_CHUNK)?;
        let mut bytes = vec![0; 2 * row];
        for x in x.chunks_exact(row) {
            // PNG keeps the high byte first.
            bytes.as_chunks_mut().0.iter_mut().zip(x).for_each(|(bytes, sample)| *bytes = sample.to_be_bytes());
            rows.write_all(&bytes)?;
        }
        rows.finish()?;
        writer.finish()?;
    } else {
        let mut writer = encoder.write_header()?;
        let mut rows = writer.stream_writer_with_size(PNG_CHUNK)?;
        if let Some(x) = samples::<u8>(cells) {
            rows.write_all(&x)?;
        } else {
            let x = in_order::<bool>(cells).expect("the type was checked");
            let mut bytes = vec![0; row];
            for x in x.chunks_exact(row) {
                bytes.iter_mut().zip(x).for_each(|(byte, &cell)| *byte = u8::from(cell) * u8::MAX);
                rows.write_all(&bytes)?;
            }
        }
        rows.finish()?;
        writer.finish()?;
    }
    match written.error {
        Some(error) => Err(error),
        None => written.file.flush().map(|()| written.bytes),
    }
}

/// A file that takes all that comes, and remembers the error: the compressor panics at some.
struct Written<'a> {
    file: BufWriter<&'a mut File>,
    bytes: u64,
    error: Option<io::Error>,
}

impl Write for Written<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        if self.error.is_none() {
            self.error = self.file.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The samples of numbers of a type, or of pixels of them, in order.
pub(super) fn samples<'a, T: Scalar>(cells: &Cells<'a>) -> Option<Cow<'a, [T]>> {
    fn of_pixels<'a, T: Scalar, const C: usize>(cells: &Cells<'a>) -> Option<Cow<'a, [T]>> {
        Some(match in_order::<[T; C]>(cells)? {
            Cow::Borrowed(pixels) => Cow::Borrowed(pixels.as_flattened()),
            Cow::Owned(pixels) => Cow::Owned(pixels.into_flattened()),
        })
    }
    let pixels = || of_pixels::<T, 3>(cells).or_else(|| of_pixels::<T, 4>(cells));
    let few = || of_pixels::<T, 1>(cells).or_else(|| of_pixels::<T, 2>(cells));
    in_order(cells).or_else(few).or_else(pixels)
}

/// The cells in row-major order, if `T` is their type. Those of jobs lie so.
pub(super) fn in_order<'a, T: Element>(cells: &Cells<'a>) -> Option<Cow<'a, [T]>> {
    let x = cells.array::<T>()?;
    Some(x.to_slice().map_or_else(|| x.iter().copied().collect(), Cow::Borrowed))
}
