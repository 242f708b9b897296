//! Pages of TIFF files.
//!
//! Grey values are larger where it is lighter, in all planes of a stack: those of a page whose zero is white are turned, as image
//! programs show them. A GeoTIFF, in contrast, holds numbers rather than shades, and keeps them.

use std::io::{self, Read, Seek, SeekFrom};

use stencil_runtime::chunks::{DataType, ElementType};
use tiff::ColorType;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::{ByteOrder, CompressionMethod, PhotometricInterpretation, SampleFormat, Tag};

use super::decode::{Look, Page, Reader, changed};

/// The place of a plane in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The page whose directory is at a position.
    Directory(u64),
    /// The bytes from a position on, as they are.
    Bytes(Bytes),
}

/// Samples that are not compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bytes {
    at: u64,
    /// In the other byte order than that of the machine.
    swapped: bool,
    /// White is zero.
    inverted: bool,
}

impl Place {
    /// The bytes that decoding a plane takes beside its cells, which take `plane` bytes.
    pub(super) fn scratch_bytes(self, plane: usize) -> usize {
        match self {
            // A compressed strip or tile, which may be all, and samples before they are put together.
            Place::Directory(_) => plane.saturating_mul(2).saturating_add(1 << 18),
            Place::Bytes(_) => 0,
        }
    }
}

/// The pages of a file, without those that are marked as smaller copies or masks of others.
pub(super) fn pages(file: Reader) -> Result<Vec<(Page, Look)>, String> {
    let unreadable = |error| format!("has a header that cannot be read: {error}");
    let mut decoder = Decoder::new(file).map_err(unreadable)?;
    let mut pages = Vec::new();
    loop {
        let kind: u32 = decoder.find_tag_unsigned(Tag::NewSubfileType).map_err(unreadable)?.unwrap_or(0);
        if kind & 0b101 == 0 {
            let at = decoder.ifd_pointer().map_or(0, |pointer| pointer.0);
            let look = look(&mut decoder);
            let look = look
                .map_err(|reason| if pages.is_empty() { reason } else { format!("page {}: {reason}", pages.len()) });
            pages.push((Page::Tiff(Place::Directory(at)), look?));
        }
        if !decoder.more_images() {
            break;
        }
        decoder.next_image().map_err(unreadable)?;
    }
    if let [(_, look)] = &pages[..] {
        let planes = one_directory(&mut decoder, look)?;
        if !planes.is_empty() {
            return Ok(planes);
        }
    }
    Ok(pages)
}

/// The size and kind of the pixels of the current page.
fn look(decoder: &mut Decoder<impl Read + Seek>) -> Result<Look, String> {
    let unreadable = |error| format!("has a header that cannot be read: {error}");
    let (columns, rows) = decoder.dimensions().map_err(unreadable)?;
    let colour = decoder.colortype().map_err(unreadable)?;
    let layout = decoder.image_buffer_layout().map_err(unreadable)?;
    let (bits, channels) = match colour {
        ColorType::Gray(bits) => (bits, 1),
        ColorType::GrayA(bits) => (bits, 2),
        ColorType::RGB(bits) => (bits, 3),
        ColorType::RGBA(bits) => (bits, 4),
        ColorType::Multiband { bit_depth, num_samples } => (bit_depth, num_samples.into()),
        other => return Err(format!("has pixels of {other:?}, and grey and RGB can be read, with or without alpha")),
    };
    use ElementType::{F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let scalar = match (layout.sample_format, bits) {
        (SampleFormat::Uint, 8) => U8,
        (SampleFormat::Uint, 16) => U16,
        (SampleFormat::Uint, 32) => U32,
        (SampleFormat::Uint, 64) => U64,
        (SampleFormat::Int, 8) => I8,
        (SampleFormat::Int, 16) => I16,
        (SampleFormat::Int, 32) => I32,
        (SampleFormat::Int, 64) => I64,
        (SampleFormat::IEEEFP, 16) => F16,
        (SampleFormat::IEEEFP, 32) => F32,
        (SampleFormat::IEEEFP, 64) => F64,
        (format, bits) => {
            return Err(format!("has samples of {bits} bits of kind {format:?}, which kernels do not take"));
        }
    };
    let turns = channels == 1 && matches!(scalar, U8 | U16 | U32 | U64 | F32 | F64);
    if white_is_zero(decoder)? && !turns {
        let scalar = DataType::from(scalar);
        let read = "says that white is zero, which is read of one channel of unsigned integers or floats";
        return Err(format!("{read}, not of {channels} of {scalar}"));
    }
    let look = Look { rows: rows as usize, columns: columns as usize, channels, scalar };
    if layout.complete_len as u64 != look.bytes() {
        return Err(format!("has other samples beside {colour:?}, which cannot be read"));
    }
    Ok(look)
}

/// True for a page of grey values that are smaller where it is lighter.
fn white_is_zero(decoder: &mut Decoder<impl Read + Seek>) -> Result<bool, String> {
    let photometric = decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation);
    let photometric = photometric.map_err(|error| format!("has a header that cannot be read: {error}"))?;
    Ok(photometric == Some(PhotometricInterpretation::WhiteIsZero.to_u16()))
}

