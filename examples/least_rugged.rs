//! The least rugged place of a picture: luminosity, scaling, the standard deviation block by block, the least of them, and
//! the same again within that block, with finer blocks.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features jobs --bin least_rugged
//! cargo run --release -p ndstencil-examples --features jobs --bin least_rugged -- --block 64 --memory 1 your_picture.png
//! ```
//!
//! To look at: [`ruggedness`] sees one block of pixels, and `per_block` makes a kernel of it that a job runs over a
//! picture of any size. The job writes an array of deviations, and in the same pass a sink that keeps nothing but the least of
//! them and its place. The second job reads a part of the picture: [`Part`] is a source of one's own, fifteen lines. The map
//! and the deviations are in `target/least_rugged/`.

use std::num::NonZero;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt;
use ndarray::{Array2, Array4, ArrayView3, s};
use ndstencil::IoError;
use ndstencil::chunks::{CellsMut, DataType, Source, Statistics};
use ndstencil::io::{Images, Npy};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{Picture, coloured, gray, mark, read_gray, sheet, with_legend, write};
use ndstencil_examples::{Failure, begin, data, target};

/// The standard deviation of a block's luminosity, which is scaled to 0..1.
#[gufunc("(n,m,c)->()", require = n * m > 0 && c == 3)]
fn ruggedness(pixels: ArrayView3<u8>) -> f32 {
    let luminosity = |i: usize, j: usize| {
        let [red, green, blue] = [0, 1, 2].map(|c| f32::from(pixels[[i, j, c]]));
        (0.21 * red + 0.72 * green + 0.07 * blue) / 255.0
    };
    let (rows, columns) = (pixels.shape()[0], pixels.shape()[1]);
    let count = (rows * columns) as f32;
    let mut mean = 0.0;
    for i in 0..rows {
        for j in 0..columns {
            mean += luminosity(i, j) / count;
        }
    }
    let mut variance = 0.0;
    for i in 0..rows {
        for j in 0..columns {
            variance += (luminosity(i, j) - mean).powi(2) / count;
        }
    }
    variance.sqrt()
}

/// A box of another source.
struct Part<S> {
    whole: S,
    region: Vec<Range<usize>>,
}

impl<S: Source> Source for Part<S> {
    fn name(&self) -> String {
        format!("{} {:?}", self.whole.name(), self.region)
    }

    fn shape(&self) -> Vec<usize> {
        self.region.iter().map(Range::len).collect()
    }

    fn data_type(&self) -> DataType {
        self.whole.data_type()
    }

    // Any box may be asked for; that the whole is decoded for each is no matter here, since one box is all.
    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut all = Array4::<u8>::zeros((1, self.whole.shape()[1], self.whole.shape()[2], 3));
        let whole: Vec<Range<usize>> = self.whole.shape().iter().map(|&n| 0..n).collect();
        self.whole.read(&whole, &mut CellsMut::of(&mut all))?;
        let at = |axis: usize| {
            let first = self.region[axis].start;
            first + region[axis].start..first + region[axis].end
        };
        let part = all.slice_move(s![at(0), at(1), at(2), at(3)]);
        cells.assign(part.view().into_dyn()).map_err(|reason| IoError::new(self.name(), reason))
    }
}

const HELP: &str = "\
Finds the least rugged block of a picture, and the least rugged small block within it.

Usage: least_rugged [OPTIONS] [PICTURE]

  PICTURE          in colours, 8 bits; without, the one that the project ships
  --block PIXELS   pixels along each side of a block; 64 unless given, and a quarter of it within the least
  --memory MIB     the most memory of a job in MiB; 64 unless given
  --output FOLDER  the folder to write to; target/least_rugged unless given";

struct Arguments {
    picture: PathBuf,
    block: NonZero<usize>,
    memory: usize,
    output: PathBuf,
}

impl Arguments {
    /// Nothing where help is asked for.
    fn parse() -> Result<Option<Arguments>, lexopt::Error> {
        let mut picture = None;
        let mut block = NonZero::new(64).expect("a block has pixels");
        let mut memory = 64;
        let mut output = target("least_rugged");
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("block") => block = parser.value()?.parse()?,
                Long("memory") => memory = parser.value()?.parse()?,
                Long("output") => output = parser.value()?.into(),
                Long("help") | Short('h') => return Ok(None),
                Value(path) if picture.is_none() => picture = Some(path.into()),
                other => return Err(other.unexpected()),
            }
        }
        let picture = picture.unwrap_or_else(|| data("images/astronaut.png"));
        Ok(Some(Arguments { picture, block, memory, output }))
    }
}

