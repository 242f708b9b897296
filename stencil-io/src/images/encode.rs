//! Planes written as files.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;

use png::{BitDepth, ColorType};
use stencil_runtime::chunks::{Cells, DataType, ElementType, Scalar};
use tiff::encoder::compression::DeflateLevel;
use tiff::encoder::{TiffEncoder, TiffValue};
use tiff::tags::{PhotometricInterpretation, Predictor, SampleFormat, Tag};

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
    Tiff,
}

impl Format {
    /// The format of an extension.
    pub(super) fn of(extension: &str) -> Option<Format> {
        match () {
            () if extension.eq_ignore_ascii_case("png") => Some(Format::Png),
            () if extension.eq_ignore_ascii_case("tif") || extension.eq_ignore_ascii_case("tiff") => Some(Format::Tiff),
            () => None,
        }
    }

    /// True for elements that it can hold.
    pub(super) fn holds(self, data_type: DataType) -> bool {
        use ElementType::{Bool, F16, F32, F64, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize};
        match (self, data_type.scalar()) {
            (_, Some(Bool | U8 | U16)) => true,
            (Format::Tiff, Some(I8 | I16 | I32 | I64 | U32 | U64 | F32 | F64)) => true,
            (Format::Png, Some(_)) | (Format::Tiff, Some(F16 | Isize | Usize)) | (_, None) => false,
        }
    }

