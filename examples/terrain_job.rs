//! A terrain model as GeoTIFF, its slope and its roughness as two others, made from one read, chunk by chunk.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features jobs --bin terrain_job
//! cargo run --release -p ndstencil-examples --features jobs --bin terrain_job -- --cell 30 your_dem.tif
//! ```
//!
//! To look at: [`slope`] and [`roughness`] are about one cell. A job takes both, and two files to write: the model is read
//! and decoded once. The georeference of the model is carried over. The files and a picture are in `target/terrain_job/`;
//! any GIS opens them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt;
use ndarray::Array2;
use ndstencil::chunks::{Source, Statistics};
use ndstencil::io::{GeoTiff, Georeference, Npy};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{Picture, coloured, sheet, with_legend, write};
use ndstencil_examples::{Failure, begin, data, target};

/// The cells of the model that the project ships, in seconds of arc, and about where its north-western corner lies: the file does
/// not say.
const SECONDS: f64 = 3.0;
const WEST: f64 = -84.41;
const NORTH: f64 = 36.73;

/// The slope in degrees by the formula of Horn (1981), of cells so many metres wide and high.
#[stencil(boundary = Nearest)]
fn slope(z: Window2<i16>, width: f32, height: f32) -> f32 {
    let sum = |near: i16, middle: i16, far: i16| f32::from(near) + 2.0 * f32::from(middle) + f32::from(far);
    let (east, west) = (sum(z[[-1, 1]], z[[0, 1]], z[[1, 1]]), sum(z[[-1, -1]], z[[0, -1]], z[[1, -1]]));
    let (south, north) = (sum(z[[1, -1]], z[[1, 0]], z[[1, 1]]), sum(z[[-1, -1]], z[[-1, 0]], z[[-1, 1]]));
    let (x, y) = ((east - west) / (8.0 * width), (south - north) / (8.0 * height));
    (x * x + y * y).sqrt().atan().to_degrees()
}

/// The largest difference from a neighbour in metres, as gdaldem has it.
#[stencil(boundary = Nearest)]
fn roughness(z: Window2<i16>) -> f32 {
    let (mut low, mut high) = (z[[0, 0]], z[[0, 0]]);
    for i in -1..=1 {
        for j in -1..=1 {
            low = low.min(z[[i, j]]);
            high = high.max(z[[i, j]]);
        }
    }
    f32::from(high) - f32::from(low)
}

const HELP: &str = "\
Slope and roughness of a terrain model, as GeoTIFF.

Usage: terrain_job [OPTIONS] [TIFF]

  TIFF             elevations in metres, i16; without, the model that the project ships
  --cell METRES    the width and height of a cell; without, those of the shipped model
  --memory MIB     the most memory of the job in MiB; 64 unless given
  --output FOLDER  the folder to write to; target/terrain_job unless given";

struct Arguments {
    elevation: Option<PathBuf>,
    cell: Option<f32>,
    memory: usize,
    output: PathBuf,
}

impl Arguments {
    /// Nothing where help is asked for.
    fn parse() -> Result<Option<Arguments>, lexopt::Error> {
        let mut arguments = Arguments { elevation: None, cell: None, memory: 64, output: target("terrain_job") };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("cell") => arguments.cell = Some(parser.value()?.parse()?),
                Long("memory") => arguments.memory = parser.value()?.parse()?,
                Long("output") => arguments.output = parser.value()?.into(),
                Long("help") | Short('h') => return Ok(None),
                Value(path) if arguments.elevation.is_none() => arguments.elevation = Some(path.into()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(arguments))
    }
}

fn main() -> ExitCode {
    begin(HELP, Arguments::parse(), run)
}

/// The shipped model as GeoTIFF.
fn shipped(path: &Path) -> Result<(), Failure> {
    let degrees = SECONDS / 3600.0;
    let place = Georeference::geographic(4326, [degrees, 0.0, WEST, 0.0, -degrees, NORTH]);
    let model = Npy::open(data("terrain/jacksboro_dem.npy"))?;
    Job::copy(&model, GeoTiff::create(path).georeference(place)).restart(true).run()?;
    Ok(())
}

fn run(Arguments { elevation, cell, memory, output }: Arguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let file = |name: &str| output.join(name);
    let path = match elevation {
        Some(path) => path,
        None => {
            shipped(&file("dem.tif"))?;
            file("dem.tif")
        }
    };
    let metres = (SECONDS * 1852.0 / 60.0) as f32;
    let narrower = NORTH.to_radians().cos() as f32;
    let (width, height) = cell.map_or((metres * narrower, metres), |cell| (cell, cell));

    let model = GeoTiff::open(&path)?;
    let sinks = (GeoTiff::create(file("slope.tif")), GeoTiff::create(file("roughness.tif")));
    let job = Job::new((slope(width, height), roughness()), &model, sinks).memory(memory << 20).restart(true);
    println!("{}", job.explain()?);
    println!("{}", job.progress(true).run()?);

    let mut panels = Vec::new();
    for (name, unit, gradient) in [("slope", "degrees", colorous::MAGMA), ("roughness", "m", colorous::VIRIDIS)] {
        let (result, statistics) = (GeoTiff::open(file(&format!("{name}.tif")))?, Statistics::<f32>::new());
        let mut values = Array2::<f32>::zeros((result.shape()[0], result.shape()[1]));
        Job::copy(&result, &mut values).run()?;
        Job::copy(&values, &statistics).run()?;
        let found = statistics.result();
        let (highest, place) = found.max.clone().ok_or("the model has no cells")?;
        println!(
            "{name}: mean {:.1} {unit}, the most {highest:.1} in row {}, column {}",
            found.mean, place[0], place[1]
        );
        let range = [0.0, (highest / 5.0).ceil() * 5.0];
        let picture: Picture = coloured(&values, range, gradient);
        panels.push((name, with_legend(&picture, range, unit, gradient)));
    }
    write(sheet(&panels, 2), &file("terrain.png"))
}
