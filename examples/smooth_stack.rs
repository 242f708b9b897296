//! Smooths a stack of images with the 3 × 3 mean.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin smooth_stack                            the shipped images
//! cargo run --release -p ndstencil-examples --bin smooth_stack -- 'scan/img*.png' smooth  your own stack
//! ```
//!
//! To look at: the element function [`smooth`] takes pixels `[T; C]`, so that one function smooths gray and colour images of 8
//! and 16 bits; [`job`] applies it to files, of which as many are in memory as there are cores. The program prints how fast the
//! kernel was.
//!
//! PNG is read and written, under the same name; with `--features formats` also TIFF and JPEG are read. Where a pixel has alpha,
//! colours are weighted by it ([`smooth_alpha`]). Colour profiles and other metadata are not copied. A file that cannot be read,
//! or that is not as large as the first, is named; the other files are still written, and the exit code is 1. `smooth.job` beside
//! the folder holds the notes of the job that wrote last.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::Arg::{Long, Short, Value};
use ndstencil::chunks::{ElementType, Source};
use ndstencil::io::Images;
use ndstencil::prelude::*;
use ndstencil::{Error, IoError, JobError};
use ndstencil_examples::{Failure, begin, data, target};
use num_traits::AsPrimitive;

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

/// The job that smooths images of one size and one type of pixels, and writes them to a folder.
fn job<'a>(images: Images, folder: &Path) -> Result<Job<'a>, Error> {
    use ElementType::{U8, U16};
    let smoothed = Images::create(folder);
    Ok(match images.data_type().as_array() {
        Some((U8, 1)) => Job::new(smooth::<u8, 1>(), images, smoothed),
        Some((U8, 3)) => Job::new(smooth::<u8, 3>(), images, smoothed),
        Some((U16, 1)) => Job::new(smooth::<u16, 1>(), images, smoothed),
        Some((U16, 3)) => Job::new(smooth::<u16, 3>(), images, smoothed),
        Some((U8, 2)) => Job::new(smooth_alpha::<u8, 2>(), images, smoothed),
        Some((U8, 4)) => Job::new(smooth_alpha::<u8, 4>(), images, smoothed),
        Some((U16, 2)) => Job::new(smooth_alpha::<u16, 2>(), images, smoothed),
        Some((U16, 4)) => Job::new(smooth_alpha::<u16, 4>(), images, smoothed),
        _ => {
            let reason = format!("has pixels of {}, and channels of 8 and 16 bits are smoothed", images.data_type());
            return Err(IoError::new(images.name(), reason).into());
        }
    })
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

/// A file that can be smoothed.
struct Scan<'a> {
    file: &'a Path,
    /// The file as a stack by itself, of which the header was read.
    images: Images,
    output: PathBuf,
}

/// The reports of files, or the reasons why they were not smoothed.
type Outcomes<'a> = HashMap<&'a Path, Result<String, String>>;