fn main() -> ExitCode {
    begin(HELP, Arguments::parse(), run)
}

/// The deviations of the blocks of a picture, in a file, and the least of them with its row and column of blocks.
fn deviations(
    picture: impl Source + Copy,
    side: usize,
    memory: usize,
    file: &std::path::Path,
) -> Result<(Array2<f32>, f32, [usize; 2]), Failure> {
    let least = Statistics::<f32>::new();
    let kernel = || ruggedness().per_block(&[side, side, 3]);
    let sinks = (Npy::create(file), &least);
    let summary = Job::new((kernel(), kernel()), picture, sinks).memory(memory << 20).restart(true).run()?;
    println!("{side} × {side}: {summary}");
    let shape = picture.shape();
    let mut values = Array4::<f32>::zeros((shape[0], shape[1].div_ceil(side), shape[2].div_ceil(side), 1));
    Job::copy(Npy::open(file)?, &mut values).run()?;
    let (value, place) = least.result().min.ok_or("the picture has no pixels")?;
    Ok((values.slice_move(s![0, .., .., 0]), value, [place[1], place[2]]))
}

fn run(Arguments { picture: path, block, memory, output }: Arguments) -> Result<(), Failure> {
    let side = block.get();
    let picture = Images::files([&path])?;
    if picture.shape().len() != 4 || picture.shape()[3] != 3 {
        return Err(format!(
            "{}: has shape {:?}, which is no picture in red, green and blue",
            path.display(),
            picture.shape()
        )
        .into());
    }
    std::fs::create_dir_all(&output).map_err(|error| format!("{}: {error}", output.display()))?;

    let (coarse, value, [row, column]) = deviations(&picture, side, memory, &output.join("blocks.npy"))?;
    let (rows, columns) = (picture.shape()[1], picture.shape()[2]);
    let inside = |block: usize, n: usize| block * side..n.min((block + 1) * side);
    let (top, left) = (inside(row, rows), inside(column, columns));
    println!("least rugged: rows {top:?}, columns {left:?}, standard deviation {value:.4}");

    let finer = (side / 4).max(1);
    let part = Part { whole: &picture, region: vec![0..1, top.clone(), left.clone(), 0..3] };
    let (fine, value, [row, column]) = deviations(&part, finer, memory, &output.join("finer.npy"))?;
    let (first, second) = (top.start + row * finer, left.start + column * finer);
    println!(
        "and within: rows {first}..{}, columns {second}..{}, standard deviation {value:.4}",
        first + finer,
        second + finer
    );

    let pixels = gray(&read_gray(&path)?);
    let maps = maps(pixels, [&coarse, &fine], [side, finer], [[left.start, top.start], [second, first]]);
    write(maps, &output.join("map.png"))
}

/// The picture with both blocks marked, and the deviations of each.
fn maps(mut picture: Picture, values: [&Array2<f32>; 2], sides: [usize; 2], corners: [[usize; 2]; 2]) -> Picture {
    for (side, [left, top]) in sides.into_iter().zip(corners) {
        mark(&mut picture, [left, top, side, side]);
    }
    // As large as the picture.
    let size = picture.nrows().max(picture.ncols());
    let of = |values: &Array2<f32>| {
        let highest = values.fold(0.0_f32, |highest, &value| highest.max(value));
        let highest = ((highest * 1000.0).ceil() / 1000.0).max(0.001);
        let scale = (size / values.ncols().max(values.nrows()).max(1)).max(1);
        let map = coloured(values, [0.0, highest], colorous::INFERNO);
        let map =
            Picture::from_shape_fn((map.nrows() * scale, map.ncols() * scale), |(y, x)| map[[y / scale, x / scale]]);
        with_legend(&map, [0.0, highest], "", colorous::INFERNO)
    };
    let titles = [format!("{0} x {0} pixels", sides[0]), format!("{0} x {0} pixels within the least", sides[1])];
    let panels = [("the picture", picture), (titles[0].as_str(), of(values[0])), (titles[1].as_str(), of(values[1]))];
    sheet(&panels, 3)
}
