//! Pictures as arrays of red, green and blue: colours, labels, contact sheets.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use colorous::Gradient;
use ndarray::{Array2, ArrayD, ArrayRef2, Axis, s};
use ndstencil::chunks::{ElementType, Scalar, Source};
use ndstencil::io::Images;
use ndstencil::prelude::*;
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};

use crate::{Failure, create_folder_of};

/// Red, green and blue of each pixel.
pub type Picture = Array2<[u8; 3]>;

/// The labels' text.
const TEXT: RasterHeight = RasterHeight::Size16;
/// The height of a line of text with its margin.
const LINE: usize = 22;
/// Between the panels of a sheet.
const GAP: usize = 8;
const PAPER: [u8; 3] = [255; 3];
/// The colour of cells without a value.
const NOTHING: [u8; 3] = [128; 3];

/// Reads an image as gray, 8 bits: colours by their luminance (Rec. 709, as they are stored), without alpha.
///
/// # Errors
///
/// Those of [`Images::files`]; the channels have other than 8 or 16 bits.
pub fn read_gray(path: &Path) -> Result<Array2<u8>, Failure> {
    let image = Images::files([path])?;
    let shape = image.shape();
    let shape = (shape[1], shape[2], shape.get(3).copied().unwrap_or(1));
    let samples = match image.data_type().scalar() {
        Some(ElementType::U8) => all::<u8>(image)?.mapv(f32::from),
        Some(ElementType::U16) => all::<u16>(image)?.mapv(|sample| f32::from(sample) / 257.0),
        _ => return Err(format!("{}: has channels of {}", path.display(), image.data_type()).into()),
    };
    let pixels = samples.into_shape_with_order(shape)?;
    Ok(pixels.map_axis(Axis(2), |pixel| {
        if pixel.len() < 3 {
            return pixel[0] as u8;
        }
        (0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2] + 0.5) as u8
    }))
}

/// All cells of an image.
fn all<T: Scalar + Default>(image: Images) -> Result<ArrayD<T>, ndstencil::Error> {
    let mut samples = ArrayD::from_elem(image.shape(), T::default());
    Job::copy(image, &mut samples).run()?;
    Ok(samples)
}

/// Writes a picture as PNG and says where; creates the folder.
///
/// # Errors
///
/// The file or its folder cannot be written.
pub fn write(picture: Picture, path: &Path) -> Result<(), Failure> {
    create_folder_of(path)?;
    let (height, width) = picture.dim();
    let write = || -> Result<(), Failure> {
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, u32::try_from(width)?, u32::try_from(height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(picture.as_standard_layout().as_slice().expect("in order").as_flattened())?;
        Ok(writer.finish()?)
    };
    write().map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{width} × {height} pixels written to {}", path.display());
    Ok(())
}

/// A gray picture.
pub fn gray(values: &ArrayRef2<u8>) -> Picture {
    values.map(|&value| [value; 3])
}

/// A picture in the colours of a gradient, from `low` to `high`; NaN is gray.
pub fn coloured(values: &ArrayRef2<f32>, [low, high]: [f32; 2], gradient: Gradient) -> Picture {
    values.map(|value| {
        let share = f64::from((value - low) / (high - low));
        if share.is_nan() { NOTHING } else { gradient.eval_continuous(share).as_array() }
    })
}

/// The picture with a bar of the gradient's colours below, and the values at its ends.
pub fn with_legend(picture: &Picture, [low, high]: [f32; 2], unit: &str, gradient: Gradient) -> Picture {
    let (height, width) = picture.dim();
    let mut out = Picture::from_elem((height + LINE + GAP + 8, width), PAPER);
    out.slice_mut(s![..height, ..]).assign(picture);
    for x in 0..width {
        out.slice_mut(s![height + GAP..height + GAP + 8, x]).fill(gradient.eval_rational(x, width).as_array());
    }
    let (left, right) = (low.to_string(), format!("{high} {unit}"));
    write_text(&mut out, &left, 0, height + GAP + 10);
    write_text(&mut out, &right, width.saturating_sub(width_of(&right)), height + GAP + 10);
    out
}

/// Each pixel as a square of `scale` pixels.
pub fn enlarged(picture: &Picture, scale: usize) -> Picture {
    let (height, width) = picture.dim();
    Picture::from_shape_fn((height * scale, width * scale), |(y, x)| picture[[y / scale, x / scale]])
}

/// Draws a frame around `[left, top, width, height]`: white with a black edge, to be seen on any colour.
pub fn mark(picture: &mut Picture, [left, top, width, height]: [usize; 4]) {
    for (distance, colour) in [(0, [0; 3]), (1, [255; 3]), (2, [255; 3]), (3, [0; 3])] {
        let (right, bottom) = (left + width + distance, top + height + distance);
        // What would lie before the picture is left out, as is what lies behind it.
        let first = |at: usize| at.checked_sub(distance);
        let mut dot = |x: Option<usize>, y: Option<usize>| {
            if let (Some(x), Some(y)) = (x, y)
                && let Some(pixel) = picture.get_mut([y, x])
            {
                *pixel = colour;
            }
        };
        for x in left.saturating_sub(distance)..right {
            dot(Some(x), first(top));
            dot(Some(x), Some(bottom - 1));
        }
        for y in top.saturating_sub(distance)..bottom {
            dot(first(left), Some(y));
            dot(Some(right - 1), Some(y));
        }
    }
}

/// Labelled panels side by side, in rows of `columns`.
pub fn sheet(panels: &[(impl AsRef<str>, Picture)], columns: usize) -> Picture {
    let width = panels.iter().map(|(_, panel)| panel.ncols()).max().unwrap_or(0) + GAP;
    let height = panels.iter().map(|(_, panel)| panel.nrows()).max().unwrap_or(0) + LINE + GAP;
    let rows = panels.len().div_ceil(columns);
    let mut sheet = Picture::from_elem((rows * height + GAP, columns * width + GAP), PAPER);
    for (number, (label, panel)) in panels.iter().enumerate() {
        let (x, y) = (GAP + number % columns * width, GAP + number / columns * height);
        write_text(&mut sheet, label.as_ref(), x, y);
        sheet.slice_mut(s![y + LINE..y + LINE + panel.nrows(), x..x + panel.ncols()]).assign(panel);
    }
    sheet
}

fn width_of(text: &str) -> usize {
    text.chars().filter_map(|letter| get_raster(letter, FontWeight::Regular, TEXT)).map(|r| r.width()).sum()
}

/// Writes a line of ASCII text in black; what leaves the picture is cut off.
fn write_text(picture: &mut Picture, text: &str, left: usize, top: usize) {
    let mut left = left;
    for raster in text.chars().filter_map(|letter| get_raster(letter, FontWeight::Regular, TEXT)) {
        for (y, row) in (top..).zip(raster.raster()) {
            for (x, ink) in (left..).zip(*row) {
                if let Some(pixel) = picture.get_mut([y, x]) {
                    *pixel = pixel.map(|paper| paper - (u16::from(paper) * u16::from(*ink) / 255) as u8);
                }
            }
        }
        left += raster.width();
    }
}
