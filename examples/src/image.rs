//! Images as arrays of pixels, and their files.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use ndarray::Array2;
use png::{BitDepth, ColorType, Transformations};

use crate::Failure;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// An array of the pixels of a file, all of one type: gray or red, green and blue, then perhaps alpha.
#[derive(Clone, Debug, PartialEq)]
pub enum Image {
    /// Gray, 8 bits.
    Gray8(Array2<[u8; 1]>),
    /// Gray and alpha, 8 bits.
    GrayAlpha8(Array2<[u8; 2]>),
    /// Colours, 8 bits.
    Rgb8(Array2<[u8; 3]>),
    /// Colours and alpha, 8 bits.
    Rgba8(Array2<[u8; 4]>),
    /// Gray, 16 bits.
    Gray16(Array2<[u16; 1]>),
    /// Gray and alpha, 16 bits.
    GrayAlpha16(Array2<[u16; 2]>),
    /// Colours, 16 bits.
    Rgb16(Array2<[u16; 3]>),
    /// Colours and alpha, 16 bits.
    Rgba16(Array2<[u16; 4]>),
}

impl Image {
    /// Reads a file: a PNG, and with the feature `formats` also TIFF, JPEG and GIF (its first frame).
    ///
    /// # Errors
    ///
    /// The file cannot be read, ends early, is of another format, or holds pixels that [`Image`] has no variant for.
    pub fn read(path: &Path) -> Result<Image, Failure> {
        let bytes = fs::read(path)?;
        if bytes.starts_with(PNG) { read_png(&bytes) } else { other::read(&bytes) }
    }

    /// The rows and columns of a file, from the header alone.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), for what is wrong in the header.
    pub fn read_shape(path: &Path) -> Result<(usize, usize), Failure> {
        let bytes = fs::read(path)?;
        if !bytes.starts_with(PNG) {
            return other::read_shape(&bytes);
        }
        let mut decoder = png::Decoder::new(Cursor::new(&bytes));
        let header = decoder.read_header_info()?;
        Ok((header.height as usize, header.width as usize))
    }

    /// Writes a PNG of the same type.
    ///
    /// # Errors
    ///
    /// `file` refused what was written, or the image has no pixels.
    pub fn write(&self, file: impl Write) -> Result<(), Failure> {
        let (colour, depth, bytes) = match self {
            Image::Gray8(x) => (ColorType::Grayscale, BitDepth::Eight, of_bytes(x)),
            Image::GrayAlpha8(x) => (ColorType::GrayscaleAlpha, BitDepth::Eight, of_bytes(x)),
            Image::Rgb8(x) => (ColorType::Rgb, BitDepth::Eight, of_bytes(x)),
            Image::Rgba8(x) => (ColorType::Rgba, BitDepth::Eight, of_bytes(x)),
            Image::Gray16(x) => (ColorType::Grayscale, BitDepth::Sixteen, of_words(x)),
            Image::GrayAlpha16(x) => (ColorType::GrayscaleAlpha, BitDepth::Sixteen, of_words(x)),
            Image::Rgb16(x) => (ColorType::Rgb, BitDepth::Sixteen, of_words(x)),
            Image::Rgba16(x) => (ColorType::Rgba, BitDepth::Sixteen, of_words(x)),
        };
        let (height, width) = self.shape();
        let mut encoder = png::Encoder::new(file, u32::try_from(width)?, u32::try_from(height)?);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&bytes)?;
        Ok(writer.finish()?)
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Image::Gray8(x) => x.dim(),
            Image::GrayAlpha8(x) => x.dim(),
            Image::Rgb8(x) => x.dim(),
            Image::Rgba8(x) => x.dim(),
            Image::Gray16(x) => x.dim(),
            Image::GrayAlpha16(x) => x.dim(),
            Image::Rgb16(x) => x.dim(),
            Image::Rgba16(x) => x.dim(),
        }
    }

    /// The kind of its pixels, such as `RGB, 8 bits`.
    pub fn kind(&self) -> &'static str {
        match self {
            Image::Gray8(_) => "gray, 8 bits",
            Image::GrayAlpha8(_) => "gray and alpha, 8 bits",
            Image::Rgb8(_) => "RGB, 8 bits",
            Image::Rgba8(_) => "RGB and alpha, 8 bits",
            Image::Gray16(_) => "gray, 16 bits",
            Image::GrayAlpha16(_) => "gray and alpha, 16 bits",
            Image::Rgb16(_) => "RGB, 16 bits",
            Image::Rgba16(_) => "RGB and alpha, 16 bits",
        }
    }

    /// 8 bits of gray: colours by their luminance (Rec. 709, as they are stored), without alpha.
    pub fn to_gray(&self) -> Array2<u8> {
        let luminance = |red, green, blue| (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.5) as u8;
        let bytes = |red, green, blue| luminance(f32::from(red), f32::from(green), f32::from(blue));
        let words = |[red, green, blue]: [u16; 3]| {
            let [red, green, blue] = [red, green, blue].map(|sample| f32::from(sample) / 257.0);
            luminance(red, green, blue)
        };
        match self {
            Image::Gray8(x) => x.mapv(|[gray]| gray),
            Image::GrayAlpha8(x) => x.mapv(|[gray, _]| gray),
            Image::Rgb8(x) => x.mapv(|[red, green, blue]| bytes(red, green, blue)),
            Image::Rgba8(x) => x.mapv(|[red, green, blue, _]| bytes(red, green, blue)),
            Image::Gray16(x) => x.mapv(|[gray]| (gray / 257) as u8),
            Image::GrayAlpha16(x) => x.mapv(|[gray, _]| (gray / 257) as u8),
            Image::Rgb16(x) => x.mapv(words),
            Image::Rgba16(x) => x.mapv(|[red, green, blue, _]| words([red, green, blue])),
        }
    }
}

