//! Vegetation seen by a satellite: the NDVI of each date, and what is left of years of it under clouds.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features npy --bin ndvi_time_series             the shipped images
//! cargo run --release -p ndstencil-examples --features npy --bin ndvi_time_series -- --help   your own
//! ```
//!
//! To look at: [`ndvi`] is about one pixel and runs over any number of dimensions; [`over_time`] takes all dates
//! of one pixel, returns three values of two types, and `axis(0)` says that dates come first. Neither has a loop over
//! pixels, and no array is transposed. Maps and `.npy` files are in `target/ndvi_time_series/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use colorous::Gradient;
use lexopt::Arg::{Long, Short};
use ndarray::{Array, Array3, Array4, ArrayRef2, ArrayView1, Axis, Dimension, s};
use ndarray_npy::{ReadableElement, WritableElement, read_npy, write_npy};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{self, Picture, coloured, enlarged, sheet, with_legend};
use ndstencil_examples::{Failure, begin, create_folder_of, data, target};

/// The normalised difference vegetation index: leaves reflect infrared and absorb red.
#[gufunc("(),()->()")]
fn ndvi(nir: f32, red: f32) -> f32 {
    (nir - red) / (nir + red)
}

/// Median, standard deviation and number of the values that are not NaN. `valid` is room for them: one a thread.
#[gufunc("(n)->(),(),()")]
fn over_time(x: ArrayView1<f32>, valid: &mut Vec<f32>) -> (f32, f32, u32) {
    valid.clear();
    valid.extend(x.iter().copied().filter(|x| !x.is_nan()));
    let count = valid.len();
    if count == 0 {
        return (f32::NAN, f32::NAN, 0);
    }
    let mean = valid.iter().map(|&x| f64::from(x)).sum::<f64>() / count as f64;
    let variance = valid.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count as f64;
    let (below, &mut upper, _) = valid.select_nth_unstable_by(count / 2, f32::total_cmp);
    let lower = if count.is_multiple_of(2) { below.iter().copied().fold(f32::NEG_INFINITY, f32::max) } else { upper };
    (0.5 * (lower + upper), variance.sqrt() as f32, count as u32)
}

const HELP: &str = "\
NDVI of images, and its median, spread and number of valid dates over a time series.

Usage: ndvi_time_series [OPTIONS]

Options:
  --bands NPY      red and near infrared: (dates, 2, rows, columns), f32
  --series NPY     NDVI with NaN under clouds: (dates, rows, columns), f32
  --dates JSON     the dates of the series: a list of strings, ascending
  --output FOLDER  the folder to write to

What is not given is what the project ships, and target/ndvi_time_series.";

struct Arguments {
    bands: PathBuf,
    series: PathBuf,
    dates: PathBuf,
    output: PathBuf,
}

impl Arguments {
    /// Nothing where help is asked for.
    fn parse() -> Result<Option<Arguments>, lexopt::Error> {
        let mut arguments = Arguments {
            bands: data("sentinel2/red_nir.npy"),
            series: data("sentinel2/ndvi_time_series.npy"),
            dates: data("sentinel2/timestamps.json"),
            output: target("ndvi_time_series"),
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            let path = match argument {
                Long("bands") => &mut arguments.bands,
                Long("series") => &mut arguments.series,
                Long("dates") => &mut arguments.dates,
                Long("output") => &mut arguments.output,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected()),
            };
            *path = parser.value()?.into();
        }
        Ok(Some(arguments))
    }
}

fn main() -> ExitCode {
    begin(HELP, Arguments::parse(), |arguments| {
        of_each_date(&arguments.bands, &arguments.output)?;
        over_all_dates(&arguments.series, &arguments.dates, &arguments.output)
    })
}

