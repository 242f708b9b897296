//! Smooths a stack of images with the 3 × 3 mean.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin smooth_stack                            the shipped images
//! cargo run --release -p ndstencil-examples --bin smooth_stack -- 'scan/img*.png' smooth  your own stack
//! ```
//!
//! To look at: the element function [`smooth`] takes pixels `[T; C]`, so that one function smooths gray
//! and colour images of 8 and 16 bits; `main` prints how fast the kernel alone ran on one core.
//!
//! PNG is read and written, under the same name; with `--features formats` also TIFF, JPEG and GIF (its first
//! frame) are read. One file per thread is in memory at a time. Where a pixel has alpha, colours are weighted by it
//! ([`smooth_alpha`]). Colour profiles and other metadata are not copied. A file that cannot be read, or that is not as large as
//! the first, is named; the other files are still written, and the exit code is 1.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use lexopt::Arg::{Long, Short, Value};
use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil_examples::image::Image;
use ndstencil_examples::{Failure, begin, data, target};
use num_traits::AsPrimitive;
use rayon::prelude::*;

/// Mean of the 3 × 3 neighbourhood, channel by channel, rounded down.
#[stencil(boundary = Nearest)]
fn smooth<T, const C: usize>(x: Window2<[T; C]>) -> [T; C]
where
    T: AsPrimitive<u32>,
    u32: AsPrimitive<T>,
{
    let mut sum = [0; C];
    for i in -1..=1 {
        for j in -1..=1 {
            let pixel = x[[i, j]];
            for c in 0..C {
                sum[c] += pixel[c].as_();
            }
        }
    }
    sum.map(|sum| (sum / 9).as_())
}

/// The same where the last channel is alpha: the mean of the colours, weighted by alpha, so that the colour
/// behind a transparent pixel does not show in its neighbours.
#[stencil(boundary = Nearest)]
fn smooth_alpha<T, const C: usize>(x: Window2<[T; C]>) -> [T; C]
where
    T: AsPrimitive<u64>,
    u64: AsPrimitive<T>,
{
    let mut sum = [0; C];
    let mut weight = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            let pixel = x[[i, j]];
            let alpha = pixel[C - 1].as_();
            for c in 0..C - 1 {
                sum[c] += pixel[c].as_() * alpha;
            }
            weight += alpha;
        }
    }
    let mut mean = sum.map(|sum| (sum / weight.max(1)).as_());
    mean[C - 1] = (weight / 9).as_();
    mean
}

const HELP: &str = "\
Smooths a stack of images with the 3 × 3 mean.

Usage: smooth_stack [INPUT_GLOB... OUTPUT_DIR]

Images or quoted glob patterns, then the folder to write to; without, the images that the project ships.";

/// The paths; nothing where help is asked for.
fn arguments() -> Result<Option<Vec<PathBuf>>, lexopt::Error> {
    let mut paths = Vec::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(path) => paths.push(path.into()),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(paths))
}

fn main() -> ExitCode {
    begin(HELP, arguments(), |paths| run(&paths))
}

/// The first image of a stack that can be read; the others have its shape.
struct First {
    path: PathBuf,
    shape: (usize, usize),
}

/// Smooths all files that can be.
fn run(paths: &[PathBuf]) -> Result<(), Failure> {
    let (inputs, folder, first) = match paths.split_last() {
        // These are four separate images rather than a stack: their sizes differ.
        None => (find(&data("images/*.png"))?, target("smooth_stack"), None),
        Some((_, [])) => return Err("give INPUT_GLOB and OUTPUT_DIR, or nothing; --help says more".into()),
        Some((folder, patterns)) => {
            let mut inputs = Vec::new();
            for pattern in patterns {
                inputs.extend(find(pattern)?);
            }
            // img2 comes before img10.
            inputs.sort_by(|a, b| alphanumeric_sort::compare_path(a, b));
            let first =
                inputs.iter().find_map(|path| Some(First { path: path.clone(), shape: Image::read_shape(path).ok()? }));
            (inputs, folder.clone(), first)
        }
    };
    if folder.is_file() {
        return Err(
            format!("{}: the last argument is the folder to write to, and this is a file", folder.display()).into()
        );
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;

    let tasks: Vec<_> = inputs.iter().zip(outputs(&inputs, &folder)).collect();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} images, {eta} left")?;
    let bar = ProgressBar::new(tasks.len() as u64).with_style(style);
    // Each thread decodes, smooths and writes one file at a time. The files keep all cores busy, so the
    // kernel stays on its thread: otherwise a thread that waits for it would begin another file meanwhile.
    let results: Vec<_> = tasks
        .into_par_iter()
        .progress_with(bar)
        .map(|(input, output)| smooth_file(input, &output?, first.as_ref()))
        .collect();

    for (input, result) in inputs.iter().zip(&results) {
        match result {
            Ok(report) => println!("{}: {report}", input.display()),
            Err(error) => eprintln!("error: {}: {error}", input.display()),
        }
    }
    match results.iter().filter(|result| result.is_err()).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} file(s) were not smoothed").into()),
    }
}