macro_rules! from_array {
    ($($variant:ident $pixel:ty;)*) => {
        $(
            impl From<Array2<$pixel>> for Image {
                fn from(pixels: Array2<$pixel>) -> Image {
                    Image::$variant(pixels)
                }
            }
        )*
    };
}

from_array! {
    Gray8 [u8; 1];
    GrayAlpha8 [u8; 2];
    Rgb8 [u8; 3];
    Rgba8 [u8; 4];
    Gray16 [u16; 1];
    GrayAlpha16 [u16; 2];
    Rgb16 [u16; 3];
    Rgba16 [u16; 4];
}

fn of_bytes<const C: usize>(pixels: &Array2<[u8; C]>) -> Vec<u8> {
    pixels.iter().flatten().copied().collect()
}

/// PNG begins with the high byte.
fn of_words<const C: usize>(pixels: &Array2<[u16; C]>) -> Vec<u8> {
    pixels.iter().flatten().flat_map(|sample| sample.to_be_bytes()).collect()
}

fn read_png(bytes: &[u8]) -> Result<Image, Failure> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    // Palettes become colours, fewer than 8 bits become 8, and a transparent colour becomes alpha.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().ok_or("the image is too large")?;
    let mut samples = Vec::new();
    // A header may promise more than there is memory.
    samples.try_reserve_exact(size)?;
    samples.resize(size, 0);
    let frame = reader.next_frame(&mut samples)?;
    reader.finish()?;
    samples.truncate(frame.buffer_size());
    let shape = (frame.height as usize, frame.width as usize);
    let channels = frame.color_type.samples();
    match frame.bit_depth {
        BitDepth::Sixteen => {
            words(shape, channels, samples.as_chunks().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect())
        }
        _ => self::bytes(shape, channels, samples),
    }
}

fn bytes(shape: (usize, usize), channels: usize, samples: Vec<u8>) -> Result<Image, Failure> {
    Ok(match channels {
        1 => Image::Gray8(pixels(shape, &samples)?),
        2 => Image::GrayAlpha8(pixels(shape, &samples)?),
        3 => Image::Rgb8(pixels(shape, &samples)?),
        _ => Image::Rgba8(pixels(shape, &samples)?),
    })
}

fn words(shape: (usize, usize), channels: usize, samples: Vec<u16>) -> Result<Image, Failure> {
    Ok(match channels {
        1 => Image::Gray16(pixels(shape, &samples)?),
        2 => Image::GrayAlpha16(pixels(shape, &samples)?),
        3 => Image::Rgb16(pixels(shape, &samples)?),
        _ => Image::Rgba16(pixels(shape, &samples)?),
    })
}

fn pixels<T: Copy, const C: usize>(shape: (usize, usize), samples: &[T]) -> Result<Array2<[T; C]>, Failure> {
    Ok(Array2::from_shape_vec(shape, samples.as_chunks().0.to_vec())?)
}

/// The formats that the crate `image` reads.
#[cfg(feature = "formats")]
mod other {
    use std::io::Cursor;

    use image::{ColorType, ImageFormat, ImageReader};

    use super::{Image, bytes, words};
    use crate::Failure;

    pub(super) fn read(file: &[u8]) -> Result<Image, Failure> {
        let reader = ImageReader::new(Cursor::new(file)).with_guessed_format()?;
        // The decoder fills what is missing of a truncated JPEG with gray: look for the end after the last scan.
        let last = |marker| file.windows(2).rposition(|pair| pair == [0xFF, marker]);
        let (scan, end) = (0xDA, 0xD9);
        if reader.format() == Some(ImageFormat::Jpeg) && last(end) < last(scan) {
            return Err("the file ends before the image does".into());
        }
        let image = reader.decode()?;
        let shape = (image.height() as usize, image.width() as usize);
        let channels = usize::from(image.color().channel_count());
        match image.color() {
            ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {
                bytes(shape, channels, image.into_bytes())
            }
            ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
                let samples = image.as_bytes().as_chunks().0.iter().map(|&pair| u16::from_ne_bytes(pair));
                words(shape, channels, samples.collect())
            }
            other => Err(format!("holds {other:?} pixels, which PNG does not").into()),
        }
    }

    pub(super) fn read_shape(file: &[u8]) -> Result<(usize, usize), Failure> {
        let (width, height) = ImageReader::new(Cursor::new(file)).with_guessed_format()?.into_dimensions()?;
        Ok((height as usize, width as usize))
    }
}

#[cfg(not(feature = "formats"))]
mod other {
    use super::Image;
    use crate::Failure;

    const REFUSED: &str = "is no PNG; built with `--features formats`, TIFF, JPEG and GIF are read, too";

    pub(super) fn read(_: &[u8]) -> Result<Image, Failure> {
        Err(REFUSED.into())
    }

    pub(super) fn read_shape(_: &[u8]) -> Result<(usize, usize), Failure> {
        Err(REFUSED.into())
    }
}
