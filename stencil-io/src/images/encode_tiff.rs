//! Planes written as TIFF files.

use std::io::{self, Write};
use std::marker::PhantomData;

use stencil_runtime::chunks::{Cells, Scalar};
use tiff::encoder::compression::DeflateLevel;
use tiff::encoder::{TiffEncoder, TiffValue};
use tiff::tags::{PhotometricInterpretation, Predictor, SampleFormat, Tag};

use super::encode::{ImageCompression, in_order, samples};

/// The bytes that writing takes beyond the cells: `bool`s as bytes, which the plane takes, and the strips, of a megabyte or a row.
pub(super) fn scratch_bytes(plane: usize, row: usize) -> usize {
    let strip = row.max(1 << 20).min(plane);
    plane.saturating_add(strip.saturating_mul(4)).saturating_add(1 << 19)
}

/// Writes a plane.
pub(super) fn write_tiff(
    cells: &Cells<'_>,
    size: [u32; 2],
    channels: usize,
    compression: ImageCompression,
    file: &mut (impl Write + io::Seek),
) -> io::Result<()> {
    macro_rules! of_types {
        ($($T:ty)*) => {$(
            if let Some(x) = samples::<$T>(cells) {
                return of_channels(&x, size, channels, compression, file);
            }
        )*};
    }
    of_types!(u8 u16 f32 i8 i16 i32 i64 u32 u64 f64);
    let mask = in_order::<bool>(cells).expect("the type was checked");
    let x: Vec<u8> = mask.iter().map(|&cell| u8::from(cell) * u8::MAX).collect();
    of_channels(&x, size, channels, compression, file)
}

fn of_channels<T: Sample>(
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
