//! Vegetation from two bands and years of clouds, with arrays that never need be in memory: NDVI into Zarr, and its median over
//! all dates.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features jobs --bin ndvi_job
//! cargo run --release -p ndstencil-examples --features jobs --bin ndvi_job -- --memory 1
//! ```
//!
//! To look at: [`ndvi`] is about one pixel, and where the ground is hidden it gives NaN. The first job reads two bands
//! and writes Zarr; [`Band`] is a source of one's own. The second cuts the long series into chunks that have all dates of a few
//! pixels, and the third takes the median of each: `axis(0)` says that dates come first, and the plan keeps that axis whole.
//! Run it again: the jobs find that they are done. Everything is in `target/ndvi_job/`.

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use ndarray::{Array2, Array3, s};
use ndstencil::chunks::{CellsMut, DataType, Source, Statistics};
use ndstencil::io::{Npy, Zarr};
use ndstencil::prelude::*;
use ndstencil::{IoError, kernels};
use ndstencil_examples::pictures::{coloured, enlarged, sheet, with_legend, write};
use ndstencil_examples::{Failure, begin, data, target};

/// The normalised difference vegetation index, NaN under clouds, which are bright in red light.
#[gufunc("(),()->()")]
fn ndvi(nir: f32, red: f32, bright: f32) -> f32 {
    if red > bright { f32::NAN } else { (nir - red) / (nir + red) }
}

/// One band of an array of (dates, bands, rows, columns).
struct Band<S> {
    all: S,
    band: usize,
}

impl<S: Source> Source for Band<S> {
    fn name(&self) -> String {
        format!("band {} of {}", self.band, self.all.name())
    }

    fn shape(&self) -> Vec<usize> {
        let shape = self.all.shape();
        vec![shape[0], shape[2], shape[3]]
    }

    fn data_type(&self) -> DataType {
        self.all.data_type()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut part = ndarray::Array4::<f32>::zeros((region[0].len(), 1, region[1].len(), region[2].len()));
        let place = [region[0].clone(), self.band..self.band + 1, region[1].clone(), region[2].clone()];
        self.all.read(&place, &mut CellsMut::of(&mut part))?;
        cells.assign(part.slice(s![.., 0, .., ..]).into_dyn()).map_err(|reason| IoError::new(self.name(), reason))
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        self.all.version()
    }
}

const HELP: &str = "\
NDVI of two bands as Zarr, and the median of a series under clouds, chunk by chunk.

Usage: ndvi_job [OPTIONS]

  --bands NPY      red and near infrared: (dates, 2, rows, columns), f32
  --series NPY     NDVI with NaN under clouds: (dates, rows, columns), f32
  --bright VALUE   the reflectance of red light from which on a pixel is a cloud; 0.3 unless given
  --memory MIB     the most memory of a job in MiB; 16 unless given
  --output FOLDER  the folder to write to; target/ndvi_job unless given
  --restart        begins anew, where the folder has results of other data";

struct Arguments {
    bands: PathBuf,
    series: PathBuf,
    bright: f32,
    memory: usize,
    output: PathBuf,
    restart: bool,
}

impl Arguments {
    /// Nothing where help is asked for.
    fn parse() -> Result<Option<Arguments>, lexopt::Error> {
        let mut arguments = Arguments {
            bands: data("sentinel2/red_nir.npy"),
            series: data("sentinel2/ndvi_time_series.npy"),
            bright: 0.3,
            memory: 16,
            output: target("ndvi_job"),
            restart: false,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("bands") => arguments.bands = parser.value()?.into(),
                Long("series") => arguments.series = parser.value()?.into(),
                Long("bright") => arguments.bright = parser.value()?.parse()?,
                Long("memory") => arguments.memory = parser.value()?.parse()?,
                Long("output") => arguments.output = parser.value()?.into(),
                Long("restart") => arguments.restart = true,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(arguments))
    }
}

fn main() -> ExitCode {
    begin(HELP, Arguments::parse(), run)
}

fn run(Arguments { bands, series, bright, memory, output, restart }: Arguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let file = |name: &str| output.join(name);
    let (all, dates) = (Npy::open(&bands)?, Npy::open(&series)?);
    if all.shape().len() != 4 || all.shape()[1] != 2 {
        return Err(format!("{}: has shape {:?}, not (dates, 2, rows, columns)", bands.display(), all.shape()).into());
    }
    let &[count, rows, columns] = &dates.shape()[..] else {
        return Err(format!("{}: has shape {:?}, not (dates, rows, columns)", series.display(), dates.shape()).into());
    };
    let settings = |job: Job<'_>| job.memory(memory << 20).restart(restart).run();

    let (red, nir) = (Band { all: &all, band: 0 }, Band { all: &all, band: 1 });
    let index = Zarr::create(file("ndvi.zarr")).chunks([1, 64, 64]);
    println!("ndvi: {}", settings(Job::new(ndvi(bright), (nir, red), index))?);

    let cut = Zarr::create(file("series.zarr")).chunks([count, 32, 32]);
    println!("series: {}", settings(Job::copy(&dates, cut))?);
    let job = Job::new(
        kernels::nanmedian::<f32>().axis(0),
        Zarr::open(file("series.zarr"))?,
        Zarr::create(file("median.zarr")),
    );
    println!("{}", job.explain()?);
    println!("median: {}", settings(job)?);

    let (mut first, mut median) =
        (Array3::<f32>::zeros((all.shape()[0], all.shape()[2], all.shape()[3])), Array2::<f32>::zeros((rows, columns)));
    let statistics = Statistics::<f32>::new().skip_nan();
    Job::copy(Zarr::open(file("ndvi.zarr"))?, &mut first).run()?;
    Job::copy(Zarr::open(file("median.zarr"))?, &mut median).run()?;
    Job::copy(&median, &statistics).run()?;
    let found = statistics.result();
    if let (Some((low, _)), Some((high, _))) = (&found.min, &found.max) {
        println!("median NDVI of {count} dates: {low:.2} to {high:.2}, mean {:.2}", found.mean);
    }

    let range = [0.0, 0.9];
    let map = |values: &ndarray::ArrayRef2<f32>| {
        let picture = coloured(values, range, colorous::YELLOW_GREEN);
        let scale = (300 / picture.ncols().max(1)).max(1);
        with_legend(&enlarged(&picture, scale), range, "NDVI", colorous::YELLOW_GREEN)
    };
    let title = format!("median of {count} dates");
    let panels = [("the first date", map(&first.index_axis(ndarray::Axis(0), 0))), (title.as_str(), map(&median))];
    write(sheet(&panels, 2), &file("median.png"))
}
