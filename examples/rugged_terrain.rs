//! A map of flat ground: the standard deviation of the elevation, block by block.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features npy --bin rugged_terrain
//! cargo run --release -p ndstencil-examples --features npy --bin rugged_terrain -- --block 24 your_elevation.npy
//! ```
//!
//! To look at: [`ruggedness`] sees one block as a matrix of `i16`. The model becomes (blocks down, rows, blocks
//! across, columns), a view without a copy, and `axes` says which two of the four axes the function takes. The map and
//! `ruggedness.npy` are in `target/rugged_terrain/`.

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt;
use ndarray::{Array2, ArrayView2, ArrayView4, ShapeBuilder, s};
use ndarray_npy::{read_npy, write_npy};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{Picture, coloured, enlarged, mark, sheet, with_legend, write};
use ndstencil_examples::{Failure, begin, data, target};

/// The model that the project ships has cells of 3 arc seconds, near 36.4° N.
const CELL: f64 = 3.0;
const LATITUDE: f64 = 36.4;
/// A minute of latitude is a nautical mile.
const METRES_PER_SECOND: f64 = 1852.0 / 60.0;
/// Picture pixels of a cell.
const SCALE: usize = 2;

/// The standard deviation of a block's elevations.
#[gufunc("(n,m)->()", require = n * m > 0)]
fn ruggedness(z: ArrayView2<i16>) -> f64 {
    let count = z.len() as f64;
    let mean = z.iter().map(|&z| f64::from(z)).sum::<f64>() / count;
    let squares = z.iter().map(|&z| (f64::from(z) - mean).powi(2)).sum::<f64>();
    (squares / count).sqrt()
}

const HELP: &str = "\
Finds the flattest block of a terrain model.

Usage: rugged_terrain [OPTIONS] [NPY]

  NPY              elevations: (rows, columns), i16, north up; without, the model that the project ships
  --block CELLS    cells along each side of a block; 16 unless given
  --output FOLDER  the folder to write to; target/rugged_terrain unless given";

struct Arguments {
    elevation: PathBuf,
    block: NonZero<usize>,
    output: PathBuf,
}

impl Arguments {
    /// Nothing where help is asked for.
    fn parse() -> Result<Option<Arguments>, lexopt::Error> {
        let mut elevation = None;
        let mut block = NonZero::new(16).expect("a block has cells");
        let mut output = target("rugged_terrain");
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("block") => block = parser.value()?.parse()?,
                Long("output") => output = parser.value()?.into(),
                Long("help") | Short('h') => return Ok(None),
                Value(path) if elevation.is_none() => elevation = Some(path.into()),
                other => return Err(other.unexpected()),
            }
        }
        let elevation = elevation.unwrap_or_else(|| data("terrain/jacksboro_dem.npy"));
        Ok(Some(Arguments { elevation, block, output }))
    }
}

fn main() -> ExitCode {
    begin(HELP, Arguments::parse(), run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let (path, side) = (&arguments.elevation, arguments.block.get());
    let elevation: Array2<i16> = read_npy(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (rows, columns) = elevation.dim();
    let (down, across) = (rows / side, columns / side);
    if down * across == 0 {
        let path = path.display();
        return Err(format!("{path}: has {rows} × {columns} cells, less than a block of {side} × {side}").into());
    }
    let elevation = elevation.as_standard_layout();
    let cells = elevation.as_slice().ok_or("the standard layout is contiguous")?;
    // A row of blocks is `side` rows further, a block `side` columns; what does not fill a block is left out.
    let strides = (side * columns, columns, side, 1);
    let blocks = ArrayView4::from_shape((down, side, across, side).strides(strides), cells)?;

    let deviation: Array2<f64> = ruggedness().axes(&[&[1, 3], &[]]).apply(&blocks)?;

    println!("{down} × {across} blocks of {side} × {side} cells");
    if (down * side, across * side) != (rows, columns) {
        let (rows, columns) = (rows - down * side, columns - across * side);
        println!("left out: {rows} rows in the south and {columns} columns in the east, which fill no block");
    }
    let mut least = (0, 0);
    for (place, &value) in deviation.indexed_iter() {
        if value < deviation[least] {
            least = place;
        }
    }
    let (top, left) = (least.0 * side, least.1 * side);
    let (south, east) = (top as f64 * CELL, left as f64 * CELL);
    let km = METRES_PER_SECOND / 1000.0;
    let (km_south, km_east) = (south * km, east * km * LATITUDE.to_radians().cos());
    println!("least rugged: rows {top}..{}, columns {left}..{}", top + side, left + side);
    println!("  {south}″ south and {east}″ east of the model's corner, which is {km_south:.1} km and {km_east:.1} km");
    let sum: i64 = elevation.slice(s![top..top + side, left..left + side]).iter().map(|&z| i64::from(z)).sum();
    println!("  standard deviation {:.1} m about a mean of {} m", deviation[least], sum / (side * side) as i64);
    let highest = deviation.fold(0.0_f64, |highest, &value| highest.max(value));
    println!("most rugged: standard deviation {highest:.1} m");

    let picture = maps(&elevation.view(), &deviation, side, [top, left]);
    write(picture, &arguments.output.join("maps.png"))?;
    let path = arguments.output.join("ruggedness.npy");
    write_npy(&path, &deviation).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("standard deviations as f64 written to {}", path.display());
    Ok(())
}

/// Elevation and deviation with their legends, and the block at `[top, left]` marked in both.
fn maps(elevation: &ArrayView2<'_, i16>, deviation: &Array2<f64>, side: usize, [top, left]: [usize; 2]) -> Picture {
    let heights = elevation.mapv(f32::from);
    let lowest = heights.fold(f32::INFINITY, |lowest, &z| lowest.min(z));
    let range = [(lowest / 50.0).floor() * 50.0, (heights.fold(lowest, |high, &z| high.max(z)) / 50.0).ceil() * 50.0];
    let block = [left, top, side, side].map(|cells| cells * SCALE);
    let mut height_map = enlarged(&coloured(&heights, range, colorous::VIRIDIS), SCALE);
    mark(&mut height_map, block);
    let height_map = with_legend(&height_map, range, "m", colorous::VIRIDIS);

    let highest = deviation.fold(0.0_f64, |highest, &value| highest.max(value));
    let range = [0.0, ((highest / 10.0).ceil() * 10.0).max(1.0) as f32];
    let deviations = coloured(&deviation.mapv(|value| value as f32), range, colorous::INFERNO);
    let mut deviation_map = enlarged(&deviations, side * SCALE);
    mark(&mut deviation_map, block);
    let deviation_map = with_legend(&deviation_map, range, "m", colorous::INFERNO);

    let title = format!("standard deviation in {side} x {side} cells; the least is marked");
    let panels = [("elevation", height_map), (&title, deviation_map)];
    sheet(&panels, 2)
}
