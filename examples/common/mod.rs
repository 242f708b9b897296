//! Pictures for the examples: reading, colours, labels, contact sheets, writing.

// Each example uses a part of it.
#![allow(dead_code)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use colorous::Gradient;
use image::{ImageReader, Rgb, RgbImage, imageops};
use ndarray::{Array2, ArrayRef2};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};

/// The labels' text.
const TEXT: RasterHeight = RasterHeight::Size16;
/// The height of a line of text with its margin.
const LINE: u32 = 22;
/// Between the panels of a sheet.
const GAP: u32 = 8;
const PAPER: Rgb<u8> = Rgb([255; 3]);
/// Where there is no value.
const NOTHING: Rgb<u8> = Rgb([128; 3]);

/// A file that the project ships.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(name)
}

/// A file to write: under `target/` of the project.
pub fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(name)
}

/// Reads an image as gray, 8 bits.
pub fn read_gray(path: &Path) -> Result<Array2<u8>, Box<dyn Error>> {
    let name = |error: &dyn Error| format!("{}: {error}", path.display());
    let image = ImageReader::open(path).map_err(|error| name(&error))?;
    let image = image.decode().map_err(|error| name(&error))?.into_luma8();
    let shape = (image.height() as usize, image.width() as usize);
    Ok(Array2::from_shape_vec(shape, image.into_raw())?)
}

/// Writes a picture and says where; creates the folder.
pub fn write(picture: &RgbImage, path: &Path) -> Result<(), Box<dyn Error>> {
    create_folder_of(path)?;
    picture.save(path).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{} × {} pixels written to {}", picture.width(), picture.height(), path.display());
    Ok(())
}

/// Creates the folder that a file will lie in.
pub fn create_folder_of(path: &Path) -> Result<(), Box<dyn Error>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?)
}

/// A gray picture.
pub fn gray(values: &ArrayRef2<u8>) -> RgbImage {
    picture(values, |value| Rgb([value; 3]))
}

/// A picture in the colours of a gradient, from `low` to `high`; NaN is gray.
pub fn coloured(values: &ArrayRef2<f32>, [low, high]: [f32; 2], gradient: Gradient) -> RgbImage {
    picture(values, |value| {
        let share = f64::from((value - low) / (high - low));
        if share.is_nan() { NOTHING } else { Rgb(gradient.eval_continuous(share).as_array()) }
    })
}

fn picture<T: Copy>(values: &ArrayRef2<T>, colour: impl Fn(T) -> Rgb<u8>) -> RgbImage {
    let (rows, columns) = values.dim();
    RgbImage::from_fn(columns as u32, rows as u32, |x, y| colour(values[[y as usize, x as usize]]))
}

/// The picture with a bar of the gradient's colours below, and the values at its ends.
pub fn with_legend(picture: RgbImage, [low, high]: [f32; 2], unit: &str, gradient: Gradient) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut out = RgbImage::from_pixel(width, height + LINE + GAP + 8, PAPER);
    imageops::replace(&mut out, &picture, 0, 0);
    for x in 0..width {
        let colour = gradient.eval_rational(x as usize, width as usize).as_array();
        for y in 0..8 {
            out.put_pixel(x, height + GAP + y, Rgb(colour));
        }
    }
    let (left, right) = (low.to_string(), format!("{high} {unit}"));
    write_text(&mut out, &left, 0, height + GAP + 10);
    write_text(&mut out, &right, width.saturating_sub(width_of(&right)), height + GAP + 10);
    out
}

/// Each pixel as a square of `scale` pixels.
pub fn enlarged(picture: &RgbImage, scale: u32) -> RgbImage {
    imageops::resize(picture, picture.width() * scale, picture.height() * scale, imageops::FilterType::Nearest)
}

/// Draws a frame around `[left, top, width, height]`: white with a black edge, to be seen on any colour.
pub fn mark(picture: &mut RgbImage, [left, top, width, height]: [u32; 4]) {
    for (distance, colour) in [(0, [0; 3]), (1, [255; 3]), (2, [255; 3]), (3, [0; 3])] {
        let (left, top) = (i64::from(left) - distance, i64::from(top) - distance);
        let (right, bottom) = (left + i64::from(width) + 2 * distance - 1, top + i64::from(height) + 2 * distance - 1);
        for x in left..=right {
            for y in top..=bottom {
                let edge = x == left || x == right || y == top || y == bottom;
                if edge
                    && let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                    && let Some(pixel) = picture.get_pixel_mut_checked(x, y)
                {
                    *pixel = Rgb(colour);
                }
            }
        }
    }
}

/// Labelled panels side by side, in rows of `columns`.
pub fn sheet(panels: &[(impl AsRef<str>, RgbImage)], columns: u32) -> RgbImage {
    let width = panels.iter().map(|(_, panel)| panel.width()).max().unwrap_or(0) + GAP;
    let height = panels.iter().map(|(_, panel)| panel.height()).max().unwrap_or(0) + LINE + GAP;
    let rows = (panels.len() as u32).div_ceil(columns);
    let mut sheet = RgbImage::from_pixel(columns * width + GAP, rows * height + GAP, PAPER);
    for (number, (label, panel)) in (0..).zip(panels) {
        let (x, y) = (GAP + number % columns * width, GAP + number / columns * height);
        write_text(&mut sheet, label.as_ref(), x, y);
        imageops::replace(&mut sheet, panel, i64::from(x), i64::from(y + LINE));
    }
    sheet
}

fn width_of(text: &str) -> u32 {
    text.chars().filter_map(|letter| get_raster(letter, FontWeight::Regular, TEXT)).map(|r| r.width() as u32).sum()
}

/// Writes a line of ASCII text in black; what leaves the picture is cut off.
fn write_text(picture: &mut RgbImage, text: &str, left: u32, top: u32) {
    let mut left = left;
    for raster in text.chars().filter_map(|letter| get_raster(letter, FontWeight::Regular, TEXT)) {
        for (y, row) in (top..).zip(raster.raster()) {
            for (x, ink) in (left..).zip(*row) {
                if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
                    *pixel = Rgb(pixel.0.map(|paper| paper - (u16::from(paper) * u16::from(*ink) / 255) as u8));
                }
            }
        }
        left += raster.width() as u32;
    }
}