    /// The bytes that encoding a plane takes, the plane in bytes.
    pub(super) fn scratch_bytes(self, plane: usize) -> usize {
        match self {
            // The plane with the high bytes first, and what it is compressed to.
            Format::Png => plane.saturating_mul(2).saturating_add(1 << 20),
            // `bool`s as bytes; what a strip of a megabyte takes.
            Format::Tiff => plane.saturating_add(4 << 20),
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
        let mut file = BufWriter::with_capacity(1 << 17, file);
        let shape = &cells.shape()[usize::from(stacked)..];
        let (rows, columns) = (shape[0], shape[1]);
        let side = |n: usize| u32::try_from(n).map_err(|_| io::Error::other("a side is too long for the format"));
        let size = [side(columns)?, side(rows)?];
        let channels = shape.get(2).copied().unwrap_or(1);
        match self {
            Format::Png => write_png(cells, size, channels, compression, &mut file)?,
            Format::Tiff => write_tiff(cells, size, channels, compression, &mut file)?,
        }
        file.flush()
    }
}

fn write_png(
    cells: &Cells<'_>,
    [width, height]: [u32; 2],
    channels: usize,
    compression: ImageCompression,
    file: &mut impl Write,
) -> io::Result<()> {
    let mut encoder = png::Encoder::new(file, width, height);
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
    let bytes = if let Some(x) = cells.array::<u16>() {
        encoder.set_depth(BitDepth::Sixteen);
        let mut bytes = vec![0; 2 * x.len()];
        bytes.as_chunks_mut().0.iter_mut().zip(&x).for_each(|(bytes, cell)| *bytes = cell.to_be_bytes());
        Cow::Owned(bytes)
    } else {
        encoder.set_depth(BitDepth::Eight);
        bytes(cells)
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    Ok(writer.finish()?)
}

/// The bytes of `u8`s and of `bool`s, which become 0 and 255.
fn bytes<'a>(cells: &'a Cells<'_>) -> Cow<'a, [u8]> {
    if let Some(x) = cells.array::<bool>() {
        return x.iter().map(|&cell| u8::from(cell) * u8::MAX).collect();
    }
    let x = || cells.array::<u8>().expect("the type was checked").iter().copied().collect();
    cells.bytes().map_or_else(x, Cow::Borrowed)
}

fn write_tiff(
    cells: &Cells<'_>,
    size: [u32; 2],
    channels: usize,
    compression: ImageCompression,
    file: &mut (impl Write + io::Seek),
) -> io::Result<()> {
    macro_rules! of_types {
        ($($T:ty)*) => {$(
            if let Some(x) = cells.array::<$T>() {
                let x = x.as_standard_layout();
                let x = x.as_slice().expect("in order");
                return samples(x, size, channels, compression, file);
            }
        )*};
    }
    of_types!(u16 f32 i8 i16 i32 i64 u32 u64 f64);
    samples(&bytes(cells), size, channels, compression, file)
}

fn samples<T: Sample>(
    x: &[T],
    size: [u32; 2],
    channels: usize,
    compression: ImageCompression,
    file: &mut (impl Write + io::Seek),
) -> io::Result<()>
where
    [T]: TiffValue,
{
    match channels {
        1 => pixels::<T, 1>(x, size, compression, file),
        2 => pixels::<T, 2>(x, size, compression, file),
        3 => pixels::<T, 3>(x, size, compression, file),
        _ => pixels::<T, 4>(x, size, compression, file),
    }
    .map_err(io::Error::other)
}

fn pixels<T: Sample, const C: usize>(
    x: &[T],
    [width, height]: [u32; 2],
    compression: ImageCompression,
    file: &mut (impl Write + io::Seek),
) -> Result<(), tiff::TiffError>
where
    [T]: TiffValue,
{
    let mut encoder = TiffEncoder::new(file)?;
    if compression == ImageCompression::Small {
        encoder = encoder.with_compression(tiff::encoder::Compression::Deflate(DeflateLevel::Balanced));
        if !matches!(T::FORMAT, SampleFormat::IEEEFP) {
            encoder = encoder.with_predictor(Predictor::Horizontal);
        }
    }
    let mut image = encoder.new_image::<Pixel<T, C>>(width, height)?;
    if C == 2 || C == 4 {
        // The last one is alpha, by which the others are not multiplied.
        image.encoder().write_tag(Tag::ExtraSamples, &[2_u16][..])?;
    }
    image.write_data(x)
}

/// A number that is a sample of a TIFF file.
trait Sample: Scalar + TiffValue {
    const BITS: u16;
    const FORMAT: SampleFormat;

    fn minus(self, other: Self) -> Self;
}

macro_rules! samples {
    ($($T:ty, $FORMAT:ident, $minus:expr;)*) => {$(
        impl Sample for $T {
            const BITS: u16 = 8 * size_of::<$T>() as u16;
            const FORMAT: SampleFormat = SampleFormat::$FORMAT;

            fn minus(self, other: $T) -> $T {
                $minus(self, other)
            }
        }
    )*};
}
samples! {
    u8, Uint, u8::wrapping_sub;
    u16, Uint, u16::wrapping_sub;
    u32, Uint, u32::wrapping_sub;
    u64, Uint, u64::wrapping_sub;
    i8, Int, i8::wrapping_sub;
    i16, Int, i16::wrapping_sub;
    i32, Int, i32::wrapping_sub;
    i64, Int, i64::wrapping_sub;
    f32, IEEEFP, std::ops::Sub::sub;
    f64, IEEEFP, std::ops::Sub::sub;
}

/// Pixels of some samples: grey, grey and alpha, RGB, or RGB and alpha.
struct Pixel<T, const C: usize>(PhantomData<T>);

impl<T: Sample, const C: usize> tiff::encoder::colortype::ColorType for Pixel<T, C> {
    type Inner = T;
    const TIFF_VALUE: PhotometricInterpretation =
        if C < 3 { PhotometricInterpretation::BlackIsZero } else { PhotometricInterpretation::RGB };
    const BITS_PER_SAMPLE: &'static [u16] = &[T::BITS; C];
    const SAMPLE_FORMAT: &'static [SampleFormat] = &[T::FORMAT; C];

    fn horizontal_predict(row: &[T], result: &mut Vec<T>) {
        let first = C.min(row.len());
        result.extend_from_slice(&row[..first]);
        result.extend(row[first..].iter().zip(row).map(|(&cell, &before)| cell.minus(before)));
    }
}
