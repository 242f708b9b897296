//! The memory of jobs: objects on their way are part of it.

use std::ops::Range;

use ndarray::Axis;
use ndstencil::IoError;
use ndstencil::chunks::{CellsMut, DataType, Source};
use ndstencil::prelude::*;
use stencil_io::{Zarr, ZarrSink};

use crate::with_server;

/// The most memory that this process had at once, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
}

/// Numbers that are made as they are read, and do not compress much: 76 MiB.
struct Made;

impl Source for Made {
    fn name(&self) -> String {
        "made".to_owned()
    }
    fn shape(&self) -> Vec<usize> {
        vec![4000, 5000]
    }
    fn data_type(&self) -> DataType {
        DataType::of::<f32>()
    }
    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut x = cells.array_mut::<f32>().unwrap();
        for (i, mut row) in region[0].clone().zip(x.axis_iter_mut(Axis(0))) {
            for (j, cell) in region[1].clone().zip(&mut row) {
                *cell = (((i * 40_503) ^ (j * 2_654_435_761)).wrapping_mul(0x9E37_79B9) >> 16 & 0xffff) as f32;
            }
        }
        Ok(())
    }
}

/// The budget of the jobs, and what the program takes whatever its jobs do: connections, code that is run for the first time.
const BUDGET: usize = 32 << 20;
const PROGRAM: usize = 10 << 20;

/// Writes, and reads and writes in other chunks.
fn keeps_to_its_budget(way: &str, kind: impl Fn(ZarrSink, [usize; 2]) -> ZarrSink) {
    let at = |name: &str| format!("s3://tests/memory/{way}-{name}.zarr");
    assert!(Zarr::open(at("none")).is_err());
    let Some(before) = peak() else { return };
    Job::copy(Made, kind(Zarr::create(at("x")), [500, 1000])).memory(BUDGET).run().unwrap();
    let written = peak().unwrap() - before;
    let job = Job::copy(Zarr::open(at("x")).unwrap(), kind(Zarr::create(at("y")), [400, 1000]));
    job.memory(BUDGET).run().unwrap();
    let all = peak().unwrap() - before;
    eprintln!("{way}: {} MiB for writing, {} MiB for all", written >> 20, all >> 20);
    assert!(all < BUDGET + PROGRAM);
}

#[test]
fn jobs_of_plain_chunks_keep_to_their_budget() {
    with_server("memory::jobs_of_plain_chunks_keep_to_their_budget", &[], |_| {
        keeps_to_its_budget("plain", |sink, chunks| sink.chunks(chunks).uncompressed());
    });
}

#[test]
fn jobs_of_shards_keep_to_their_budget() {
    with_server("memory::jobs_of_shards_keep_to_their_budget", &[], |_| {
        keeps_to_its_budget("shards", |sink, chunks| sink.chunks(chunks.map(|n| n / 5)).shards(chunks));
    });
}