/// The files of one argument: itself, or what matches it as a pattern.
fn find(pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
    if pattern.is_file() {
        return Ok(vec![pattern.to_owned()]);
    }
    let text = pattern.to_str().ok_or_else(|| format!("{}: a pattern must be UTF-8", pattern.display()))?;
    let text = if pattern.is_dir() { format!("{}/*", glob::Pattern::escape(text)) } else { text.to_owned() };
    let mut files = Vec::new();
    for path in glob::glob(&text).map_err(|error| format!("{text}: {error}"))? {
        let path = path?;
        // Of a folder the images alone: it may hold other files.
        if path.is_file() && (!pattern.is_dir() || is_image(&path)) {
            files.push(path);
        }
    }
    if files.is_empty() {
        let missing = Path::new(&text).parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        return Err(match missing {
            Some(folder) if !folder.to_string_lossy().contains(['*', '?', '[']) => {
                format!("{}: there is no such folder", folder.display()).into()
            }
            _ => format!("{text}: no file matches").into(),
        });
    }
    Ok(files)
}

/// Returns true for a file that is an image by its name.
fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "tif", "tiff", "jpg", "jpeg", "gif"].iter().any(|image| extension.eq_ignore_ascii_case(image))
}

/// The place that each input goes to, or the reason why it cannot.
fn outputs(inputs: &[PathBuf], folder: &Path) -> Vec<Result<PathBuf, String>> {
    let originals: HashSet<_> = inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
    let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
    let output_of = |input| {
        let name = Path::new(Path::file_stem(input).ok_or("has no file name")?);
        let output = folder.join(format!("{}.png", name.display()));
        if fs::canonicalize(&output).is_ok_and(|output| originals.contains(&output)) {
            return Err(format!("{} is one of the inputs: choose another folder", output.display()));
        }
        match taken.get(&output) {
            Some(other) => Err(format!("{} is written from {} already", output.display(), other.display())),
            None => {
                taken.insert(output.clone(), input);
                Ok(output)
            }
        }
    };
    inputs.iter().map(PathBuf::as_path).map(output_of).collect()
}

/// Smooths one file; says what was done.
fn smooth_file(input: &Path, output: &Path, first: Option<&First>) -> Result<String, Failure> {
    let image = Image::read(input)?;
    let (height, width) = image.shape();
    if let Some(First { path, shape: (h, w) }) = first.filter(|first| first.shape != (height, width)) {
        return Err(format!("is {width} × {height}, but the first image, {}, is {w} × {h}", path.display()).into());
    }
    let (smoothed, time) = smooth_image(&image)?;
    write(&smoothed, output)?;
    let speed = width as f64 * height as f64 / time.as_secs_f64() / 1e6;
    let (kind, time, output) = (image.kind(), time.as_secs_f64() * 1e3, output.display());
    Ok(format!("{width} × {height}, {kind}, {time:.3} ms, {speed:.0} Mpx/s, written to {output}"))
}

/// Smooths an image of any pixel type, and measures the kernel.
fn smooth_image(image: &Image) -> Result<(Image, Duration), ndstencil::Error> {
    match image {
        Image::Gray8(x) => measured(x, |y| smooth::<u8, 1>().serial().apply_into(x, y)),
        Image::Rgb8(x) => measured(x, |y| smooth::<u8, 3>().serial().apply_into(x, y)),
        Image::Gray16(x) => measured(x, |y| smooth::<u16, 1>().serial().apply_into(x, y)),
        Image::Rgb16(x) => measured(x, |y| smooth::<u16, 3>().serial().apply_into(x, y)),
        Image::GrayAlpha8(x) => measured(x, |y| smooth_alpha::<u8, 2>().serial().apply_into(x, y)),
        Image::Rgba8(x) => measured(x, |y| smooth_alpha::<u8, 4>().serial().apply_into(x, y)),
        Image::GrayAlpha16(x) => measured(x, |y| smooth_alpha::<u16, 2>().serial().apply_into(x, y)),
        Image::Rgba16(x) => measured(x, |y| smooth_alpha::<u16, 4>().serial().apply_into(x, y)),
    }
}

/// The output of `apply`, which is as large as `x`, and the time it takes.
fn measured<T: Copy>(
    x: &Array2<T>,
    apply: impl FnOnce(&mut Array2<T>) -> Result<(), ndstencil::Error>,
) -> Result<(Image, Duration), ndstencil::Error>
where
    Image: From<Array2<T>>,
{
    // The output's memory has been touched before: its first page faults would take longer than the kernel.
    let mut smoothed = x.clone();
    let start = Instant::now();
    apply(&mut smoothed)?;
    let time = start.elapsed();
    Ok((smoothed.into(), time))
}

/// Writes under a temporary name and renames, so that a file under the final name is always whole.
fn write(image: &Image, path: &Path) -> Result<(), Failure> {
    let part = path.with_extension("png.part");
    let write = || -> Result<(), Failure> {
        image.write(BufWriter::new(File::create(&part)?))?;
        Ok(fs::rename(&part, path)?)
    };
    write().map_err(|error| {
        // What is there of the file is of no use; that it cannot be removed is no news after the first error.
        let _ = fs::remove_file(&part);
        format!("cannot write {}: {error}", path.display()).into()
    })
}