/// The NDVI of each image.
fn of_each_date(path: &Path, output: &Path) -> Result<(), Failure> {
    let bands: Array4<f32> = read(path)?;
    let (dates, count, rows, columns) = bands.dim();
    if count != 2 {
        return Err(format!("{}: has {count} bands a date, but red and near infrared are 2", path.display()).into());
    }
    let (red, nir) = (bands.slice(s![.., 0, .., ..]), bands.slice(s![.., 1, .., ..]));
    let index: Array3<f32> = ndvi().apply((&nir, &red))?;

    println!("NDVI of {dates} images of {rows} × {columns} pixels");
    let mut maps = Vec::new();
    for (number, image) in (1..).zip(index.axis_iter(Axis(0))) {
        let [low, mean, high] = summary(image.iter().copied());
        println!("  image {number}: {low:.2} to {high:.2}, mean {mean:.2}");
        maps.push((format!("image {number}"), map(&image, [0.0, 0.9], "NDVI", colorous::YELLOW_GREEN)));
    }
    write(&index, &output.join("ndvi.npy"))?;
    pictures::write(sheet(&maps, 3), &output.join("ndvi.png"))
}

/// Reduces each pixel over the years.
fn over_all_dates(path: &Path, dates: &Path, output: &Path) -> Result<(), Failure> {
    let series: Array3<f32> = read(path)?;
    let text = fs::read_to_string(dates).map_err(|error| format!("{}: {error}", dates.display()))?;
    let times: Vec<String> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", dates.display()))?;
    if times.len() != series.dim().0 {
        let (times, images, series) = (times.len(), series.dim().0, path.display());
        return Err(format!("{}: has {times} dates, but {series} has {images} images", dates.display()).into());
    }

    let (median, deviation, count) = over_time().axis(0).apply(&series)?;

    let seen = series.axis_iter(Axis(0)).filter(|image| image.iter().any(|x| !x.is_nan())).count();
    if let [first, .., last] = &times[..] {
        println!("time series of {} images, {} to {}; {seen} show something", times.len(), day(first), day(last));
    }
    let [low, mean, high] = summary(median.iter().copied());
    println!("  median NDVI: {low:.2} to {high:.2}, mean {mean:.2}");
    let [low, mean, high] = summary(deviation.iter().copied());
    println!("  standard deviation: {low:.2} to {high:.2}, mean {mean:.2}");
    let count = count.mapv(|count| count as f32);
    let [fewest, mean, most] = summary(count.iter().copied());
    println!("  valid dates of a pixel: {fewest} to {most}, mean {mean:.1}");

    let top = (high * 20.0).ceil() / 20.0;
    let maps = [
        ("median", map(&median, [0.0, 0.9], "NDVI", colorous::YELLOW_GREEN)),
        ("standard deviation", map(&deviation, [0.0, top], "NDVI", colorous::INFERNO)),
        ("valid dates", map(&count, [fewest, most.max(fewest + 1.0)], "dates", colorous::VIRIDIS)),
    ];
    write(&median, &output.join("median.npy"))?;
    write(&deviation, &output.join("standard_deviation.npy"))?;
    write(&count.mapv(|count| count as u32), &output.join("valid_dates.npy"))?;
    pictures::write(sheet(&maps, 3), &output.join("over_time.png"))
}

/// The smallest, the mean and the largest of the values that are not NaN.
fn summary(values: impl Iterator<Item = f32>) -> [f32; 3] {
    let (mut low, mut high, mut sum, mut count) = (f32::NAN, f32::NAN, 0.0, 0);
    for value in values.filter(|value| !value.is_nan()) {
        (low, high) = (low.min(value), high.max(value));
        sum += f64::from(value);
        count += 1;
    }
    [low, (sum / f64::from(count)) as f32, high]
}

/// `2015-07-11` of `2015-07-11T10:00:08`.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

/// A map with its legend, large enough to look at.
fn map(values: &ArrayRef2<f32>, range: [f32; 2], unit: &str, gradient: Gradient) -> Picture {
    let picture = coloured(values, range, gradient);
    let scale = (300 / picture.ncols().max(1)).max(1);
    with_legend(&enlarged(&picture, scale), range, unit, gradient)
}

fn read<T: ReadableElement, D: Dimension>(path: &Path) -> Result<Array<T, D>, Failure> {
    Ok(read_npy(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn write<T: WritableElement, D: Dimension>(values: &Array<T, D>, path: &Path) -> Result<(), Failure> {
    create_folder_of(path)?;
    write_npy(path, values).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{:?} values written to {}", values.shape(), path.display());
    Ok(())
}