/// Smooths all files that can be.
fn run(paths: &[PathBuf]) -> Result<(), Failure> {
    let (files, folder) = match paths.split_last() {
        None => (Images::find([data("images/*.png")])?, target("smooth_stack")),
        Some((_, [])) => return Err("give INPUT_GLOB and OUTPUT_DIR, or nothing; --help says more".into()),
        Some((folder, patterns)) => (Images::find(patterns)?, folder.clone()),
    };
    if folder.is_file() {
        return Err(
            format!("{}: the last argument is the folder to write to, and this is a file", folder.display()).into()
        );
    }
    // The shipped images are four separate ones: their sizes differ.
    let is_stack = !paths.is_empty();
    let mut outcomes = Outcomes::new();
    for group in groups(&files, &folder, is_stack, &mut outcomes) {
        smooth_group(&group, &folder, is_stack, &mut outcomes);
    }

    let mut failed = 0;
    for file in &files {
        match &outcomes[file.as_path()] {
            Ok(report) => println!("{report}"),
            Err(error) => {
                failed += 1;
                eprintln!("error: {error}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} file(s) were not smoothed").into()),
    }
}

/// The files that can be smoothed, those of one size and one type of pixels together. In a stack all are of one size.
fn groups<'a>(files: &'a [PathBuf], folder: &Path, is_stack: bool, outcomes: &mut Outcomes<'a>) -> Vec<Vec<Scan<'a>>> {
    let mut groups: Vec<Vec<Scan<'a>>> = Vec::new();
    let mut first = None;
    for (file, output) in files.iter().zip(outputs(files, folder)) {
        let scan = open(file, files.len()).and_then(|images| {
            let (first, [w, h]) = *first.get_or_insert((file, size(&images)));
            match size(&images) {
                [width, height] if is_stack && [width, height] != [w, h] => {
                    Err(format!("is {width} × {height}, but the first image, {}, is {w} × {h}", first.display()))
                }
                _ => Ok(Scan { file, images, output: output? }),
            }
        });
        let scan = match scan {
            Ok(scan) => scan,
            Err(reason) => {
                outcomes.insert(file, Err(named(file, reason)));
                continue;
            }
        };
        let form = |images: &Images| (images.shape(), images.data_type());
        match groups.iter_mut().find(|group| form(&group[0].images) == form(&scan.images)) {
            Some(group) => group.push(scan),
            None => groups.push(vec![scan]),
        }
    }
    groups
}

/// Opens one of some files as a stack by itself.
fn open(file: &Path, files: usize) -> Result<Images, String> {
    let images = Images::files([file]).and_then(Images::pixels);
    let images = images.map_err(|error| error.to_string().replace("the feature `image`", "`--features formats`"))?;
    match images.shape()[0] {
        planes if planes > 1 && files > 1 => {
            Err(format!("holds {planes} images, and so is a stack by itself: give it alone"))
        }
        _ => Ok(images),
    }
}

/// Width and height.
fn size(images: &Images) -> [usize; 2] {
    [images.shape()[2], images.shape()[1]]
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

/// Smooths the images of a group, all but those that turn out to be broken.
fn smooth_group<'a>(group: &[Scan<'a>], folder: &Path, is_stack: bool, outcomes: &mut Outcomes<'a>) {
    let images = Images::files(group.iter().map(|scan| scan.file)).and_then(Images::pixels);
    let job = images.map_err(Error::from).and_then(|images| job(images, folder));
    // Anew each time: whoever changes the element function above runs it again.
    let done = job.and_then(|job| job.restart(true).progress(is_stack).run());
    let (computing, failed) = match done {
        Ok(summary) => (Some(summary.computing), Vec::new()),
        Err(Error::Job(JobError::Chunks { failed, .. })) => (None, failed),
        Err(error) => {
            outcomes.extend(group.iter().map(|scan| (scan.file, Err(named(scan.file, &error)))));
            return;
        }
    };
    for Scan { file, images, output } in group {
        let ([width, height], planes) = (size(images), images.shape()[0]);
        let mut report = format!("{}: {width} × {height}, {}, ", file.display(), kind(images));
        if let Some(time) = computing {
            let seconds = time.as_secs_f64() / (planes * group.len()) as f64;
            report += &format!("{:.3} ms, {:.0} Mpx/s, ", seconds * 1e3, (width * height) as f64 / seconds / 1e6);
        }
        report += &match planes {
            1 => format!("written to {}", output.display()),
            _ => format!("{planes} images written to {}", folder.display()),
        };
        outcomes.insert(file, Ok(report));
    }
    for chunk in failed {
        // A chunk is an image, and so is a file, or there is but one.
        let file = group[chunk.region[0].start.min(group.len() - 1)].file;
        outcomes.insert(file, Err(named(file, chunk.error)));
    }
}

/// The kind of pixels, such as `RGB, 8 bits`.
fn kind(images: &Images) -> String {
    let channels = images.data_type().as_array().map_or(0, |(_, channels)| channels);
    let colours = ["no channels", "gray", "gray and alpha", "RGB", "RGB and alpha"][channels];
    format!("{colours}, {} bits", 8 * images.data_type().size() / channels.max(1))
}

/// The text of what went wrong with a file, which is named once.
fn named(file: &Path, reason: impl Display) -> String {
    let (file, reason) = (file.display().to_string(), reason.to_string());
    if reason.starts_with(&file) { reason } else { format!("{file}: {reason}") }
}
