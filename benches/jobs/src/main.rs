//! The jobs that `run.py` times beside other tools: `jobs NAME IN OUT` runs one and prints what it took as a line of JSON.

use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

use ndarray::Axis;
use ndstencil::chunks::{CellsMut, DataType, Form, JobKernel, Open, Sink, Source, Summary, Writer};
use ndstencil::io::{GeoTiff, Images, Npy, Zarr};
use ndstencil::prelude::*;
use ndstencil::{Error, IoError, kernels};

/// Mean of the 3 × 3 neighbourhood.
#[stencil(boundary = Reflect)]
fn mean3(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

/// The same of images.
#[stencil(boundary = Reflect)]
fn smooth(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

/// Slope in degrees by the formula of Horn (1981), as gdaldem has it.
#[stencil(boundary = Nearest)]
fn slope(z: Window2<f32>, cell: f32) -> f32 {
    let x = (z[[-1, 1]] + 2.0 * z[[0, 1]] + z[[1, 1]]) - (z[[-1, -1]] + 2.0 * z[[0, -1]] + z[[1, -1]]);
    let y = (z[[1, -1]] + 2.0 * z[[1, 0]] + z[[1, 1]]) - (z[[-1, -1]] + 2.0 * z[[-1, 0]] + z[[-1, 1]]);
    ((x * x + y * y).sqrt() / (8.0 * cell)).atan().to_degrees()
}

#[gufunc("()->()")]
fn more(x: f32) -> f32 {
    x + 1.0
}

/// Cells that are made as they are read, of a shape, in chunks where it has some.
struct Made(Vec<usize>, Option<Vec<usize>>);

impl Source for Made {
    fn name(&self) -> String {
        "made".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.0.clone()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<f32>()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        self.1.clone()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut x = cells.array_mut::<f32>().expect("the type that it said");
        for (i, mut row) in region[0].clone().zip(x.axis_iter_mut(Axis(0))) {
            for (j, cell) in region[1].clone().zip(&mut row) {
                *cell = ((i / 64 + j / 64) % 1000) as f32 + ((i * j) % 7) as f32;
            }
        }
        Ok(())
    }
}

/// A grid of chunks that nobody writes, to plan for.
struct Grid(Vec<usize>);

impl Sink for Grid {
    fn name(&self) -> String {
        "grid".to_owned()
    }

    fn chunks(&self, _: &Form) -> Result<Option<Vec<usize>>, IoError> {
        Ok(Some(self.0.clone()))
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        Err(IoError::new("grid", "is only planned for"))
    }
}

/// Runs a job anew; with `JOB_SHARD=1/4`, the second of four shares of a job that is new.
fn run(kernel: impl JobKernel, source: impl Source, sink: impl Sink, memory: usize) -> Result<Summary, Error> {
    let job = Job::new(kernel, source, sink).memory(memory);
    let shard = std::env::var("JOB_SHARD").ok();
    let shard = shard.as_deref().and_then(|shard| shard.split_once('/'));
    match shard.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?))) {
        Some((index, count)) => job.shard(index, count).workers(1).run(),
        None => job.restart(true).run(),
    }
}

fn job(name: &str, from: &str, to: &str, memory: usize) -> Result<Summary, Error> {
    match name {
        "mean3" => run(mean3(), Zarr::open(from)?, Zarr::create(to), memory),
        "stack" => run(smooth(), Images::open(from)?, Images::create(to), memory),
        "stack_copy" => Job::copy(Images::open(from)?, Images::create(to)).memory(memory).restart(true).run(),
        "npy" => run(more(), Npy::open(from)?, Npy::create(to), memory),
        "slope" => run(slope(30.0), GeoTiff::open(from)?, GeoTiff::create(to), memory),
        "nanmedian" => run(kernels::nanmedian::<f32>().axis(0), Zarr::open(from)?, Zarr::create(to), memory),
        "made" => {
            let side: usize = from.parse().map_err(|_| IoError::new(from, "is no number of cells"))?;
            run(mean3(), Made(vec![side, side], None), Zarr::create(to).chunks([2048, 2048]), memory)
        }
        _ => Err(IoError::new(name, "is no job").into()),
    }
}

/// Plans chunks of which a row does not fit the memory, so that all orders are looked at, and all numbers of workers.
fn plan(side: usize) -> Result<f64, Error> {
    let begun = Instant::now();
    let source = Made(vec![side * 64, side * 64], Some(vec![64, 64]));
    let job = Job::new(mean3(), source, Grid(vec![64, 64])).memory(4 << 20).workers(16);
    let explanation = job.explain()?;
    assert_ne!(explanation.strip, explanation.grid);
    assert_eq!(explanation.chunks, side * side);
    Ok(begun.elapsed().as_secs_f64())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let memory = std::env::var("JOB_MEMORY").ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(1 << 30);
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["plan", side] => plan(side.parse().unwrap_or(1000)).map(|seconds| format!("{{\"seconds\":{seconds}}}")),
        [name, from, to] => job(name, from, to, memory).map(|summary| {
            format!(
                "{{\"seconds\":{},\"peak\":{},\"reading\":{},\"computing\":{},\"writing\":{},\"chunks\":{}}}",
                summary.elapsed.as_secs_f64(),
                summary.peak_memory.unwrap_or(0),
                summary.reading.as_secs_f64(),
                summary.computing.as_secs_f64(),
                summary.writing.as_secs_f64(),
                summary.chunks
            )
        }),
        _ => Err(IoError::new("jobs", "usage: jobs NAME IN OUT").into()),
    };
    match done {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