/// The planes of a stack of ImageJ's beyond 4 GiB: it has one directory, and the planes lie one behind the other.
fn one_directory(decoder: &mut Decoder<Reader>, look: &Look) -> Result<Vec<(Page, Look)>, String> {
    let Ok(description) = decoder.get_tag_ascii_string(Tag::ImageDescription) else { return Ok(Vec::new()) };
    let Some(description) = description.strip_prefix("ImageJ=") else { return Ok(Vec::new()) };
    let images = description.lines().find_map(|line| line.strip_prefix("images="));
    let images: u64 = images.and_then(|images| images.trim().parse().ok()).unwrap_or(1);
    if images < 2 {
        return Ok(Vec::new());
    }
    let unreadable = |error| format!("has a header that cannot be read: {error}");
    let method: u16 = decoder.find_tag_unsigned(Tag::Compression).map_err(unreadable)?.unwrap_or(1);
    let offsets = decoder.get_tag_u64_vec(Tag::StripOffsets).map_err(unreadable)?;
    let length = decoder.inner().get_ref().metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
    let start = offsets.first().copied().unwrap_or(0);
    let end = images.checked_mul(look.bytes()).and_then(|bytes| bytes.checked_add(start));
    if method != CompressionMethod::None.to_u16() || offsets.len() != 1 || end.is_none_or(|end| end > length) {
        return Err(format!("says that it holds {images} images, but one can be found"));
    }
    // Tiny ones take more memory as entries of a list than in the file.
    if images > 1 << 20 && look.bytes() < size_of::<(Page, Look)>() as u64 {
        return Err(format!("says that it holds {images} images of {look}, more than are read"));
    }
    let machine = if cfg!(target_endian = "little") { ByteOrder::LittleEndian } else { ByteOrder::BigEndian };
    let swapped = decoder.byte_order() != machine;
    let inverted = white_is_zero(decoder)?;
    let page = |number| Bytes { at: start + number * look.bytes(), swapped, inverted };
    Ok((0..images).map(|number| (Page::Tiff(Place::Bytes(page(number))), *look)).collect())
}

/// Decodes a plane into bytes in row-major order, in the machine's order.
pub(super) fn decode(file: Reader, place: Place, wanted: &Look, bytes: &mut [u8]) -> Result<(), String> {
    match place {
        Place::Directory(directory) => decode_page(file, directory, wanted, bytes),
        Place::Bytes(place) => read_plane(file, place, wanted, bytes),
    }
}

/// Reads samples as they are.
fn read_plane(mut file: Reader, place: Bytes, wanted: &Look, bytes: &mut [u8]) -> Result<(), String> {
    let read = file.seek(SeekFrom::Start(place.at)).and_then(|_| file.read_exact(bytes));
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if place.swapped {
        match wanted.size() {
            1 => {}
            2 => swap::<2>(bytes),
            4 => swap::<4>(bytes),
            _ => swap::<8>(bytes),
        }
    }
    if place.inverted {
        match wanted.scalar {
            ElementType::F32 => turn(bytes, |x| (1.0 - f32::from_ne_bytes(x)).to_ne_bytes()),
            ElementType::F64 => turn(bytes, |x| (1.0 - f64::from_ne_bytes(x)).to_ne_bytes()),
            // The largest value becomes 0, and 0 the largest.
            _ => bytes.iter_mut().for_each(|byte| *byte = !*byte),
        }
    }
    Ok(())
}

fn swap<const N: usize>(bytes: &mut [u8]) {
    bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|element| element.reverse());
}

fn turn<const N: usize>(bytes: &mut [u8], turned: impl Fn([u8; N]) -> [u8; N]) {
    bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|element| *element = turned(*element));
}

/// Decodes the page whose directory is at a position.
fn decode_page(file: Reader, directory: u64, wanted: &Look, bytes: &mut [u8]) -> Result<(), String> {
    let wrong = |error| format!("cannot be decoded: {error}");
    let length = file.get_ref().metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
    let page = AtPage::new(file, directory).map_err(|error| format!("cannot be read: {error}"))?;
    let mut decoder = Decoder::new(page).map_err(wrong)?;
    // A strip takes as much as it says that it does, which the file alone bounds: noise may be larger compressed than not.
    let mut limits = Limits::default();
    limits.intermediate_buffer_size = usize::try_from(length).unwrap_or(usize::MAX);
    decoder = decoder.with_limits(limits);
    let found = look(&mut decoder)?;
    changed(found, wanted)?;
    let layout = decoder.image_buffer_layout().map_err(wrong)?;
    if layout.planes < 2 {
        return decoder.read_image_bytes(bytes).map_err(wrong);
    }
    // All samples of a channel lie together.
    let mut channels = vec![0; bytes.len()];
    decoder.read_image_bytes(&mut channels).map_err(wrong)?;
    match found.size() {
        1 => interleave::<1>(&channels, found.channels, bytes),
        2 => interleave::<2>(&channels, found.channels, bytes),
        4 => interleave::<4>(&channels, found.channels, bytes),
        _ => interleave::<8>(&channels, found.channels, bytes),
    }
    Ok(())
}

fn interleave<const N: usize>(from: &[u8], channels: usize, to: &mut [u8]) {
    let (from, to) = (from.as_chunks::<N>().0, to.as_chunks_mut::<N>().0);
    for (channel, samples) in from.chunks_exact((from.len() / channels).max(1)).enumerate() {
        let cells = to[channel..].iter_mut().step_by(channels);
        cells.zip(samples).for_each(|(cell, sample)| *cell = *sample);
    }
}

/// A file whose header points at one of its directories, so that a page is found without those before it.
struct AtPage {
    file: Reader,
    at: u64,
    header: Vec<u8>,
}

impl AtPage {
    fn new(mut file: Reader, directory: u64) -> io::Result<AtPage> {
        let mut header = vec![0; 8];
        file.read_exact(&mut header)?;
        let little = header[0] == b'I';
        let version = if little { header[2] } else { header[3] };
        if version == 43 {
            header.resize(16, 0);
            header[8..].copy_from_slice(&if little { directory.to_le_bytes() } else { directory.to_be_bytes() });
        } else {
            let directory = u32::try_from(directory).map_err(|_| io::ErrorKind::InvalidData)?;
            header[4..].copy_from_slice(&if little { directory.to_le_bytes() } else { directory.to_be_bytes() });
        }
        file.rewind()?;
        Ok(AtPage { file, at: 0, header })
    }
}

impl Read for AtPage {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let header = usize::try_from(self.at).ok().and_then(|at| self.header.get(at..)).filter(|rest| !rest.is_empty());
        let count = match header {
            Some(header) => {
                let count = header.len().min(bytes.len());
                bytes[..count].copy_from_slice(&header[..count]);
                self.file.seek(SeekFrom::Start(self.at + count as u64))?;
                count
            }
            None => self.file.read(bytes)?,
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for AtPage {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            // Within what is read ahead, where it can be.
            SeekFrom::Start(to) => {
                self.file.seek_relative(to.wrapping_sub(self.at) as i64)?;
                to
            }
            SeekFrom::Current(by) => {
                self.file.seek_relative(by)?;
                self.at.wrapping_add_signed(by)
            }
            SeekFrom::End(_) => self.file.seek(to)?,
        };
        Ok(self.at)
    }
}
